//! `/helpdesk/profiles/{id}/code`: a linking code for one person.

use actix_web::web::{Data, Path};
use serde::Deserialize;

use super::view::{CodePage, IssueForm, SlipView, SlipsPage};
use super::{before, card, door, place, request};
use crate::directory::ProfileId;
use crate::helpdesk::Basis;
use crate::helpdesk::issuing::issue_codes::{CodeDesk, Handed, Slip};
use crate::helpdesk::issuing::recipient::{Obstacle, Recipient};
use crate::platform::secret::Token;
use crate::russian;
use crate::web::error_page::PageError;
use crate::web::extract::{OnDuty, OperatorForm};
use crate::web::problem::Problem;
use crate::web::respond::{PageResult, page};
use crate::web::site::Site;

/// The form.
#[derive(Deserialize)]
pub struct CodeForm {
    #[serde(default)]
    basis: String,
    #[serde(default)]
    form: String,
}

/// GET: for whom, and what it rests on.
pub async fn show(on_duty: OnDuty, id: Path<i64>, site: Data<Site>, codes: Data<CodeDesk>) -> PageResult {
    let (recipient, against) = find(&on_duty, *id, &codes).await?;
    page(&view(&on_duty, &site, &recipient, against, None, String::new()))
}

/// POST: hands it out and shows it.
pub async fn issue(
    form: OperatorForm<CodeForm>,
    id: Path<i64>,
    site: Data<Site>,
    codes: Data<CodeDesk>,
) -> PageResult {
    let OperatorForm { on_duty, fields } = form;
    let Some(basis) = Basis::parse(&fields.basis) else {
        let (recipient, against) = find(&on_duty, *id, &codes).await?;
        return page(&view(&on_duty, &site, &recipient, against, Some(Problem::BasisShort), fields.basis));
    };
    if !codes.is_switched_on() {
        return Err(PageError::NotFound);
    }
    match codes.issue(request(&on_duty, basis, &fields.form)?, ProfileId(*id)).await? {
        Handed::Out { what, until } => {
            let organisation = site.catalog.snapshot().organisation(what.recipient.organisation);
            page(&SlipsPage {
                page: on_duty.page(&site),
                desk: on_duty.desk(&site),
                single: Some(what.recipient.name.full()),
                organisation: organisation.map(|found| found.short_name).unwrap_or_default(),
                until: russian::moment(until, site.offset_minutes()),
                address: door(&site),
                next: card(*id),
                slips: vec![slip_view(&what)],
            })
        }
        Handed::Before { at } => before(&on_duty, &site, at, format!("{}/code", card(*id))),
        Handed::Obstacle(_) => {
            let (recipient, against) = find(&on_duty, *id, &codes).await?;
            page(&view(&on_duty, &site, &recipient, against, None, fields.basis))
        }
        Handed::NotFound => Err(PageError::NotFound),
    }
}

/// One slip as the page prints it.
pub(super) fn slip_view(slip: &Slip) -> SlipView {
    SlipView {
        name: slip.recipient.name.full(),
        post: slip.recipient.post.clone().unwrap_or_default(),
        login: slip.recipient.login.clone(),
        code: slip.code.in_groups(),
    }
}

async fn find(
    on_duty: &OnDuty,
    id: i64,
    codes: &CodeDesk,
) -> Result<(Recipient, Option<Obstacle>), PageError> {
    if !codes.is_switched_on() {
        return Err(PageError::NotFound);
    }
    let meta = on_duty.meta.clone();
    codes.find(on_duty.operator.id, ProfileId(id), meta).await?.ok_or(PageError::NotFound)
}

fn view(
    on_duty: &OnDuty,
    site: &Site,
    recipient: &Recipient,
    against: Option<Obstacle>,
    problem: Option<Problem>,
    basis: String,
) -> CodePage {
    let mut page = on_duty.page(site);
    page.problems = problem.into_iter().collect();
    let earlier = recipient.code_until.filter(|until| *until > site.clock.now());
    let card = card(recipient.id.0);
    CodePage {
        page,
        desk: on_duty.desk(site),
        person: IssueForm {
            action: format!("{card}/code"),
            card,
            name: recipient.name.full(),
            place: place(site, recipient.post.as_deref(), recipient.organisation),
            obstacle: against.map(Obstacle::words),
            token: Token::generate().expose().to_owned(),
            basis,
        },
        earlier: earlier.map(|until| russian::moment(until, site.offset_minutes())),
    }
}
