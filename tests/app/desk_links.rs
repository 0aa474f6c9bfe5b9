//! What operators do to links, and «Это был не я», over HTTP (`docs/helpdesk.md`; `docs/security.md`, T30, T33,
//! T39, T40).

use http::Method;

use crate::harness::browser::Ask;
use crate::harness::page::Page;
use crate::harness::{Person, World};
use crate::support::database::{TestDatabase, on_each_database};

const ANNA: &str = "smirnova@stand.example";
const BELOVA: &str = "belova@stand.example";
const BASIS: &str = "обращение 2026-114, заявление на бумаге";

on_each_database!(
    t33_an_operator_unlinks_in_three_steps_and_the_next_request_of_every_session_is_signed_out,
    t33_an_unlink_at_one_instance_ends_access_at_every_other_at_once,
    t39_a_form_of_another_link_or_of_a_lost_area_does_nothing,
    t40_two_operators_unlink_authority_staff,
    t30_prefetching_the_address_changes_nothing_and_one_confirmation_freezes,
    an_operator_freezes_a_senior_one_reopens_and_an_unlink_is_taken_back,
);

fn address(profile: i64, page: &str) -> String {
    format!("/helpdesk/profiles/{profile}/{page}")
}

/// First and second step; the check page.
async fn to_the_check(operator: &Person, profile: i64) -> Page {
    let unlink = address(profile, "unlink");
    let form = operator.open(&unlink).await;
    operator.submit(&form, &unlink, &[("reason", "application"), ("basis", BASIS)]).await
}

/// All three steps; what the last one says.
async fn unlink(operator: &Person, profile: i64) -> Page {
    let check = to_the_check(operator, profile).await;
    operator.submit(&check, &address(profile, "unlink/confirm"), &[]).await
}

/// A deed of one step.
async fn one_step(operator: &Person, profile: i64, deed: &str) -> Page {
    let path = address(profile, deed);
    let form = operator.open(&path).await;
    operator.submit(&form, &path, &[("basis", BASIS)]).await
}

/// The one-time address in the newest letter of a kind to a mailbox.
async fn undo_address(world: &World, mailbox: &str, subject: &str, count: usize) -> String {
    let letters = world.letters_to(mailbox, count).await;
    let letter = letters.iter().find(|letter| letter.subject == subject).expect(subject);
    let word = letter.text.split_whitespace().find(|word| word.contains("/undo/")).expect("an address");
    word.strip_prefix(&world.origin).expect("of ours").to_owned()
}

async fn t33_an_operator_unlinks_in_three_steps_and_the_next_request_of_every_session_is_signed_out(
    database: &TestDatabase,
) {
    let world = World::start(database).await;
    let (anna, at_home) = (world.person(), world.person());
    anna.link_whole("teacher", ANNA).await;
    at_home.signed_in("teacher").await;
    let profile = world.profile("teacher").await.0;
    let operator = world.operator("helpdesk-school").await;

    let card = operator.open(&format!("/helpdesk/profiles/{profile}")).await;
    assert_eq!(card.link("Отвязать"), Some(address(profile, "unlink")), "{card:?}");
    let form = operator.click(&card, "Отвязать").await;
    let wrong = operator.submit(&form, &address(profile, "unlink"), &[("basis", "нет")]).await;
    assert!(wrong.says("Укажите причину"), "{wrong:?}");
    assert!(wrong.says("Опишите основание, не меньше 10 знаков"), "{wrong:?}");
    let check = to_the_check(&operator, profile).await;
    assert_eq!(check.heading(), "Проверьте, что произойдёт", "{check:?}");
    assert!(check.says("Завершится: 2 сеанса.") && check.says("t•••@journal.example"), "{check:?}");
    assert!(check.says(BASIS) && check.says("Заявление пользователя"), "{check:?}");
    assert!(anna.is_signed_in().await && at_home.is_signed_in().await, "nothing has happened yet");
    // Of the link and of the second browser; what is unsent would be cancelled.
    world.settled().await;

    let done = operator.submit(&check, &address(profile, "unlink/confirm"), &[]).await;
    assert_eq!(done.heading(), "Учётная запись отвязана", "{done:?}");
    let record = done.text().split("под номером ").nth(1).expect("a record")[..9].to_owned();
    assert!(!anna.is_signed_in().await && !at_home.is_signed_in().await);
    assert_eq!(world.links_of("teacher").await, 0);
    let letters = world.letters_to("teacher@journal.example", 3).await;
    let told = letters.iter().find(|letter| letter.subject.contains("отвязала поддержка")).unwrap();
    assert!(told.text.contains(&record) && told.text.contains("Заявление пользователя"), "{}", told.text);
    assert!(!told.text.contains("2026-114"), "what the operator wrote is not for the letter");
    let kept = format!("{:?}", world.contents().await);
    assert!(!kept.contains("2026-114"), "and is sealed");
    let refused = world.person().enter_as(ANNA).await;
    assert!(refused.leads_to().starts_with("/outcome/101"), "{refused:?}");
    // Sent once more, the form finds nothing.
    let again = operator.submit(&check, &address(profile, "unlink/confirm"), &[]).await;
    assert_eq!((again.status, again.heading().as_str()), (409, "Ничего не изменилось"), "{again:?}");
    assert_eq!(world.events("link:account:removed_by_operator").await, 1);
    let card = operator.open(&format!("/helpdesk/profiles/{profile}")).await;
    assert!(card.says(&format!("отвязала поддержка, запись {record}")), "{card:?}");
    world.end().await;
}

