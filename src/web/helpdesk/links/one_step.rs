//! Deeds of one step: freeze, unfreeze, give back. Each asks what it rests on.

use actix_web::HttpRequest;
use actix_web::web::{Data, Path};
use serde::Deserialize;

use super::view::{Deed, DeedDone, OneStepObstacle, OneStepPage};
use super::{done, facts, refused, subject};
use crate::directory::ProfileId;
use crate::helpdesk::Basis;
use crate::helpdesk::links::link_desk::LinkDesk;
use crate::helpdesk::links::one_step::OneStep;
use crate::linking::{LinkId, LinkStatus};
use crate::web::error_page::PageError;
use crate::web::extract::{OnDuty, OperatorForm};
use crate::web::problem::Problem;
use crate::web::respond::{PageResult, page};
use crate::web::site::Site;

/// The form.
#[derive(Deserialize)]
pub struct OneStepForm {
    #[serde(default)]
    link: String,
    #[serde(default)]
    basis: String,
}

impl std::fmt::Debug for OneStepForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OneStepForm({})", self.link)
    }
}

/// GET: the form, or why there is nothing to do.
pub async fn show(
    request: HttpRequest,
    on_duty: OnDuty,
    profile: Path<i64>,
    site: Data<Site>,
    desk: Data<LinkDesk>,
) -> PageResult {
    let profile = ProfileId(profile.into_inner());
    let deed = Deed::of_path(request.path()).ok_or(PageError::NotFound)?;
    page(&view(&on_duty, &site, &desk, profile, deed, String::new(), Vec::new()).await?)
}

/// POST: does it.
pub async fn act(
    request: HttpRequest,
    form: OperatorForm<OneStepForm>,
    profile: Path<i64>,
    site: Data<Site>,
    desk: Data<LinkDesk>,
) -> PageResult {
    let OperatorForm { on_duty, fields } = form;
    let profile = ProfileId(profile.into_inner());
    let deed = Deed::of_path(request.path()).ok_or(PageError::NotFound)?;
    let Some(basis) = Basis::parse(&fields.basis) else {
        let problems = vec![Problem::BasisShort];
        return page(&view(&on_duty, &site, &desk, profile, deed, fields.basis, problems).await?);
    };
    let link = LinkId(fields.link.parse().unwrap_or(0));
    let asked = OneStep { operator: on_duty.operator.id, profile, link, basis, meta: on_duty.meta.clone() };
    let record = match deed {
        Deed::Freeze => desk.freeze(asked).await?,
        Deed::Unfreeze => desk.unfreeze(asked).await?,
        Deed::Restore => desk.restore(asked).await?,
    };
    match record {
        Ok(record) => done(&on_duty, &site, DeedDone::OneStep { deed, record }, Some(profile)),
        Err(refusal) => refused(&on_duty, &site, refusal, deed.path(profile)),
    }
}

async fn view(
    on_duty: &OnDuty,
    site: &Site,
    desk: &LinkDesk,
    profile: ProfileId,
    deed: Deed,
    basis: String,
    problems: Vec<Problem>,
) -> Result<OneStepPage, PageError> {
    let operator = on_duty.operator.id;
    let found = desk.preview_unlink(operator, profile).await?;
    let Some(preview) = found else { return Err(PageError::NotFound) };
    let (link, obstacle) = match deed {
        Deed::Restore => match desk.preview_reversal(operator, profile).await? {
            None => (None, Some(OneStepObstacle::NothingToRestore)),
            Some(reversal) => {
                let obstacle = match reversal.may {
                    Err(reason) => Some(OneStepObstacle::NotReversible(reason)),
                    Ok(()) if reversal.needs_another => Some(OneStepObstacle::AnotherOperator),
                    Ok(()) => None,
                };
                (Some(reversal.link), obstacle)
            }
        },
        Deed::Freeze | Deed::Unfreeze => {
            let wanted = if deed == Deed::Freeze { LinkStatus::Active } else { LinkStatus::Frozen };
            let fits = preview.link.as_ref().is_some_and(|link| link.status == wanted);
            let obstacle = if deed == Deed::Freeze {
                OneStepObstacle::NothingToFreeze
            } else {
                OneStepObstacle::NothingFrozen
            };
            (preview.link.clone(), (!fits).then_some(obstacle))
        }
    };
    let obstacle = if preview.own { Some(OneStepObstacle::OwnProfile) } else { obstacle };
    let mut common = on_duty.page(site);
    common.problems = problems;
    Ok(OneStepPage {
        page: common,
        desk: on_duty.desk(site),
        deed,
        subject: subject(&preview.profile, site),
        link: link.as_ref().map(|link| facts(link, site)),
        obstacle,
        basis: basis.chars().take(2000).collect(),
    })
}
