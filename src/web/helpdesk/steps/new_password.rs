//! `/helpdesk/login/password`: a password of one's own in the place of one that somebody handed out.

use actix_web::web::Data;
use serde::Deserialize;

use super::view::OperatorNewPasswordPage;
use crate::access::{OperatorSignIn, PasswordSet};
use crate::sign_in::Password;
use crate::web::extract::{SigningIn, SigningInForm};
use crate::web::helpdesk::login::entered_at;
use crate::web::problem::Problem;
use crate::web::respond::{PageResult, busy, page, redirect};
use crate::web::site::Site;

/// The new password, twice.
#[derive(Deserialize)]
pub struct NewPasswordForm {
    #[serde(default)]
    new_password: String,
    #[serde(default)]
    repeat_password: String,
}

/// GET: the form.
pub async fn show(signing_in: SigningIn, site: Data<Site>) -> PageResult {
    render(&signing_in, &site, None)
}

/// POST: sets it.
pub async fn set(
    form: SigningInForm<NewPasswordForm>,
    site: Data<Site>,
    service: Data<OperatorSignIn>,
) -> PageResult {
    let SigningInForm { signing_in, fields } = form;
    if fields.new_password != fields.repeat_password {
        return render(&signing_in, &site, Some(Problem::NewPasswordDiffers));
    }
    let new = Password::new(fields.new_password);
    match service.set_password(&signing_in.session, new, signing_in.visit()).await? {
        PasswordSet::Set(entered) => Ok(entered_at(&site, &entered, signing_in.next)),
        PasswordSet::Refused(problem) => render(&signing_in, &site, Some(problem.into())),
        PasswordSet::Same => render(&signing_in, &site, Some(Problem::NewPasswordSame)),
        PasswordSet::Overloaded { retry_after } => Ok(busy(retry_after)),
        PasswordSet::Gone => Ok(redirect(&signing_in.next.path())),
    }
}

fn render(signing_in: &SigningIn, site: &Site, problem: Option<Problem>) -> PageResult {
    let mut common = signing_in.page(site);
    common.problems = problem.into_iter().collect();
    page(&OperatorNewPasswordPage {
        page: common,
        form_action: signing_in.next.after(super::NEW_PASSWORD),
        login: signing_in.operator.login.clone(),
    })
}
