//! The search: a form that is sent, and an address without what was typed (`docs/security.md`, T49).

use actix_web::web::{Data, Query};
use serde::Deserialize;

use super::view::{OrganisationChoice, Outcome, PersonRow, SearchForm, SearchPage, State};
use crate::access::{Area, area::Place};
use crate::directory::catalog::Snapshot;
use crate::directory::{Organisation, OrganisationId};
use crate::helpdesk::people::link_state::LinkState;
use crate::helpdesk::people::search_people::{FoundPerson, PAGE, Search};
use crate::helpdesk::people::{PeopleDesk, SearchQuery, search_ticket};
use crate::russian;
use crate::web::extract::{OnDuty, OperatorForm};
use crate::web::page::Page;
use crate::web::paths;
use crate::web::problem::Problem;
use crate::web::respond::{PageResult, page, redirect};
use crate::web::settings::masked;
use crate::web::site::Site;

/// A sealed search.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    found: String,
}

/// The form.
#[derive(Debug, Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    q: String,
    #[serde(default)]
    organisation_name: String,
    #[serde(default)]
    organisation: String,
}

/// GET: the form, with what the address holds.
pub async fn show(
    on_duty: OnDuty,
    asked: Query<Asked>,
    site: Data<Site>,
    desk: Data<PeopleDesk>,
) -> PageResult {
    let with_organisation = !matches!(on_duty.operator.area, Area::Organisation(_));
    let mut form = SearchForm { with_organisation, ..SearchForm::default() };
    if asked.found.is_empty() {
        return shown(&on_duty, &site, form, Outcome::Nothing, Vec::new());
    }
    let (keys, session, now) = (desk.keys(), on_duty.session.id, desk.clock().now());
    let Some(search) = search_ticket::redeem(keys, session, &asked.found, now) else {
        return shown(&on_duty, &site, form, Outcome::Stale, Vec::new());
    };
    let snapshot = site.catalog.snapshot();
    let chosen = search.organisation.and_then(|id| snapshot.organisation(id));
    form.text = search.query.text().to_owned();
    form.organisation = chosen.map(|chosen| chosen.short_name).unwrap_or_default();
    let found = desk.search(&on_duty.operator, search.clone(), on_duty.meta.clone()).await?;
    let people = found.people.iter().map(|one| row(one, &snapshot, &site)).collect();
    let next = found.next.map(|after| {
        let search = Search { after: Some(after), ..search.clone() };
        paths::people_found(&search_ticket::issue(keys, session, &search, now))
    });
    let outcome = if next.is_none() && search.after.is_none() {
        Outcome::All { text: form.text.clone(), people }
    } else {
        Outcome::Part { size: PAGE, people, next }
    };
    shown(&on_duty, &site, form, outcome, Vec::new())
}

/// POST: seals what was typed into the address that shows it.
pub async fn ask(form: OperatorForm<Typed>, site: Data<Site>, desk: Data<PeopleDesk>) -> PageResult {
    let OperatorForm { on_duty, fields } = form;
    let area = on_duty.operator.area;
    let organisation = chosen(&fields, area, &site.catalog.snapshot());
    let parsed = SearchQuery::parse(&fields.q);
    let (query, organisation) = match (parsed, organisation) {
        (Ok(query), Ok(organisation)) => (query, organisation),
        (parsed, organisation) => {
            let mut problems = Vec::new();
            problems.extend(parsed.is_err().then_some(Problem::SearchShort));
            let (problem, choices) = organisation.err().unzip();
            problems.extend(problem);
            let form = SearchForm {
                text: fields.q,
                with_organisation: !matches!(area, Area::Organisation(_)),
                organisation: fields.organisation_name,
                choices: choices.unwrap_or_default(),
            };
            return shown(&on_duty, &site, form, Outcome::Nothing, problems);
        }
    };
    let search = Search { query, organisation, after: None };
    let ticket = search_ticket::issue(desk.keys(), on_duty.session.id, &search, desk.clock().now());
    Ok(redirect(&paths::people_found(&ticket)))
}

fn shown(
    on_duty: &OnDuty,
    site: &Site,
    form: SearchForm,
    outcome: Outcome,
    problems: Vec<Problem>,
) -> PageResult {
    let common = Page { problems, ..on_duty.page(site) };
    page(&SearchPage { page: common, desk: on_duty.desk(site), form, outcome })
}

/// The organisation that the operator means, if any: by its radio button, or by what was typed.
fn chosen(
    fields: &Typed,
    area: Area,
    snapshot: &Snapshot,
) -> Result<Option<OrganisationId>, (Problem, Vec<OrganisationChoice>)> {
    let typed = fields.organisation_name.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let is_in_area = |one: &Organisation| {
        snapshot.path_of(one.id).is_some_and(|path| {
            area.covers(Place { organisation: one.id, municipality: path.municipality, region: path.region })
        })
    };
    let mut found = snapshot.search(typed);
    found.retain(is_in_area);
    let exact: Vec<_> = found.iter().filter(|one| one.short_name == typed).map(|one| one.id).collect();
    match (&found[..], &exact[..]) {
        ([], _) => Err((Problem::OrganisationUnknown, Vec::new())),
        ([one], _) => Ok(Some(one.id)),
        (_, [one]) => Ok(Some(*one)),
        (several, _) => {
            let picked = several.iter().find(|one| one.id.0.to_string() == fields.organisation);
            let choice = |one: &Organisation| OrganisationChoice {
                id: one.id.0.to_string(),
                name: one.short_name.clone(),
                place: format!("{}, {}", one.settlement, one.municipality),
            };
            match picked {
                Some(one) => Ok(Some(one.id)),
                None => Err((Problem::OrganisationAmbiguous, several.iter().map(choice).collect())),
            }
        }
    }
}

fn row(found: &FoundPerson, snapshot: &Snapshot, site: &Site) -> PersonRow {
    let profile = &found.profile;
    let organisation = snapshot.organisation(profile.organisation);
    let roles = || profile.roles.iter().map(|role| role.word()).collect::<Vec<_>>().join(", ");
    PersonRow {
        address: paths::person_card(profile.id),
        name: profile.name.with_initials(),
        organisation: organisation.map(|one| one.short_name).unwrap_or_default(),
        detail: profile.post.clone().unwrap_or_else(roles),
        login: masked::login(&profile.login),
        state: state(found.link, site),
    }
}

/// The state with its date.
pub(super) fn state(link: LinkState, site: &Site) -> State {
    match link {
        LinkState::NotLinked => State::NotLinked,
        LinkState::Linked(_) => State::Linked,
        LinkState::OnHold(_) => State::OnHold,
        LinkState::Unlinked(at) => State::Unlinked(russian::moment_date(at, site.offset_minutes())),
    }
}
