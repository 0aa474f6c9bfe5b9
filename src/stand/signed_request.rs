//! The checks that every signed request of a relying party passes, under both pairs of addresses.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::client::Client;
use super::parameters::Parameters;
use super::refusal::Refusal;
use super::scope::{OrganisationScopes, ScopeSet};
use super::{Stand, client_secret, raw_secret};

/// Which pair of addresses: they differ in what is signed and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Api {
    /// `/aas/oauth2/ac` and `/te`: a CMS message.
    Legacy,
    /// `/aas/oauth2/v2/ac` and `/v3/te`: the bare GOST signature and the hash of the certificate.
    Current,
}

/// Which request of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Authorize,
    Code,
    Refresh,
}

/// What a signed request said, once checked.
pub(super) struct Signed {
    pub scope: ScopeSet,
    pub organisations: OrganisationScopes,
    pub state: String,
}

/// Form first, then rights, then time, then the signature: in the order of their codes' meaning.
pub(super) fn check(
    stand: &Stand,
    client: &Client,
    api: Api,
    step: Step,
    parameters: &Parameters,
) -> Result<Signed, Refusal> {
    let state = parameters.get("state");
    if state.len() != 36 || Uuid::try_parse(state).is_err() {
        return Err(Refusal::Malformed("state"));
    }
    if api == Api::Current {
        parameters.require(&["client_certificate_hash"])?;
    }
    let scope = ScopeSet::parse(parameters.get("scope"));
    if scope.is_empty() {
        return Err(Refusal::NoScope);
    }
    let organisations =
        OrganisationScopes::parse(parameters.get("scope_org")).ok_or(Refusal::UnknownScope)?;
    if !scope.all_known() {
        return Err(Refusal::UnknownScope);
    }
    if !scope.within(client.granted()) {
        return Err(Refusal::ScopeNotGranted);
    }
    let made = parse_timestamp(parameters.get("timestamp")).ok_or(Refusal::Missing(vec!["timestamp"]))?;
    let now = stand.now();
    if (now - made).abs() > stand.rules.clock_tolerance {
        return Err(Refusal::Time);
    }
    if !client.is_valid_at(now) {
        return Err(Refusal::ClientSecret);
    }
    let secret = parameters.get("client_secret");
    let messages = messages(api, step, parameters);
    match api {
        Api::Legacy => {
            client_secret::verify(secret, &messages[0], client, stand.rules.accept_rsa_requests)?;
        }
        Api::Current => {
            let hash = parameters.get("client_certificate_hash");
            let form = raw_secret::Form { tolerant: !stand.rules.refuse_tolerated };
            raw_secret::verify(secret, hash, &messages, client, form)?;
        }
    }
    Ok(Signed { scope, organisations, state: state.to_owned() })
}

/// What may have been signed: the raw values one after another, absent ones contribute nothing. Sources
/// tell two forms for the refreshing of tokens.
fn messages(api: Api, step: Step, parameters: &Parameters) -> Vec<Vec<u8>> {
    let current = ["client_id", "scope", "scope_org", "timestamp", "state", "redirect_uri"];
    let forms: Vec<Vec<&str>> = match (api, step) {
        (Api::Legacy, _) => vec![vec!["scope", "timestamp", "client_id", "state"]],
        (Api::Current, Step::Authorize) => vec![current.to_vec()],
        (Api::Current, Step::Code) => vec![[current.as_slice(), &["code"]].concat()],
        (Api::Current, Step::Refresh) => {
            vec![current.to_vec(), vec!["client_id", "scope", "timestamp", "state", "refresh_token"]]
        }
    };
    let text = |names: Vec<&str>| names.into_iter().map(|name| parameters.get(name)).collect::<String>();
    forms.into_iter().map(|names| text(names).into_bytes()).collect()
}

/// `yyyy.MM.dd HH:mm:ss Z` with a numeric zone without colon, nothing looser.
fn parse_timestamp(text: &str) -> Option<DateTime<Utc>> {
    const SHAPE: &str = "0000.00.00 00:00:00 +0000";
    let fits = |(given, shape): (u8, u8)| match shape {
        b'0' => given.is_ascii_digit(),
        b'+' => matches!(given, b'+' | b'-'),
        other => given == other,
    };
    if text.len() != SHAPE.len() || !text.bytes().zip(SHAPE.bytes()).all(fits) {
        return None;
    }
    DateTime::parse_from_str(text, "%Y.%m.%d %H:%M:%S %z").ok().map(|time| time.to_utc())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_are_joined_in_the_order_of_their_pair_of_addresses() {
        let parameters = Parameters::parse(
            b"client_id=TESTIS&scope=openid+fullname&timestamp=T&state=S&redirect_uri=R&code=C&refresh_token=F",
        );
        let text = |api, step| {
            let messages = messages(api, step, &parameters).into_iter();
            messages.map(|message| String::from_utf8(message).unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(text(Api::Legacy, Step::Authorize), ["openid fullnameTTESTISS"]);
        assert_eq!(text(Api::Current, Step::Authorize), ["TESTISopenid fullnameTSR"]);
        assert_eq!(text(Api::Current, Step::Code), ["TESTISopenid fullnameTSRC"]);
        assert_eq!(
            text(Api::Current, Step::Refresh),
            ["TESTISopenid fullnameTSR", "TESTISopenid fullnameTSF"]
        );
    }

    #[test]
    fn a_timestamp_has_exactly_one_form() {
        let read = parse_timestamp("2026.01.02 03:04:05 +0300").unwrap();
        assert_eq!(read.to_rfc3339(), "2026-01-02T00:04:05+00:00");
        assert!(parse_timestamp("2026.01.02 03:04:05 -0500").is_some());
        for bad in [
            "",
            "2026-01-02 03:04:05 +0300",
            "2026.01.02 03:04:05 +03:00",
            "2026.01.02 03:04:05  0300",
            "2026.1.2 03:04:05 +0300",
            "2026.01.02 24:04:05 +0300",
            "2026.01.02T03:04:05 +0300",
            "2026.13.02 03:04:05 +0300",
            "2026.01.02 03:04:05 MSK+3",
        ] {
            assert_eq!(parse_timestamp(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn t82_no_text_breaks_the_timestamp(text in "\\PC{0,40}") {
            if let Some(time) = parse_timestamp(&text) {
                prop_assert_eq!(text.len(), 25);
                prop_assert!(time.timestamp_subsec_nanos() == 0);
            }
        }

        #[test]
        fn every_moment_is_read_back(seconds in 0i64..4_000_000_000, zone in -12i32..=14) {
            let zone = chrono::FixedOffset::east_opt(zone * 3600).unwrap();
            let time = DateTime::from_timestamp(seconds, 0).unwrap();
            let text = time.with_timezone(&zone).format("%Y.%m.%d %H:%M:%S %z").to_string();
            prop_assert_eq!(parse_timestamp(&text), Some(time));
        }
    }
}
