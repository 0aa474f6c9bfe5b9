//! What can go wrong on the way from a code to a person.
//!
//! An error is a closed list of facts of ours. Bodies, tokens and texts of the other side never get into
//! it, so it may be logged as it is.

use super::callback_error::CallbackError;
use crate::platform::http_client::FetchError;

/// Where in the exchange it happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Signing a request of ours.
    Request,
    /// Exchange of the code for tokens.
    Token,
    /// Check of the id_token.
    IdToken,
    /// Check of the access token.
    AccessToken,
    /// Person data.
    Person,
}

impl Stage {
    /// Stable name for logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Token => "token",
            Self::IdToken => "id_token",
            Self::AccessToken => "access_token",
            Self::Person => "person",
        }
    }
}

/// What it means for the person and for us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EsiaErrorKind {
    /// ESIA does not answer, or not in a form that can be read (107).
    Unavailable,
    /// The answer cannot be believed (110).
    NotTrusted,
    /// ESIA refuses us, not the person (120; the person sees 107).
    OurFault,
    /// The code was used or has expired (108).
    InvalidGrant,
    /// The account's level is too low for what we asked (104).
    LevelLow,
    /// The person entered as an organisation (112).
    OrganisationAccount,
    /// The account has been deleted or closed at ESIA.
    AccountClosed,
}

/// A failed exchange: where, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("ESIA, {}: {reason}", stage.as_str())]
pub struct EsiaError {
    stage: Stage,
    reason: Reason,
}

/// Why, in facts that hold nothing of the answer but a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Reason {
    #[error("cannot sign the request")]
    Signing,
    #[error("not asked: ESIA is down or too many wait for it")]
    NotAsked,
    #[error("{0}")]
    Fetch(#[from] FetchError),
    #[error("HTTP status {0}")]
    Status(u16),
    #[error("the answer is no JSON by its content type")]
    ContentType,
    #[error("the answer is no strict JSON")]
    Json,
    #[error("the answer lacks {0} or has it in a wrong form")]
    Malformed(&'static str),
    #[error("refused as {meaning:?}, code {code:?}")]
    Refused { meaning: CallbackError, code: Option<u32> },
    #[error("the state of the answer is not that of the request")]
    ForeignState,
    #[error("no compact JWS")]
    NotJws,
    #[error("algorithm, kind or extension not allowed")]
    Header,
    #[error("no trusted certificate fits the signature")]
    Signature,
    #[error("claim {0} missing or wrong")]
    Claim(&'static str),
    #[error("another subject than in the id_token")]
    ForeignSubject,
    #[error("the subject is no person")]
    NotAPerson,
    #[error("the account is closed")]
    AccountClosed,
}

impl EsiaError {
    pub(super) fn new(stage: Stage, reason: Reason) -> Self {
        Self { stage, reason }
    }

    /// For `map_err`: the reason at this stage.
    pub(super) fn at(stage: Stage) -> impl Fn(Reason) -> Self {
        move |reason| Self { stage, reason }
    }

    /// Where it happened.
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// What it means.
    pub fn kind(&self) -> EsiaErrorKind {
        match self.reason {
            Reason::Signing => EsiaErrorKind::OurFault,
            // 401 and 403 to a token that was issued a moment ago: the scope is not ours to ask for.
            Reason::Status(401 | 403) => EsiaErrorKind::OurFault,
            Reason::NotAsked
            | Reason::Fetch(_)
            | Reason::Status(_)
            | Reason::ContentType
            | Reason::Json
            | Reason::Malformed(_) => EsiaErrorKind::Unavailable,
            Reason::Refused { meaning, .. } => match meaning {
                CallbackError::OurFault => EsiaErrorKind::OurFault,
                CallbackError::InvalidGrant => EsiaErrorKind::InvalidGrant,
                CallbackError::LevelLow => EsiaErrorKind::LevelLow,
                CallbackError::OrganisationAccount => EsiaErrorKind::OrganisationAccount,
                // A refusal of the person reaches us in the callback, never here.
                CallbackError::Refused | CallbackError::Unavailable | CallbackError::Other => {
                    EsiaErrorKind::Unavailable
                }
            },
            Reason::ForeignState
            | Reason::NotJws
            | Reason::Header
            | Reason::Signature
            | Reason::Claim(_)
            | Reason::ForeignSubject => EsiaErrorKind::NotTrusted,
            Reason::NotAPerson => EsiaErrorKind::OrganisationAccount,
            Reason::AccountClosed => EsiaErrorKind::AccountClosed,
        }
    }

    /// Whether the exchange was not even begun.
    pub(super) fn is_not_asked(&self) -> bool {
        self.reason == Reason::NotAsked
    }

    /// The number of ESIA's own code, if it refused with one.
    pub fn esia_code(&self) -> Option<u32> {
        match self.reason {
            Reason::Refused { code, .. } => code,
            _ => None,
        }
    }
}
