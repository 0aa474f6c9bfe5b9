//! Files of the pages, embedded in the binary. Their addresses carry the first 12 hexadecimal digits of
//! the content's SHA-256, so they are cached for ever and a new version has a new address.
//!
//! To add a file: put it under `static/` and write `{{ crate::web::static_files::address("name") }}`.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::LazyLock;

use actix_web::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, HeaderValue, VARY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::{HttpRequest, HttpResponse, web};
use flate2::{Compression, write::GzEncoder};
use rust_embed::RustEmbed;

use crate::platform::secret::Digest;

#[derive(RustEmbed)]
#[folder = "static/"]
struct Embedded;

struct StaticFile {
    address: String,
    content_type: HeaderValue,
    plain: web::Bytes,
    /// Only for text, where it saves something.
    gzip: Option<web::Bytes>,
}

static FILES: LazyLock<HashMap<String, StaticFile>> = LazyLock::new(load);

/// Address of an embedded file, for example `/static/3f2a…/app.css`. An unknown name gives an address that
/// answers 404; the tests of pages follow every address.
pub fn address(name: &str) -> &'static str {
    FILES.get(name).map_or("/static/000000000000/missing", |file| file.address.as_str())
}

/// Handler of `/static/{hash}/{name:.*}`.
pub async fn serve(path: web::Path<(String, String)>, request: HttpRequest) -> HttpResponse {
    let (hash, name) = path.into_inner();
    let Some(file) = FILES.get(&name).filter(|file| file.address == address_of(&hash, &name)) else {
        return HttpResponse::NotFound().finish();
    };
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((CONTENT_TYPE, file.content_type.clone()))
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"));
    let Some(gzip) = &file.gzip else {
        return answer.body(file.plain.clone());
    };
    answer.insert_header((VARY, "Accept-Encoding"));
    if accepts_gzip(&request) {
        answer.insert_header((CONTENT_ENCODING, "gzip")).body(gzip.clone())
    } else {
        answer.body(file.plain.clone())
    }
}

