//! `/helpdesk/profiles/{id}/password`: a one-time password for one person.

use actix_web::web::{Data, Path};
use serde::Deserialize;

use super::view::{IssueForm, PasswordIssuedPage, PasswordPage};
use super::{before, card, place, request};
use crate::directory::{Profile, ProfileId};
use crate::helpdesk::Basis;
use crate::helpdesk::issuing::issue_codes::Handed;
use crate::helpdesk::issuing::issue_password::{HandedPassword, PasswordDesk, PasswordObstacle};
use crate::platform::secret::Token;
use crate::russian;
use crate::web::error_page::PageError;
use crate::web::extract::{OnDuty, OperatorForm};
use crate::web::problem::Problem;
use crate::web::respond::{PageResult, busy, page};
use crate::web::site::Site;

/// The form.
#[derive(Deserialize)]
pub struct PasswordForm {
    #[serde(default)]
    basis: String,
    #[serde(default)]
    form: String,
}

/// GET: for whom, and what it rests on.
pub async fn show(
    on_duty: OnDuty,
    id: Path<i64>,
    site: Data<Site>,
    passwords: Data<PasswordDesk>,
) -> PageResult {
    let (profile, against) = find(&on_duty, *id, &passwords).await?;
    page(&view(&on_duty, &site, &profile, against, None, String::new()))
}

/// POST: hands it out and shows it.
pub async fn issue(
    form: OperatorForm<PasswordForm>,
    id: Path<i64>,
    site: Data<Site>,
    passwords: Data<PasswordDesk>,
) -> PageResult {
    let OperatorForm { on_duty, fields } = form;
    let Some(basis) = Basis::parse(&fields.basis) else {
        let (profile, against) = find(&on_duty, *id, &passwords).await?;
        return page(&view(&on_duty, &site, &profile, against, Some(Problem::BasisShort), fields.basis));
    };
    let asked = request(&on_duty, basis, &fields.form)?;
    match passwords.issue(asked, ProfileId(*id)).await? {
        HandedPassword::Handed(handed) => match *handed {
            Handed::Out { what: (profile, password), until } => page(&PasswordIssuedPage {
                page: on_duty.page(&site),
                desk: on_duty.desk(&site),
                name: profile.name.full(),
                login: profile.login.clone(),
                password: password.expose().to_owned(),
                until: russian::moment(until, site.offset_minutes()),
                next: card(*id),
            }),
            Handed::Before { at } => before(&on_duty, &site, at, format!("{}/password", card(*id))),
            Handed::NotFound | Handed::Obstacle(_) => Err(PageError::NotFound),
        },
        HandedPassword::Obstacle(_) => {
            let (profile, against) = find(&on_duty, *id, &passwords).await?;
            page(&view(&on_duty, &site, &profile, against, None, fields.basis))
        }
        HandedPassword::Overloaded { retry_after } => Ok(busy(retry_after)),
    }
}

async fn find(
    on_duty: &OnDuty,
    id: i64,
    passwords: &PasswordDesk,
) -> Result<(Profile, Option<PasswordObstacle>), PageError> {
    let meta = on_duty.meta.clone();
    passwords.open(on_duty.operator.id, ProfileId(id), meta).await?.ok_or(PageError::NotFound)
}

fn view(
    on_duty: &OnDuty,
    site: &Site,
    profile: &Profile,
    against: Option<PasswordObstacle>,
    problem: Option<Problem>,
    basis: String,
) -> PasswordPage {
    let mut page = on_duty.page(site);
    page.problems = problem.into_iter().collect();
    let card = card(profile.id.0);
    PasswordPage {
        page,
        desk: on_duty.desk(site),
        person: IssueForm {
            action: format!("{card}/password"),
            card,
            name: profile.name.full(),
            place: place(site, profile.post.as_deref(), profile.organisation),
            obstacle: against.map(PasswordObstacle::words),
            token: Token::generate().expose().to_owned(),
            basis,
        },
    }
}
