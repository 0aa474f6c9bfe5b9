//! What comes in at the callback is data (`docs/security.md`, T7 to T9).

use privyazka::store::schema::audit_events;

use crate::harness::browser::Ask;
use crate::harness::{Person, World, log, on_sqlite};
use crate::support::database::TestDatabase;

const ANNA: &str = "smirnova@stand.example";

/// What a callback answers to a raw query, as the browser has it.
async fn answer(person: &Person, query: &str) -> crate::harness::page::Page {
    let mut url = person.url("/esia/callback");
    url.set_query(Some(query));
    person.browser.send(Ask::get(url)).await
}

#[test]
fn t07_a_query_that_esia_never_sends_asks_esia_nothing() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let anna = world.person();
        anna.signed_in("teacher").await;
        let departure = anna.start_linking().await;
        let back = anna.sign_in_at_stand(&departure, ANNA).await;
        let (state, code) = (Person::parameter(&back, "state"), Person::parameter(&back, "code"));
        let (upper, long) = (state.to_uppercase(), "x".repeat(8300));
        let before = world.contents().await;
        for query in [
            String::new(),
            "&".into(),
            format!("state={state}"),
            format!("code={code}"),
            format!("state=&code={code}"),
            format!("state={state}&code="),
            format!("state={state}&error="),
            format!("state={state}&code={code}&code={code}"),
            format!("state={state}&state={state}&code={code}"),
            format!("state={state}&code={code}&error=access_denied"),
            format!("state={state}&code={code}&error_description=x"),
            format!("state={state}&error=access_denied&error=access_denied"),
            format!("state={state}&code={code}&iss=http%3A%2F%2Fevil.example%2F"),
            format!("state={state}&code={code}&next=%2Fsettings"),
            format!("state={state}&CODE={code}"),
            format!("STATE={state}&code={code}"),
            format!("state[]={state}&code={code}"),
            format!("state={state}&code={long}"),
            format!("state={state}&error={long}"),
            format!("state={upper}&code={code}"),
            format!("state=%20{state}&code={code}"),
            format!("state={state}%20&code={code}"),
            format!("state={state}%00&code={code}"),
            format!("state={}&code={code}", state.replace('-', "")),
            format!("state=%7B{state}%7D&code={code}"),
            format!("state={}&code={code}", &state[..35]),
            format!("state={state}0&code={code}"),
            format!("state={}&code={code}", privyazka::platform::random::uuid()),
            "state=%FF%FE&code=%FF".into(),
        ] {
            let landed = answer(&anna, &query).await;
            assert_eq!((landed.status, landed.leads_to().as_str()), (303, "/outcome/109"), "{query}");
        }
        assert_eq!(world.stand().token_requests(), 0);
        assert_eq!(world.changed_since(&before).await, [""; 0]);

        let landed = anna.browser.follow(&back).await;
        assert!(landed.leads_to().starts_with("/settings/link/confirm"), "the attempt stands: {landed:?}");
        world.end().await;
    });
}

#[test]
fn t08_what_esia_says_changes_neither_page_nor_log() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let usual = refused(&world, "access_denied", "").await;
        let mark = "Zlodej";
        for text in [
            format!("<script>alert('{mark}')</script><b>{mark}</b>"),
            format!("x\r\nSet-Cookie: session={mark}\r\n\r\n2026-01-01 INFO {mark}"),
            format!("\u{1b}[2J\u{1b}[31m{mark}\u{7}"),
            format!("{mark}\u{202e}\u{2066}\u{0}"),
            mark.repeat(1000),
        ] {
            assert_eq!(refused(&world, "access_denied", &text).await, usual, "{text:?}");
        }
        for error in [format!("<i>{mark}</i>"), format!("{mark}\r\nX: y"), mark.repeat(1000)] {
            let page = refused(&world, &error, "").await;
            assert!(page.contains("Госуслуги сейчас не отвечают") && !page.contains(mark), "{page}");
        }
        assert!(!log::written().contains(mark), "the log holds what a stranger wrote");
        let details = world
            .read(|db| {
                use diesel::prelude::*;
                let query = audit_events::table.select(audit_events::details);
                Ok(privyazka::each!(db, |c| query.load::<String>(c))?.join(" "))
            })
            .await;
        assert!(!details.contains(mark), "{details}");
        world.end().await;
    });
}

/// The page of a refusal by ESIA, without its reference.
async fn refused(world: &World, error: &str, description: &str) -> String {
    let person = world.person();
    let departure = person.start_sign_in().await;
    let state = Person::parameter(&departure, "state");
    let mut pairs = vec![("state", state.as_str()), ("error", error)];
    if !description.is_empty() {
        pairs.push(("error_description", description));
    }
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let landed = answer(&person, &query).await;
    assert_eq!(landed.header("set-cookie").find("Zlodej"), None);
    let page = person.arrive(landed).await;
    let reference = page.address.query().unwrap_or_default().split('=').next_back().unwrap_or_default();
    page.html.replace(reference, "REFERENCE").replace(&csrf(&page.html), "TOKEN")
}

fn csrf(html: &str) -> String {
    let value = html.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    value.unwrap_or("no form").to_owned()
}

#[test]
fn t09_an_answer_for_another_environment_is_refused() {
    on_sqlite(async |database: &TestDatabase| {
        let (one, other) = (World::start(database).await, World::start(database).await);
        assert_ne!(one.stand().issuer(), other.stand().issuer());
        for (begun, ended) in [(&one, &other), (&other, &one)] {
            let anna = begun.person();
            let departure = anna.start_sign_in().await;
            let back = anna.sign_in_at_stand(&departure, ANNA).await;
            // The same browser, database and state; only the environment behind the service is another.
            let there = anna.moved_to(ended);
            let mut query = back.location().unwrap();
            for code in [Person::parameter(&back, "code"), code_of(ended).await] {
                let state = Person::parameter(&back, "state");
                query.query_pairs_mut().clear().append_pair("code", &code).append_pair("state", &state);
                let landed = answer(&there, query.query().unwrap()).await;
                assert!(landed.leads_to().starts_with("/outcome/109"), "{landed:?}");
                assert!(!there.is_signed_in().await);
            }
            assert_eq!(begun.stand().token_requests() + ended.stand().token_requests(), 0);
        }
        one.end_beside(&other).await;
        other.end().await;
    });
}

/// A code that a stand gave for a trip of its own.
async fn code_of(world: &World) -> String {
    let person = world.person();
    let departure = person.start_sign_in().await;
    Person::parameter(&person.sign_in_at_stand(&departure, ANNA).await, "code")
}
