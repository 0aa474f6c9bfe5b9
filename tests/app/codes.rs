//! Linking codes at the door (`docs/security.md`, T25, T26, T35, T58, T67).

use chrono::Duration;
use privyazka::directory::OrganisationId;
use privyazka::sign_in::LinkingCode;
use privyazka::sign_in::code_throttle::CodeKeys;
use privyazka::sign_in::throttle::QUIET;
use privyazka::store::linking_codes::{self, NewCode};
use privyazka::store::{login_failures, profiles};

use crate::harness::page::Page;
use crate::harness::person::filled;
use crate::harness::town::{Correction, PASSWORD};
use crate::harness::{Person, Setup, World, on_sqlite};
use crate::sessions::after_the_cut_over;
use crate::support::database::{TestDatabase, on_each_database};

on_each_database!(
    a_pupil_without_a_password_links_with_a_code,
    t58_a_code_redeemed_twice_at_once_opens_one_session,
    t67_strangers_neither_burn_a_code_nor_keep_its_owner_out,
    t67_beyond_the_ceiling_of_all_a_flood_is_slowed_down_and_the_owner_gets_in,
    t26_what_changes_a_profile_voids_its_code,
);

const ALESHA: &str = "alesha@stand.example";
const WRONG: &str = "Код не подошёл или устарел. Проверьте цифры или попросите новый код в организации.";

/// A code as the helpdesk keeps it, in the database alone.
pub async fn code_for(world: &World, login: &str) -> String {
    let (profile, keys, now) = (world.profile(login).await, world.keys(), world.clock.now());
    let code = LinkingCode::generate();
    let text = code.in_groups();
    world
        .write(move |db| {
            let uid = profiles::find(db, profile)?.expect("a profile").uid;
            linking_codes::void(db, &[profile], "replaced", now)?;
            let new = [NewCode { profile, digest: code.digest(&keys, &uid) }];
            linking_codes::insert(db, 1, &new, now, now + Duration::days(7))
        })
        .await;
    text
}

/// Types login and code at the door; the answer to the form.
pub async fn redeem(person: &Person, login: &str, code: &str) -> Page {
    let organisation = person.organisation("pupil").await;
    let page = person.open("/login/link").await;
    let values = [("organisation", &*organisation), ("login", login), ("code", code), ("way", "code")];
    person.submit(&page, "/login/link", &values).await
}

/// Whether the door has opened.
fn opened(answer: &Page) -> bool {
    answer.leads_to() == "/settings/link"
}

async fn a_pupil_without_a_password_links_with_a_code(database: &TestDatabase) {
    let world = World::start(database).await;
    world.correct("pupil", vec![Correction::NoPassword]).await;
    let code = code_for(&world, "pupil").await;
    let alesha = world.person();
    let page = alesha.open("/login").await;
    let door = alesha.click(&page, "Войти по коду привязки").await;
    assert_eq!(door.path(), "/login/link");
    assert!(door.says("он действует 7 дней и подходит только вам"), "{door:?}");
    assert!(!door.html.contains("name=\"password\""), "passwords open the journal, not this door");

    assert!(opened(&redeem(&alesha, "pupil", &code).await));
    assert_eq!(world.events("session:sign_in:succeeded").await, 1);
    let landed = alesha.link_as(ALESHA).await;
    let done = alesha.confirm(&landed).await;
    assert_eq!(alesha.arrive(done).await.heading(), "Учётная запись привязана");
    let list = alesha.open("/settings/sessions").await;
    assert!(list.says("По коду привязки"), "{list:?}");
    alesha.sign_out().await;
    assert_eq!(alesha.enter_as(ALESHA).await.leads_to(), "/settings");

    let again = redeem(&world.person(), "pupil", &code).await;
    assert!(again.says(WRONG), "used up: {again:?}");
    world.end().await;
}

