//! Admin listener: is the process alive, is it ready, what does it count.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::store::{Store, migrate};

/// GET `/healthz`: the process answers.
pub async fn alive() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// GET `/readyz`: the database answers and its schema is the program's.
pub async fn ready(store: Data<Store>) -> HttpResponse {
    let (ready, text) = match store.read(migrate::has_pending).await {
        Ok(false) => (true, "ready\n".to_owned()),
        Ok(true) => (false, "migrations are pending\n".to_owned()),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (false, "the database does not answer\n".to_owned())
        }
    };
    let mut response = if ready { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    response.content_type("text/plain; charset=utf-8").body(text)
}

/// GET `/metrics`: Prometheus text. No label holds anything of a person.
pub async fn metrics() -> HttpResponse {
    use prometheus::Encoder as _;
    let mut text = Vec::new();
    match prometheus::TextEncoder::new().encode(&prometheus::gather(), &mut text) {
        Ok(()) => HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(text),
        Err(error) => {
            tracing::error!(%error, "metrics cannot be written");
            HttpResponse::InternalServerError().finish()
        }
    }
}
