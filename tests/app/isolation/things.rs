//! What the tests of isolation try, and with what: things of one school, and each form with its fields.

use crate::desk_rights::furnish;
use crate::harness::World;

const ANNA: &str = "smirnova@stand.example";
const PETROV: &str = "petrov@stand.example";
const BASIS: (&str, &str) = ("basis", "Заявление № 2026-114 в канцелярии");

/// What an address or a field names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    Person,
    Operator,
    Approval,
    Case,
    List,
    Link,
    Session,
    Organisation,
    Area,
    Login,
}

impl Thing {
    pub const ALL: [(Self, &'static str); 10] = [
        (Self::Person, "{person}"),
        (Self::Operator, "{operator}"),
        (Self::Approval, "{approval}"),
        (Self::Case, "{case}"),
        (Self::List, "{list}"),
        (Self::Link, "{link}"),
        (Self::Session, "{session}"),
        (Self::Organisation, "{organisation}"),
        (Self::Area, "{area}"),
        (Self::Login, "{login}"),
    ];

    /// What stands in the braces of a pattern.
    pub fn of(pattern: &str) -> Self {
        match pattern.split('/').nth(2) {
            Some("profiles") => Self::Person,
            Some("operators") => Self::Operator,
            Some("approvals") => Self::Approval,
            Some("cases") => Self::Case,
            Some("bulk-unlink") => Self::List,
            _ => panic!("say here what {pattern} names"),
        }
    }

    /// One that is nowhere.
    pub fn guessed(self) -> &'static str {
        match self {
            Self::Case | Self::List => "ZZZZ-ZZZZ",
            Self::Area => "organisation:999999",
            Self::Login => "nobody",
            _ => "999999",
        }
    }
}

/// Method, address and fields of a form.
type Form = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// Each form with all that is filled in, and each address with a query that names something.
pub const FORMS: &[Form] = &[
    ("POST", "/helpdesk/profiles/{id}/sessions", &[("end", "{session}")]),
    ("POST", "/helpdesk/profiles/{id}/unlink", &[("link", "{link}"), ("reason", "application"), BASIS]),
    (
        "POST",
        "/helpdesk/profiles/{id}/unlink/confirm",
        &[("link", "{link}"), ("reason", "application"), BASIS],
    ),
    ("POST", "/helpdesk/profiles/{id}/restore", &[("link", "{link}"), BASIS]),
    ("POST", "/helpdesk/profiles/{id}/freeze", &[("link", "{link}"), BASIS]),
    ("POST", "/helpdesk/profiles/{id}/unfreeze", &[("link", "{link}"), BASIS]),
    ("POST", "/helpdesk/profiles/{id}/code", &[BASIS, FORM]),
    ("POST", "/helpdesk/profiles/{id}/password", &[BASIS, FORM]),
    ("POST", "/helpdesk/approvals/{id}", &[("decision", "approve")]),
    ("POST", "/helpdesk/cases/{number}", &[("action", "take"), ("seen", "0")]),
    ("POST", "/helpdesk/bulk-unlink/{number}", &[("action", "ask")]),
    ("POST", "/helpdesk/bulk-unlink/{number}", &[("action", "cancel")]),
    ("POST", "/helpdesk/bulk-unlink/{number}", &[("action", "stop")]),
    ("POST", "/helpdesk/operators/{id}/change", &[("role", "support"), ("area", "{area}")]),
    (
        "POST",
        "/helpdesk/operators/{id}/change",
        &[("role", "support"), ("organisation_id", "{organisation}")],
    ),
    ("POST", "/helpdesk/operators/{id}/disable", &[]),
    ("POST", "/helpdesk/operators/{id}/enable", &[]),
    ("POST", "/helpdesk/operators/{id}/reset", &[]),
    (
        "POST",
        "/helpdesk/operators/new",
        &[("name", "Имя"), ("login", "n"), ("role", "support"), ("area", "{area}")],
    ),
    (
        "POST",
        "/helpdesk/operators/new",
        &[("name", "Имя"), ("login", "n"), ("role", "support"), ("organisation_id", "{organisation}")],
    ),
    ("GET", "/helpdesk/codes", &[("organisation", "{organisation}")]),
    ("POST", "/helpdesk/codes", &[("step", "preview"), ("organisation", "{organisation}")]),
    (
        "POST",
        "/helpdesk/codes",
        &[("step", "issue"), ("organisation", "{organisation}"), ("ids", "1"), BASIS, FORM],
    ),
    ("POST", "/helpdesk/codes", &[("step", "preview"), ("organisation", "{own}"), ("logins", "{login}")]),
    (
        "POST",
        "/helpdesk/codes",
        &[("step", "issue"), ("organisation", "{own}"), ("ids", "{person}"), BASIS, FORM],
    ),
    ("GET", "/helpdesk/audit", &[("profile", "{person}")]),
    ("GET", "/helpdesk/audit", &[("operator", "{operator}")]),
    // These name nobody but the sender.
    ("POST", "/helpdesk/profiles", &[("q", "Смирнова")]),
    // What the file of a list names is tried in `bulk_unlink.rs`.
    ("POST", "/helpdesk/bulk-unlink", &[("reason", "left"), BASIS]),
    ("POST", "/helpdesk/audit/export", &[]),
    ("POST", "/helpdesk/account/password", &[]),
    ("POST", "/helpdesk/account/factor", &[]),
    ("POST", "/helpdesk/prove", &[]),
    ("POST", "/helpdesk/logout", &[]),
];

