//! Linking codes and one-time passwords: handed out, shown once, printed.
//!
//! What was made is in the answer to the POST itself, which no browser keeps (`no-store`); a reload sends the
//! same form again, and the same form is answered once.

pub mod code;
pub mod password;
pub mod samples;
pub mod slips;
pub mod view;

use crate::directory::OrganisationId;
use crate::helpdesk::Basis;
use crate::helpdesk::issuing::issue_codes::IssueRequest;
use crate::platform::clock::Timestamp;
use crate::platform::secret::Token;
use crate::russian;
use crate::web::error_page::PageError;
use crate::web::extract::OnDuty;
use crate::web::respond::{PageResult, page};
use crate::web::site::Site;

/// A person's card.
fn card(id: i64) -> String {
    format!("/helpdesk/profiles/{id}")
}

/// Class or post, and organisation.
fn place(site: &Site, post: Option<&str>, organisation: OrganisationId) -> String {
    let organisation = site.catalog.snapshot().organisation(organisation);
    let organisation = organisation.map(|found| found.short_name).unwrap_or_default();
    post.into_iter().chain([organisation.as_str()]).collect::<Vec<_>>().join(", ")
}

/// What the use case is asked with.
fn request(on_duty: &OnDuty, basis: Basis, form: &str) -> Result<IssueRequest, PageError> {
    let form = Token::parse(form).ok_or(PageError::BadRequest)?;
    Ok(IssueRequest { operator: on_duty.operator.id, basis, form: form.digest(), meta: on_duty.meta.clone() })
}

/// The answer to a form that was answered before.
fn before(on_duty: &OnDuty, site: &Site, at: Timestamp, again: String) -> PageResult {
    let time = format!("в {}", russian::moment_time(at, site.offset_minutes()));
    page(&view::IssuedBeforePage { page: on_duty.page(site), desk: on_duty.desk(site), time, again })
}

/// The address of the door as a person types it.
fn door(site: &Site) -> String {
    let address = format!("{}{}", site.public_origin(), crate::web::paths::LOGIN_LINK);
    address.split_once("://").map_or(address.clone(), |(_, rest)| rest.to_owned())
}
