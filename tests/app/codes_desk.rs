//! Operators hand out linking codes and one-time passwords (`docs/security.md`, T26, T36, T38–T40, T58).

use chrono::{Duration, NaiveDate};
use privyazka::sign_in::LinkingCode;

use crate::codes::redeem;
use crate::harness::page::Page;
use crate::harness::town::Correction;
use crate::harness::{Person, Setup, World, on_sqlite};
use crate::support::database::{TestDatabase, on_each_database};

on_each_database!(
    a_code_is_shown_once_and_opens_the_door,
    slips_for_a_class_leave_out_who_needs_none,
    t26_a_new_code_voids_the_older_whoever_hands_it_out,
    a_one_time_password_is_replaced_at_the_first_sign_in,
);

const GROUNDS: &str = "обращение 4711, паспорт проверен";

/// The code or password that a page shows, big.
fn shown(page: &Page) -> String {
    let inside = page.html.split("slip-code").nth(1).unwrap_or_else(|| panic!("nothing is shown: {page:?}"));
    inside.split_once('>').unwrap().1.split('<').next().unwrap().trim().to_owned()
}

/// All codes of a page of slips.
fn codes_of(page: &Page) -> Vec<String> {
    let parts = page.html.split("slip-code").skip(1);
    parts.map(|part| part.split_once('>').unwrap().1.split('<').next().unwrap().to_owned()).collect()
}

async fn page_of(operator: &Person, world: &World, login: &str, what: &str) -> Page {
    let id = world.profile(login).await.0;
    operator.open(&format!("/helpdesk/profiles/{id}/{what}")).await
}

/// Opens the page and hands it out; what the answer shows.
async fn hand_out(operator: &Person, world: &World, login: &str, what: &str) -> Page {
    let page = page_of(operator, world, login, what).await;
    let path = page.path();
    operator.submit(&page, &path, &[("basis", GROUNDS)]).await
}

async fn a_code_is_shown_once_and_opens_the_door(database: &TestDatabase) {
    let world = World::start(database).await;
    let operator = world.operator("helpdesk-school").await;
    let page = page_of(&operator, &world, "pupil", "code").await;
    assert_eq!(page.heading(), "Код привязки для", "{page:?}");
    assert!(page.says("Петров Алексей Константинович"), "{page:?}");
    assert!(!page.html.split("</title>").next().unwrap().contains("Петров"), "no name in a title");
    let path = page.path();
    for short in ["", "звонок", "   1234567   "] {
        let again = operator.submit(&page, &path, &[("basis", short)]).await;
        assert!(again.says("Опишите основание, не меньше 10 знаков"), "{again:?}");
    }
    assert_eq!(world.count("linking_codes", "1 = 1").await, 0);

    let answer = operator.submit(&page, &path, &[("basis", GROUNDS)]).await;
    let code = shown(&answer);
    assert!(LinkingCode::parse(&code).is_some(), "{code}");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(answer.says("Показать снова нельзя.") && answer.says("29 ноября 2026 года"), "{answer:?}");

    // A reload sends the same form again: nothing is shown, nothing is made, the code still works.
    let reload = operator.submit(&page, &path, &[("basis", GROUNDS)]).await;
    assert!(reload.says("второй раз не нужно") && !reload.html.contains("slip-code"), "{reload:?}");
    assert!(!page_of(&operator, &world, "pupil", "code").await.html.contains(&code));
    assert_eq!(world.count("linking_codes", "1 = 1").await, 1);
    assert_eq!(world.events("link:code:issued").await, 1);

    // Neither the database nor the letter holds it.
    let letters = world.letters_to("pupil@journal.example", 1).await;
    assert_eq!(letters[0].subject, "Код привязки");
    let digits: String = code.split(' ').collect();
    let everything = format!("{:?}", world.contents().await);
    for text in [&everything, &letters[0].text] {
        assert!(!text.contains(&code) && !text.contains(&digits), "the code is kept");
    }
    assert!(!everything.contains("4711"), "what it rests on is kept encrypted");
    assert_eq!(redeem(&world.person(), "pupil", &code).await.leads_to(), "/settings/link");
    world.end().await;
}

