//! What is not in an operator's area is not there, whatever they send (`docs/security.md`, T38, T39).
//!
//! Generated from the table of routes (`desk_rights.rs`): every address with a number is tried with the number
//! of a neighbour's thing and with one that is nowhere, by every role at every kind of area, and with a page
//! that was opened before the area or the role was lost; every field that names something is changed to a
//! neighbour's thing. Both answers are the same to the byte, nothing changes, and the try is on record.
//!
//! A new route with a number in its address needs a word in [`Thing::of`](things::Thing::of); a new form needs its fields in
//! [`things::FORMS`] (what a person fills in, with the things in braces), or, if it names nothing, a row without fields.

mod things;

use http::Method;

use self::things::{FORMS, Thing, elsewhere, settle};
use crate::desk_rights::{MATRIX, Row};
use crate::harness::browser::Ask;
use crate::harness::page::Page;
use crate::harness::{Person, World, on_sqlite};

async fn put(world: &World, login: &str, role: &str, (kind, id): (&str, i64)) {
    let sql = format!(
        "UPDATE operators SET role = '{role}', area_kind = '{kind}', area_id = {id} WHERE login = '{login}'"
    );
    assert_eq!(world.execute(&sql).await, 1);
}

/// Sends the form of a row, or asks for its address with the fields as query.
async fn send(who: &Person, method: &str, path: &str, token: &str, fields: &[(String, String)]) -> Page {
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    pairs.extend_pairs(fields);
    if method == "GET" {
        return who.browser.send(Ask::get(who.url(&format!("{path}?{}", pairs.finish())))).await;
    }
    pairs.append_pair("csrf", token);
    let body = Some(pairs.finish());
    let ask = Ask { method: Method::POST, body, from: Some(who.origin.clone()), ..Ask::get(who.url(path)) };
    who.browser.send(ask).await
}

/// The fields with these things in the braces.
fn filled(fields: &[(&str, &str)], own: &str, of: impl Fn(Thing) -> String) -> Vec<(String, String)> {
    let form = privyazka::platform::secret::Token::generate();
    let fill = |value: &str| {
        let value = value.replace("{own}", own).replace("{form}", form.expose());
        Thing::ALL.iter().fold(value, |value, (thing, braces)| {
            if value.contains(braces) { value.replace(braces, &of(*thing)) } else { value }
        })
    };
    fields.iter().map(|(name, value)| ((*name).to_owned(), fill(value))).collect()
}

/// An answer but for what differs from request to request, and for the tried value itself.
fn told(page: &Page, tried: &[String]) -> (u16, String, String) {
    let mut html = page.html.replace(page.header("x-request-id"), "");
    for start in ["name=\"csrf\" value=\"", "name=\"form\" value=\"", "nonce=\""] {
        let mut parts = html.split(start);
        let mut plain = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            plain.push_str(start);
            plain.push_str(part.split_once('"').map_or(part, |(_, rest)| rest));
        }
        html = plain;
    }
    for tried in tried {
        // As a form or an address would echo it, not as a number of a drawing.
        for (before, after) in [("value=\"", "\""), ("=", "&amp;"), ("&quot;", "&quot;")] {
            html = html.replace(&format!("{before}{tried}{after}"), "#");
        }
        if tried.len() > 3 {
            html = html.replace(tried.as_str(), "#");
        }
    }
    let to = tried.iter().fold(page.leads_to(), |to, tried| to.replace(tried.as_str(), "#"));
    (page.status, to, html)
}

fn forms_of(row: &Row) -> Vec<&'static [(&'static str, &'static str)]> {
    let of = FORMS.iter().filter(|form| form.0 == row.0 && form.1 == row.1);
    let found: Vec<_> = of.map(|form| form.2).collect();
    assert!(row.0 == "GET" || !found.is_empty(), "{} {} has no row in the table of forms", row.0, row.1);
    if row.0 == "GET" { vec![&[]] } else { found }
}

fn path_with(pattern: &str, value: &str) -> String {
    let part = |part: &str| if part.starts_with('{') { value.to_owned() } else { part.to_owned() };
    pattern.split('/').map(part).collect::<Vec<_>>().join("/")
}

async fn refusals(world: &World) -> i64 {
    world.events("operator:page:refused").await
}

#[test]
fn t38_a_neighbours_number_and_a_guessed_one_are_the_same_to_every_role_at_every_area() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let things = settle(&world).await;
        let stranger = world.operator("helpdesk-miass").await;
        let token = stranger.desk_token().await;
        let with_number: Vec<_> = MATRIX.iter().filter(|row| row.1.contains('{')).collect();
        for place in elsewhere(&world).await {
            for role in ["support", "senior", "analyst", "administrator"] {
                put(&world, "helpdesk-miass", role, place).await;
                let before = world.contents().await;
                for row in &with_number {
                    let named = Thing::of(row.1);
                    for fields in forms_of(row) {
                        let mut answers = Vec::new();
                        for guess in [false, true] {
                            let of = |thing: Thing| {
                                if guess { thing.guessed() } else { things.get(thing) }.to_owned()
                            };
                            let recorded = refusals(&world).await;
                            let fields = filled(fields, things.get(Thing::Organisation), of);
                            let answer =
                                send(&stranger, row.0, &path_with(row.1, &of(named)), &token, &fields).await;
                            assert_eq!(answer.status, 404, "{place:?} {role} {row:?}: {answer:?}");
                            assert_eq!(refusals(&world).await, recorded + 1, "{place:?} {role} {row:?}");
                            answers.push(told(&answer, &[]));
                        }
                        assert_eq!(answers[0], answers[1], "{place:?} {role} {row:?}");
                    }
                }
                assert_eq!(world.changed_since(&before).await, ["audit_events"], "{place:?} {role}");
            }
        }
        world.end().await;
    });
}

