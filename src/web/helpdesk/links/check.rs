//! Second step of an unlink: what will stop, who is told. Writes nothing.

use actix_web::web::{Data, Path};
use serde::Deserialize;

use super::view::UnlinkCheckPage;
use super::{facts, reason, refused, subject};
use crate::directory::ProfileId;
use crate::helpdesk::Basis;
use crate::helpdesk::links::link_desk::{LinkDesk, Refusal};
use crate::helpdesk::links::unlink_request::{UnlinkReason, UnlinkRequest};
use crate::linking::LinkId;
use crate::web::error_page::PageError;
use crate::web::extract::OperatorForm;
use crate::web::paths;
use crate::web::problem::Problem;
use crate::web::respond::{PageResult, page};
use crate::web::settings::masked;
use crate::web::site::Site;

/// The form of the first step, and what the second one carries on.
#[derive(Deserialize)]
pub struct UnlinkForm {
    #[serde(default)]
    link: String,
    #[serde(default)]
    pub(super) reason: String,
    #[serde(default)]
    pub(super) basis: String,
    /// Back from the check to the first step, with what was typed: it belongs into no address.
    #[serde(default)]
    change: String,
}

impl std::fmt::Debug for UnlinkForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "UnlinkForm({})", self.link)
    }
}

impl UnlinkForm {
    /// The request, or what is wrong in the form.
    pub(super) fn read(&self) -> Result<UnlinkRequest, Vec<Problem>> {
        let reason = UnlinkReason::from_name(&self.reason);
        let basis = Basis::parse(&self.basis);
        match (reason, basis) {
            (Some(reason), Some(basis)) => {
                // What is no number of a link is the number of none.
                Ok(UnlinkRequest { link: LinkId(self.link.parse().unwrap_or(0)), reason, basis })
            }
            (reason, basis) => {
                let missing =
                    [(reason.is_none(), Problem::ReasonMissing), (basis.is_none(), Problem::BasisShort)];
                Err(missing.into_iter().filter_map(|(is, problem)| is.then_some(problem)).collect())
            }
        }
    }
}

/// POST: the check page, or the form again.
pub async fn check(
    form: OperatorForm<UnlinkForm>,
    profile: Path<i64>,
    site: Data<Site>,
    desk: Data<LinkDesk>,
) -> PageResult {
    let OperatorForm { on_duty, fields } = form;
    let profile = ProfileId(profile.into_inner());
    let found = desk.preview_unlink(on_duty.operator.id, profile).await?;
    let Some(preview) = found else { return Err(PageError::NotFound) };
    if !fields.change.is_empty() {
        return page(&reason::view(&on_duty, &site, &preview, fields.reason, fields.basis, Vec::new()));
    }
    let request = match fields.read() {
        Ok(request) => request,
        Err(problems) => {
            return page(&reason::view(&on_duty, &site, &preview, fields.reason, fields.basis, problems));
        }
    };
    let Some(link) = preview.link.as_ref().filter(|link| link.id == request.link) else {
        return refused(&on_duty, &site, Refusal::Stale, paths::desk_unlink(profile));
    };
    if preview.own || preview.waiting.is_some() {
        return page(&reason::view(&on_duty, &site, &preview, fields.reason, fields.basis, Vec::new()));
    }
    page(&UnlinkCheckPage {
        page: on_duty.page(&site),
        desk: on_duty.desk(&site),
        subject: subject(&preview.profile, &site),
        link: facts(link, &site),
        reason: request.reason,
        basis: request.basis.text().to_owned(),
        sessions: preview.sessions as u64,
        email: preview.profile.email.as_deref().map(masked::email),
        guarded: preview.guarded,
        reversal_hours: preview.reversal_hours,
    })
}
