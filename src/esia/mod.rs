//! The relying party's side of ESIA: the only place that knows ESIA's wire (`docs/esia.md`).
//!
//! [`EsiaClient`] gives the address to send a person to, and turns the code they come back with into a
//! [`VerifiedIdentity`](crate::identity::VerifiedIdentity). Nothing of an answer is used before it is
//! checked, nothing of it is kept, and no error carries a part of it.
//!
//! To add an ESIA interface: a variant of [`EsiaApi`](crate::config::esia::EsiaApi), its addresses in
//! `endpoints.rs`, its signed string in `client_secret.rs`. To add a kind of signature: a file in
//! `signer/` and a variant of its enum. To add a token algorithm: a variant in `keys.rs`.

mod access_token;
#[cfg(test)]
mod any_json;
mod authorization_code;
mod authorization_url;
mod availability;
mod callback_error;
mod certificate_file;
mod certificate_validity;
mod claims;
mod client;
mod client_secret;
mod cms;
mod endpoints;
mod error;
mod esia_http;
mod id_token;
mod jws;
mod keys;
mod level;
mod logout;
mod person;
mod setup_error;
mod signer;
mod strict_json;
mod token;

pub use authorization_code::{AuthorizationCode, InvalidCode};
pub use availability::Availability;
pub use callback_error::{CallbackError, classify, esia_code};
pub use certificate_validity::{CertificateValidity, TIME_TO_RENEW, certificates};
pub use client::EsiaClient;
pub use error::{EsiaError, EsiaErrorKind, Stage};
pub use setup_error::EsiaSetupError;
pub use signer::SignError;
