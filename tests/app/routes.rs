//! The routes of the service as the tests know them. A route that is added to `src/web/routes.rs` without a
//! row here fails [`every_route_has_its_row`].

/// Who may see the page behind a GET.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// Anybody.
    All,
    /// Somebody signed in.
    Person,
    /// Part of a trip: always sends on.
    Trip,
    /// It has no GET.
    Never,
}

/// Pattern, an address that fits it, who may GET it, and the fields of its POST, if it has one.
pub type Row = (&'static str, &'static str, Open, Option<&'static [(&'static str, &'static str)]>);

const LOGIN: &[(&str, &str)] = &[("organisation", "1"), ("login", "teacher"), ("password", "Осенний лес 7")];

pub const ROUTES: &[Row] = &[
    ("/login", "/login", Open::All, Some(LOGIN)),
    ("/login/authority", "/login/authority", Open::All, Some(LOGIN)),
    ("/login/esia", "/login/esia", Open::Trip, None),
    ("/login/profile", "/login/profile", Open::Person, Some(&[("profile", "2")])),
    ("/login/link", "/login/link", Open::All, Some(LOGIN)),
    (
        "/login/new-password",
        "/login/new-password",
        Open::Never,
        Some(&[("new_password", "Зимний сад 9"), ("repeat_password", "Зимний сад 9")]),
    ),
    ("/login/recover", "/login/recover", Open::All, Some(&[("organisation", "1"), ("login", "teacher")])),
    (
        "/login/recover/{token}",
        "/login/recover/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        Open::All,
        Some(&[("new_password", "Зимний сад 9"), ("repeat_password", "Зимний сад 9")]),
    ),
    ("/undo/{token}", "/undo/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", Open::All, Some(&[])),
    ("/orgs", "/orgs?q=12", Open::All, None),
    ("/options", "/options?level=municipality&parent=1", Open::All, None),
    ("/esia/go/{ticket}", "/esia/go/6741.0.0", Open::Trip, None),
    ("/esia/callback", "/esia/callback?state=x&code=y", Open::Trip, None),
    ("/outcome/{code}", "/outcome/101", Open::All, None),
    ("/support", "/support", Open::All, Some(&[("text", "Не могу войти"), ("contact", "anna@example.ru")])),
    ("/support/sent", "/support/sent?number=K7Q2-9XWD", Open::All, None),
    ("/logout", "/logout", Open::Never, Some(&[])),
    ("/goodbye", "/goodbye", Open::All, None),
    ("/", "/", Open::Trip, None),
    ("/settings", "/settings", Open::Person, None),
    ("/settings/link", "/settings/link", Open::Trip, None),
    (
        "/settings/link/confirm",
        "/settings/link/confirm?ref=AAAA-AAAA",
        Open::Trip,
        Some(&[("decision", "link")]),
    ),
    ("/settings/link/done", "/settings/link/done", Open::Person, None),
    ("/settings/unlink", "/settings/unlink", Open::Person, Some(&[("reason", "mistake")])),
    ("/settings/sessions", "/settings/sessions", Open::Person, Some(&[("end", "all")])),
    ("/settings/prove", "/settings/prove", Open::Person, Some(&[("password", "Осенний лес 7")])),
    (
        "/helpdesk/login",
        "/helpdesk/login",
        Open::All,
        Some(&[("login", "helpdesk"), ("password", "Осенний лес 7")]),
    ),
    ("/help", "/help", Open::All, None),
    ("/help/gosuslugi", "/help/gosuslugi", Open::All, None),
    ("/documents/personal-data", "/documents/personal-data", Open::All, None),
    ("/display", "/display", Open::All, Some(&[("size", "large")])),
    ("/static/{hash}/{name:.*}", "/static/0/app.css", Open::All, None),
    ("/demo/mail", "/demo/mail", Open::All, None),
    ("/demo/mail/{name}", "/demo/mail/00000000-0000-4000-8000-000000000000", Open::All, None),
];

/// Routes of the admin listener.
pub const ADMIN: &[&str] = &["/healthz", "/readyz", "/metrics"];

#[test]
fn every_route_has_its_row() {
    let source = include_str!("../../src/web/routes.rs");
    let mut written: Vec<&str> =
        source.split("resource(").skip(1).filter_map(|rest| rest.split('"').nth(1)).collect();
    let mut known: Vec<&str> = ROUTES.iter().map(|row| row.0).chain(ADMIN.iter().copied()).collect();
    known.extend(crate::desk_rights::patterns());
    written.sort_unstable();
    known.sort_unstable();
    assert_eq!(written, known);
}