/// A token of the form, made anew for each try.
pub const FORM: (&str, &str) = ("form", "{form}");

/// Things of one school.
pub struct Things(Vec<(Thing, String)>);

impl Things {
    pub fn get(&self, thing: Thing) -> &str {
        &self.0.iter().find(|(known, _)| *known == thing).expect("furnished").1
    }
}

/// A linked person with a session, a case, a list, a request for approval and an operator, all of the school.
pub async fn settle(world: &World) -> Things {
    furnish(world).await;
    world.person().link_whole("teacher", ANNA).await;
    world.person().link_whole("parent", PETROV).await;
    let (teacher, parent) = (world.profile("teacher").await.0, world.profile("parent").await.0);
    // The profile of an operator needs a second one.
    let tie = format!("UPDATE operators SET profile_id = {parent} WHERE login = 'helpdesk-2'");
    world.execute(&tie).await;
    let operator = world.operator("helpdesk").await;
    let unlink = format!("/helpdesk/profiles/{parent}/unlink");
    let form = operator.open(&unlink).await;
    let check = operator.submit(&form, &unlink, &[("reason", "application"), BASIS]).await;
    let asked = operator.submit(&check, &format!("{unlink}/confirm"), &[]).await;
    assert_eq!(asked.heading(), "Отвязка ждёт согласования", "{asked:?}");
    world.settled().await;
    let one = async |sql: String| world.text(&sql).await;
    let school = world.person().organisation("teacher").await;
    Things(vec![
        (Thing::Person, teacher.to_string()),
        (
            Thing::Operator,
            one("SELECT CAST(id AS TEXT) AS line FROM operators WHERE login = 'helpdesk-school'".into())
                .await,
        ),
        (Thing::Approval, one("SELECT CAST(id AS TEXT) AS line FROM approvals".into()).await),
        (Thing::Case, "K7Q2-9XWD".into()),
        (Thing::List, "B7Q2-9XWD".into()),
        (
            Thing::Link,
            one(format!("SELECT CAST(id AS TEXT) AS line FROM links WHERE profile_id = {teacher}")).await,
        ),
        (
            Thing::Session,
            one(format!(
                "SELECT CAST(max(id) AS TEXT) AS line FROM browser_sessions WHERE profile_id = {teacher}"
            ))
            .await,
        ),
        (Thing::Area, format!("organisation:{school}")),
        (Thing::Organisation, school),
        (Thing::Login, "teacher".into()),
    ])
}

/// Places that the school does not lie in: a neighbour school, another municipality, another region.
pub async fn elsewhere(world: &World) -> [(&'static str, i64); 3] {
    use privyazka::store::organisations;
    let gymnasium = world.person().organisation("anna").await.parse().unwrap();
    let (town, region) = world
        .write(|db| {
            let first = organisations::list_regions(db)?[0].id;
            let town =
                organisations::insert_municipalities(db, first, &[(2, "Златоустовский городской округ")])?[0]
                    .id;
            Ok((town.0, organisations::insert_region(db, "Курганская область")?.0))
        })
        .await;
    [("organisation", gymnasium), ("municipality", town), ("region", region)]
}
