//! The written matrix of the helpdesk: every route, who may use it, and that nobody else does
//! (`docs/security.md`, T37). `src/web/helpdesk/rights.rs` says the same in the words of the service; here
//! it is written a second time on purpose.

use http::Method;
use privyazka::access::{Area, OperatorId};
use privyazka::directory::OrganisationId;
use privyazka::helpdesk::cases::case::{CaseSource, NewCase};
use privyazka::helpdesk::links::bulk::list::{ListId, ListState, UnlinkList};
use privyazka::helpdesk::links::unlink_request::UnlinkReason;
use privyazka::store::sealed_values::SealedColumn;
use privyazka::store::{bulk_unlinks, cases};

use crate::harness::browser::Ask;
use crate::harness::page::Page;
use crate::harness::{Person, World, on_sqlite};

/// Who may: letters of the roles. `o` support operator, `s` senior, `a` analyst, `d` administrator.
pub type Roles = &'static str;

const ALL: Roles = "osad";
const PEOPLE: Roles = "osd";
const ADMINISTRATORS: Roles = "d";

/// A row: method, pattern, an address of something that is there and lies in every area below, roles.
pub type Row = (&'static str, &'static str, &'static str, Roles);

pub const MATRIX: &[Row] = &[
    ("GET", "/helpdesk", "/helpdesk", ALL),
    ("GET", "/helpdesk/audit", "/helpdesk/audit", "d"),
    ("POST", "/helpdesk/audit/export", "/helpdesk/audit/export", "d"),
    ("GET", "/helpdesk/account", "/helpdesk/account", ALL),
    ("GET", "/helpdesk/account/password", "/helpdesk/account/password", ALL),
    ("POST", "/helpdesk/account/password", "/helpdesk/account/password", ALL),
    ("GET", "/helpdesk/account/factor", "/helpdesk/account/factor", ALL),
    ("POST", "/helpdesk/account/factor", "/helpdesk/account/factor", ALL),
    ("GET", "/helpdesk/profiles", "/helpdesk/profiles", PEOPLE),
    ("POST", "/helpdesk/profiles", "/helpdesk/profiles", PEOPLE),
    ("GET", "/helpdesk/profiles/{id}", "/helpdesk/profiles/1", PEOPLE),
    ("POST", "/helpdesk/profiles/{id}/sessions", "/helpdesk/profiles/1/sessions", PEOPLE),
    ("GET", "/helpdesk/operators", "/helpdesk/operators", ADMINISTRATORS),
    ("GET", "/helpdesk/operators/new", "/helpdesk/operators/new", ADMINISTRATORS),
    ("POST", "/helpdesk/operators/new", "/helpdesk/operators/new", ADMINISTRATORS),
    ("GET", "/helpdesk/operators/{id}", "/helpdesk/operators/8", ADMINISTRATORS),
    ("POST", "/helpdesk/operators/{id}/change", "/helpdesk/operators/8/change", ADMINISTRATORS),
    ("POST", "/helpdesk/operators/{id}/reset", "/helpdesk/operators/8/reset", ADMINISTRATORS),
    ("POST", "/helpdesk/operators/{id}/enable", "/helpdesk/operators/8/enable", ADMINISTRATORS),
    ("POST", "/helpdesk/operators/{id}/disable", "/helpdesk/operators/8/disable", ADMINISTRATORS),
    ("GET", "/helpdesk/profiles/{id}/unlink", "/helpdesk/profiles/1/unlink", "osd"),
    ("POST", "/helpdesk/profiles/{id}/unlink", "/helpdesk/profiles/1/unlink", "osd"),
    ("POST", "/helpdesk/profiles/{id}/unlink/confirm", "/helpdesk/profiles/1/unlink/confirm", "osd"),
    ("GET", "/helpdesk/profiles/{id}/restore", "/helpdesk/profiles/1/restore", "osd"),
    ("POST", "/helpdesk/profiles/{id}/restore", "/helpdesk/profiles/1/restore", "osd"),
    ("GET", "/helpdesk/profiles/{id}/freeze", "/helpdesk/profiles/1/freeze", "osd"),
    ("POST", "/helpdesk/profiles/{id}/freeze", "/helpdesk/profiles/1/freeze", "osd"),
    ("GET", "/helpdesk/profiles/{id}/unfreeze", "/helpdesk/profiles/1/unfreeze", "sd"),
    ("POST", "/helpdesk/profiles/{id}/unfreeze", "/helpdesk/profiles/1/unfreeze", "sd"),
    ("GET", "/helpdesk/approvals", "/helpdesk/approvals", "osd"),
    ("POST", "/helpdesk/approvals/{id}", "/helpdesk/approvals/1", "osd"),
    ("GET", "/helpdesk/prove", "/helpdesk/prove", ALL),
    ("POST", "/helpdesk/prove", "/helpdesk/prove", ALL),
    ("POST", "/helpdesk/logout", "/helpdesk/logout", ALL),
    ("GET", "/helpdesk/codes", "/helpdesk/codes", "osd"),
    ("POST", "/helpdesk/codes", "/helpdesk/codes", "osd"),
    ("GET", "/helpdesk/profiles/{id}/code", "/helpdesk/profiles/1/code", "osd"),
    ("POST", "/helpdesk/profiles/{id}/code", "/helpdesk/profiles/1/code", "osd"),
    ("GET", "/helpdesk/profiles/{id}/password", "/helpdesk/profiles/1/password", "osd"),
    ("POST", "/helpdesk/profiles/{id}/password", "/helpdesk/profiles/1/password", "osd"),
    ("GET", "/helpdesk/bulk-unlink", "/helpdesk/bulk-unlink", "sd"),
    ("POST", "/helpdesk/bulk-unlink", "/helpdesk/bulk-unlink", "sd"),
    ("GET", "/helpdesk/bulk-unlink/{number}", "/helpdesk/bulk-unlink/B7Q2-9XWD", "sd"),
    ("POST", "/helpdesk/bulk-unlink/{number}", "/helpdesk/bulk-unlink/B7Q2-9XWD", "sd"),
    ("GET", "/helpdesk/bulk-unlink/{number}/results", "/helpdesk/bulk-unlink/B7Q2-9XWD/results", "sd"),
    ("GET", "/helpdesk/cases", "/helpdesk/cases", PEOPLE),
    ("GET", "/helpdesk/cases/{number}", "/helpdesk/cases/K7Q2-9XWD", PEOPLE),
    ("POST", "/helpdesk/cases/{number}", "/helpdesk/cases/K7Q2-9XWD", PEOPLE),
];

/// What the addresses of the matrix name: a case and a list of the school.
pub async fn furnish(world: &World) {
    let (profile, now) = (world.profile("teacher").await, world.clock.now());
    let organisation = world.person().organisation("teacher").await.parse().unwrap();
    world
        .write(move |db| {
            let case = NewCase {
                uid: "matrix".into(),
                number: "K7Q2-9XWD".into(),
                organisation: Some(OrganisationId(organisation)),
                profile: Some(profile),
                link: None,
                source: CaseSource::Dispute,
                outcome: None,
                reference: None,
                text_sealed: None,
                contact_sealed: None,
                due_on: now.date_naive(),
            };
            cases::insert(db, &case, now)
        })
        .await;
    let keys = world.keys();
    world
        .write(move |db| {
            let list = UnlinkList {
                id: ListId(0),
                uid: "matrix".into(),
                number: "B7Q2-9XWD".into(),
                area: Area::Organisation(OrganisationId(organisation)),
                reason: UnlinkReason::Left,
                basis_sealed: keys.sealer.seal(SealedColumn::ListBasis.cell("matrix"), b"as it was told"),
                state: ListState::Loading,
                lines: 0,
                to_do: 0,
                position: 0,
                settled: 0,
                unlinked: 0,
                asked_by: OperatorId(1),
                approved_by: None,
                created_at: now,
                expires_at: now + chrono::Duration::hours(24),
                ended_at: None,
            };
            let id = bulk_unlinks::insert(db, &list)?;
            bulk_unlinks::finish_loading(db, id, 1, 0)
        })
        .await;
}

/// Operators of the demo: every role, and every kind of area.
const OPERATORS: &[(&str, char)] = &[
    ("helpdesk", 's'),
    ("helpdesk-2", 's'),
    ("helpdesk-miass", 'o'),
    ("helpdesk-school", 'o'),
    ("analyst", 'a'),
    ("admin", 'd'),
    ("admin-2", 'd'),
];

/// Steps of the sign-in; `second_factor.rs` and `operator_esia.rs` show that they cannot be passed by.
const STEPS: &[&str] =
    &["/helpdesk/login/esia", "/helpdesk/login/code", "/helpdesk/login/password", "/helpdesk/login/factor"];

/// The patterns, each once.
pub fn patterns() -> Vec<&'static str> {
    let mut patterns: Vec<_> = MATRIX.iter().map(|row| row.1).chain(STEPS.iter().copied()).collect();
    patterns.sort_unstable();
    patterns.dedup();
    patterns
}