async fn t26_a_new_code_voids_the_older_whoever_hands_it_out(database: &TestDatabase) {
    let world = World::start(database).await;
    let (one, two) = (world.operator("helpdesk").await, world.operator("helpdesk-2").await);
    let first = shown(&hand_out(&one, &world, "pupil", "code").await);
    let page = page_of(&two, &world, "pupil", "code").await;
    assert!(page.says("Прежний код действует до"), "{page:?}");
    let second = shown(&hand_out(&two, &world, "pupil", "code").await);
    assert!(redeem(&world.person(), "pupil", &first).await.says("Код не подошёл"));
    assert_eq!(redeem(&world.person(), "pupil", &second).await.leads_to(), "/settings/link");

    // At once: each answer shows a code, the last one works, nobody sees an error.
    let (a, b) = (page_of(&one, &world, "pupil", "code").await, page_of(&two, &world, "pupil", "code").await);
    let path = a.path();
    let fields = [("basis", GROUNDS)];
    let (a, b) = tokio::join!(one.submit(&a, &path, &fields), two.submit(&b, &path, &fields));
    let opened: Vec<String> = {
        let mut opened = Vec::new();
        for code in [shown(&a), shown(&b)] {
            let answer = redeem(&world.person(), "pupil", &code).await;
            if answer.leads_to() == "/settings/link" {
                opened.push(code);
            }
        }
        opened
    };
    assert_eq!(opened.len(), 1, "{opened:?}");
    world.end().await;
}

async fn slips_for_a_class_leave_out_who_needs_none(database: &TestDatabase) {
    let world = World::start(database).await;
    world.person().link_whole("teacher", "smirnova@stand.example").await;
    let operator = world.operator("helpdesk-miass").await;
    let start = operator.open("/helpdesk/codes?q=12").await;
    let school = start.link("СОШ № 12").unwrap_or_else(|| panic!("{start:?}"));
    let page = operator.open(&school).await;
    assert_eq!(page.heading(), "Кому выдать коды", "{page:?}");
    let fields = [("logins", "pupil, TEACHER\nnobody-here"), ("post", ""), ("role", "")];
    let preview = operator.submit(&page, "/helpdesk/codes", &fields).await;
    assert!(preview.says("Код получат: 1, не получат: 1"), "{preview:?}");
    assert!(preview.says("учётная запись уже привязана"), "{preview:?}");
    assert!(preview.says("Таких логинов в организации нет: nobody-here"), "{preview:?}");

    // The teacher's id slipped in, and one from another school: neither gets a code.
    let (teacher, anna) = (world.profile("teacher").await.0, world.profile("anna").await.0);
    let pupil = world.profile("pupil").await.0;
    let ids = format!("{pupil},{teacher},{anna},999999");
    let none = operator.submit(&preview, "/helpdesk/codes", &[("basis", "мало")]).await;
    assert!(none.says("Опишите основание"), "{none:?}");
    let fields = [("basis", GROUNDS), ("ids", &*ids)];
    let slips = operator.submit(&preview, "/helpdesk/codes", &fields).await;
    let codes = codes_of(&slips);
    assert_eq!(codes.len(), 1, "{slips:?}");
    assert!(slips.says("Петров Алексей Константинович") && slips.says("pupil"), "{slips:?}");
    let again = operator.submit(&preview, "/helpdesk/codes", &fields).await;
    assert!(again.says("второй раз не нужно"), "{again:?}");
    assert_eq!(world.events("link:code:issued").await, 1);
    assert_eq!(redeem(&world.person(), "pupil", &codes[0]).await.leads_to(), "/settings/link");

    // A whole role: one statement for all, an event and a letter for each.
    let fields = [("role", "staff"), ("post", ""), ("logins", "")];
    let preview = operator.submit(&page, "/helpdesk/codes", &fields).await;
    let slips = operator.submit(&preview, "/helpdesk/codes", &[("basis", GROUNDS)]).await;
    let codes = codes_of(&slips);
    assert!(codes.len() > 2, "{slips:?}");
    assert_eq!(world.events("link:code:issued").await, 1 + i64::try_from(codes.len()).unwrap());
    world.letters_to("lowlevel@journal.example", 1).await;
    world.end().await;
}

