//! Answers that hold nothing of what was asked: the same for the token and the person address.

use std::convert::Infallible;
use std::time::Duration;

use actix_web::web::Bytes;
use actix_web::{HttpResponse, http::header};
use futures_util::{StreamExt, stream};

use super::Row;

/// What comes instead of the right answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the table says what each does")]
pub enum AnswerFault {
    Unavailable,
    Broken,
    BadGateway,
    Busy,
    Hangs,
    Slow,
    Cut,
    Empty,
    Html,
    HtmlSaidToBeJson,
    Untyped,
    Packed,
    Huge,
    Endless,
    Redirects,
    RedirectsKeepingTheMethod,
    List,
    KeyTwice,
    Deep,
    NotUtf8,
}

impl AnswerFault {
    /// All of them with their names.
    pub const ALL: &[Row<Self>] = &[
        (Self::Unavailable, "unavailable", "503 with a page and `Retry-After`."),
        (Self::Broken, "broken", "500 with a page."),
        (Self::BadGateway, "bad-gateway", "502 with text, as a proxy answers."),
        (Self::Busy, "busy", "429 with `Retry-After` of a day."),
        (Self::Hangs, "hangs", "No answer until the client leaves."),
        (Self::Slow, "slow", "A good head, then one byte in a second."),
        (Self::Cut, "cut", "The answer breaks off in the middle."),
        (Self::Empty, "empty", "200 and nothing."),
        (Self::Html, "html", "200 with a page instead of JSON."),
        (Self::HtmlSaidToBeJson, "html-said-to-be-json", "200 with a page that is said to be JSON."),
        (Self::Untyped, "untyped", "200 with JSON of no content type."),
        (Self::Packed, "packed", "200 with what is said to be packed, though nobody asked for it."),
        (Self::Huge, "huge", "200 with 64 MiB of spaces, their number not told."),
        (Self::Endless, "endless", "200 with JSON text that is one word of 64 MiB."),
        (Self::Redirects, "redirects", "302 to elsewhere; followers are counted."),
        (Self::RedirectsKeepingTheMethod, "redirects-whole", "307 to elsewhere; followers are counted."),
        (Self::List, "list", "200 with a JSON list."),
        (Self::KeyTwice, "key-twice", "200 with JSON that has its keys twice, with different values."),
        (Self::Deep, "deep", "200 with JSON of 100 000 levels."),
        (Self::NotUtf8, "not-utf8", "200 with JSON whose text is in another encoding."),
    ];

    /// Gives the answer; a hang lasts until the client leaves and drops this future.
    pub(in crate::stand) async fn respond(self) -> HttpResponse {
        match self {
            Self::Unavailable => HttpResponse::ServiceUnavailable()
                .content_type(HTML)
                .insert_header((header::RETRY_AFTER, "120"))
                .body(PAGE),
            Self::Broken => HttpResponse::InternalServerError().content_type(HTML).body(PAGE),
            Self::BadGateway => HttpResponse::BadGateway().content_type("text/plain").body("502 Bad Gateway"),
            Self::Busy => {
                HttpResponse::TooManyRequests().insert_header((header::RETRY_AFTER, "86400")).finish()
            }
            Self::Hangs => std::future::pending().await,
            Self::Slow => {
                let bytes = stream::unfold((), |()| async {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    Some((Ok::<_, Infallible>(Bytes::from_static(b" ")), ()))
                });
                HttpResponse::Ok().content_type(JSON).streaming(bytes)
            }
            Self::Cut => {
                let half = stream::iter([Ok(Bytes::from_static(b"{\"access_token\":\"eyJ"))]);
                // The pause lets the first half leave before the connection breaks.
                let end = stream::once(async {
                    tokio::task::yield_now().await;
                    Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))
                });
                HttpResponse::Ok().content_type(JSON).streaming(half.chain(end))
            }
            Self::Empty => HttpResponse::Ok().content_type(JSON).finish(),
            Self::Html => HttpResponse::Ok().content_type(HTML).body(PAGE),
            Self::HtmlSaidToBeJson => HttpResponse::Ok().content_type(JSON).body(PAGE),
            Self::Untyped => HttpResponse::Ok().body("{}"),
            Self::Packed => HttpResponse::Ok()
                .content_type(JSON)
                .insert_header((header::CONTENT_ENCODING, "gzip"))
                .body("{}"),
            Self::Huge => flood(b" "),
            Self::Endless => flood(b"\"aaaaaaaaaaaaaaaa"),
            Self::Redirects => HttpResponse::Found().insert_header((header::LOCATION, FOLLOWED)).finish(),
            Self::RedirectsKeepingTheMethod => {
                HttpResponse::TemporaryRedirect().insert_header((header::LOCATION, FOLLOWED)).finish()
            }
            Self::List => HttpResponse::Ok().content_type(JSON).body("[{}]"),
            Self::KeyTwice => HttpResponse::Ok().content_type(JSON).body(
                r#"{"state":"a","state":"b","access_token":"a","access_token":"b","oid":1,"oid":2,"firstName":"a","firstName":"b"}"#,
            ),
            Self::Deep => HttpResponse::Ok().content_type(JSON).body("[".repeat(100_000)),
            Self::NotUtf8 => {
                HttpResponse::Ok().content_type(JSON).body(b"{\"firstName\":\"\xc0\xed\xed\xe0\"}".to_vec())
            }
        }
    }
}

/// Where a redirecting answer leads; a client that follows it is counted there.
pub(in crate::stand) const FOLLOWED: &str = "/fault/followed";

const JSON: &str = "application/json;charset=UTF-8";
const HTML: &str = "text/html; charset=utf-8";
const PAGE: &str = "<!DOCTYPE html><html lang=\"ru\"><title>Учебный стенд</title><p>Учебный стенд. Сервис недоступен.</p></html>";

/// 64 MiB after a beginning.
fn flood(beginning: &'static [u8]) -> HttpResponse {
    const CHUNK: &[u8] = &[b' '; 64 * 1024];
    let rest = (0..1024).map(|_| Bytes::from_static(CHUNK));
    let chunks = std::iter::once(Bytes::from_static(beginning)).chain(rest).map(Ok::<_, Infallible>);
    HttpResponse::Ok().content_type(JSON).streaming(stream::iter(chunks))
}
