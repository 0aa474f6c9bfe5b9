//! `/helpdesk/codes`: linking codes for a class or a list, as slips to print.

use actix_web::web::{Data, Query};
use serde::Deserialize;

use super::code::slip_view;
use super::view::{
    CodesGroupPage, CodesOrganisationPage, CodesPreviewPage, FoundPlace, OptionView, PreviewRow, SlipsPage,
};
use super::{before, door, request};
use crate::access::Area;
use crate::access::area::Place;
use crate::directory::{OrganisationId, ProfileId, Role, login_key};
use crate::helpdesk::Basis;
use crate::helpdesk::issuing::find_recipients::People;
use crate::helpdesk::issuing::issue_codes::{CodeDesk, Handed};
use crate::helpdesk::issuing::recipient::{Obstacle, Selection};
use crate::platform::secret::Token;
use crate::russian;
use crate::web::error_page::PageError;
use crate::web::extract::{OnDuty, OperatorForm};
use crate::web::problem::Problem;
use crate::web::respond::{PageResult, page};
use crate::web::site::Site;

/// The page of codes.
const CODES: &str = "/helpdesk/codes";

/// Which organisation.
#[derive(Debug, Default, Deserialize)]
pub struct CodesQuery {
    #[serde(default)]
    organisation: String,
    #[serde(default)]
    q: String,
}

/// The forms of the page, told apart by `step`.
#[derive(Deserialize)]
pub struct CodesForm {
    #[serde(default)]
    step: String,
    #[serde(default)]
    organisation: String,
    #[serde(default)]
    post: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    logins: String,
    #[serde(default)]
    ids: String,
    #[serde(default)]
    basis: String,
    #[serde(default)]
    form: String,
}

/// GET: the organisation, then whom.
pub async fn show(
    on_duty: OnDuty,
    query: Query<CodesQuery>,
    site: Data<Site>,
    codes: Data<CodeDesk>,
) -> PageResult {
    if !codes.is_switched_on() {
        return Err(PageError::NotFound);
    }
    let chosen = match on_duty.operator.area {
        Area::Organisation(own) => Some(own),
        _ => query.organisation.parse().ok().map(OrganisationId),
    };
    match chosen {
        Some(organisation) => choose(&on_duty, &site, &codes, organisation, None, &CodesForm::none()).await,
        None => page(&organisations(&on_duty, &site, &query.q)),
    }
}

/// POST: the list to be checked, then the slips.
pub async fn step(form: OperatorForm<CodesForm>, site: Data<Site>, codes: Data<CodeDesk>) -> PageResult {
    let OperatorForm { on_duty, fields } = form;
    let Ok(organisation) = fields.organisation.parse().map(OrganisationId) else {
        return page(&organisations(&on_duty, &site, ""));
    };
    if !codes.is_switched_on() {
        return Err(PageError::NotFound);
    }
    if fields.step != "issue" {
        return preview(&on_duty, &site, &codes, organisation, &fields, fields.selection(), None).await;
    }
    let Some(basis) = Basis::parse(&fields.basis) else {
        let selection = Selection::Ids(fields.ids());
        return preview(&on_duty, &site, &codes, organisation, &fields, selection, Some(Problem::BasisShort))
            .await;
    };
    let asked = request(&on_duty, basis, &fields.form)?;
    let again = format!("{CODES}?organisation={}", organisation.0);
    match codes.issue_slips(asked, organisation, fields.ids()).await? {
        Handed::Out { what, until } => {
            let found = site.catalog.snapshot().organisation(organisation);
            page(&SlipsPage {
                page: on_duty.page(&site),
                desk: on_duty.desk(&site),
                single: None,
                organisation: found.map(|found| found.short_name).unwrap_or_default(),
                until: russian::moment(until, site.offset_minutes()),
                address: door(&site),
                next: again,
                slips: what.iter().map(slip_view).collect(),
            })
        }
        Handed::Before { at } => before(&on_duty, &site, at, again),
        Handed::NotFound | Handed::Obstacle(_) => Err(PageError::NotFound),
    }
}

impl CodesForm {
    fn none() -> Self {
        let none = String::new;
        Self {
            step: none(),
            organisation: none(),
            post: none(),
            role: none(),
            logins: none(),
            ids: none(),
            basis: none(),
            form: none(),
        }
    }

    /// Logins, if there are any, win over class and role.
    fn selection(&self) -> Selection {
        let logins = self.logins.split([',', ';', '\n', '\r', '\t']).map(login_key);
        let mut logins: Vec<String> = logins.filter(|login| !login.is_empty()).collect();
        logins.sort_unstable();
        logins.dedup();
        if !logins.is_empty() {
            return Selection::Logins(logins);
        }
        Selection::Group {
            post: Some(self.post.clone()).filter(|post| !post.is_empty()),
            role: Role::from_name(&self.role),
        }
    }

