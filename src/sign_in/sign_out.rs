//! Ends of sessions that the person asks for: this one, one of the list, all.

use super::{BrowserSession, SessionId, Sessions};
use crate::audit::{self, Actor, RequestMeta, SessionEvent};
use crate::directory::ProfileId;
use crate::store::{StoreError, browser_sessions};

impl Sessions {
    /// «Выйти»: ends this session; whether it was still living.
    ///
    /// # Errors
    /// The database's.
    pub async fn sign_out(&self, session: &BrowserSession, meta: RequestMeta) -> Result<bool, StoreError> {
        let (id, profile, now) = (session.id, session.profile, self.clock.now());
        self.store
            .write(move |db| {
                let ended = browser_sessions::end(db, id, now, "signed_out")?;
                if ended {
                    let actor = profile.map_or(Actor::Anonymous, Actor::Person);
                    audit::record(db, now, SessionEvent::SignedOut, actor, profile, &meta)?;
                }
                Ok(ended)
            })
            .await
    }

    /// Ends one session of the list; `false` if it is not a living one of this profile.
    ///
    /// # Errors
    /// The database's.
    pub async fn end_one(
        &self,
        profile: ProfileId,
        target: SessionId,
        meta: RequestMeta,
    ) -> Result<bool, StoreError> {
        let now = self.clock.now();
        self.store
            .write(move |db| {
                let own = browser_sessions::find(db, target)?
                    .is_some_and(|session| session.profile == Some(profile) && session.is_live(now));
                if !own || !browser_sessions::end(db, target, now, "owner")? {
                    return Ok(false);
                }
                let event = SessionEvent::Ended { count: 1, reason: "owner" };
                audit::record(db, now, event, Actor::Person(profile), Some(profile), &meta)?;
                Ok(true)
            })
            .await
    }

    /// «Выйти везде»: ends all sessions of the profile, but for `except`; how many.
    ///
    /// # Errors
    /// The database's.
    pub async fn end_everywhere(
        &self,
        profile: ProfileId,
        except: Option<SessionId>,
        meta: RequestMeta,
    ) -> Result<usize, StoreError> {
        let now = self.clock.now();
        self.store
            .write(move |db| {
                let count = browser_sessions::end_all_of_profile(db, profile, except, now, "owner_all")?;
                let event = SessionEvent::Ended { count, reason: "owner_all" };
                audit::record(db, now, event, Actor::Person(profile), Some(profile), &meta)?;
                Ok(count)
            })
            .await
    }
}