#[test]
fn t35_a_code_opens_the_linking_pages_only() {
    on_sqlite(async |database| {
        let world = after_the_cut_over().start(database).await;
        let code = code_for(&world, "teacher").await;
        let anna = world.person();
        assert!(opened(&redeem(&anna, "teacher", &code).await));
        for path in
            ["/settings", "/settings/unlink", "/settings/sessions", "/settings/prove", "/login/profile"]
        {
            let page = anna.open(path).await;
            assert!(page.leads_to() == "/settings/link" || page.status == 404, "{path}: {page:?}");
        }
        let before = anna.open("/settings/link").await;
        assert_eq!(before.heading(), "Сейчас вы перейдёте на Госуслуги", "{before:?}");
        let contents = world.contents().await;
        for (path, field) in [
            ("/settings/unlink", ("reason", "")),
            ("/settings/sessions", ("end", "all")),
            ("/settings/prove", ("password", PASSWORD)),
            ("/login/new-password", ("new_password", "Зимний сад 9")),
        ] {
            let mut form = filled(&before, "/logout", &[field]);
            form.action = path.into();
            let answer = anna.browser.show(anna.browser.post(&before, &form)).await;
            assert!(answer.status == 303 || answer.status == 404, "{path}: {answer:?}");
        }
        assert_eq!(world.changed_since(&contents).await, [""; 0]);
        world.end().await;
    });
}

#[test]
fn a_code_confirms_an_exact_match_alone() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        // The surname has changed under an equal SNILS: the password is asked for again.
        let code = code_for(&world, "renamed").await;
        let orlova = world.person();
        assert!(opened(&redeem(&orlova, "renamed", &code).await));
        let landed = orlova.link_as("orlova@stand.example").await;
        let comparison = orlova.browser.follow(&landed).await;
        let form = [("decision", "link")];
        let asked = orlova.submit(&comparison, "/settings/link/confirm", &form).await;
        assert!(asked.status == 200 && asked.says("Введите пароль"), "{asked:?}");
        assert_eq!(world.links_of("renamed").await, 0);

        // Without a password there is nothing to ask for: it is for a case.
        world.correct("renamed", vec![Correction::NoPassword]).await;
        let code = code_for(&world, "renamed").await;
        let orlova = world.person();
        assert!(opened(&redeem(&orlova, "renamed", &code).await));
        let landed = orlova.link_as("orlova@stand.example").await;
        assert!(landed.leads_to().starts_with("/outcome/105"), "{landed:?}");
        assert_eq!(world.links_of("renamed").await, 0);
        world.end().await;
    });
}

#[test]
fn t67_whatever_is_wrong_with_a_code_the_answer_is_one() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let expired = code_for(&world, "pupil").await;
        world.wait(Duration::days(7));
        let mut answers = vec![redeem(&world.person(), "pupil", &expired).await];
        let replaced = code_for(&world, "pupil").await;
        let code = code_for(&world, "pupil").await;
        let other = if code.starts_with('1') { "2" } else { "1" };
        let wrong = format!("{other}{}", &code[1..]);
        for (login, code) in [
            ("pupil", &*replaced),
            ("pupil", &*wrong),
            ("teacher", &*code),
            ("lowlevel", "0000 0000 0000"),
            ("nobody-has-this-login", &*code),
            ("pupil", "1234"),
            ("pupil", "двенадцать цифр"),
        ] {
            answers.push(redeem(&world.person(), login, code).await);
        }
        assert!(opened(&redeem(&world.person(), "pupil", &code).await), "the code itself still works");
        answers.push(redeem(&world.person(), "pupil", &code).await);
        // The same but for the login that was typed and what is each browser's own.
        let plain = |page: &Page| {
            let login = page.html.split("name=\"login\"").next().unwrap().len();
            assert!(login < page.html.len() && page.status == 200, "{page:?}");
            page.text()
        };
        let first = plain(&answers[0]);
        assert!(first.contains(WRONG), "{first}");
        for answer in &answers {
            assert_eq!(plain(answer), first);
            assert!(!answer.html.contains(&code), "the code is not sent back");
        }
        // What has not the form of a code is nobody's try.
        assert_eq!(world.events("session:sign_in:refused").await, 7);
        world.end().await;
    });
}

