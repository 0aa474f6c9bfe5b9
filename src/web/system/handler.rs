//! Pages anybody may see: help, display settings, personal data.

use actix_web::web::Data;
use serde::Deserialize;

use super::view::{DisplaySettingsPage, HelpGosuslugiPage, HelpPage, PersonalDataPage};
use crate::web::cookies;
use crate::web::display::Display;
use crate::web::error_page::PageError;
use crate::web::extract::{CsrfForm, Visitor};
use crate::web::page::Banner;
use crate::web::respond::{PageResult, page, redirect, remember_browser, with_cookie};
use crate::web::site::Site;

/// Day on which the help's facts were last compared with their sources.
const HELP_CHECKED: &str = "21 ноября 2026 года";
/// Days the display settings are kept.
const DISPLAY_DAYS: i64 = 400;

/// GET `/help`.
pub async fn help(visitor: Visitor, site: Data<Site>) -> PageResult {
    page(&HelpPage { page: visitor.page(&site), checked: HELP_CHECKED.into() })
}

/// GET `/help/gosuslugi`.
pub async fn help_gosuslugi(visitor: Visitor, site: Data<Site>) -> PageResult {
    page(&HelpGosuslugiPage { page: visitor.page(&site), checked: HELP_CHECKED.into() })
}

/// GET `/documents/personal-data`.
pub async fn personal_data(visitor: Visitor, site: Data<Site>) -> PageResult {
    page(&PersonalDataPage { page: visitor.page(&site) })
}

/// GET `/display`.
pub async fn display(visitor: Visitor, site: Data<Site>, query: actix_web::web::Query<Saved>) -> PageResult {
    let mut common = visitor.page(&site);
    common.banner = (!query.saved.is_empty()).then_some(Banner::DisplaySaved);
    page(&DisplaySettingsPage { page: common }).map(|response| remember_browser(response, &site, &visitor))
}

/// Whether the page follows its own POST.
#[derive(Debug, Default, Deserialize)]
pub struct Saved {
    #[serde(default)]
    saved: String,
}

/// The form of display settings.
#[derive(Debug, Deserialize)]
pub struct DisplayForm {
    #[serde(default)]
    size: String,
    #[serde(default)]
    scheme: String,
    #[serde(default)]
    spacing: String,
    #[serde(default)]
    font: String,
    #[serde(default)]
    reset: String,
}

/// POST `/display`.
pub async fn set_display(form: CsrfForm<DisplayForm>, site: Data<Site>) -> PageResult {
    let fields = form.fields;
    let chosen = [fields.size, fields.scheme, fields.spacing, fields.font].join(".");
    let display = if fields.reset.is_empty() { Display::from_cookie(&chosen) } else { Display::default() };
    let cookie = site.cookies.kept(cookies::DISPLAY, display.to_cookie(), DISPLAY_DAYS);
    Ok(with_cookie(redirect("/display?saved=1"), &cookie))
}

/// Whatever has no route.
pub async fn not_found() -> Result<actix_web::HttpResponse, PageError> {
    Err(PageError::NotFound)
}