fn accepts_gzip(request: &HttpRequest) -> bool {
    request.headers().get_all(ACCEPT_ENCODING).filter_map(|value| value.to_str().ok()).any(|value| {
        value.split(',').any(|coding| {
            let mut parts = coding.split(';').map(str::trim);
            parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"))
                && !parts.any(|weight| matches!(weight, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
        })
    })
}

fn address_of(hash: &str, name: &str) -> String {
    format!("/static/{hash}/{name}")
}

fn hashed(name: &str, content: &[u8]) -> String {
    let digest = hex::encode(Digest::of(content).as_bytes());
    address_of(digest.get(..12).unwrap_or_default(), name)
}

/// Stylesheets name other files by their plain names; those become addresses before the stylesheet itself
/// is hashed, so a new font gives a new stylesheet.
fn load() -> HashMap<String, StaticFile> {
    let mut names: Vec<String> = Embedded::iter().map(|name| name.into_owned()).collect();
    names.sort_by_key(|name| name.ends_with(".css"));
    let mut files = HashMap::new();
    for name in names {
        let Some(embedded) = Embedded::get(&name) else { continue };
        let mut content = embedded.data.into_owned();
        if name.ends_with(".css") {
            content = with_addresses(&content, &files);
        }
        files.insert(name.clone(), prepared(&name, content));
    }
    files
}

fn with_addresses(css: &[u8], files: &HashMap<String, StaticFile>) -> Vec<u8> {
    let mut css = String::from_utf8_lossy(css).into_owned();
    for (name, file) in files {
        css = css.replace(&format!("url(\"{name}\")"), &format!("url(\"{}\")", file.address));
    }
    css.into_bytes()
}

fn prepared(name: &str, content: Vec<u8>) -> StaticFile {
    let content_type = content_type(name);
    let text = matches!(content_type.to_str(), Ok(kind) if kind.contains("charset") || kind.contains("svg"));
    StaticFile {
        address: hashed(name, &content),
        content_type,
        gzip: text.then(|| gzip(&content)).flatten().filter(|short| short.len() < content.len()),
        plain: content.into(),
    }
}

fn content_type(name: &str) -> HeaderValue {
    HeaderValue::from_static(match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("txt") => "text/plain; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    })
}

fn gzip(content: &[u8]) -> Option<web::Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).ok()?;
    encoder.finish().ok().map(Into::into)
}

/// Names of all embedded files with what is served, plain and as sent to most browsers.
pub fn contents() -> impl Iterator<Item = (&'static str, &'static [u8], &'static [u8])> {
    FILES.iter().map(|(name, file)| {
        (name.as_str(), file.plain.as_ref(), file.gzip.as_ref().unwrap_or(&file.plain).as_ref())
    })
}

#[cfg(test)]
mod tests {
    use actix_web::{App, test};

    use super::*;

    async fn get(address: &str, encoding: Option<&str>) -> actix_web::dev::ServiceResponse {
        let app =
            test::init_service(App::new().route("/static/{hash}/{name:.*}", web::get().to(serve))).await;
        let mut request = test::TestRequest::get().uri(address);
        if let Some(encoding) = encoding {
            request = request.insert_header((ACCEPT_ENCODING, encoding));
        }
        test::call_service(&app, request.to_request()).await
    }

    #[actix_web::test]
    async fn a_file_is_served_for_ever_at_the_address_of_its_content() {
        let answer = get(address("app.css"), None).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers().get(CACHE_CONTROL).unwrap(), "public, max-age=31536000, immutable");
        assert_eq!(answer.headers().get(CONTENT_TYPE).unwrap(), "text/css; charset=utf-8");
        assert_eq!(answer.headers().get(X_CONTENT_TYPE_OPTIONS).unwrap(), "nosniff");
        assert!(answer.headers().get(CONTENT_ENCODING).is_none());
        let body = test::read_body(answer).await;
        assert_eq!(hashed("app.css", &body), address("app.css"));
    }

    #[actix_web::test]
    async fn text_is_sent_compressed_to_those_who_can_read_it() {
        let answer = get(address("app.css"), Some("br, gzip;q=0.5")).await;
        assert_eq!(answer.headers().get(CONTENT_ENCODING).unwrap(), "gzip");
        assert_eq!(answer.headers().get(VARY).unwrap(), "Accept-Encoding");
        let mut plain = String::new();
        let body = test::read_body(answer).await;
        std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&body[..]), &mut plain).unwrap();
        assert!(plain.contains(":root"));
        for refused in ["br", "gzip;q=0", "identity"] {
            let answer = get(address("app.css"), Some(refused)).await;
            assert!(answer.headers().get(CONTENT_ENCODING).is_none(), "{refused}");
        }
        let font = get(address("fonts/golos-text-latin-400.woff2"), Some("gzip")).await;
        assert!(font.headers().get(CONTENT_ENCODING).is_none());
        assert_eq!(font.headers().get(CONTENT_TYPE).unwrap(), "font/woff2");
    }

    #[actix_web::test]
    async fn another_hash_or_name_is_not_found() {
        for address in [
            "/static/000000000000/app.css".to_owned(),
            address("app.css").replace("app.css", "app.js"),
            address("app.css").replace("app.css", "../Cargo.toml"),
            address("app.css").replace("app.css", "%2e%2e/Cargo.toml"),
            address("unknown.css").to_owned(),
        ] {
            assert_eq!(get(&address, None).await.status(), 404, "{address}");
        }
    }

    #[actix_web::test]
    async fn the_stylesheet_names_its_fonts_by_addresses_that_exist() {
        let css = test::read_body(get(address("app.css"), None).await).await;
        let css = String::from_utf8(css.to_vec()).unwrap();
        let fonts: Vec<_> = css.split("url(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(fonts.len(), 4);
        for font in fonts {
            assert_eq!(get(font, None).await.status(), 200, "{font}");
        }
    }
}