/// Sends a request of the matrix: a POST has the token of the sender's own forms and no fields.
pub async fn send(world: &World, who: &Person, row: &Row, token: &str) -> Page {
    let ask = Ask { from: Some(world.origin.clone()), ..Ask::get(who.url(row.2)) };
    if row.0 == "GET" {
        return who.browser.send(ask).await;
    }
    let body = Some(format!("csrf={token}"));
    who.browser.send(Ask { method: Method::POST, body, ..ask }).await
}

#[test]
fn t37_every_route_of_the_helpdesk_is_open_to_its_roles_and_to_nobody_else() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        furnish(&world).await;
        let (nobody, person) = (world.person(), world.person());
        person.signed_in("teacher").await;
        // Number 8, after the demo's seven.
        assert_eq!(crate::operators::add(&world, "spare", "support", "region").await.0, 8);
        let missing = nobody.open("/helpdesk/nowhere").await;
        assert_eq!(missing.status, 404);
        for row in MATRIX {
            for who in [&nobody, &person] {
                let answer = send(&world, who, row, "").await;
                assert!(answer.leads_to().starts_with("/helpdesk/login?next="), "{row:?}: {answer:?}");
            }
            for (login, role) in OPERATORS {
                let operator = world.operator(login).await;
                let token = operator.desk_token().await;
                let answer = send(&world, &operator, row, &token).await;
                if row.3.contains(*role) {
                    assert!([200, 303, 400].contains(&answer.status), "{login} {row:?}: {answer:?}");
                    assert!(
                        !answer.leads_to().starts_with("/helpdesk/login?"),
                        "{login} {row:?}: {answer:?}"
                    );
                } else {
                    assert_eq!(answer.status, 404, "{login} {row:?}: {answer:?}");
                    assert_eq!(answer.heading(), missing.heading(), "the page of a missing thing");
                }
            }
        }
        world.end().await;
    });
}

