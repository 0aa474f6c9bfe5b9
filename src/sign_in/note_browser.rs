//! Notes from where a profile signs in, whatever the way.

use super::{Letters, SignInLetter};
use crate::audit::{self, Actor, RequestMeta, SessionEvent};
use crate::directory::ProfileId;
use crate::platform::clock::Timestamp;
use crate::platform::secret::Digest;
use crate::store::{Db, StoreError, known_browsers};

/// Remembers the browser of a sign-in, whatever its way; a new one beside known ones is told to the
/// owner by audit event and letter. Returns whether it was. For the caller's transaction.
///
/// # Errors
/// The database's.
pub fn note_browser(
    db: &mut Db,
    letters: &Letters,
    profile: ProfileId,
    browser: Option<&Digest>,
    place: &str,
    meta: &RequestMeta,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let known = match browser {
        Some(browser) => known_browsers::is_known(db, profile, browser)?,
        None => false,
    };
    let new_place = !known && known_browsers::has_any(db, profile)?;
    if let Some(browser) = browser {
        known_browsers::remember(db, profile, browser, now)?;
    }
    if new_place {
        let actor = Actor::Person(profile);
        audit::record(db, now, SessionEvent::NewPlace, actor, Some(profile), meta)?;
        letters.enqueue(db, profile, &SignInLetter::NewSignInPlace { place: place.to_owned() }, now)?;
    }
    Ok(new_place)
}
