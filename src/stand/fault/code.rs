//! The provider's refusals, to be given on demand: every code that a source knows (`docs/esia.md`, errors).

use super::super::refusal::Refusal;

/// A code of the provider's with the OAuth name it goes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProviderCode {
    digits: &'static str,
    error: &'static str,
    text: &'static str,
    at: Met,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Met {
    /// In the redirect: it is about the request, the person or the account.
    Callback,
    /// At the token address: it is about the code or cannot be sent by redirect.
    Token,
    Both,
}

/// 007001 is never given: no source tells its meaning. 005029 belongs to the person address.
const CODES: &[ProviderCode] = &[
    code("007002", "invalid_request", "the certificate does not belong to the client", Met::Both),
    code("007003", "invalid_request", "a parameter is missing, repeated or malformed", Met::Both),
    code("007004", "access_denied", "the person refused", Met::Both),
    code("007005", "unauthorized_client", "the client may not ask this way", Met::Both),
    code("007006", "invalid_scope", "unknown scope", Met::Both),
    code("007007", "server_error", "unexpected failure", Met::Both),
    code("007008", "temporarily_unavailable", "overload or maintenance", Met::Both),
    code("007009", "unsupported_response_type", "this way to a code is not supported", Met::Callback),
    code("007011", "invalid_grant", "the code is invalid, expired or used", Met::Token),
    code("007012", "unsupported_grant_type", "the grant type is not supported", Met::Token),
    code("007013", "invalid_scope", "no scope", Met::Both),
    code("007014", "invalid_request", "a mandatory parameter is missing", Met::Both),
    code("007015", "invalid_request", "the clocks disagree", Met::Both),
    code("007019", "access_denied", "no right to the scope", Met::Both),
    code("007023", "invalid_request", "the redirect address is not registered", Met::Token),
    code("007038", "invalid_request", "a parameter cannot be read", Met::Both),
    code("007039", "invalid_request", "a verifier without a challenge", Met::Token),
    code("007040", "invalid_request", "the verifier does not fit the challenge", Met::Token),
    code("007046", "access_denied", "the person cannot receive a second factor", Met::Callback),
    code("007053", "access_denied", "wrong client_secret", Met::Both),
    code("007055", "access_denied", "the account is not confirmed", Met::Callback),
    code("007060", "invalid_request", "bad roles", Met::Callback),
    code("007061", "invalid_request", "bad type of object", Met::Callback),
    code("007062", "invalid_request", "bad type or role of the subject", Met::Callback),
    code("007110", "access_denied", "sign-in by QR code", Met::Callback),
    code("007194", "access_denied", "not an employee of the organisation", Met::Callback),
    code("008010", "unauthorized_client", "client authentication failed", Met::Both),
    code("036700", "access_denied", "consents of the digital profile", Met::Callback),
    code("036701", "access_denied", "consents of the digital profile", Met::Callback),
    code("036702", "access_denied", "consents of the digital profile", Met::Callback),
    code("036703", "access_denied", "consents of the digital profile", Met::Callback),
    code("036704", "access_denied", "consents of the digital profile", Met::Callback),
    code("036705", "access_denied", "consents of the digital profile", Met::Callback),
    code("036706", "access_denied", "consents of the digital profile", Met::Callback),
    code("036707", "access_denied", "consents of the digital profile", Met::Callback),
    code("036716", "access_denied", "consents of the digital profile", Met::Callback),
    code("036726", "access_denied", "consents of the digital profile", Met::Callback),
    code("036727", "access_denied", "consents of the digital profile", Met::Callback),
];

const fn code(digits: &'static str, error: &'static str, text: &'static str, at: Met) -> ProviderCode {
    ProviderCode { digits, error, text, at }
}

impl ProviderCode {
    /// Those that come by redirect.
    pub fn of_callback() -> impl Iterator<Item = Self> {
        CODES.iter().copied().filter(|code| code.at != Met::Token)
    }

    /// Those that the token address answers.
    pub fn of_token() -> impl Iterator<Item = Self> {
        CODES.iter().copied().filter(|code| code.at != Met::Callback)
    }

    /// The six digits after `ESIA-`.
    pub fn digits(self) -> &'static str {
        self.digits
    }

    /// The `error` of OAuth.
    pub fn oauth_error(self) -> &'static str {
        self.error
    }

    /// For the catalog.
    pub fn meaning(self) -> String {
        format!("Refused with {}: {}.", self.digits, self.text)
    }

    /// The `error_description`: the provider's own words where a source quotes them.
    pub fn description(self) -> String {
        let quoted = [
            Refusal::Denied,
            Refusal::ForeignCertificate,
            Refusal::ScopeNotGranted,
            Refusal::ClientSecret,
            Refusal::Missing(vec!["client_certificate_hash"]),
        ];
        let quoted = quoted.into_iter().find(|refusal| refusal.code() == self.digits);
        quoted.map_or_else(|| format!("ESIA-{}: {}.", self.digits, self.text), |known| known.description())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_that_the_stand_also_gives_by_itself_has_the_same_oauth_name() {
        for refusal in Refusal::samples() {
            let known = CODES.iter().find(|code| code.digits == refusal.code()).expect("in the table");
            assert_eq!(known.error, refusal.oauth_error(), "{}", known.digits);
        }
    }

    #[test]
    fn every_code_is_met_somewhere_and_begins_with_its_number() {
        for code in ProviderCode::of_callback().chain(ProviderCode::of_token()) {
            assert!(code.description().starts_with(&format!("ESIA-{}: ", code.digits)));
        }
    }
}
