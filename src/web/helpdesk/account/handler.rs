//! `/helpdesk/account`: the own password and second factor. Both ask for the password again.

use actix_web::HttpRequest;
use actix_web::web::{Data, Query};
use serde::Deserialize;

use super::view::{NewRecoveryCodesPage, OperatorAccountPage, OperatorFactorPage, OperatorPasswordPage};
use crate::access::{FactorOffer, FactorSet, OperatorSignIn, PasswordSet, Visit};
use crate::platform::secret::Token;
use crate::sign_in::{Password, Proof};
use crate::web::cookies;
use crate::web::error_page::PageError;
use crate::web::extract::{OnDuty, OperatorForm, request_facts};
use crate::web::helpdesk::steps::new_factor::{offered, written};
use crate::web::problem::Problem;
use crate::web::respond::{PageResult, busy, page, redirect, with_cookie};
use crate::web::site::Site;

const PATH: &str = "/helpdesk/account";
const AFTER_CHANGE: &str = "/helpdesk/account?changed=1";
const FACTOR: &str = "/helpdesk/account/factor";

/// What the page is told of the deed just done.
#[derive(Debug, Default, Deserialize)]
pub struct AccountQuery {
    #[serde(default)]
    changed: String,
}

/// The password there is, and the new one twice.
#[derive(Deserialize)]
pub struct PasswordForm {
    #[serde(default)]
    password: String,
    #[serde(default)]
    new_password: String,
    #[serde(default)]
    repeat_password: String,
}

/// The password, the offer that the page carried, and its first code.
#[derive(Deserialize)]
pub struct FactorForm {
    #[serde(default)]
    password: String,
    #[serde(default)]
    offer: String,
    #[serde(default)]
    code: String,
}

/// GET: the account.
pub async fn show(
    on_duty: OnDuty,
    query: Query<AccountQuery>,
    site: Data<Site>,
    service: Data<OperatorSignIn>,
) -> PageResult {
    let left = service.count_recovery_codes(on_duty.operator.id).await?;
    page(&OperatorAccountPage {
        page: on_duty.page(&site),
        desk: on_duty.desk(&site),
        login: on_duty.operator.login.clone(),
        email: on_duty.operator.email.clone(),
        recovery_codes: left.map(i64::unsigned_abs),
        password_changed: !query.changed.is_empty(),
    })
}

/// GET: the form of a new password.
pub async fn show_password(on_duty: OnDuty, site: Data<Site>) -> PageResult {
    render_password(&on_duty, &site, Vec::new())
}

/// POST: sets it.
pub async fn set_password(
    request: HttpRequest,
    form: OperatorForm<PasswordForm>,
    site: Data<Site>,
    service: Data<OperatorSignIn>,
) -> PageResult {
    let OperatorForm { on_duty, fields } = form;
    let again = |problem| render_password(&on_duty, &site, vec![problem]);
    if fields.new_password != fields.repeat_password {
        return again(Problem::NewPasswordDiffers);
    }
    let visit = visit(&request, &on_duty, &site);
    if let Err(problem) = prove(&request, &on_duty, &site, &service, fields.password, &visit).await? {
        return again(problem);
    }
    let new = Password::new(fields.new_password);
    match service.set_password(&on_duty.session, new, visit).await? {
        PasswordSet::Set(entered) => {
            Ok(with_cookie(redirect(AFTER_CHANGE), &site.cookies.operator(&entered.token)))
        }
        PasswordSet::Refused(problem) => again(problem.into()),
        PasswordSet::Same => again(Problem::NewPasswordSame),
        PasswordSet::Overloaded { retry_after } => Ok(busy(retry_after)),
        PasswordSet::Gone => Ok(redirect(PATH)),
    }
}

/// GET: a fresh secret; nothing is stored of it, and the factor there is stays.
pub async fn show_factor(on_duty: OnDuty, site: Data<Site>, service: Data<OperatorSignIn>) -> PageResult {
    let offer = service.offer_factor(&on_duty.operator);
    let replaces = service.count_recovery_codes(on_duty.operator.id).await?.is_some();
    render_factor(&on_duty, &site, &offer, replaces, Vec::new())
}

/// POST: takes it if password and code are right.
pub async fn set_factor(
    request: HttpRequest,
    form: OperatorForm<FactorForm>,
    site: Data<Site>,
    service: Data<OperatorSignIn>,
) -> PageResult {
    let OperatorForm { on_duty, fields } = form;
    let replaces = service.count_recovery_codes(on_duty.operator.id).await?.is_some();
    let again = |problem| match service.reopen_offer(&on_duty.operator, &fields.offer) {
        Some(offer) => render_factor(&on_duty, &site, &offer, replaces, vec![problem]),
        None => Ok(redirect(FACTOR)),
    };
    if fields.code.trim().is_empty() {
        return again(Problem::CodeMissing);
    }
    let visit = visit(&request, &on_duty, &site);
    if let Err(problem) = prove(&request, &on_duty, &site, &service, fields.password.clone(), &visit).await? {
        return again(problem);
    }
    match service.set_factor(&on_duty.session, &fields.offer, &fields.code, visit).await? {
        FactorSet::Done { entered, codes } => {
            let (common, desk) = (on_duty.page(&site), on_duty.desk(&site));
            let response = page(&NewRecoveryCodesPage { page: common, desk, codes: written(&codes) })?;
            Ok(with_cookie(response, &site.cookies.operator(&entered.token)))
        }
        FactorSet::Wrong => again(Problem::CodeWrong),
        FactorSet::Gone => Ok(redirect(FACTOR)),
    }
}

/// The password again, or what the form says instead.
async fn prove(
    request: &HttpRequest,
    on_duty: &OnDuty,
    site: &Site,
    service: &OperatorSignIn,
    password: String,
    visit: &Visit,
) -> Result<Result<(), Problem>, PageError> {
    if password.is_empty() {
        return Ok(Err(Problem::PasswordMissing));
    }
    let address = request_facts::address(request, site).ok_or(PageError::BadRequest)?;
    match service.prove_again(&on_duty.session, Password::new(password), visit, address).await? {
        Proof::Given => Ok(Ok(())),
        Proof::Wrong => Ok(Err(Problem::PasswordAgainWrong)),
        Proof::Delayed { minutes } => Err(PageError::TooMany(u64::from(minutes) * 60)),
        Proof::Overloaded => Err(PageError::Unavailable),
    }
}

fn visit(request: &HttpRequest, on_duty: &OnDuty, site: &Site) -> Visit {
    let browser = site.cookies.token(request, cookies::BROWSER).unwrap_or_else(Token::generate);
    Visit { browser: browser.digest(), meta: on_duty.meta.clone() }
}

fn render_password(on_duty: &OnDuty, site: &Site, problems: Vec<Problem>) -> PageResult {
    let mut common = on_duty.page(site);
    common.problems = problems;
    let login = on_duty.operator.login.clone();
    page(&OperatorPasswordPage { page: common, desk: on_duty.desk(site), login })
}

fn render_factor(
    on_duty: &OnDuty,
    site: &Site,
    offer: &FactorOffer,
    replaces: bool,
    problems: Vec<Problem>,
) -> PageResult {
    let mut common = on_duty.page(site);
    common.problems = problems;
    let login = on_duty.operator.login.clone();
    let offer = offered(offer);
    page(&OperatorFactorPage { page: common, desk: on_duty.desk(site), login, offer, replaces })
}