async fn t58_a_code_redeemed_twice_at_once_opens_one_session(database: &TestDatabase) {
    let world = World::start(database).await;
    for _ in 0..5 {
        let code = code_for(&world, "pupil").await;
        let people: Vec<Person> = (0..4).map(|_| world.person()).collect();
        let answers =
            futures_util::future::join_all(people.iter().map(|person| redeem(person, "pupil", &code))).await;
        let in_by_it = answers.iter().filter(|answer| opened(answer)).count();
        assert_eq!(in_by_it, 1, "{answers:?}");
        assert!(answers.iter().filter(|answer| !opened(answer)).all(|answer| answer.says(WRONG)));
    }
    assert_eq!(world.events("session:sign_in:succeeded").await, 5);
    world.end().await;
}

async fn t67_strangers_neither_burn_a_code_nor_keep_its_owner_out(database: &TestDatabase) {
    let world = World::start(database).await;
    let code = code_for(&world, "pupil").await;
    let stranger = world.person();
    for guess in 0..5 {
        let answer = redeem(&stranger, "pupil", &format!("00000000000{guess}")).await;
        assert!(answer.says(WRONG), "{answer:?}");
    }
    let waits = redeem(&stranger, "pupil", &code).await;
    assert!(waits.says("Повторите через 1 минуту. Код от этого не пропадёт."), "{waits:?}");
    assert!(opened(&redeem(&world.person(), "pupil", &code).await), "another browser is not kept out");
    world.end().await;
}

/// The same from a network address, by a browser that was never here.
async fn redeem_from(world: &World, address: &str, code: &str) -> Page {
    let person = world.person();
    let organisation = person.organisation("pupil").await;
    let page = person.open("/login/link").await;
    let values = [("organisation", &*organisation), ("login", "pupil"), ("code", code), ("way", "code")];
    let ask = person.browser.post(&page, &filled(&page, "/login/link", &values));
    person.browser.show(ask.with("x-forwarded-for", address)).await
}

async fn t67_beyond_the_ceiling_of_all_a_flood_is_slowed_down_and_the_owner_gets_in(database: &TestDatabase) {
    let setup = Setup::default()
        .with(|settings| settings.server.trusted_proxies = vec!["127.0.0.1".parse().unwrap()]);
    let world = setup.start(database).await;
    let code = code_for(&world, "pupil").await;
    let (flood, other) = ("192.0.2.66", "192.0.2.77");
    let wrong = "0000 0000 0000";
    // Almost a thousand tries from everywhere, as the store counts them.
    let school = OrganisationId(world.person().organisation("pupil").await.parse().unwrap());
    let (whole, now) = (CodeKeys::whole(school, "pupil"), world.clock.now());
    world
        .write(move |db| {
            for _ in 0..999 {
                login_failures::count_try(db, &whole, now, QUIET)?;
            }
            Ok(())
        })
        .await;
    // The thousandth and the one that reaches the ceiling are judged.
    for _ in 0..2 {
        assert!(redeem_from(&world, flood, wrong).await.says(WRONG));
    }
    // Within the second after it an address has its first five judged, and no more.
    for _ in 0..3 {
        assert!(redeem_from(&world, flood, wrong).await.says(WRONG));
    }
    let tried = world.events("session:sign_in:refused").await;
    for guess in [wrong, &code] {
        let slowed = redeem_from(&world, flood, guess).await;
        assert!(slowed.says("Код от этого не пропадёт."), "not even the right one is looked at: {slowed:?}");
    }
    assert_eq!(world.events("session:sign_in:refused").await, tried, "nothing was judged");
    // A second later one more is.
    world.wait(Duration::seconds(1));
    assert!(redeem_from(&world, flood, wrong).await.says(WRONG));
    assert!(redeem_from(&world, flood, wrong).await.says("Код от этого не пропадёт."));

    // Nobody has burnt the code, and its owner gets in at the height of it, even after a slip of the finger.
    assert_eq!(world.count("linking_codes", "ended_at IS NULL").await, 1);
    assert!(redeem_from(&world, other, wrong).await.says(WRONG));
    assert!(opened(&redeem_from(&world, other, &code).await));
    world.end().await;
}

