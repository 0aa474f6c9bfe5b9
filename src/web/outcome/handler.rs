//! `/outcome/{code}`: the problem pages. What a page says beyond its code comes from the trip, and only to
//! the browser that began it.

use actix_web::HttpRequest;
use actix_web::web::{Data, Path, Query};

use super::view::OutcomePage;
use crate::error_code::{OutcomeCode, OutcomeFacts, Retry};
use crate::federation::Outcome;
use crate::linking::Linking;
use crate::rollout::Phase;
use crate::russian::{self, Plural};
use crate::sign_in::SessionStage;
use crate::web::error_page::PageError;
use crate::web::extract::{Visitor, signed_in};
use crate::web::respond::{PageResult, page, remember_browser};
use crate::web::settings::link::TripQuery;
use crate::web::site::Site;

/// GET.
pub async fn show(
    request: HttpRequest,
    code: Path<u16>,
    query: Query<TripQuery>,
    visitor: Visitor,
    site: Data<Site>,
    linking: Data<Linking>,
) -> PageResult {
    let code = OutcomeCode::from_number(*code).ok_or(PageError::NotFound)?.shown();
    let mut facts = facts(code, &query.reference, &visitor, &site, &linking).await?;
    if code == OutcomeCode::LevelLow && !query.reference.is_empty() {
        let trips = site.cookies.attempts(&request);
        facts.level = match linking.recorded_outcome(query.reference.clone(), &trips).await? {
            Some(Outcome::LevelLow(level)) => Some(level.adjective().to_owned()),
            _ => None,
        };
    }
    let view = OutcomePage { page: signed_in::page_for_anybody(&visitor, &site), code, facts };
    page(&view).map(|response| remember_browser(response, &site, &visitor))
}

async fn facts(
    code: OutcomeCode,
    reference: &str,
    visitor: &Visitor,
    site: &Site,
    linking: &Linking,
) -> Result<OutcomeFacts, PageError> {
    let now = site.clock.now();
    let phase = linking.phase(now);
    let minutes = linking.attempt_life().num_minutes().unsigned_abs();
    let mut facts = OutcomeFacts {
        life: Some(russian::counted(minutes, Plural::MINUTE_GENITIVE)),
        support_phone: site.contacts.phone.clone(),
        reference: reference.to_owned(),
        password_open: phase.password_opens_journal(),
        ..OutcomeFacts::default()
    };
    match (code, phase) {
        (OutcomeCode::PasswordClosed | OutcomeCode::LastWayIn, Phase::Only { since }) => {
            facts.date = Some(russian::date(since));
        }
        (OutcomeCode::PhaseClosed, _) => facts.date = linking.opens(now).map(russian::date),
        (OutcomeCode::Unavailable, _) => {
            facts.date = linking.password_end(now).map(|(ends, _)| russian::date(ends));
        }
        _ => {}
    }
    let Some((session, Some(profile))) = &visitor.session else { return Ok(facts) };
    facts.retry = Retry::Link;
    facts.journal_name = Some(profile.name.full());
    let organisation = site.catalog.snapshot().organisation(profile.organisation);
    facts.organisation = organisation.as_ref().map(|found| found.short_name.clone());
    facts.organisation_phone = organisation.map(|found| found.phone);
    let about_link = matches!(code, OutcomeCode::ProfileHasOther | OutcomeCode::LinkFrozen);
    if about_link && session.stage != SessionStage::Choosing {
        let since = linking.own_link(profile).await?.link.map(|link| link.created_at);
        facts.date = since.map(|at| russian::moment_date(at, site.offset_minutes()));
    }
    Ok(facts)
}
