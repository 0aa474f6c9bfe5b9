//! Goes on as one of the person's linked profiles: the first choice after a sign-in, or a switch later,
//! without a new trip to ESIA.

use super::note_browser::note_browser;
use super::{BrowserSession, EsiaSignIn, SessionStage, SignInWay};
use crate::audit::{self, Actor, RequestMeta, SessionEvent};
use crate::directory::ProfileId;
use crate::platform::secret::Token;
use crate::sign_in::with_esia::VisitingBrowser;
use crate::store::{Db, StoreError, links};

impl EsiaSignIn {
    /// Makes `profile` the session's profile, under a new token. `None` if it is not among the choices (any
    /// more), or the session has ended.
    ///
    /// # Errors
    /// The database's.
    pub async fn choose(
        &self,
        session: &BrowserSession,
        profile: ProfileId,
        browser: VisitingBrowser,
        meta: RequestMeta,
    ) -> Result<Option<Token>, StoreError> {
        // Judged outside the transaction, and the link again inside it.
        let offered = self.choices(session).await?.into_iter().find(|(_, offered)| offered.id == profile);
        let Some((link, _)) = offered else { return Ok(None) };
        let (this, session) = (self.clone(), session.clone());
        let token = self
            .sessions
            .store
            .write(move |db: &mut Db| {
                let now = this.sessions.clock.now();
                // First of all, because it is the lock: an unlink waits for this session, or is seen here.
                if !links::mark_chosen(db, link.id, now)? {
                    return Ok(None);
                }
                let Some((token, _)) =
                    this.sessions.change_rights(db, &session, profile, SessionStage::Full, now)?
                else {
                    return Ok(None);
                };
                let event = match session.stage {
                    SessionStage::Choosing => {
                        SessionEvent::SignedIn { way: SignInWay::Esia, linking_only: false }
                    }
                    _ => SessionEvent::ProfileSwitched,
                };
                audit::record(db, now, event, Actor::Person(profile), Some(profile), &meta)?;
                let (digest, place) = (Some(&browser.digest), &browser.place);
                note_browser(db, &this.letters, profile, digest, place, &meta, now)?;
                Ok(Some(token))
            })
            .await?;
        self.letters.wake();
        Ok(token)
    }
}
