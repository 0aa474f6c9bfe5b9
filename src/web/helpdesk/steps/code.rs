//! `/helpdesk/login/code`: the code of the second factor.

use actix_web::web::Data;
use serde::Deserialize;

use super::view::OperatorCodePage;
use crate::access::{CodeGiven, OperatorSignIn};
use crate::web::extract::{SigningIn, SigningInForm};
use crate::web::helpdesk::login::entered_at;
use crate::web::problem::Problem;
use crate::web::respond::{PageResult, page, redirect};
use crate::web::site::Site;

/// The code.
#[derive(Deserialize)]
pub struct CodeForm {
    #[serde(default)]
    code: String,
}

/// GET: the form.
pub async fn show(signing_in: SigningIn, site: Data<Site>) -> PageResult {
    render(&signing_in, &site, None)
}

/// POST: looks at it.
pub async fn give(
    form: SigningInForm<CodeForm>,
    site: Data<Site>,
    service: Data<OperatorSignIn>,
) -> PageResult {
    let SigningInForm { signing_in, fields } = form;
    if fields.code.trim().is_empty() {
        return render(&signing_in, &site, Some(Problem::CodeMissing));
    }
    let (session, through_esia) = (&signing_in.session, signing_in.through_esia);
    match service.give_code(session, fields.code, through_esia, signing_in.visit()).await? {
        CodeGiven::Right(entered) => Ok(entered_at(&site, &entered, signing_in.next)),
        CodeGiven::Wrong => render(&signing_in, &site, Some(Problem::CodeWrong)),
        CodeGiven::Delayed { minutes } => {
            let problem = Problem::CodeLocked { minutes: u64::from(minutes) };
            render(&signing_in, &site, Some(problem))
        }
        CodeGiven::NotAsked => Ok(redirect(&signing_in.next.path())),
    }
}

fn render(signing_in: &SigningIn, site: &Site, problem: Option<Problem>) -> PageResult {
    let mut common = signing_in.page(site);
    common.problems = problem.into_iter().collect();
    page(&OperatorCodePage { page: common, form_action: signing_in.next.after(super::CODE) })
}