#[test]
fn t38_a_field_changed_to_a_neighbours_thing_does_what_a_guess_does() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let things = settle(&world).await;
        // At the gymnasium, with a person of their own.
        let gymnasium: i64 = world.person().organisation("anna").await.parse().unwrap();
        let insider = world.operator("helpdesk-miass").await;
        let token = insider.desk_token().await;
        put(&world, "helpdesk-miass", "administrator", ("organisation", gymnasium)).await;
        let place = ("organisation", gymnasium);
        put(&world, "analyst", "support", place).await;
        let own_operator =
            world.text("SELECT CAST(id AS TEXT) AS line FROM operators WHERE login = 'analyst'").await;
        let anna = world.profile("anna").await.0.to_string();
        for (method, pattern, fields) in FORMS.iter().filter(|form| {
            form.2.iter().any(|field| Thing::ALL.iter().any(|(_, braces)| field.1.contains(braces)))
        }) {
            let own = if pattern.starts_with("/helpdesk/operators") { &own_operator } else { &anna };
            let path = path_with(pattern, own);
            let (before, recorded) = (world.contents().await, world.count("audit_events", "1 = 1").await);
            let mut answers = Vec::new();
            for guess in [false, true] {
                let of = |thing: Thing| if guess { thing.guessed() } else { things.get(thing) }.to_owned();
                let fields = filled(fields, &gymnasium.to_string(), of);
                let answer = send(&insider, method, &path, &token, &fields).await;
                for word in ["Смирнова Анна Викторовна", "teacher@", "СОШ № 12"] {
                    assert!(!answer.says(word), "{method} {pattern} {fields:?}: {answer:?}");
                }
                let tried = fields.iter().map(|(_, value)| value.clone());
                answers.push(told(&answer, &tried.collect::<Vec<_>>()));
            }
            assert_eq!(answers[0], answers[1], "{method} {pattern} {fields:?}");
            let changed = world.changed_since(&before).await;
            // An answered form of slips is remembered as answered, whoever was on it.
            let allowed = ["audit_events", "secret_issues"];
            assert!(
                changed.iter().all(|table| allowed.contains(table)),
                "{method} {pattern} {fields:?}: {changed:?}"
            );
            // What is answered with a page took no notice of the field, or said that there is no such thing.
            if [404, 409].contains(&answers[0].0) {
                let more = world.count("audit_events", "1 = 1").await - recorded;
                assert!(more >= 2, "{method} {pattern} {fields:?}: both tries are on record, {more}");
            }
        }
        world.end().await;
    });
}

#[test]
fn t39_a_page_opened_before_the_area_or_the_role_was_lost_does_nothing_afterwards() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let things = settle(&world).await;
        let school: i64 = things.get(Thing::Organisation).parse().unwrap();
        let operator = world.operator("helpdesk-miass").await;
        let places = elsewhere(&world).await;
        let losses: Vec<_> = places
            .map(|place| ("administrator", place))
            .into_iter()
            .chain([("analyst", ("organisation", school))])
            .collect();
        let with_number = MATRIX.iter().filter(|row| row.0 == "POST" && row.1.contains('{'));
        for row in with_number {
            let named = things.get(Thing::of(row.1));
            let path = path_with(row.1, named);
            for (role, place) in &losses {
                put(&world, "helpdesk-miass", "administrator", ("organisation", school)).await;
                // The page that has the form: at the address itself or above it.
                let above = path.rsplit_once('/').map_or("", |(above, _)| above);
                let mut page = operator.open(&path).await;
                if page.form(&path).is_none() {
                    page = operator.open(above).await;
                }
                let token = operator.desk_token().await;
                for fields in forms_of(row) {
                    let mut fields = filled(fields, "", |thing| things.get(thing).to_owned());
                    for (name, value) in page.form(&path).into_iter().flat_map(|form| form.fields) {
                        if name != "csrf" && !fields.iter().any(|(known, _)| *known == name) {
                            fields.push((name, value));
                        }
                    }
                    put(&world, "helpdesk-miass", role, *place).await;
                    let (before, recorded) = (world.contents().await, refusals(&world).await);
                    let answer = send(&operator, "POST", &path, &token, &fields).await;
                    assert_eq!(answer.status, 404, "{role} {place:?} {row:?}: {answer:?}");
                    assert_eq!(
                        world.changed_since(&before).await,
                        ["audit_events"],
                        "{role} {place:?} {row:?}"
                    );
                    assert_eq!(refusals(&world).await, recorded + 1, "{role} {place:?} {row:?}");
                }
            }
        }
        world.end().await;
    });
}

#[test]
fn every_form_of_the_table_is_one_of_the_matrix() {
    for (method, pattern, _) in FORMS {
        assert!(MATRIX.iter().any(|row| row.0 == *method && row.1 == *pattern), "{method} {pattern}");
    }
    for row in MATRIX.iter().filter(|row| row.0 == "POST") {
        forms_of(row);
    }
}
