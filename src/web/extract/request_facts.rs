//! Facts of a request for the audit and for limits: its number, the browser's network address, its words.

use std::net::IpAddr;

use actix_web::http::header;
use actix_web::{HttpMessage as _, HttpRequest};

use crate::audit::RequestMeta;
use crate::web::middleware::request_id::RequestNumber;
use crate::web::site::Site;

/// Number and address, for the audit.
pub fn meta(request: &HttpRequest, site: &Site) -> RequestMeta {
    let request_id = request.extensions().get::<RequestNumber>().map(|n| n.0.clone()).unwrap_or_default();
    let address = address(request, site).map(|address| address.to_string()).unwrap_or_default();
    RequestMeta { request_id, address }
}

/// The browser's network address: the peer, or, behind a trusted proxy, the last address in
/// `X-Forwarded-For` that no trusted proxy added.
pub fn address(request: &HttpRequest, site: &Site) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip();
    if !site.trusts_proxy(peer) {
        return Some(peer);
    }
    let forwarded = request.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok());
    let hops: Vec<IpAddr> =
        forwarded.flat_map(|line| line.split(',')).map_while(|hop| hop.trim().parse().ok()).collect();
    hops.into_iter().rev().find(|hop| !site.trusts_proxy(*hop)).or(Some(peer))
}

/// `User-Agent`, cut to what a browser could mean.
pub fn user_agent(request: &HttpRequest) -> String {
    let value = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    value.unwrap_or_default().chars().take(512).collect()
}

/// Whether the browser only looks ahead and the person has not asked for the page.
pub fn is_prefetch(request: &HttpRequest) -> bool {
    ["sec-purpose", "purpose", "x-moz"].iter().any(|name| {
        let value = request.headers().get(*name).and_then(|value| value.to_str().ok());
        value.is_some_and(|value| {
            value.contains("prefetch") || value.contains("prerender") || value == "preview"
        })
    })
}

/// Whether another site sent the browser here. Typed addresses and bookmarks (`none`) are not foreign.
pub fn is_cross_site(request: &HttpRequest) -> bool {
    let value = request.headers().get("sec-fetch-site").and_then(|value| value.to_str().ok());
    matches!(value, Some("cross-site" | "same-site"))
}
