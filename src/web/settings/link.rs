//! `/settings/link` (before the trip) and `/settings/link/done` (after it).

use actix_web::web::{Data, Query};
use serde::Deserialize;

use super::home::roles;
use super::masked;
use super::view::{BeforeRedirectPage, LinkedAgainPage, LinkedPage, RequestedData};
use crate::config::Settings;
use crate::error_code::OutcomeCode;
use crate::federation::{Federation, Outcome};
use crate::identity::reference::is_reference;
use crate::linking::{Link, LinkStatus, Linking};
use crate::russian;
use crate::web::extract::{Linker, SignedIn};
use crate::web::page::Banner;
use crate::web::paths;
use crate::web::respond::{PageResult, page, redirect};
use crate::web::site::Site;

/// The trip a page is about.
#[derive(Debug, Deserialize)]
pub struct TripQuery {
    /// Its reference; empty when it has not the form of ours, so that nothing else reaches a redirect, a page
    /// or the database.
    #[serde(default, rename = "ref", deserialize_with = "reference")]
    pub reference: String,
}

fn reference<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    Ok(if is_reference(&text) { text } else { String::new() })
}

/// GET `/settings/link`: what will happen, and the one-time link onwards.
pub async fn before(
    linker: Linker,
    site: Data<Site>,
    settings: Data<Settings>,
    linking: Data<Linking>,
    federation: Data<Federation>,
) -> PageResult {
    let Linker(person) = linker;
    let own = linking.own_link(&person.profile).await?;
    match own.link.map(|link| link.status) {
        Some(LinkStatus::Active) => return Ok(redirect(paths::LINK_DONE)),
        Some(_) => return Ok(redirect(&paths::outcome(OutcomeCode::LinkFrozen, None))),
        None if linking.opens(site.clock.now()).is_some() => {
            return Ok(redirect(&paths::outcome(OutcomeCode::PhaseClosed, None)));
        }
        None => {}
    }
    let mut common = person.page(&site);
    if !federation.esia().availability().is_up() {
        common.banner = Some(Banner::EsiaUnavailable { password_helps: false });
    }
    page(&BeforeRedirectPage {
        page: common,
        go: format!("/esia/go/{}", federation.ticket(&person.session)),
        data: settings.esia.scopes.iter().filter_map(|scope| RequestedData::from_scope(scope)).collect(),
    })
}

/// GET `/settings/link/done`: survives reload and bookmark, because it shows the link as it stands.
pub async fn done(
    linker: Linker,
    query: Query<TripQuery>,
    site: Data<Site>,
    linking: Data<Linking>,
) -> PageResult {
    let Linker(person) = linker;
    let after = linking.after_trip(&person.session, person.profile.id, query.reference.clone()).await?;
    let Some(link) = after.link else { return Ok(redirect(paths::LINK)) };
    if link.status != LinkStatus::Active {
        return Ok(redirect(&paths::outcome(OutcomeCode::LinkFrozen, None)));
    }
    if after.outcome == Some(Outcome::LinkedAlready) {
        let date = russian::moment_date(link.created_at, site.offset_minutes());
        return page(&LinkedAgainPage { page: person.page(&site), date });
    }
    page(&linked(&person, &link, &site))
}

fn linked(person: &SignedIn, link: &Link, site: &Site) -> LinkedPage {
    let profile = &person.profile;
    let organisation = site.catalog.snapshot().organisation(profile.organisation);
    let organisation = organisation.map(|found| found.short_name).unwrap_or_default();
    LinkedPage {
        page: person.page(site),
        email: profile.email.as_deref().map(masked::email),
        name: profile.name.full(),
        profile: format!("{}, {organisation}", roles(profile)),
        holder: link.holder.clone(),
        level: link.level.adjective().to_owned(),
        when: russian::moment(link.created_at, site.offset_minutes()),
        journal: paths::SETTINGS.to_owned(),
    }
}
