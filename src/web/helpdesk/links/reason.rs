//! First step of an unlink: why, and what it rests on.

use actix_web::web::{Data, Path};

use super::view::{Obstacle, UnlinkReasonPage};
use super::{facts, subject};
use crate::directory::ProfileId;
use crate::helpdesk::links::link_desk::LinkDesk;
use crate::helpdesk::links::unlink_for_profile::UnlinkPreview;
use crate::russian;
use crate::web::error_page::PageError;
use crate::web::extract::OnDuty;
use crate::web::problem::Problem;
use crate::web::respond::{PageResult, page};
use crate::web::site::Site;

/// GET: the form, or why there is nothing to do.
pub async fn show(on_duty: OnDuty, profile: Path<i64>, site: Data<Site>, desk: Data<LinkDesk>) -> PageResult {
    let profile = ProfileId(profile.into_inner());
    let found = desk.preview_unlink(on_duty.operator.id, profile).await?;
    let Some(preview) = found else { return Err(PageError::NotFound) };
    page(&view(&on_duty, &site, &preview, String::new(), String::new(), Vec::new()))
}

/// The form with what was typed.
pub(super) fn view(
    on_duty: &OnDuty,
    site: &Site,
    preview: &UnlinkPreview,
    reason: String,
    basis: String,
    problems: Vec<Problem>,
) -> UnlinkReasonPage {
    let obstacle = match (&preview.link, &preview.waiting) {
        _ if preview.own => Some(Obstacle::OwnProfile),
        (None, _) => Some(Obstacle::NothingLinked),
        (_, Some(waiting)) => Some(Obstacle::Waiting {
            number: waiting.number.clone(),
            until: russian::moment(waiting.expires_at, site.offset_minutes()),
        }),
        _ => None,
    };
    let mut page = on_duty.page(site);
    page.problems = problems;
    UnlinkReasonPage {
        page,
        desk: on_duty.desk(site),
        subject: subject(&preview.profile, site),
        link: preview.link.as_ref().map(|link| facts(link, site)),
        obstacle,
        reason,
        basis: basis.chars().take(2000).collect(),
        reversal_hours: preview.reversal_hours,
    }
}
