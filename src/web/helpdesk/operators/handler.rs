//! Adding operators, changing their rights, disabling, enabling and resetting them.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use super::area_choice::{self, Chosen};
use super::list::row;
use super::view::{NewOperatorPage, OneTimePasswordPage, OperatorPage, RightsFields, RoleOption};
use crate::access::manage::{Managed, Manager, OperatorManagement, Wanted};
use crate::access::{Area, Operator, OperatorId, OperatorRole};
use crate::mail::address;
use crate::web::error_page::PageError;
use crate::web::extract::{OnDuty, OperatorForm};
use crate::web::problem::Problem;
use crate::web::respond::{PageResult, page, redirect};
use crate::web::site::Site;

/// A new operator.
#[derive(Debug, Default, Deserialize)]
pub struct NewForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    login: String,
    #[serde(default)]
    email: String,
    #[serde(flatten)]
    rights: RightsForm,
}

/// Role and area.
#[derive(Debug, Default, Deserialize)]
pub struct RightsForm {
    #[serde(default)]
    role: String,
    #[serde(default)]
    area: String,
    #[serde(default)]
    organisation: String,
    #[serde(default)]
    organisation_id: String,
}

/// What the page is told of the deed just done.
#[derive(Debug, Default, Deserialize)]
pub struct SavedQuery {
    #[serde(default)]
    saved: String,
}

/// The form has its token only.
#[derive(Debug, Deserialize)]
pub struct NoFields {}

/// GET: the form of a new operator.
pub async fn show_new(on_duty: OnDuty, site: Data<Site>) -> PageResult {
    render_new(&on_duty, &site, &NewForm::default(), Vec::new())
}

/// POST: adds one.
pub async fn add(
    form: OperatorForm<NewForm>,
    site: Data<Site>,
    service: Data<OperatorManagement>,
) -> PageResult {
    let OperatorForm { on_duty, fields } = form;
    let mut problems = Vec::new();
    if fields.name.trim().is_empty() {
        problems.push(Problem::NameMissing);
    }
    if fields.login.trim().is_empty() {
        problems.push(Problem::LoginMissing);
    }
    let email = Some(fields.email.trim().to_owned()).filter(|email| !email.is_empty());
    if email.as_ref().is_some_and(|email| address::parse(email).is_none()) {
        problems.push(Problem::EmailForm);
    }
    let rights = read_rights(&on_duty, &site, &fields.rights, None)?.map_err(|more| problems.extend(more));
    let (Ok((role, area)), true) = (rights, problems.is_empty()) else {
        return render_new(&on_duty, &site, &fields, problems);
    };
    let wanted = Wanted {
        login: fields.login.clone(),
        name: fields.name.clone(),
        email,
        role,
        area,
        profile: None,
        needs_esia: false,
    };
    match service.add(Manager::Operator(on_duty.operator.id), wanted, on_duty.meta.clone()).await? {
        Managed::LoginTaken => render_new(&on_duty, &site, &fields, vec![Problem::LoginTaken]),
        managed => answer(managed, &on_duty, &site, fields.login.trim(), ""),
    }
}

/// GET: an operator.
pub async fn show(
    on_duty: OnDuty,
    id: Path<i64>,
    query: Query<SavedQuery>,
    site: Data<Site>,
    service: Data<OperatorManagement>,
) -> PageResult {
    let operator = managed(&on_duty, &service, *id).await?;
    render(&on_duty, &site, &operator, None, Vec::new(), !query.saved.is_empty())
}

/// POST: another role and area.
pub async fn change(
    id: Path<i64>,
    form: OperatorForm<RightsForm>,
    site: Data<Site>,
    service: Data<OperatorManagement>,
) -> PageResult {
    let OperatorForm { on_duty, fields } = form;
    let operator = managed(&on_duty, &service, *id).await?;
    let (role, area) = match read_rights(&on_duty, &site, &fields, Some(operator.area))? {
        Ok(rights) => rights,
        Err(problems) => return render(&on_duty, &site, &operator, Some(&fields), problems, false),
    };
    let by = Manager::Operator(on_duty.operator.id);
    match service.change(by, operator.id, role, area, on_duty.meta.clone()).await? {
        Managed::LastAdministrator => {
            render(&on_duty, &site, &operator, Some(&fields), vec![Problem::LastAdministrator], false)
        }
        managed => answer(managed, &on_duty, &site, &operator.login, &path(operator.id)),
    }
}

/// POST: disables at once.
pub async fn disable(
    id: Path<i64>,
    form: OperatorForm<NoFields>,
    site: Data<Site>,
    service: Data<OperatorManagement>,
) -> PageResult {
    let on_duty = form.on_duty;
    let operator = managed(&on_duty, &service, *id).await?;
    let by = Manager::Operator(on_duty.operator.id);
    match service.disable(by, operator.id, on_duty.meta.clone()).await? {
        Managed::LastAdministrator => {
            render(&on_duty, &site, &operator, None, vec![Problem::LastAdministrator], false)
        }
        managed => answer(managed, &on_duty, &site, &operator.login, &path(operator.id)),
    }
}

/// POST: lets a disabled one work again, with a password for one sign-in.
pub async fn enable(
    id: Path<i64>,
    form: OperatorForm<NoFields>,
    site: Data<Site>,
    service: Data<OperatorManagement>,
) -> PageResult {
    let on_duty = form.on_duty;
    let operator = managed(&on_duty, &service, *id).await?;
    let by = Manager::Operator(on_duty.operator.id);
    let managed = service.enable(by, operator.id, on_duty.meta.clone()).await?;
    answer(managed, &on_duty, &site, &operator.login, &path(operator.id))
}

