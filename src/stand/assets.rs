//! The stand's own style, script and icon; addresses carry a hash of the content. They lie outside of
//! `static/`, all of which is in every build.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use rust_embed::RustEmbed;

use super::view::ProblemPage;

#[derive(RustEmbed)]
#[folder = "static-stand/"]
struct Files;

/// Address of a file for the templates.
pub(super) fn address(name: &str) -> String {
    let hash =
        Files::get(name).map(|file| hex::encode(&file.metadata.sha256_hash()[..6])).unwrap_or_default();
    format!("/static/stand/{hash}/{name}")
}

/// `GET /static/stand/{hash}/{name}`.
pub(super) async fn file(path: web::Path<(String, String)>) -> HttpResponse {
    serve(&path.1)
}

/// `GET /favicon.ico`, which browsers ask for on their own.
pub(super) async fn favicon() -> HttpResponse {
    serve("favicon.svg")
}

fn serve(name: &str) -> HttpResponse {
    match Files::get(name) {
        None => ProblemPage::not_found().respond(),
        Some(file) => HttpResponse::Ok()
            .content_type(file.metadata.mimetype())
            .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
            .body(file.data.into_owned()),
    }
}
