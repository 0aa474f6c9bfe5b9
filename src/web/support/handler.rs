//! `/support`: what the person wants to tell, and the number of the case.

use actix_web::HttpRequest;
use actix_web::web::{Data, Query};
use serde::Deserialize;

use super::view::{EnoughPage, ReportPage, SentPage};
use crate::directory::OrganisationId;
use crate::error_code::OutcomeCode;
use crate::helpdesk::Cases;
use crate::helpdesk::cases::open_case::{Report, Reported};
use crate::helpdesk::cases::plain_text::{self, TextProblem};
use crate::identity::reference::is_reference;
use crate::mail::address;
use crate::russian::{self, Plural};
use crate::sign_in::{AddressCeiling, SessionStage, remembered_organisation};
use crate::web::error_page::PageError;
use crate::web::extract::{CsrfForm, Visitor, request_facts, signed_in};
use crate::web::problem::Problem;
use crate::web::respond::{PageResult, page, redirect, remember_browser};
use crate::web::settings::masked;
use crate::web::site::Site;
use crate::web::{cookies, paths};

/// Cases that one network address may open.
#[derive(Clone, Debug)]
pub struct CaseCeiling(pub AddressCeiling);

/// Where the person comes from.
#[derive(Debug, Deserialize)]
pub struct From {
    #[serde(default)]
    code: String,
    #[serde(default, rename = "ref")]
    reference: String,
}

/// The form.
#[derive(Deserialize)]
pub struct ReportForm {
    #[serde(flatten)]
    from: From,
    #[serde(default)]
    text: String,
    #[serde(default)]
    contact: String,
}

/// The number of a case.
#[derive(Debug, Deserialize)]
pub struct Sent {
    #[serde(default)]
    number: String,
}

/// GET: the form.
pub async fn show(from: Query<From>, visitor: Visitor, site: Data<Site>) -> PageResult {
    page(&view(&visitor, &site, &from)).map(|response| remember_browser(response, &site, &visitor))
}

/// POST: opens the case.
pub async fn report(
    request: HttpRequest,
    form: CsrfForm<ReportForm>,
    site: Data<Site>,
    cases: Data<Cases>,
    ceiling: Data<CaseCeiling>,
) -> PageResult {
    let CsrfForm { visitor, fields } = form;
    let mut again = view(&visitor, &site, &fields.from);
    let text = plain_text::cleaned(&fields.text);
    let contact = fields.contact.trim();
    let problems = [
        text.as_ref().err().map(|problem| match problem {
            TextProblem::Empty => Problem::ReportMissing,
            TextProblem::TooLong => Problem::ReportLong,
        }),
        match (contact.is_empty(), &again.email) {
            (true, Some(_)) => None,
            (true, None) => Some(Problem::ContactMissing),
            (false, _) => address::parse(contact).is_none().then_some(Problem::ContactWrong),
        },
    ];
    let (Ok(text), [None, None]) = (text, &problems) else {
        again.page.problems = problems.into_iter().flatten().collect();
        again.text = fields.text;
        again.contact = fields.contact;
        return page(&again);
    };
    let address = request_facts::address(&request, &site).ok_or(PageError::BadRequest)?;
    ceiling.0.check(address).map_err(|wait| PageError::TooMany(wait.as_secs().max(1)))?;
    let (profile, organisation) = whose(&request, &visitor, &site);
    let report = Report {
        profile,
        organisation,
        outcome: again.code.map(OutcomeCode::number),
        reference: Some(again.reference).filter(|reference| !reference.is_empty()),
        text,
        contact: Some(contact.to_owned()).filter(|contact| !contact.is_empty()),
    };
    match cases.report(report, visitor.meta.clone()).await? {
        Reported::Open { number } => Ok(redirect(&paths::support_sent(&number))),
        Reported::TooMany => page(&EnoughPage { page: signed_in::page_for_anybody(&visitor, &site) }),
    }
}

/// GET: the number again. It says nothing that the address does not.
pub async fn sent(query: Query<Sent>, visitor: Visitor, site: Data<Site>, cases: Data<Cases>) -> PageResult {
    let number = query.into_inner().number;
    if !is_reference(&number) {
        return Err(PageError::NotFound);
    }
    let within = russian::counted(cases.working_days().into(), Plural::WORKING_DAY_GENITIVE);
    page(&SentPage { page: signed_in::page_for_anybody(&visitor, &site), number, within })
}

fn view(visitor: &Visitor, site: &Site, from: &From) -> ReportPage {
    let number = from.code.parse().ok();
    let email = known(visitor).and_then(|profile| profile.email.as_deref()).map(masked::email);
    ReportPage {
        page: signed_in::page_for_anybody(visitor, site),
        code: number.and_then(OutcomeCode::from_number).map(OutcomeCode::shown),
        reference: Some(&from.reference).filter(|text| is_reference(text)).cloned().unwrap_or_default(),
        email,
        text: String::new(),
        contact: String::new(),
    }
}

/// The profile that the browser is signed in to.
fn known(visitor: &Visitor) -> Option<&crate::directory::Profile> {
    let (session, profile) = visitor.session.as_ref()?;
    profile.as_ref().filter(|_| session.stage != SessionStage::Choosing)
}

/// Whose case it is: of the signed-in profile, or of nobody known in the remembered organisation.
fn whose(
    request: &HttpRequest,
    visitor: &Visitor,
    site: &Site,
) -> (Option<crate::directory::ProfileId>, Option<OrganisationId>) {
    if let Some(profile) = known(visitor) {
        return (Some(profile.id), Some(profile.organisation));
    }
    let remembered = site
        .cookies
        .value(request, cookies::ORGANISATION)
        .and_then(|value| remembered_organisation::from_cookie(&value, site.clock.now(), site.cookie_key()));
    (None, remembered.filter(|id| site.catalog.snapshot().organisation(*id).is_some()))
}