    fn ids(&self) -> Vec<ProfileId> {
        self.ids.split(',').filter_map(|id| id.parse().ok()).map(ProfileId).collect()
    }
}

fn organisations(on_duty: &OnDuty, site: &Site, query: &str) -> CodesOrganisationPage {
    let snapshot = site.catalog.snapshot();
    let query: String = query.chars().take(100).collect();
    let area = on_duty.operator.area;
    let lies_in = |id| {
        snapshot.path_of(id).is_some_and(|path| {
            area.covers(Place { organisation: id, municipality: path.municipality, region: path.region })
        })
    };
    let found = if query.is_empty() { Vec::new() } else { snapshot.search(&query) };
    let found = found.into_iter().filter(|one| lies_in(one.id)).take(20).map(|one| FoundPlace {
        address: format!("{CODES}?organisation={}", one.id.0),
        name: one.short_name,
        place: format!("{}, {}", one.settlement, one.municipality),
    });
    CodesOrganisationPage {
        page: on_duty.page(site),
        desk: on_duty.desk(site),
        found: found.collect(),
        query,
    }
}

async fn choose(
    on_duty: &OnDuty,
    site: &Site,
    codes: &CodeDesk,
    organisation: OrganisationId,
    problem: Option<Problem>,
    fields: &CodesForm,
) -> PageResult {
    let posts = codes.posts(on_duty.operator.id, organisation).await?.ok_or(PageError::NotFound)?;
    let found = site.catalog.snapshot().organisation(organisation).ok_or(PageError::NotFound)?;
    let mut common = on_duty.page(site);
    common.problems = problem.into_iter().collect();
    let several = !matches!(on_duty.operator.area, Area::Organisation(_));
    let post = |text: String| OptionView { selected: text == fields.post, value: text.clone(), text };
    let role = |role: Role| OptionView {
        value: role.as_str().to_owned(),
        text: role.word().to_owned(),
        selected: role.as_str() == fields.role,
    };
    page(&CodesGroupPage {
        page: common,
        desk: on_duty.desk(site),
        back: several.then_some(CODES),
        organisation_id: organisation.0.to_string(),
        organisation: found.short_name,
        at_once: codes.at_once(),
        posts: posts.into_iter().map(post).collect(),
        roles: Role::ALL.into_iter().map(role).collect(),
        logins: fields.logins.clone(),
    })
}

async fn preview(
    on_duty: &OnDuty,
    site: &Site,
    codes: &CodeDesk,
    organisation: OrganisationId,
    fields: &CodesForm,
    selection: Selection,
    problem: Option<Problem>,
) -> PageResult {
    let meta = on_duty.meta.clone();
    let people = codes.preview(on_duty.operator.id, organisation, selection, meta).await?;
    let people = people.ok_or(PageError::NotFound)?;
    if people.list.is_empty() && people.unknown.is_empty() {
        let problem = Some(Problem::NobodySelected);
        return choose(on_duty, site, codes, organisation, problem, fields).await;
    }
    let mut view = preview_view(on_duty, site, codes, organisation, people);
    view.page.problems = problem.into_iter().collect();
    view.basis = fields.basis.clone();
    page(&view)
}

fn preview_view(
    on_duty: &OnDuty,
    site: &Site,
    codes: &CodeDesk,
    organisation: OrganisationId,
    people: People,
) -> CodesPreviewPage {
    let now = site.clock.now();
    let able: Vec<String> = people
        .list
        .iter()
        .filter(|(_, against)| against.is_none())
        .map(|(recipient, _)| recipient.id.0.to_string())
        .collect();
    CodesPreviewPage {
        page: on_duty.page(site),
        desk: on_duty.desk(site),
        back: format!("{CODES}?organisation={}", organisation.0),
        organisation_id: organisation.0.to_string(),
        organisation: people.organisation,
        at_once: codes.at_once(),
        able: able.len(),
        unable: people.list.len() - able.len(),
        more: people.more,
        unknown: people.unknown.join(", "),
        rows: people
            .list
            .into_iter()
            .map(|(recipient, against)| PreviewRow {
                name: recipient.name.full(),
                post: recipient.post.clone().unwrap_or_default(),
                login: recipient.login.clone(),
                obstacle: against.map(Obstacle::words),
                earlier: recipient.code_until.is_some_and(|until| until > now),
            })
            .collect(),
        ids: able.join(","),
        form_token: Token::generate().expose().to_owned(),
        basis: String::new(),
    }
}
