//! Faults on demand: what a relying party must survive. A closed list; `docs/stand.md` explains each.
//!
//! To add one: a variant, its row in [`Fault::ALL`], its place in [`Fault::bad_answer`] or in
//! `tokens.rs`, a row in the document, and a test of the client.

use std::convert::Infallible;

use actix_web::web::Bytes;
use actix_web::{HttpResponse, http::header};
use futures_util::{StreamExt, stream};

/// One way to misbehave. It is applied to every call it concerns until another one is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The token address answers 503 with a page.
    TokenUnavailable,
    /// The token address never answers.
    TokenHangs,
    /// The token address breaks off in the middle of its answer.
    TokenCut,
    /// The token address answers 200 with a page instead of JSON.
    TokenHtml,
    /// The token address answers with 64 MiB.
    TokenHuge,
    /// The token address answers with a redirect.
    TokenRedirects,
    /// The token address refuses a good code.
    InvalidGrant,
    /// The id_token's signature is of nobody.
    WrongSignature,
    /// The tokens name another issuer.
    WrongIssuer,
    /// The id_token is made for another relying party.
    WrongAudience,
    /// The tokens ran out yesterday.
    Expired,
    /// The access token is about another person than the id_token.
    OtherPerson,
    /// The person address answers 503 with a page.
    PersonUnavailable,
    /// The person address never answers.
    PersonHangs,
    /// The person address breaks off in the middle of its answer.
    PersonCut,
    /// The person address answers 200 with a page instead of JSON.
    PersonHtml,
    /// The person address answers with 64 MiB.
    PersonHuge,
    /// The person address answers with a redirect.
    PersonRedirects,
}

/// An address that can misbehave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Token,
    Person,
}

/// An answer that holds nothing of what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadAnswer {
    Unavailable,
    Hang,
    Cut,
    Html,
    Huge,
    Redirect,
}

impl Fault {
    /// Every fault with its stable name.
    pub const ALL: &[(Self, &str)] = &[
        (Self::TokenUnavailable, "token-unavailable"),
        (Self::TokenHangs, "token-hangs"),
        (Self::TokenCut, "token-cut"),
        (Self::TokenHtml, "token-html"),
        (Self::TokenHuge, "token-huge"),
        (Self::TokenRedirects, "token-redirects"),
        (Self::InvalidGrant, "invalid-grant"),
        (Self::WrongSignature, "wrong-signature"),
        (Self::WrongIssuer, "wrong-issuer"),
        (Self::WrongAudience, "wrong-audience"),
        (Self::Expired, "expired"),
        (Self::OtherPerson, "other-person"),
        (Self::PersonUnavailable, "person-unavailable"),
        (Self::PersonHangs, "person-hangs"),
        (Self::PersonCut, "person-cut"),
        (Self::PersonHtml, "person-html"),
        (Self::PersonHuge, "person-huge"),
        (Self::PersonRedirects, "person-redirects"),
    ];

    /// The answer this fault puts in the place of the right one.
    pub(super) fn bad_answer(self, place: Place) -> Option<BadAnswer> {
        let (concerned, answer) = match self {
            Self::TokenUnavailable => (Place::Token, BadAnswer::Unavailable),
            Self::TokenHangs => (Place::Token, BadAnswer::Hang),
            Self::TokenCut => (Place::Token, BadAnswer::Cut),
            Self::TokenHtml => (Place::Token, BadAnswer::Html),
            Self::TokenHuge => (Place::Token, BadAnswer::Huge),
            Self::TokenRedirects => (Place::Token, BadAnswer::Redirect),
            Self::PersonUnavailable => (Place::Person, BadAnswer::Unavailable),
            Self::PersonHangs => (Place::Person, BadAnswer::Hang),
            Self::PersonCut => (Place::Person, BadAnswer::Cut),
            Self::PersonHtml => (Place::Person, BadAnswer::Html),
            Self::PersonHuge => (Place::Person, BadAnswer::Huge),
            Self::PersonRedirects => (Place::Person, BadAnswer::Redirect),
            Self::InvalidGrant
            | Self::WrongSignature
            | Self::WrongIssuer
            | Self::WrongAudience
            | Self::Expired
            | Self::OtherPerson => return None,
        };
        (concerned == place).then_some(answer)
    }
}

/// Where a redirecting answer leads; a client that follows it is counted there.
pub(super) const FOLLOWED: &str = "/fault/followed";

const PAGE: &str = "<!DOCTYPE html><html lang=\"ru\"><title>Учебный стенд</title><p>Учебный стенд. Сервис недоступен.</p></html>";

impl BadAnswer {
    /// Gives the answer; a hang lasts until the client leaves and drops this future.
    pub async fn respond(self) -> HttpResponse {
        match self {
            Self::Unavailable => HttpResponse::ServiceUnavailable()
                .content_type("text/html; charset=utf-8")
                .insert_header((header::RETRY_AFTER, "120"))
                .body(PAGE),
            Self::Hang => std::future::pending().await,
            Self::Cut => {
                let half = stream::iter([Ok(Bytes::from_static(b"{\"access_token\":\"eyJ"))]);
                // The pause lets the first half leave before the connection breaks.
                let end = stream::once(async {
                    tokio::task::yield_now().await;
                    Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))
                });
                HttpResponse::Ok().content_type("application/json;charset=UTF-8").streaming(half.chain(end))
            }
            Self::Html => HttpResponse::Ok().content_type("text/html; charset=utf-8").body(PAGE),
            Self::Huge => {
                const CHUNK: &[u8] = &[b' '; 64 * 1024];
                let chunks = (0..1024).map(|_| Ok::<_, Infallible>(Bytes::from_static(CHUNK)));
                HttpResponse::Ok()
                    .content_type("application/json;charset=UTF-8")
                    .streaming(stream::iter(chunks))
            }
            Self::Redirect => HttpResponse::Found().insert_header((header::LOCATION, FOLLOWED)).finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_list_names_every_fault_once() {
        let names: HashSet<&str> = Fault::ALL.iter().map(|(_, name)| *name).collect();
        assert_eq!(names.len(), Fault::ALL.len());
        let document = include_str!("../../docs/stand.md");
        for (fault, name) in Fault::ALL {
            assert!(document.contains(&format!("`{name}`")), "docs/stand.md misses {fault:?}");
        }
    }

    #[test]
    fn a_fault_of_one_address_leaves_the_other_alone() {
        assert_eq!(Fault::TokenHangs.bad_answer(Place::Token), Some(BadAnswer::Hang));
        assert_eq!(Fault::TokenHangs.bad_answer(Place::Person), None);
        assert_eq!(Fault::WrongIssuer.bad_answer(Place::Token), None);
    }
}
