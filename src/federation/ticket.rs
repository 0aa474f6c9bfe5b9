//! The one-time link «Продолжить» (`/esia/go/{ticket}`): bound to the session that saw the page, and to
//! 20 minutes. A GET of the page writes nothing, so the ticket carries its own proof.

use std::time::Duration;

use crate::platform::clock::Timestamp;
use crate::platform::random;
use crate::platform::secret::{Digest, Keys};
use crate::sign_in::BrowserSession;

/// A ticket made for a page.
pub fn issue(keys: &Keys, session: &BrowserSession, now: Timestamp) -> String {
    let head = format!("{:x}.{}", now.timestamp(), random::uuid().simple());
    let code = keys.forms.text_code(&parts(session, &head));
    format!("{head}.{code}")
}

/// Checks a ticket that came back: `None` unless it was made for this session within `life`.
/// Gives its digest, by which a second use finds the trip of the first.
pub fn redeem(
    keys: &Keys,
    session: &BrowserSession,
    ticket: &str,
    life: Duration,
    now: Timestamp,
) -> Option<Digest> {
    let (head, code) = ticket.rsplit_once('.')?;
    if !keys.forms.verify_text(&parts(session, head), code) {
        return None;
    }
    let issued = i64::from_str_radix(head.split('.').next()?, 16).ok()?;
    let age = now.timestamp() - issued;
    (0..=i64::try_from(life.as_secs()).ok()?).contains(&age).then(|| Digest::of(ticket.as_bytes()))
}

fn parts<'a>(session: &'a BrowserSession, head: &'a str) -> [&'a [u8]; 3] {
    [b"ticket", session.token_digest.as_bytes(), head.as_bytes()]
}

#[cfg(test)]
mod tests {
    use chrono::Duration as Span;
    use proptest::prelude::*;

    use super::*;
    use crate::platform::clock::Clock;
    use crate::platform::secret::MasterKey;
    use crate::sign_in::{SessionId, SessionStage, SignInWay};

    const LIFE: Duration = Duration::from_secs(1200);

    fn session(token: &[u8]) -> BrowserSession {
        let now = Clock::system().now();
        BrowserSession {
            id: SessionId(1),
            token_digest: Digest::of(token),
            profile: None,
            esia_subject: None,
            stage: SessionStage::Full,
            way: SignInWay::Password,
            shared_computer: false,
            place: String::new(),
            created_at: now,
            authenticated_at: now,
            last_seen_at: now,
            kept_until: None,
            idle: Span::minutes(30),
            expires_at: now + Span::hours(12),
        }
    }

    #[test]
    fn t45_a_ticket_works_only_for_its_own_session_and_time() {
        let keys = MasterKey::from_bytes([1; 32]).derive();
        let now = Clock::system().now();
        let ticket = issue(&keys, &session(b"one"), now);
        let at = |token: &[u8], later| {
            redeem(&keys, &session(token), &ticket, LIFE, now + Span::seconds(later)).is_some()
        };
        assert!(at(b"one", 0));
        assert!(at(b"one", 1200));
        assert!(!at(b"one", 1202), "too old");
        assert!(!at(b"one", -2), "from the future");
        assert!(!at(b"two", 0), "another session");
        assert_ne!(issue(&keys, &session(b"one"), now), ticket);
    }

    proptest! {
        #[test]
        fn t82_no_text_is_taken_for_a_ticket(text in "\\PC{0,120}") {
            let keys = MasterKey::from_bytes([1; 32]).derive();
            prop_assert!(redeem(&keys, &session(b"one"), &text, LIFE, Clock::system().now()).is_none());
        }
    }
}