/// Two services over one database, as two nodes behind a balancer; each browser is known to both.
async fn t33_an_unlink_at_one_instance_ends_access_at_every_other_at_once(database: &TestDatabase) {
    let (one, two) = (World::start(database).await, World::start(database).await);
    let (anna, at_home) = (one.person(), two.person());
    anna.link_whole("teacher", ANNA).await;
    at_home.signed_in("teacher").await;
    let browsers = [anna.moved_to(&two), at_home.moved_to(&one)];
    for browser in browsers.iter().chain([&anna, &at_home]) {
        assert!(browser.is_signed_in().await, "either node serves either browser");
    }
    let profile = one.profile("teacher").await.0;
    let operator = two.operator("helpdesk").await;
    let done = unlink(&operator, profile).await;
    assert_eq!(done.heading(), "Учётная запись отвязана", "{done:?}");
    // The very next request of each, wherever it goes.
    for browser in [&anna, &at_home].into_iter().chain(&browsers) {
        assert!(!browser.is_signed_in().await);
    }
    // What an operator may, each node reads anew too.
    let moved = operator.moved_to(&one);
    assert!(moved.is_on_duty().await);
    two.execute("UPDATE operators SET area_id = 999999 WHERE login = 'helpdesk'").await;
    assert_eq!(moved.open(&address(profile, "unlink")).await.status, 404, "the area is read at each request");
    one.end_beside(&two).await;
    two.end().await;
}

async fn t39_a_form_of_another_link_or_of_a_lost_area_does_nothing(database: &TestDatabase) {
    let world = World::start(database).await;
    let anna = world.person();
    anna.link_whole("teacher", ANNA).await;
    let profile = world.profile("teacher").await.0;
    let (stale, moved) = (world.operator("helpdesk-school").await, world.operator("helpdesk-miass").await);
    let of_the_old_link = to_the_check(&stale, profile).await;
    let of_the_old_area = to_the_check(&moved, profile).await;
    let page = anna.open("/settings/unlink").await;
    anna.submit(&page, "/settings/unlink", &[]).await;
    anna.link_whole("teacher", ANNA).await;
    let answer = stale.submit(&of_the_old_link, &address(profile, "unlink/confirm"), &[]).await;
    assert_eq!(answer.status, 409, "{answer:?}");
    // The profile's link is the new one; the operator's area is gone.
    world.execute("UPDATE operators SET area_id = 999999 WHERE login = 'helpdesk-miass'").await;
    let missing = moved.open("/helpdesk/profiles/999999/unlink").await;
    let answer = moved.submit(&of_the_old_area, &address(profile, "unlink/confirm"), &[]).await;
    assert_eq!((answer.status, answer.heading()), (404, missing.heading()), "{answer:?}");
    for page in ["unlink", "freeze", "restore"] {
        assert_eq!(moved.open(&address(profile, page)).await.status, 404, "{page}");
        assert_eq!(stale.open(&address(999_999, page)).await.status, 404, "{page}");
    }
    assert_eq!(stale.open(&address(profile, "unfreeze")).await.status, 404, "for senior operators");
    assert_eq!(world.links_of("teacher").await, 1);
    assert!(anna.is_signed_in().await);
    world.end().await;
}

