//! An operator ends sessions of a person.

use super::PeopleDesk;
use crate::access::{OperatorId, Permission, rights};
use crate::audit::{self, Actor, RequestMeta, SessionEvent};
use crate::directory::ProfileId;
use crate::sign_in::SessionId;
use crate::store::{StoreError, browser_sessions};

/// Which of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// This one.
    One(SessionId),
    /// Every one.
    All,
}

/// How it is named in the audit and in the sessions' rows.
const REASON: &str = "operator";

impl PeopleDesk {
    /// Ends them, if the operator still may and the profile lies in their area, judged in the transaction of
    /// the deed; how many there were. `None`: there is no such profile for this operator, or no such session of
    /// the profile.
    ///
    /// # Errors
    /// The database's.
    pub async fn end_sessions(
        &self,
        operator: OperatorId,
        profile: ProfileId,
        which: Which,
        meta: RequestMeta,
    ) -> Result<Option<usize>, StoreError> {
        let this = self.clone();
        self.store
            .write(move |db| {
                let now = this.clock.now();
                if rights::find_permitted_profile(db, operator, Permission::EndSessions, profile)?.is_none() {
                    return Ok(None);
                }
                let count = match which {
                    Which::One(session) => {
                        let found = browser_sessions::find(db, session)?;
                        if found.is_none_or(|session| session.profile != Some(profile)) {
                            return Ok(None);
                        }
                        usize::from(this.sessions.end(db, session, now, REASON)?)
                    }
                    Which::All => this.sessions.end_all_of_profile(db, profile, None, now, REASON)?,
                };
                if count > 0 {
                    let event = SessionEvent::Ended { count, reason: REASON };
                    audit::record(db, now, event, Actor::Operator(operator), Some(profile), &meta)?;
                }
                Ok(Some(count))
            })
            .await
    }
}
