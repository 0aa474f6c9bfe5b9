//! The organisation a browser chose last, in a signed cookie: nothing else, for 180 days.

use chrono::{DateTime, Duration};

use crate::directory::OrganisationId;
use crate::platform::clock::Timestamp;
use crate::platform::secret::MacKey;

/// How long a choice is remembered.
pub const LIFE: Duration = Duration::days(180);

const PURPOSE: &[u8] = b"remembered organisation";

/// The cookie's value, `id.expiry.code`; the code is made with the key of cookies.
pub fn to_cookie(organisation: OrganisationId, now: Timestamp, key: &MacKey) -> String {
    let (id, expiry) = (organisation.0.to_string(), (now + LIFE).timestamp().to_string());
    let code = key.text_code(&[PURPOSE, id.as_bytes(), expiry.as_bytes()]);
    format!("{id}.{expiry}.{code}")
}

/// Reads a cookie's value; `None` if it is not ours or has run out.
pub fn from_cookie(value: &str, now: Timestamp, key: &MacKey) -> Option<OrganisationId> {
    let (id, rest) = value.split_once('.')?;
    let (expiry, code) = rest.split_once('.')?;
    if !key.verify_text(&[PURPOSE, id.as_bytes(), expiry.as_bytes()], code) {
        return None;
    }
    let expires_at = DateTime::from_timestamp(expiry.parse().ok()?, 0)?;
    (now < expires_at).then_some(OrganisationId(id.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::platform::secret::MasterKey;

    fn key() -> MacKey {
        MasterKey::from_bytes([3; 32]).derive().cookies
    }

    fn now() -> Timestamp {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    #[test]
    fn a_choice_is_remembered_for_half_a_year() {
        let cookie = to_cookie(OrganisationId(17), now(), &key());
        assert_eq!(from_cookie(&cookie, now(), &key()), Some(OrganisationId(17)));
        let last = now() + LIFE - Duration::seconds(1);
        assert_eq!(from_cookie(&cookie, last, &key()), Some(OrganisationId(17)));
        assert_eq!(from_cookie(&cookie, now() + LIFE, &key()), None);
    }

    #[test]
    fn a_changed_cookie_is_nothing() {
        let cookie = to_cookie(OrganisationId(17), now(), &key());
        for changed in [
            cookie.replacen("17", "18", 1),
            cookie.replacen("18155", "28155", 1),
            cookie[..cookie.len() - 1].to_owned(),
            "17".to_owned(),
            "17..".to_owned(),
            "..".to_owned(),
        ] {
            assert_eq!(from_cookie(&changed, now(), &key()), None, "{changed}");
        }
        assert_eq!(from_cookie(&cookie, now(), &MasterKey::from_bytes([4; 32]).derive().cookies), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_harm_and_only_ours_is_taken(text in "\\PC{0,200}") {
            prop_assert_eq!(from_cookie(&text, now(), &key()), None);
        }

        #[test]
        fn every_id_is_read_back(id in any::<i64>()) {
            let cookie = to_cookie(OrganisationId(id), now(), &key());
            prop_assert_eq!(from_cookie(&cookie, now(), &key()), Some(OrganisationId(id)));
        }
    }
}