/// POST: a password for one sign-in, and no second factor.
pub async fn reset(
    id: Path<i64>,
    form: OperatorForm<NoFields>,
    site: Data<Site>,
    service: Data<OperatorManagement>,
) -> PageResult {
    let on_duty = form.on_duty;
    let operator = managed(&on_duty, &service, *id).await?;
    let by = Manager::Operator(on_duty.operator.id);
    let managed = service.reset(by, operator.id, on_duty.meta.clone()).await?;
    answer(managed, &on_duty, &site, &operator.login, &path(operator.id))
}

/// Whom the administrator asks about: within the area, and not themselves.
async fn managed(on_duty: &OnDuty, service: &OperatorManagement, id: i64) -> Result<Operator, PageError> {
    let id = OperatorId(id);
    let found = service.find(on_duty.operator.area, id).await?;
    found.filter(|operator| operator.id != on_duty.operator.id).ok_or(PageError::NotFound)
}

fn answer(
    managed: Managed,
    on_duty: &OnDuty,
    site: &Site,
    login: &str,
    path: &str,
) -> Result<HttpResponse, PageError> {
    match managed {
        Managed::Password { password, .. } => page(&OneTimePasswordPage {
            page: on_duty.page(site),
            desk: on_duty.desk(site),
            login: login.to_owned(),
            password: password.expose().to_owned(),
        }),
        Managed::Done => Ok(redirect(&format!("{path}?saved=1"))),
        // Somebody enabled them meanwhile; a reset is at hand there.
        Managed::AtWork => Ok(redirect(path)),
        Managed::NotFound | Managed::LoginTaken | Managed::LastAdministrator => Err(PageError::NotFound),
        Managed::Overloaded => Err(PageError::Unavailable),
    }
}

fn read_rights(
    on_duty: &OnDuty,
    site: &Site,
    fields: &RightsForm,
    current: Option<Area>,
) -> Result<Result<(OperatorRole, Area), Vec<Problem>>, PageError> {
    let own = on_duty.operator.area;
    let directory = site.catalog.snapshot();
    let role = OperatorRole::from_name(&fields.role);
    let (id, name) = (&fields.organisation_id, &fields.organisation);
    let chosen = area_choice::read(own, &fields.area, id, name, &directory);
    let chosen = area_choice::unless_it_stays(chosen, name, current, &directory);
    match (role, chosen) {
        (_, Chosen::Outside) => Err(PageError::NotFound),
        (Some(role), Chosen::Area(area)) => Ok(Ok((role, area))),
        (role, chosen) => {
            let role = role.is_none().then_some(Problem::RoleMissing);
            let area = match chosen {
                Chosen::Area(_) | Chosen::Outside => None,
                Chosen::Several(_) => Some(Problem::OrganisationUnclear),
                Chosen::Nothing => Some(Problem::AreaMissing),
            };
            Ok(Err(role.into_iter().chain(area).collect()))
        }
    }
}

fn rights_fields(on_duty: &OnDuty, site: &Site, entered: &RightsForm, current: Option<Area>) -> RightsFields {
    let own = on_duty.operator.area;
    let directory = site.catalog.snapshot();
    let (id, name) = (&entered.organisation_id, &entered.organisation);
    let chosen = area_choice::read(own, &entered.area, id, name, &directory);
    let found = match area_choice::unless_it_stays(chosen, name, current, &directory) {
        Chosen::Several(ids) => area_choice::offered(&ids, &directory),
        Chosen::Area(_) | Chosen::Nothing | Chosen::Outside => Vec::new(),
    };
    let role = |role: OperatorRole| RoleOption {
        value: role.as_str(),
        word: role.word(),
        selected: role.as_str() == entered.role,
    };
    RightsFields {
        roles: OperatorRole::ALL.map(role).into(),
        areas: area_choice::options(own, &entered.area, &directory),
        organisation: name.chars().take(255).collect(),
        found,
    }
}

fn render_new(on_duty: &OnDuty, site: &Site, fields: &NewForm, problems: Vec<Problem>) -> PageResult {
    let mut common = on_duty.page(site);
    common.problems = problems;
    let short = |text: &str| text.chars().take(255).collect();
    page(&NewOperatorPage {
        page: common,
        desk: on_duty.desk(site),
        name: short(&fields.name),
        login: short(&fields.login),
        email: short(&fields.email),
        rights: rights_fields(on_duty, site, &fields.rights, None),
    })
}

fn render(
    on_duty: &OnDuty,
    site: &Site,
    operator: &Operator,
    entered: Option<&RightsForm>,
    problems: Vec<Problem>,
    saved: bool,
) -> PageResult {
    let mut common = on_duty.page(site);
    common.problems = problems;
    let stored = RightsForm {
        role: operator.role.as_str().to_owned(),
        area: area_choice::to_value(operator.area),
        organisation: match operator.area {
            Area::Organisation(id) => {
                site.catalog.snapshot().organisation(id).map(|one| one.short_name).unwrap_or_default()
            }
            Area::Region(_) | Area::Municipality(_) => String::new(),
        },
        organisation_id: String::new(),
    };
    page(&OperatorPage {
        page: common,
        desk: on_duty.desk(site),
        address: path(operator.id),
        operator: row(operator, on_duty.operator.id, site),
        email: operator.email.clone(),
        needs_esia: operator.needs_esia,
        rights: rights_fields(on_duty, site, entered.unwrap_or(&stored), Some(operator.area)),
        saved,
    })
}

fn path(id: OperatorId) -> String {
    format!("/helpdesk/operators/{}", id.0)
}
