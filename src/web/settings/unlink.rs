//! `/settings/unlink`: the owner removes the link, after a fresh proof.

use actix_web::web::Data;
use serde::Deserialize;

use super::masked;
use super::view::{OwnerReason, UnlinkKind, UnlinkPage, UnlinkedPage};
use crate::error_code::OutcomeCode;
use crate::linking::Linking;
use crate::linking::unlink_account::UnlinkResult;
use crate::rollout::Phase;
use crate::russian;
use crate::sign_in::Sessions;
use crate::web::extract::{CsrfForm, SignedIn};
use crate::web::page::Page;
use crate::web::paths::{self, Next};
use crate::web::respond::{PageResult, page, redirect, signed_out};
use crate::web::site::Site;

/// Why, if the person says.
#[derive(Debug, Deserialize)]
pub struct UnlinkForm {
    #[serde(default)]
    reason: String,
}

/// GET: what stops working, or why it cannot be done.
pub async fn show(
    person: SignedIn,
    site: Data<Site>,
    linking: Data<Linking>,
    sessions: Data<Sessions>,
) -> PageResult {
    let own = linking.own_link(&person.profile).await?;
    let kind = match (&own.link, own.may_unlink) {
        (None, _) => UnlinkKind::NothingLinked,
        (Some(_), Err(OutcomeCode::LastWayIn)) => match linking.phase(site.clock.now()) {
            Phase::Only { since } => UnlinkKind::LastWayIn { since: russian::date(since) },
            _ => return Ok(redirect(&paths::outcome(OutcomeCode::LastWayIn, None))),
        },
        (Some(_), Err(code)) => return Ok(redirect(&paths::outcome(code, None))),
        (Some(_), Ok(())) if !sessions.is_fresh(&person.session) => return Ok(redirect(paths::PROVE_AGAIN)),
        (Some(_), Ok(())) => UnlinkKind::Allowed,
    };
    page(&UnlinkPage { page: person.page(&site), kind })
}

/// POST: removes it. Every session of the profile ends with it, this one too.
pub async fn unlink(
    form: CsrfForm<UnlinkForm>,
    site: Data<Site>,
    linking: Data<Linking>,
    sessions: Data<Sessions>,
) -> PageResult {
    let CsrfForm { visitor, fields } = form;
    let person = SignedIn::of(visitor, Next::Unlink)?;
    if !sessions.is_fresh(&person.session) {
        return Ok(redirect(paths::PROVE_AGAIN));
    }
    let reason = OwnerReason::ALL.into_iter().map(OwnerReason::value).find(|value| *value == fields.reason);
    let meta = person.visitor.meta.clone();
    match linking.unlink_own(person.profile.id, reason, meta).await? {
        UnlinkResult::Unlinked { told } => {
            let email = person.profile.email.as_deref().filter(|_| told).map(masked::email);
            let common = Page { user: None, ..person.page(&site) };
            let response = page(&UnlinkedPage { page: common, email })?;
            Ok(signed_out(response, &site))
        }
        UnlinkResult::NotLinked => Ok(redirect(paths::UNLINK)),
        UnlinkResult::Refused(code) => Ok(redirect(&paths::outcome(code, None))),
    }
}
