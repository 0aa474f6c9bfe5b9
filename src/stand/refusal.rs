//! Refusals on the wire: the code, the OAuth error and the text of each.
//!
//! The texts of 007004, 007005, 007014, 007019 and 007053 are the provider's own, byte for byte; no
//! source tells the others, so they are the stand's words.

/// Why a request of a relying party is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// No such mnemonic is registered.
    UnknownClient,
    /// A parameter is repeated or cannot be read.
    Malformed(&'static str),
    /// The person refused.
    Denied,
    /// The request was signed with a certificate that is not the registered one.
    ForeignCertificate,
    UnknownScope,
    ResponseType,
    /// The code is unknown, used, expired, or belongs to another client or address.
    InvalidGrant,
    GrantType,
    NoScope,
    /// Mandatory parameters that are absent or empty.
    Missing(Vec<&'static str>),
    /// The request was made too long ago or comes from the future.
    Time,
    ScopeNotGranted,
    RedirectAddress,
    /// A parameter cannot be read.
    Unreadable(&'static str),
    /// A PKCE verifier, though the authorize request had no challenge.
    VerifierWithoutChallenge,
    /// The PKCE verifier is missing or does not fit.
    VerifierWrong,
    /// The signature is no signature of this request.
    ClientSecret,
    /// The relying party does not let in accounts like this one.
    NotConfirmed,
    /// Organisation scopes, and the person works nowhere.
    NotEmployee,
}

impl Refusal {
    /// The number after `ESIA-`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownClient => "007002",
            Self::Malformed(_) => "007003",
            Self::Denied => "007004",
            Self::ForeignCertificate => "007005",
            Self::UnknownScope => "007006",
            Self::ResponseType => "007009",
            Self::InvalidGrant => "007011",
            Self::GrantType => "007012",
            Self::NoScope => "007013",
            Self::Missing(_) => "007014",
            Self::Time => "007015",
            Self::ScopeNotGranted => "007019",
            Self::RedirectAddress => "007023",
            Self::Unreadable(_) => "007038",
            Self::VerifierWithoutChallenge => "007039",
            Self::VerifierWrong => "007040",
            Self::ClientSecret => "007053",
            Self::NotConfirmed => "007055",
            Self::NotEmployee => "007194",
        }
    }

    /// One of each kind, for tests of tables that must fit.
    #[cfg(test)]
    pub fn samples() -> Vec<Self> {
        vec![
            Self::UnknownClient,
            Self::Malformed("state"),
            Self::Denied,
            Self::ForeignCertificate,
            Self::UnknownScope,
            Self::ResponseType,
            Self::InvalidGrant,
            Self::GrantType,
            Self::NoScope,
            Self::Missing(vec!["client_secret"]),
            Self::Time,
            Self::ScopeNotGranted,
            Self::RedirectAddress,
            Self::Unreadable("code_challenge"),
            Self::VerifierWithoutChallenge,
            Self::VerifierWrong,
            Self::ClientSecret,
            Self::NotConfirmed,
            Self::NotEmployee,
        ]
    }

    /// The `error` of OAuth.
    pub fn oauth_error(&self) -> &'static str {
        match self {
            Self::UnknownClient
            | Self::Malformed(_)
            | Self::Missing(_)
            | Self::Time
            | Self::Unreadable(_)
            | Self::VerifierWithoutChallenge
            | Self::VerifierWrong
            | Self::RedirectAddress => "invalid_request",
            Self::Denied
            | Self::ScopeNotGranted
            | Self::ClientSecret
            | Self::NotConfirmed
            | Self::NotEmployee => "access_denied",
            Self::ForeignCertificate => "unauthorized_client",
            Self::UnknownScope | Self::NoScope => "invalid_scope",
            Self::ResponseType => "unsupported_response_type",
            Self::InvalidGrant => "invalid_grant",
            Self::GrantType => "unsupported_grant_type",
        }
    }

    /// The `error_description`.
    pub fn description(&self) -> String {
        let text = match self {
            Self::UnknownClient => "No such client is registered.".to_owned(),
            Self::Malformed(name) => format!("The parameter [{name}] is repeated or malformed."),
            Self::Denied => "The resource owner or authorization server denied the request.".to_owned(),
            Self::ForeignCertificate => {
                "The client is not authorized to request an access token using this method.".to_owned()
            }
            Self::UnknownScope => "The requested scope is unknown or malformed.".to_owned(),
            Self::ResponseType => "The response type is not supported.".to_owned(),
            Self::InvalidGrant => {
                "The code is invalid, expired, used or made for another client or address.".to_owned()
            }
            Self::GrantType => "The grant type is not supported.".to_owned(),
            Self::NoScope => "The request names no scope.".to_owned(),
            Self::Missing(names) => {
                format!("The request doesn`t contain the mandatory parameter [{}].", names.join(", "))
            }
            Self::Time => "The time of the request is wrong.".to_owned(),
            Self::ScopeNotGranted => "OAuthErrorEnum.noGrants".to_owned(),
            Self::RedirectAddress => "The redirect address is not registered for the client.".to_owned(),
            Self::Unreadable(name) => format!("The parameter [{name}] cannot be read."),
            Self::VerifierWithoutChallenge => {
                "A verifier was sent though the authorize request had no challenge.".to_owned()
            }
            Self::VerifierWrong => "The verifier does not fit the challenge.".to_owned(),
            Self::ClientSecret => "OAuthErrorEnum.clientSecretWrong".to_owned(),
            Self::NotConfirmed => "The account is not one of those that the client lets in.".to_owned(),
            Self::NotEmployee => "The person is not an employee of an organisation.".to_owned(),
        };
        format!("ESIA-{}: {text}", self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_texts_are_the_providers_own() {
        for (refusal, error, description) in [
            (
                Refusal::Denied,
                "access_denied",
                "ESIA-007004: The resource owner or authorization server denied the request.",
            ),
            (
                Refusal::ForeignCertificate,
                "unauthorized_client",
                "ESIA-007005: The client is not authorized to request an access token using this method.",
            ),
            (
                Refusal::Missing(vec!["client_secret"]),
                "invalid_request",
                "ESIA-007014: The request doesn`t contain the mandatory parameter [client_secret].",
            ),
            (Refusal::ScopeNotGranted, "access_denied", "ESIA-007019: OAuthErrorEnum.noGrants"),
            (Refusal::ClientSecret, "access_denied", "ESIA-007053: OAuthErrorEnum.clientSecretWrong"),
        ] {
            assert_eq!(refusal.oauth_error(), error);
            assert_eq!(refusal.description(), description);
        }
    }
}