#[test]
fn t38_another_area_has_no_codes_and_no_people() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let operator = world.operator("helpdesk-school").await;
        let own = page_of(&operator, &world, "pupil", "code").await;
        let group = operator.open("/helpdesk/codes").await;
        let missing = operator.open("/helpdesk/profiles/999999/code").await;
        assert_eq!(missing.status, 404);
        let before = world.contents().await;
        let (anna, gym) = (world.profile("anna").await.0, operator.organisation("anna").await);
        for what in ["code", "password"] {
            let foreign = operator.open(&format!("/helpdesk/profiles/{anna}/{what}")).await;
            assert_eq!((foreign.status, foreign.heading()), (404, missing.heading()));
            let mut form = own.form(&own.path()).unwrap().with("basis", GROUNDS);
            form.action = format!("/helpdesk/profiles/{anna}/{what}");
            let answer = operator.browser.show(operator.browser.post(&own, &form)).await;
            assert_eq!((answer.status, answer.heading()), (404, missing.heading()));
        }
        for step in ["preview", "issue"] {
            let ids = anna.to_string();
            let fields = [("step", step), ("organisation", &*gym), ("ids", &*ids), ("basis", GROUNDS)];
            let form = group.form("/helpdesk/codes").unwrap();
            let token = own.form(&own.path()).unwrap().value("form").unwrap().to_owned();
            let form = fields.iter().fold(form, |form, (name, value)| form.with(name, value));
            let form = form.with("form", &token);
            let answer = operator.browser.show(operator.browser.post(&group, &form)).await;
            assert_eq!((answer.status, answer.heading()), (404, missing.heading()), "{step}");
        }
        assert_eq!(world.changed_since(&before).await, ["audit_events"], "each refusal is on record");
        world.end().await;
    });
}

#[test]
fn t39_a_moved_or_disabled_operator_hands_out_nothing_from_an_open_form() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        for change in [
            "UPDATE operators SET area_id = 999 WHERE login = 'helpdesk-school'",
            "UPDATE operators SET role = 'analyst' WHERE login = 'helpdesk-miass'",
        ] {
            let login = if change.contains("school") { "helpdesk-school" } else { "helpdesk-miass" };
            let operator = world.operator(login).await;
            let page = page_of(&operator, &world, "pupil", "code").await;
            assert_eq!(world.execute(change).await, 1);
            let answer = operator.submit(&page, &page.path(), &[("basis", GROUNDS)]).await;
            assert_eq!(answer.status, 404, "{answer:?}");
        }
        assert_eq!(world.count("linking_codes", "1 = 1").await, 0);
        world.end().await;
    });
}

#[test]
fn t40_what_an_operator_looked_at_is_recorded() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let operator = world.operator("helpdesk-school").await;
        page_of(&operator, &world, "pupil", "code").await;
        page_of(&operator, &world, "pupil", "password").await;
        assert_eq!(world.events("person:issue:opened").await, 2);
        let group = operator.open("/helpdesk/codes").await;
        operator.submit(&group, "/helpdesk/codes", &[("role", "pupil"), ("post", "")]).await;
        assert_eq!(world.events("person:issue:listed").await, 1);
        world.end().await;
    });
}

