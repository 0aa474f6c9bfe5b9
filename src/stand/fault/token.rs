//! Faults of the token address's JSON: the fields around the tokens.

use serde_json::{Value, json};

use super::Row;
use crate::platform::random;

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the table says what each does")]
pub enum TokenFault {
    StateChanged,
    StateDropped,
    TypeMac,
    TypeDropped,
    IdTokenDropped,
    AccessTokenDropped,
    AccessTokenNumber,
    TokensSwapped,
    LifetimeText,
    LifetimeWord,
    LifetimeNegative,
    RefreshUnasked,
    FieldsUnknown,
}

impl TokenFault {
    /// All of them with their names.
    pub const ALL: &[Row<Self>] = &[
        (Self::StateChanged, "state-changed", "`state` is not that of the request."),
        (Self::StateDropped, "state-dropped", "No `state`."),
        (Self::TypeMac, "type-mac", "`token_type` is `MAC`."),
        (Self::TypeDropped, "type-dropped", "No `token_type`."),
        (Self::IdTokenDropped, "without-id-token", "No `id_token`, though `openid` was asked for."),
        (Self::AccessTokenDropped, "without-access-token", "No `access_token`."),
        (Self::AccessTokenNumber, "access-token-number", "`access_token` is a number."),
        (Self::TokensSwapped, "tokens-swapped", "Each token stands in the other's place."),
        (
            Self::LifetimeText,
            "lifetime-text",
            "`expires_in` is a number written as text, as some clients expect.",
        ),
        (Self::LifetimeWord, "lifetime-word", "`expires_in` is a word."),
        (Self::LifetimeNegative, "lifetime-negative", "`expires_in` is negative."),
        (Self::RefreshUnasked, "refresh-unasked", "A `refresh_token` that was not asked for."),
        (Self::FieldsUnknown, "fields-unknown", "Fields that no source knows."),
    ];

    /// Spoils the right answer.
    pub(in crate::stand) fn spoil(self, answer: &mut Value) {
        match self {
            Self::StateChanged => answer["state"] = json!(random::uuid().to_string()),
            Self::StateDropped => remove(answer, "state"),
            Self::TypeMac => answer["token_type"] = json!("MAC"),
            Self::TypeDropped => remove(answer, "token_type"),
            Self::IdTokenDropped => remove(answer, "id_token"),
            Self::AccessTokenDropped => remove(answer, "access_token"),
            Self::AccessTokenNumber => answer["access_token"] = json!(1_000_000),
            Self::TokensSwapped => {
                let (access, id) = (answer["access_token"].take(), answer["id_token"].take());
                answer["access_token"] = id;
                answer["id_token"] = access;
            }
            Self::LifetimeText => answer["expires_in"] = json!("3600"),
            Self::LifetimeWord => answer["expires_in"] = json!("soon"),
            Self::LifetimeNegative => answer["expires_in"] = json!(-1),
            Self::RefreshUnasked => answer["refresh_token"] = json!(random::uuid().to_string()),
            Self::FieldsUnknown => {
                answer["permissions_url"] = json!({ "next": ["http://other.stand.example/"] })
            }
        }
    }
}

/// Takes a member out of an object.
pub(super) fn remove(object: &mut Value, name: &str) {
    if let Some(object) = object.as_object_mut() {
        object.remove(name);
    }
}
