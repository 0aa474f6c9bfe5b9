//! A panic in a handler is one answer of 500 with its page and number, not a connection that breaks off
//! (`docs/security.md`, T81).

use std::fmt;
use std::panic::AssertUnwindSafe;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{HttpMessage as _, HttpResponse, ResponseError};
use futures_util::FutureExt as _;

use super::request_id::RequestNumber;
use super::security_headers;
use crate::web::error_page;
use crate::web::site::Site;

/// Catches what the handling below it throws.
pub async fn answer(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let site = request.app_data::<Data<Site>>().cloned();
    let number = request.extensions().get::<RequestNumber>().map(|number| number.0.clone());
    let handling = AssertUnwindSafe(async move { next.call(request).await });
    handling.catch_unwind().await.unwrap_or_else(|_| {
        let number = number.unwrap_or_default();
        tracing::error!(request = number, "a handler panicked");
        Err(Panicked { site, number }.into())
    })
}

/// The request is gone with its handler; what the page needs was taken from it before.
#[derive(Debug)]
struct Panicked {
    site: Option<Data<Site>>,
    number: String,
}

impl fmt::Display for Panicked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a handler panicked")
    }
}

impl ResponseError for Panicked {
    fn status_code(&self) -> StatusCode {
        StatusCode::INTERNAL_SERVER_ERROR
    }

    fn error_response(&self) -> HttpResponse {
        let site = self.site.as_ref().map(|site| site.get_ref());
        let page = error_page::internal(site, self.number.clone());
        let mut response =
            HttpResponse::InternalServerError().content_type("text/html; charset=utf-8").body(page);
        security_headers::apply(response.headers_mut(), site.is_some_and(Site::is_https));
        response
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::{SocketAddr, TcpStream};

    use actix_web::middleware::from_fn;
    use actix_web::{App, HttpServer, web};

    use super::super::request_id;
    use super::*;

    fn get(address: SocketAddr, path: &str) -> String {
        let mut stream = TcpStream::connect(address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    async fn fails() -> HttpResponse {
        panic!("the cause, which nobody may see")
    }

    #[actix_web::test]
    async fn t81_a_panic_is_one_500_with_a_page_and_the_worker_goes_on() {
        let server = HttpServer::new(|| {
            App::new()
                .wrap(from_fn(answer))
                .wrap(from_fn(request_id::assign))
                .route("/fails", web::get().to(fails))
                .route("/works", web::get().to(HttpResponse::Ok))
        });
        let server = server.workers(1).disable_signals().bind(("127.0.0.1", 0)).unwrap();
        let address = server.addrs()[0];
        let server = server.run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        for _ in 0..3 {
            let failed = web::block(move || get(address, "/fails")).await.unwrap();
            assert!(failed.starts_with("HTTP/1.1 500") && failed.contains("<h1"), "{failed}");
            assert!(failed.to_lowercase().contains("content-security-policy"), "{failed}");
            assert!(!failed.contains("the cause"), "{failed}");
        }
        let works = web::block(move || get(address, "/works")).await.unwrap();
        assert!(works.starts_with("HTTP/1.1 200"), "{works}");
        handle.stop(true).await;
    }
}