async fn a_one_time_password_is_replaced_at_the_first_sign_in(database: &TestDatabase) {
    let world = World::start(database).await;
    let pupil = world.person();
    pupil.signed_in("pupil").await;
    let operator = world.operator("helpdesk-school").await;
    let code = shown(&hand_out(&operator, &world, "pupil", "code").await);
    let page = page_of(&operator, &world, "pupil", "password").await;
    let path = page.path();
    let answer = operator.submit(&page, &path, &[("basis", GROUNDS)]).await;
    let password = shown(&answer);
    assert_eq!(password.len(), 14, "{password}");
    let reload = operator.submit(&page, &path, &[("basis", GROUNDS)]).await;
    assert!(reload.says("второй раз не нужно"), "{reload:?}");
    assert!(!pupil.is_signed_in().await, "the sessions have ended");
    assert!(redeem(&world.person(), "pupil", &code).await.says("Код не подошёл"), "and the code is void");
    assert!(pupil.sign_in("pupil").await.says("Логин или пароль не подошли"));
    let letters = world.letters_to("pupil@journal.example", 2).await;
    assert!(letters.iter().any(|letter| letter.subject == "Одноразовый пароль"));
    assert!(letters.iter().all(|letter| !letter.text.contains(&password)));

    let pupil = world.person().with_password(&password);
    assert_eq!(pupil.sign_in("pupil").await.leads_to(), "/login/new-password");
    for path in ["/settings", "/settings/link", "/settings/unlink", "/settings/sessions", "/settings/prove"] {
        assert_eq!(pupil.open(path).await.leads_to(), "/login/new-password", "{path}");
    }
    let page = pupil.open("/login/new-password").await;
    for (new, repeat, words) in [
        ("короче", "короче", "Пароль короче 8 знаков"),
        ("Зимний сад 9", "Зимний сад 8", "Пароли не совпали"),
        (&*password, &*password, "Это одноразовый пароль. Придумайте другой"),
    ] {
        let fields = [("new_password", new), ("repeat_password", repeat)];
        let again = pupil.submit(&page, "/login/new-password", &fields).await;
        assert!(again.says(words), "{again:?}");
    }
    let before = pupil.cookie("session");
    let fields = [("new_password", "Зимний сад 9"), ("repeat_password", "Зимний сад 9")];
    let done = pupil.submit(&page, "/login/new-password", &fields).await;
    assert_eq!(done.leads_to(), "/settings", "{done:?}");
    assert_ne!(pupil.cookie("session"), before, "new rights, new identifier");
    assert!(pupil.is_signed_in().await);
    assert!(world.person().with_password(&password).sign_in("pupil").await.says("не подошли"));
    world.person().with_password("Зимний сад 9").signed_in("pupil").await;
    world.end().await;
}

#[test]
fn t25_a_one_time_password_ends_by_itself_and_never_guards_what_it_should_not() {
    on_sqlite(async |database| {
        let day = NaiveDate::from_ymd_opt(2026, 11, 27);
        let setup = Setup::default().with(move |settings| settings.rollout.esia_only_from = day);
        let world = setup.start(database).await;
        let operator = world.operator("helpdesk").await;
        let password = shown(&hand_out(&operator, &world, "pupil", "password").await);
        world.wait(Duration::days(3));
        let late = world.person().with_password(&password).sign_in("pupil").await;
        assert!(late.says("Одноразовый пароль больше не действует"), "{late:?}");
        assert_eq!(world.sessions_of("pupil").await, 0);

        let guarded = page_of(&world.operator("helpdesk").await, &world, "authority", "password").await;
        assert!(guarded.says("Пароль выдать нельзя"), "{guarded:?}");
        assert!(guarded.form(&guarded.path()).is_none());
        world.wait(Duration::days(3));
        let operator = world.operator("helpdesk").await;
        let closed = page_of(&operator, &world, "pupil", "password").await;
        assert!(closed.says("вход по паролю отключён, выдайте код привязки"), "{closed:?}");
        assert!(page_of(&operator, &world, "pupil", "code").await.says("Выдать код привязки"));
        world.end().await;
    });
}

#[test]
fn a_blocked_linked_or_closed_profile_gets_no_code() {
    on_sqlite(async |database| {
        use privyazka::directory::ProfileStatus::{Blocked, Closed};
        let world = World::start(database).await;
        let operator = world.operator("helpdesk-school").await;
        world.person().link_whole("teacher", "smirnova@stand.example").await;
        let open = page_of(&operator, &world, "lowlevel", "code").await;
        world.correct("lowlevel", vec![Correction::Status(Blocked)]).await;
        world.correct("renamed", vec![Correction::Status(Closed)]).await;
        for (login, why) in [
            ("teacher", "учётная запись уже привязана"),
            ("lowlevel", "профиль заблокирован организацией"),
            ("renamed", "профиль закрыт"),
        ] {
            let page = page_of(&operator, &world, login, "code").await;
            assert!(page.says(&format!("Код выдать нельзя: {why}.")), "{page:?}");
            assert!(page.form(&page.path()).is_none());
        }
        let answer = operator.submit(&open, &open.path(), &[("basis", GROUNDS)]).await;
        assert!(answer.says("Код выдать нельзя"), "the form was open when it was blocked: {answer:?}");
        assert_eq!(world.count("linking_codes", "1 = 1").await, 0);
        world.end().await;
    });
}
