//! The page that asks for the proof, and what follows it.

use actix_web::HttpRequest;
use actix_web::web::{Data, Query};
use serde::Deserialize;

use super::kept_form::KeptForm;
use super::render;
use super::view::OperatorGoOnPage;
use crate::access::{
    Entered, FreshProof, GivenProofs, OperatorSessions, OperatorSignIn, OperatorStage, Visit,
};
use crate::platform::secret::Token;
use crate::sign_in::Password;
use crate::sign_in::form_token::FormOwner;
use crate::web::cookies;
use crate::web::error_page::PageError;
use crate::web::extract::{OnDuty, OperatorForm, request_facts};
use crate::web::helpdesk::Place;
use crate::web::helpdesk::login::{NextQuery, entered_at};
use crate::web::problem::Problem;
use crate::web::respond::{PageResult, page, redirect, with_cookie};
use crate::web::site::Site;

/// The proofs, and what waits for them.
#[derive(Deserialize)]
pub struct ProofForm {
    #[serde(default)]
    password: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    next: String,
    #[serde(default)]
    kept: String,
}

/// GET: the form; on to the page at once if nothing is to be proved any more.
pub async fn show(
    on_duty: OnDuty,
    query: Query<NextQuery>,
    site: Data<Site>,
    sessions: Data<OperatorSessions>,
    service: Data<OperatorSignIn>,
) -> PageResult {
    let next = query.place();
    if sessions.is_fresh(&on_duty.session) {
        return Ok(redirect(&next.path()));
    }
    render(&on_duty, &site, &service, next, String::new(), None).await
}

/// POST: looks at the proofs.
pub async fn prove(
    request: HttpRequest,
    form: OperatorForm<ProofForm>,
    site: Data<Site>,
    service: Data<OperatorSignIn>,
) -> PageResult {
    let OperatorForm { on_duty, fields } = form;
    let next = Place::from_name(&fields.next);
    let again =
        async |problem| render(&on_duty, &site, &service, next, fields.kept.clone(), Some(problem)).await;
    if fields.password.is_empty() {
        return again(Problem::PasswordMissing).await;
    }
    let given = GivenProofs {
        password: Password::new(fields.password.clone()),
        code: fields.code.clone(),
        through_esia: super::through_esia(&request, &on_duty).await?,
    };
    let browser = site.cookies.token(&request, cookies::BROWSER).unwrap_or_else(Token::generate);
    let visit = Visit { browser: browser.digest(), meta: on_duty.meta.clone() };
    let address = request_facts::address(&request, &site).ok_or(PageError::BadRequest)?;
    match service.prove_all_again(&on_duty.session, given, visit, address).await? {
        FreshProof::Given(entered) => go_on(&on_duty, &site, &entered, next, &fields.kept),
        FreshProof::PasswordWrong => again(Problem::PasswordAgainWrong).await,
        FreshProof::CodeMissing => again(Problem::CodeMissing).await,
        FreshProof::CodeWrong => again(Problem::CodeWrong).await,
        FreshProof::EsiaMissing => again(Problem::EsiaMissing).await,
        FreshProof::Delayed { minutes } => again(Problem::CodeLocked { minutes: u64::from(minutes) }).await,
        FreshProof::Overloaded => Err(PageError::Unavailable),
        FreshProof::Gone => Err(PageError::OperatorSignInFirst(next)),
    }
}

/// Back to the page, or on with the form that was kept.
fn go_on(on_duty: &OnDuty, site: &Site, entered: &Entered, next: Place, kept: &str) -> PageResult {
    let kept = KeptForm::open(kept, site, on_duty).filter(|_| entered.stage == OperatorStage::Full);
    let Some(kept) = kept else { return Ok(entered_at(site, entered, next)) };
    let mut common = on_duty.page(site);
    common.csrf = site.form_tokens.issue(FormOwner::Operator(&entered.token.digest()));
    let view = OperatorGoOnPage {
        page: common,
        desk: on_duty.desk(site),
        form_action: kept.path,
        fields: kept.fields.into_iter().collect(),
        back: next.path(),
    };
    Ok(with_cookie(page(&view)?, &site.cookies.operator(&entered.token)))
}