async fn t26_what_changes_a_profile_voids_its_code(database: &TestDatabase) {
    let world = World::start(database).await;
    // A link by password while the code is out; the code must not open the door after an unlink either.
    let code = code_for(&world, "pupil").await;
    let alesha = world.person();
    alesha.link_whole("pupil", ALESHA).await;
    assert!(redeem(&world.person(), "pupil", &code).await.says(WRONG));
    let page = alesha.open("/settings/unlink").await;
    alesha.submit(&page, "/settings/unlink", &[("reason", "mistake")]).await;
    assert_eq!(world.links_of("pupil").await, 0);
    assert!(redeem(&world.person(), "pupil", &code).await.says(WRONG));

    // A code may be given to a linked profile by nobody; should one be there, it opens nothing.
    let later = world.person();
    later.link_whole("pupil", ALESHA).await;
    let code = code_for(&world, "pupil").await;
    assert!(redeem(&world.person(), "pupil", &code).await.says(WRONG));

    // A new password by letter.
    let code = code_for(&world, "teacher").await;
    let anna = world.person();
    let page = anna.open("/login/recover").await;
    let organisation = anna.organisation("teacher").await;
    let values = [("organisation", &*organisation), ("login", "teacher")];
    anna.submit(&page, "/login/recover", &values).await;
    let letters = world.letters_to("teacher@journal.example", 1).await;
    let address = letters[0].text.split_whitespace().find(|word| word.contains("/login/recover/")).unwrap();
    let path = address.trim_end_matches('.').trim_start_matches(&world.origin).to_owned();
    let page = anna.open(&path).await;
    let values = [("new_password", "Зимний сад 9"), ("repeat_password", "Зимний сад 9")];
    anna.submit(&page, &path, &values).await;
    assert!(redeem(&world.person(), "teacher", &code).await.says(WRONG));

    // Blocked and opened again: the code was for the profile as it was.
    let code = code_for(&world, "lowlevel").await;
    world.wait(Duration::minutes(1));
    world.correct("lowlevel", vec![Correction::Status(privyazka::directory::ProfileStatus::Blocked)]).await;
    let answer = redeem(&world.person(), "lowlevel", &code).await;
    assert!(answer.says("заблокирована организацией"), "{answer:?}");
    world.correct("lowlevel", vec![Correction::Status(privyazka::directory::ProfileStatus::Active)]).await;
    assert!(redeem(&world.person(), "lowlevel", &code).await.says(WRONG));
    world.end().await;
}

#[test]
fn codes_can_be_switched_off() {
    on_sqlite(async |database| {
        let world = Setup::default().with(|s| s.rollout.linking_codes = false).start(database).await;
        let code = code_for(&world, "pupil").await;
        let person = world.person();
        let login = person.open("/login").await;
        assert!(login.link("кодом привязки").is_none() && login.link("по коду").is_none(), "{login:?}");
        assert_eq!(person.open("/login/link").await.leads_to(), "/login");
        let mut form = person.sign_in_form("pupil").await.1.with("code", &code).with("way", "code");
        form.action = "/login/link".into();
        let answer = person.browser.show(person.browser.post(&login, &form)).await;
        assert_eq!(answer.leads_to(), "/login", "{answer:?}");
        assert_eq!(world.sessions_of("pupil").await, 0);
        world.end().await;
    });
}
