//! How journal and ESIA are compared, and what a match that is not whole asks of the person.

use chrono::NaiveDate;
use privyazka::stand::Fault;

use crate::harness::page::Page;
use crate::harness::town::{Correction, PASSWORD};
use crate::harness::{Person, World, on_sqlite};
use crate::support::database::{TestDatabase, on_each_database};

on_each_database!(t20_a_hostile_name_breaks_no_page_no_letter_and_no_database);

const ANNA: &str = "smirnova@stand.example";
const PETROV: &str = "petrov@stand.example";
const CONFIRM: &str = "/settings/link/confirm";

/// What the comparison says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Exact,
    Partial { password: bool },
    Refused(u16),
}

fn found(page: &Page) -> Found {
    if let Some(code) = page.path().strip_prefix("/outcome/") {
        return Found::Refused(code[..3].parse().unwrap());
    }
    assert_eq!(page.heading(), "Сравните данные", "{page:?}");
    if page.says("Данные совпали. Проверьте") {
        Found::Exact
    } else {
        Found::Partial { password: page.html.contains("type=\"password\"") }
    }
}

async fn compared(world: &World, login: &str, stand: &str) -> (Person, Page) {
    let person = world.person();
    person.signed_in(login).await;
    let landed = person.link_as(stand).await;
    let page = person.arrive(landed).await;
    (person, page)
}

#[test]
fn spelling_marriage_and_missing_data_are_told_from_another_person() {
    use Correction::{Born, FirstName, LastName, MiddleName, Snils};
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let usual = vec![
            LastName("Смирнова"),
            FirstName("Анна"),
            MiddleName(Some("Викторовна")),
            Born(NaiveDate::from_ymd_opt(1985, 3, 14)),
            Snils(Some(100_200_301)),
        ];
        let another_day = NaiveDate::from_ymd_opt(1985, 4, 13);
        for (corrections, expected) in [
            (vec![], Found::Exact),
            (vec![LastName("СМИРНОВА"), FirstName("анна")], Found::Exact),
            (vec![LastName(" Смирнова ")], Found::Exact),
            (vec![MiddleName(None)], Found::Exact),
            (vec![Snils(None)], Found::Exact),
            (vec![LastName("Смирнова-Орлова")], Found::Partial { password: false }),
            (vec![LastName("Девичья")], Found::Partial { password: false }),
            (vec![MiddleName(Some("Владимировна"))], Found::Partial { password: false }),
            (vec![Born(None)], Found::Partial { password: false }),
            (vec![Snils(None), Born(None)], Found::Partial { password: true }),
            (vec![Snils(None), LastName("Девичья")], Found::Refused(105)),
            (vec![FirstName("Алла")], Found::Refused(105)),
            (vec![Born(another_day)], Found::Refused(117)),
            // The number of somebody else: a typing error, or the child's.
            (vec![Snils(Some(100_200_391))], Found::Refused(115)),
            (vec![Snils(Some(100_200_303))], Found::Refused(115)),
        ] {
            let case = format!("{corrections:?}");
            world.correct("teacher", usual.clone()).await;
            if !corrections.is_empty() {
                world.correct("teacher", corrections).await;
            }
            let (_, page) = compared(&world, "teacher", ANNA).await;
            assert_eq!(found(&page), expected, "{case}: {page:?}");
        }
        assert_eq!(world.count("links", "1 = 1").await, 0);
        world.end().await;
    });
}

#[test]
fn a_letter_yo_and_a_double_surname_are_the_same_name() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        for (surname, expected) in [
            ("Пётров", Found::Exact),
            ("Пет-ров", Found::Exact),
            ("Петров - Водкин", Found::Partial { password: false }),
        ] {
            world.correct("parent", vec![Correction::LastName(surname)]).await;
            let (_, page) = compared(&world, "parent", "petrov@stand.example").await;
            assert_eq!(found(&page), expected, "{surname}: {page:?}");
        }
        world.end().await;
    });
}

