//! `/settings/link/confirm`: compare both identities, then link on POST.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use serde::Deserialize;

use super::home::roles;
use super::link::TripQuery;
use super::view::{CompareRow, ConfirmKind, ConfirmPage, RowLabel, Verdict};
use crate::directory::snils_vault;
use crate::error_code::OutcomeCode;
use crate::federation::Outcome;
use crate::identity::VerifiedIdentity;
use crate::linking::Linking;
use crate::linking::assess::Assessment;
use crate::linking::link_account::{Confirmation, LinkResult};
use crate::linking::name_match::{Comparison, MatchFacts};
use crate::linking::policy::{Decision, Grade};
use crate::linking::preview_link::Preview;
use crate::russian;
use crate::sign_in::{Password, PasswordSignIn, Proof};
use crate::web::error_page::PageError;
use crate::web::extract::{CsrfForm, Linker, SignedIn, request_facts};
use crate::web::paths::{self, Next};
use crate::web::problem::Problem;
use crate::web::respond::{PageResult, page_with, redirect, with_cookie};
use crate::web::site::Site;

/// What the person says.
#[derive(Deserialize)]
pub struct ConfirmForm {
    #[serde(default)]
    decision: String,
    #[serde(default)]
    password: String,
}

/// GET: both sides.
pub async fn show(
    linker: Linker,
    query: Query<TripQuery>,
    site: Data<Site>,
    linking: Data<Linking>,
) -> PageResult {
    let Linker(person) = linker;
    render(StatusCode::OK, &person, &query.reference, &site, &linking, Vec::new()).await
}

/// POST: links, or leaves everything as it is.
pub async fn confirm(
    request: HttpRequest,
    form: CsrfForm<ConfirmForm>,
    query: Query<TripQuery>,
    site: Data<Site>,
    linking: Data<Linking>,
    passwords: Data<PasswordSignIn>,
) -> PageResult {
    let CsrfForm { visitor, fields } = form;
    let Linker(person) = Linker::of(visitor, Next::Link)?;
    let reference = &query.reference;
    if fields.decision == "decline" {
        linking.decline(&person.session, reference.clone()).await?;
        return Ok(redirect(paths::SETTINGS));
    }
    let again = |problem| {
        let problems = vec![problem];
        render(StatusCode::OK, &person, reference, &site, &linking, problems)
    };
    let password_proven = if fields.password.is_empty() {
        false
    } else {
        let address = request_facts::address(&request, &site).ok_or(PageError::BadRequest)?;
        let password = Password::new(fields.password);
        let browser = person.visitor.browser.digest();
        match passwords.prove_again(&person.session, &person.profile, password, browser, address).await? {
            Proof::Given => true,
            Proof::Wrong => return again(Problem::PasswordAgainWrong).await,
            Proof::Delayed { minutes } => return Err(PageError::TooMany(u64::from(minutes) * 60)),
            Proof::Overloaded => return Err(PageError::Unavailable),
        }
    };
    let confirmation = Confirmation { explicit: fields.decision == "link", password_proven };
    let meta = person.visitor.meta.clone();
    match linking.link(&person.session, reference.clone(), confirmation, meta).await? {
        LinkResult::Linked { token, .. } => {
            let response = redirect(&paths::linked(reference));
            Ok(match token {
                Some(token) => with_cookie(response, &site.cookies.session(&token)),
                None => response,
            })
        }
        LinkResult::ChoiceNeeded => again(Problem::ConfirmMissing).await,
        LinkResult::PasswordNeeded => again(Problem::PasswordMissing).await,
        LinkResult::Over(outcome) => Ok(over(outcome, reference)),
    }
}

async fn render(
    status: StatusCode,
    person: &SignedIn,
    reference: &str,
    site: &Site,
    linking: &Linking,
    problems: Vec<Problem>,
) -> PageResult {
    let (identity, assessment) = match linking.preview(&person.session, reference.to_owned()).await? {
        Preview::Open { identity, assessment, .. } => (identity, assessment),
        Preview::Over(outcome) => return Ok(over(outcome, reference)),
    };
    let kind = match assessment.decision {
        Decision::Confirm { grade: Grade::Exact, .. } => ConfirmKind::Exact,
        Decision::Confirm { password, .. } => ConfirmKind::Partial { password },
        Decision::AlreadyLinked => return Ok(redirect(&paths::linked(reference))),
        Decision::Refuse(code) => return Ok(over(Outcome::Refused(code), reference)),
    };
    let snapshot = site.catalog.snapshot();
    let organisation = snapshot.organisation(person.profile.organisation).map(|found| found.short_name);
    let mut page = person.page(site);
    page.problems = problems;
    page_with(
        status,
        &ConfirmPage {
            page,
            form_action: paths::confirm(reference),
            login: person.profile.login.clone(),
            kind,
            rows: rows(&identity, &assessment, linking),
            profile: format!("{}, {}", roles(&person.profile), organisation.unwrap_or_default()),
            level: identity.level.adjective().to_owned(),
        },
    )
}

/// Where a trip that is over leads.
fn over(outcome: Outcome, reference: &str) -> actix_web::HttpResponse {
    match outcome {
        Outcome::Linked | Outcome::LinkedAlready => redirect(&paths::linked(reference)),
        Outcome::Refused(code) => redirect(&paths::outcome(code.shown(), Some(reference))),
        Outcome::LevelLow(_) => redirect(&paths::outcome(OutcomeCode::LevelLow, Some(reference))),
        Outcome::Withdrawn => redirect(paths::LINK),
        Outcome::SignedIn | Outcome::Choose => redirect(&paths::outcome(OutcomeCode::StateLost, None)),
    }
}

fn rows(identity: &VerifiedIdentity, assessment: &Assessment, linking: &Linking) -> Vec<CompareRow> {
    let (Some(profile), Some(matched)) = (&assessment.profile, &assessment.matched) else {
        return Vec::new();
    };
    let MatchFacts { last_name, first_name, middle_name, birth_date, snils } = *matched;
    let row = |label, comparison, journal: Option<String>, esia: Option<String>| CompareRow {
        label,
        journal: journal.unwrap_or_default(),
        esia: esia.unwrap_or_default(),
        verdict: verdict(comparison),
    };
    let (journal, esia) = (&profile.name, &identity.name);
    let journal_snils = profile.snils.as_ref();
    let journal_snils =
        journal_snils.and_then(|s| snils_vault::open_snils(linking.keys(), &profile.uid, s).ok());
    vec![
        row(RowLabel::LastName, last_name, Some(journal.last.clone()), Some(esia.last.clone())),
        row(RowLabel::FirstName, first_name, Some(journal.first.clone()), Some(esia.first.clone())),
        row(RowLabel::MiddleName, middle_name, journal.middle.clone(), esia.middle.clone()),
        row(
            RowLabel::BirthDate,
            birth_date,
            profile.birth_date.map(russian::short_date),
            identity.birth_date.map(russian::short_date),
        ),
        row(
            RowLabel::Snils,
            snils,
            journal_snils.map(|snils| snils.masked()),
            identity.snils.as_ref().map(|snils| snils.masked()),
        ),
    ]
}

fn verdict(comparison: Comparison) -> Verdict {
    match comparison {
        Comparison::Same => Verdict::Same,
        Comparison::Differs => Verdict::Differs,
        Comparison::MissingInJournal => Verdict::MissingInJournal,
        Comparison::MissingInEsia => Verdict::MissingInEsia,
        Comparison::MissingOnBoth => Verdict::MissingOnBoth,
    }
}