async fn t40_two_operators_unlink_authority_staff(database: &TestDatabase) {
    let world = World::start(database).await;
    let belova = world.person();
    belova.link_whole("authority", BELOVA).await;
    let profile = world.profile("authority").await.0;
    let (first, second) = (world.operator("helpdesk").await, world.operator("helpdesk-2").await);
    let asked = unlink(&first, profile).await;
    assert_eq!(asked.heading(), "Отвязка ждёт согласования", "{asked:?}");
    assert!(belova.is_signed_in().await);
    let waiting = first.open(&address(profile, "unlink")).await;
    assert!(waiting.says("Отвязка уже ждёт согласования"), "{waiting:?}");

    let own = first.open("/helpdesk/approvals").await;
    assert_eq!(own.values_of("decision"), ["withdraw"], "{own:?}");
    let id: i64 = world.text("SELECT CAST(id AS TEXT) AS line FROM approvals").await.parse().unwrap();
    let decide = format!("/helpdesk/approvals/{id}");
    let forged = first.submit(&own, &decide, &[("decision", "approve")]).await;
    assert!(forged.says("Свой запрос согласовать нельзя"), "{forged:?}");
    assert!(belova.is_signed_in().await);
    // Nor anybody below a senior operator, in whatever area.
    let below = world.operator("helpdesk-miass").await;
    let theirs = below.open("/helpdesk/approvals").await;
    assert!(theirs.says("Сейчас ничего не ждёт согласования"), "{theirs:?}");

    let queue = second.open("/helpdesk/approvals").await;
    assert_eq!(queue.values_of("decision"), ["approve", "refuse"], "{queue:?}");
    assert!(queue.says(BASIS), "{queue:?}");
    let done = second.submit(&queue, &decide, &[("decision", "approve")]).await;
    assert_eq!(done.heading(), "Учётная запись отвязана", "{done:?}");
    assert!(!belova.is_signed_in().await);
    let late = first.submit(&own, &decide, &[("decision", "withdraw")]).await;
    assert!(late.says("Решение по этому запросу уже принято"), "{late:?}");
    world.end().await;
}

async fn t30_prefetching_the_address_changes_nothing_and_one_confirmation_freezes(database: &TestDatabase) {
    let world = World::start(database).await;
    let anna = world.person();
    anna.link_whole("teacher", ANNA).await;
    let path = undo_address(&world, "teacher@journal.example", "Учётная запись Госуслуг привязана", 1).await;
    world.settled().await;
    let before = world.contents().await;
    let scanner = world.person();
    for method in [Method::GET, Method::HEAD] {
        for _ in 0..10 {
            let ask = Ask { method: method.clone(), ..Ask::get(scanner.url(&path)) };
            scanner.browser.send(ask).await;
        }
    }
    assert_eq!(world.changed_since(&before).await, [""; 0]);
    assert!(anna.is_signed_in().await);

    // Signed out, in a browser that has never been here.
    let reader = world.person();
    let page = reader.open(&path).await;
    assert!(page.says("закроем вход через Госуслуги"), "{page:?}");
    assert!(!page.text().contains("Смирнова"), "the page names nobody");
    let done = reader.submit(&page, &path, &[]).await;
    assert_eq!(done.heading(), "Сообщение принято", "{done:?}");
    assert!(!anna.is_signed_in().await);
    assert_eq!(world.count("links", "status = 'frozen'").await, 1);
    assert_eq!(world.count("cases", "source = 'dispute'").await, 1);
    let number = world.text("SELECT number AS line FROM cases").await;
    assert!(done.says(&number), "{done:?}");
    let refused = world.person().enter_as(ANNA).await;
    assert!(refused.leads_to().starts_with("/outcome/122"), "{refused:?}");
    let repeated = world.person().open(&path).await;
    assert!(repeated.says("приостановлен") && repeated.says(&number), "{repeated:?}");
    let unknown = reader.open("/undo/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").await;
    assert_eq!((unknown.status, unknown.heading().as_str()), (410, "Ссылка не подошла"));
    assert_eq!(world.letters_to("teacher@journal.example", 2).await.len(), 2);
    world.end().await;
}

async fn an_operator_freezes_a_senior_one_reopens_and_an_unlink_is_taken_back(database: &TestDatabase) {
    let world = World::start(database).await;
    let anna = world.person();
    anna.link_whole("teacher", ANNA).await;
    let profile = world.profile("teacher").await.0;
    let (operator, senior) = (world.operator("helpdesk-school").await, world.operator("helpdesk").await);
    let frozen = one_step(&operator, profile, "freeze").await;
    assert_eq!(frozen.heading(), "Привязка приостановлена", "{frozen:?}");
    assert!(!anna.is_signed_in().await);
    let refused = world.person().enter_as(ANNA).await;
    assert!(refused.leads_to().starts_with("/outcome/122"), "{refused:?}");
    let reopened = one_step(&senior, profile, "unfreeze").await;
    assert_eq!(reopened.heading(), "Привязка возобновлена", "{reopened:?}");
    let entered = world.person().enter_as(ANNA).await;
    assert!(!entered.leads_to().starts_with("/outcome/"), "{entered:?}");

    unlink(&operator, profile).await;
    let card = operator.open(&format!("/helpdesk/profiles/{profile}")).await;
    assert_eq!(card.link("Вернуть привязку"), Some(address(profile, "restore")), "{card:?}");
    let restored = one_step(&operator, profile, "restore").await;
    assert_eq!(restored.heading(), "Привязка возвращена", "{restored:?}");
    assert_eq!(world.links_of("teacher").await, 1);
    let nothing = operator.open(&address(profile, "restore")).await;
    assert!(nothing.says("Возвращать нечего"), "{nothing:?}");
    world.end().await;
}