#[test]
fn a_partial_match_links_only_by_an_explicit_choice() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let (maria, page) = compared(&world, "renamed", "orlova@stand.example").await;
        assert_eq!(found(&page), Found::Partial { password: false });
        assert!(page.says("Кравцова") && page.says("Орлова") && page.says("Отличается"), "{page:?}");
        assert!(!page.html.contains("checked"), "nothing is chosen beforehand");

        let again = maria.submit(&page, CONFIRM, &[]).await;
        assert_eq!((again.status, again.heading().as_str()), (200, "Сравните данные"), "{again:?}");
        let again = maria.submit(&page, CONFIRM, &[("decision", "LINK")]).await;
        assert_eq!(again.heading(), "Сравните данные", "{again:?}");
        assert_eq!(world.links_of("renamed").await, 0);

        let declined = maria.submit(&page, CONFIRM, &[("decision", "decline")]).await;
        assert_eq!(declined.leads_to(), "/settings");
        let late = maria.submit(&page, CONFIRM, &[("decision", "link")]).await;
        assert_eq!(late.leads_to(), "/settings/link", "a declined comparison is over: {late:?}");
        assert_eq!(world.links_of("renamed").await, 0);

        let landed = maria.link_as("orlova@stand.example").await;
        let linked = maria.confirm(&landed).await;
        assert!(linked.leads_to().starts_with("/settings/link/done"), "{linked:?}");
        assert_eq!(world.links_of("renamed").await, 1);
        world.end().await;
    });
}

#[test]
fn where_only_the_name_agrees_the_password_is_asked_again() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        world.correct("teacher", vec![Correction::Snils(None), Correction::Born(None)]).await;
        let (anna, page) = compared(&world, "teacher", ANNA).await;
        for (password, words) in [("", "ароль"), ("не тот пароль", "ароль")] {
            let fields = [("decision", "link"), ("password", password)];
            let again = anna.submit(&page, CONFIRM, &fields).await;
            assert_eq!(again.heading(), "Сравните данные", "{again:?}");
            assert!(again.html.contains("class=\"error\"") && again.says(words), "{again:?}");
            assert_eq!(world.links_of("teacher").await, 0);
        }
        let fields = [("decision", "link"), ("password", PASSWORD)];
        let linked = anna.submit(&page, CONFIRM, &fields).await;
        assert!(linked.leads_to().starts_with("/settings/link/done"), "{linked:?}");
        assert_eq!(world.links_of("teacher").await, 1);
        world.end().await;
    });
}

#[test]
fn a_child_links_with_a_childs_account() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let alesha = world.person();
        alesha.link_whole("pupil", "alesha@stand.example").await;
        alesha.sign_out().await;
        assert_eq!(alesha.enter_as("alesha@stand.example").await.leads_to(), "/settings");
        world.end().await;
    });
}

#[test]
fn t19_email_phone_and_name_find_no_profile() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        // Somebody else's profile with all that ESIA will tell of Anna but her number and birth date.
        let same = vec![
            Correction::LastName("Смирнова"),
            Correction::FirstName("Анна"),
            Correction::MiddleName(Some("Викторовна")),
            Correction::Email(Some(ANNA)),
        ];
        world.correct("mismatch", same).await;
        let anna = world.person();
        let landed = anna.enter_as(ANNA).await;
        assert!(landed.leads_to().starts_with("/outcome/101"), "{landed:?}");
        let (_, page) = compared(&world, "mismatch", ANNA).await;
        assert_eq!(found(&page), Found::Refused(115));
        assert_eq!(world.count("links", "1 = 1").await, 0);
        world.end().await;
    });
}

/// What a letter, a page or a line must not hold of a name: it would end there or turn around.
fn is_hostile(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\r')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
}

async fn t20_a_hostile_name_breaks_no_page_no_letter_and_no_database(database: &TestDatabase) {
    let world = World::start(database).await;
    for (login, account, address, fault) in [
        ("teacher", ANNA, "teacher@journal.example", "person-names-direction"),
        ("parent", PETROV, "parent@journal.example", "person-names-huge"),
        ("parent-gym", PETROV, "parent-gym@journal.example", "person-names-invisible"),
    ] {
        world.stand().set_fault(Some(Fault::named(fault).unwrap()));
        let person = world.person();
        person.signed_in(login).await;
        let comparison = person.browser.follow(&person.link_as(account).await).await;
        assert_eq!(comparison.heading(), "Сравните данные", "{fault}");
        let done = person.submit(&comparison, "/settings/link/confirm", &[("decision", "link")]).await;
        let done = person.arrive(done).await;
        assert_eq!(done.heading(), "Учётная запись привязана", "{fault}");
        let letter = world.letters_to(address, 1).await.remove(0);
        for text in [&comparison.html, &done.html, &letter.text, &letter.subject] {
            assert!(!text.contains(is_hostile) && text.len() < 64 * 1024, "{fault}: {text:.300?}");
        }
    }
    // Names that fit nobody still sign in whom the link knows.
    for fault in ["person-names-nul", "person-names-markup"] {
        world.stand().set_fault(Some(Fault::named(fault).unwrap()));
        assert_eq!(world.person().enter_as(ANNA).await.leads_to(), "/settings", "{fault}");
    }
    world.end().await;
}