#[test]
fn t45_only_a_form_of_the_operators_own_session_writes() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let (operator, colleague) = (world.operator("admin").await, world.operator("admin-2").await);
        let person = world.person();
        person.signed_in("teacher").await;
        let own = operator.desk_token().await;
        let of_person = person.open("/settings").await.form("/logout").unwrap();
        let of_person = of_person.value("csrf").unwrap().to_owned();
        let of_colleague = colleague.desk_token().await;
        let writing = MATRIX.iter().filter(|row| row.0 == "POST");
        for row in writing {
            let before = world.contents().await;
            for token in ["", &of_person, &of_colleague, &own[..own.len() - 1]] {
                let answer = send(&world, &operator, row, token).await;
                assert_eq!(answer.status, 403, "{row:?}: {answer:?}");
            }
            for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] {
                let ask = Ask {
                    method: Method::POST,
                    body: Some(format!("csrf={own}")),
                    from: Some(world.origin.clone()),
                    ..Ask::get(operator.url(row.2))
                };
                let answer = operator.browser.send(ask.with(name, value)).await;
                assert_eq!(answer.status, 403, "{row:?} {name}: {answer:?}");
            }
            assert_eq!(world.changed_since(&before).await, [""; 0], "{row:?}");
        }
        world.end().await;
    });
}
