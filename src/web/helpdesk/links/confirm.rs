//! Third step of an unlink: it is done, or a second operator is asked.

use actix_web::web::{Data, Path};

use super::check::UnlinkForm;
use super::{done, reason, refused, unlinked};
use crate::directory::ProfileId;
use crate::helpdesk::links::link_desk::LinkDesk;
use crate::web::error_page::PageError;
use crate::web::extract::OperatorForm;
use crate::web::paths;
use crate::web::respond::{PageResult, page};
use crate::web::site::Site;

/// POST: unlinks. Everything is looked at again in the deed's transaction.
pub async fn confirm(
    form: OperatorForm<UnlinkForm>,
    profile: Path<i64>,
    site: Data<Site>,
    desk: Data<LinkDesk>,
) -> PageResult {
    let OperatorForm { on_duty, fields } = form;
    let profile = ProfileId(profile.into_inner());
    let request = match fields.read() {
        Ok(request) => request,
        Err(problems) => {
            let found = desk.preview_unlink(on_duty.operator.id, profile).await?;
            let Some(preview) = found else { return Err(PageError::NotFound) };
            return page(&reason::view(&on_duty, &site, &preview, fields.reason, fields.basis, problems));
        }
    };
    match desk.unlink(on_duty.operator.id, profile, request, on_duty.meta.clone()).await? {
        Ok(what) => done(&on_duty, &site, unlinked(what, &site), Some(profile)),
        Err(refusal) => refused(&on_duty, &site, refusal, paths::desk_unlink(profile)),
    }
}
