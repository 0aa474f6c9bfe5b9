//! Sessions of operators: begin, find, go on to the next stage, end (`docs/security.md`, T31, T33, T39).
//!
//! The cookie carries a random token, the row its digest. A token is only ever made here, so a planted one
//! opens nothing.

use chrono::Duration;

use super::{Operator, OperatorId, OperatorSession, OperatorSessionId, OperatorStage};
use crate::audit::{self, Actor, DeskEvent, OperatorEvent, RequestMeta};
use crate::config::Settings;
use crate::platform::clock::{Clock, Timestamp};
use crate::platform::secret::Token;
use crate::store::{Db, Store, StoreError, operator_sessions};

/// The sessions of all operators. Cheap to clone.
#[derive(Clone, Debug)]
pub struct OperatorSessions {
    pub(super) store: Store,
    pub(super) clock: Clock,
    idle: Duration,
    absolute: Duration,
    fresh_proof: Duration,
}

impl OperatorSessions {
    /// Sessions in `store` with the limits of `settings`.
    pub fn new(store: Store, clock: Clock, settings: &Settings) -> Self {
        // A duration beyond reason counts as a day.
        let whole = |duration| Duration::from_std(duration).unwrap_or(Duration::days(1));
        Self {
            store,
            clock,
            idle: whole(settings.access.operator_idle),
            absolute: whole(settings.access.operator_absolute),
            fresh_proof: whole(settings.sign_in.fresh_proof),
        }
    }

    /// Idle life of a session in seconds; pages warn before its end.
    pub fn idle_seconds(&self) -> u64 {
        self.idle.num_seconds().unsigned_abs()
    }

    /// Whether the session's proofs are recent enough for what asks for fresh ones (T36).
    pub fn is_fresh(&self, session: &OperatorSession) -> bool {
        session.is_fresh(self.clock.now(), self.fresh_proof)
    }

    /// The living session of a cookie, with the operator as they are at this moment: one statement.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_live(&self, token: &Token) -> Result<Option<(OperatorSession, Operator)>, StoreError> {
        let (now, digest) = (self.clock.now(), token.digest());
        let found =
            self.store.read(move |db| operator_sessions::find_by_token_with_operator(db, &digest)).await?;
        let found = found
            .filter(|(session, operator)| session.is_live(now, self.idle) && operator.disabled_at.is_none());
        if let Some((session, _)) = found.as_ref().filter(|(session, _)| session.is_touch_due(now)) {
            self.touch(session.id, now);
        }
        Ok(found)
    }

    /// Noted aside: the request does not wait for it.
    fn touch(&self, id: OperatorSessionId, now: Timestamp) {
        let store = self.store.clone();
        tokio::spawn(async move {
            if let Err(error) = store.write_statement(move |db| operator_sessions::touch(db, id, now)).await {
                tracing::warn!(%error, "a request could not be noted in its session");
            }
        });
    }

    /// Begins a session in the caller's transaction, under a token made outside it.
    ///
    /// # Errors
    /// The database's.
    pub fn begin(
        &self,
        db: &mut Db,
        operator: OperatorId,
        stage: OperatorStage,
        place: &str,
        token: &Token,
        now: Timestamp,
    ) -> Result<OperatorSession, StoreError> {
        let mut session = OperatorSession {
            id: OperatorSessionId(0),
            token_digest: token.digest(),
            operator,
            stage,
            place: place.to_owned(),
            created_at: now,
            authenticated_at: now,
            last_seen_at: now,
            expires_at: now + self.absolute,
        };
        session.id = operator_sessions::insert(db, &session)?;
        Ok(session)
    }

    /// Records that an operator asked for what is not theirs to see, or is not there.
    ///
    /// # Errors
    /// The database's.
    pub async fn note_refusal(
        &self,
        operator: OperatorId,
        route: String,
        named: Option<String>,
        meta: RequestMeta,
    ) -> Result<(), StoreError> {
        let (event, now) = (DeskEvent::PageRefused { route, named }, self.clock.now());
        self.store
            .write(move |db| audit::record(db, now, event.clone(), Actor::Operator(operator), None, &meta))
            .await
    }

    /// «Выйти»: ends this session; whether it was still living.
    ///
    /// # Errors
    /// The database's.
    pub async fn sign_out(&self, session: &OperatorSession, meta: RequestMeta) -> Result<bool, StoreError> {
        let (id, operator, now) = (session.id, session.operator, self.clock.now());
        self.store
            .write(move |db| {
                let ended = operator_sessions::end(db, id, now, "signed_out")?;
                if ended {
                    let event = OperatorEvent::SignedOut;
                    audit::record(db, now, event, Actor::Operator(operator), None, &meta)?;
                }
                Ok(ended)
            })
            .await
    }
}
