//! What operators do to links: unlink by reason → check → confirm, a file for each step; freeze, unfreeze,
//! give back; the queue of approvals.

pub mod approvals;
pub mod check;
pub mod confirm;
pub mod one_step;
pub mod reason;
pub mod samples;
pub mod view;

use actix_web::http::StatusCode;

use self::view::{DeedDone, DeedDonePage, DeedRefusedPage, LinkFacts, Subject};
use crate::directory::{Profile, ProfileId};
use crate::helpdesk::links::link_desk::Refusal;
use crate::helpdesk::links::unlink_for_profile::Unlinked;
use crate::linking::{Link, LinkStatus};
use crate::russian;
use crate::web::error_page::PageError;
use crate::web::extract::OnDuty;
use crate::web::paths;
use crate::web::respond::{PageResult, page, page_with};
use crate::web::site::Site;

/// Whom a page is about.
fn subject(profile: &Profile, site: &Site) -> Subject {
    let organisation = site.catalog.snapshot().organisation(profile.organisation);
    Subject {
        id: profile.id,
        name: profile.name.full(),
        organisation: organisation.map(|found| found.short_name).unwrap_or_default(),
    }
}

/// A link as pages show it.
fn facts(link: &Link, site: &Site) -> LinkFacts {
    LinkFacts {
        id: link.id,
        holder: link.holder.clone(),
        level: link.level,
        since: russian::moment_date(link.created_at, site.offset_minutes()),
        frozen: link.status == LinkStatus::Frozen,
    }
}

/// What came of an unlink, in the words of the page.
fn unlinked(what: Unlinked, site: &Site) -> DeedDone {
    match what {
        Unlinked::Done { record, told } => DeedDone::Unlinked { record, told },
        Unlinked::Asked { number, until } => {
            DeedDone::Asked { number, until: russian::moment(until, site.offset_minutes()) }
        }
        Unlinked::Begun { number } => DeedDone::ListBegun { number },
    }
}

/// The answer to a deed that was done, from this profile's card or from the queue of approvals.
fn done(on_duty: &OnDuty, site: &Site, what: DeedDone, from: Option<ProfileId>) -> PageResult {
    let card = from.map(paths::person_card);
    page(&DeedDonePage { page: on_duty.page(site), desk: on_duty.desk(site), what, card })
}

/// The answer to one that was refused: for what the operator may not see, the page of a missing thing.
pub(super) fn refused(on_duty: &OnDuty, site: &Site, refusal: Refusal, back: String) -> PageResult {
    if refusal == Refusal::NotFound {
        return Err(PageError::NotFound);
    }
    let view = DeedRefusedPage { page: on_duty.page(site), desk: on_duty.desk(site), refusal, back };
    page_with(StatusCode::CONFLICT, &view)
}
