//! `/orgs` (search) and `/options` (entries of one select, for the script).

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template as _;
use serde::Deserialize;

use super::selection::{Choices, serde_urlencoded};
use super::view::{Entry, FoundOrganisation, OptionsFragment, OrganisationSearchPage, Tab};
use crate::directory::OrganisationKind;
use crate::platform::secret::Digest;
use crate::web::error_page::PageError;
use crate::web::extract::Visitor;
use crate::web::paths;
use crate::web::respond::{PageResult, page};
use crate::web::site::Site;

/// Results shown at most.
const SHOWN: usize = 20;
/// Characters of a query that are looked at.
const MAX_QUERY: usize = 100;

#[derive(Debug, Default, Deserialize)]
struct SearchQuery {
    #[serde(default)]
    q: String,
}

/// GET `/orgs`.
pub async fn search(request: HttpRequest, visitor: Visitor, site: Data<Site>) -> PageResult {
    let SearchQuery { q } = serde_urlencoded(request.query_string())?;
    let query: String = q.trim().chars().take(MAX_QUERY).collect();
    let mut found = if query.is_empty() { Vec::new() } else { site.catalog.snapshot().search(&query) };
    let more = found.len() > SHOWN;
    found.truncate(SHOWN);
    let found = found
        .into_iter()
        .map(|one| {
            let tab =
                if one.kind == OrganisationKind::Authority { Tab::Authority } else { Tab::Organisation };
            FoundOrganisation {
                address: format!("{}?organisation={}", tab.path(), one.id.0),
                name: one.short_name,
                place: format!("{}, {}", one.settlement, one.municipality),
            }
        })
        .collect();
    page(&OrganisationSearchPage { page: visitor.page(&site), query, found, more })
}

#[derive(Debug, Deserialize)]
struct OptionsQuery {
    level: String,
    /// Choice of the level above, for callers that send no other.
    #[serde(default)]
    parent: String,
    #[serde(default)]
    tab: String,
    #[serde(flatten)]
    choices: Choices,
}

/// GET `/options?level=…` with the levels above as parameters.
pub async fn options(request: HttpRequest, site: Data<Site>) -> PageResult {
    let query: OptionsQuery = serde_urlencoded(request.query_string())?;
    let tab = if query.tab == paths::LOGIN_AUTHORITY { Tab::Authority } else { Tab::Organisation };
    let mut choices = query.choices;
    let above = match query.level.as_str() {
        "municipality" => &mut choices.region,
        "settlement" => &mut choices.municipality,
        "kind" => &mut choices.settlement,
        _ if tab == Tab::Authority => &mut choices.municipality,
        _ => &mut choices.kind,
    };
    if above.is_empty() {
        *above = query.parent;
    }
    let lists = choices.lists(&site.catalog.snapshot(), tab);
    let list = lists.into_iter().find(|list| list.level.name() == query.level).ok_or(PageError::NotFound)?;
    let entries: Vec<Entry> = list.entries;
    let html = OptionsFragment { entries }.render().map_err(|_| PageError::Internal)?;
    let etag = format!("\"{}\"", hex::encode(&Digest::of(html.as_bytes()).as_bytes()[..8]));
    let unchanged =
        request.headers().get(header::IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == etag.as_bytes());
    let mut response = if unchanged { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header((header::ETAG, etag))
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"));
    Ok(if unchanged {
        response.finish()
    } else {
        response.content_type("text/html; charset=utf-8").body(html)
    })
}
