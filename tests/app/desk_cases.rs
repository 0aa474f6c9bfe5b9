//! Operators work on the cases of their area, and see no others.

use crate::harness::page::Page;
use crate::harness::town::email_of;
use crate::harness::{Person, World};
use crate::support::database::{TestDatabase, on_each_database};

const QUESTION: &str = "Фамилия сменилась, что делать";

on_each_database!(
    a_case_is_taken_noted_and_answered_by_letter,
    t38_a_case_of_a_neighbour_is_a_missing_one,
    two_operators_at_once_and_one_of_them_is_told,
);

/// A case of the teacher's; its number.
async fn reported(world: &World) -> String {
    let anna = world.person();
    anna.signed_in("teacher").await;
    let form = anna.open("/support").await;
    let sent = anna.submit(&form, "/support", &[("text", QUESTION)]).await;
    sent.leads_to().split('=').next_back().unwrap().to_owned()
}

fn path_of(number: &str) -> String {
    format!("/helpdesk/cases/{number}")
}

async fn act(operator: &Person, page: &Page, number: &str, action: &str, text: &str) -> Page {
    let answer = operator.submit(page, &path_of(number), &[("action", action), ("text", text)]).await;
    if answer.status == 303 { operator.arrive(answer).await } else { answer }
}

async fn a_case_is_taken_noted_and_answered_by_letter(database: &TestDatabase) {
    let world = World::start(database).await;
    let number = reported(&world).await;
    let operator = world.operator("helpdesk-school").await;
    let queue = operator.open("/helpdesk/cases").await;
    let page = operator.click(&queue, &number).await;
    assert!(page.says(QUESTION) && page.says("новое"), "{page:?}");
    assert_eq!(world.events("case:record:read").await, 1);

    // Only who took it answers.
    let refused = act(&operator, &page, &number, "answer", "Рано").await;
    assert!(refused.says("Обращение изменилось"), "{refused:?}");
    let page = operator.open(&path_of(&number)).await;
    let page = act(&operator, &page, &number, "take", "").await;
    assert!(page.says("в работе"), "{page:?}");
    let empty = act(&operator, &page, &number, "answer", "  ").await;
    assert!(empty.says("Напишите ответ или заметку"), "{empty:?}");
    let page = act(&operator, &empty, &number, "note", "Школа исправит завтра").await;
    let page = act(&operator, &page, &number, "ask", "Когда сменилась фамилия?").await;
    assert!(page.says("Ответ отправлен") && page.says("ждёт ответа человека"), "{page:?}");
    let page = act(&operator, &page, &number, "answer", "Мы исправили.\nПопробуйте ещё раз.").await;
    assert!(page.says("закрыто") && page.says("Школа исправит завтра"), "{page:?}");

    let letters = world.letters_to(&email_of("teacher"), 2).await;
    assert!(letters.iter().all(|letter| letter.subject.contains(&number)), "{letters:?}");
    assert!(letters.iter().any(|letter| letter.text.contains("Мы исправили.")), "{letters:?}");
    assert!(!letters.iter().any(|letter| letter.text.contains("Школа исправит")), "notes stay inside");
    let contents = format!("{:?}", world.contents().await);
    assert!(!contents.contains("исправит завтра") && !contents.contains("Мы исправили"), "sealed");
    assert!(operator.open("/helpdesk/cases").await.says("Обращений нет"));
    assert!(operator.open("/helpdesk/cases?show=closed").await.says(&number));
    world.end().await;
}

async fn t38_a_case_of_a_neighbour_is_a_missing_one(database: &TestDatabase) {
    let world = World::start(database).await;
    let number = reported(&world).await;
    let region = world.operator("helpdesk").await;
    let seen = region.open(&path_of(&number)).await;
    assert_eq!(seen.status, 200);
    let gymnasium = world.person().organisation("anna").await;
    let moved = format!("UPDATE operators SET area_id = {gymnasium} WHERE login = 'helpdesk-school'");
    assert_eq!(world.execute(&moved).await, 1);
    let neighbour = world.operator("helpdesk-school").await;
    assert!(neighbour.open("/helpdesk/cases").await.says("Обращений нет"));
    let missing = neighbour.open(&path_of("AAAA-0000")).await;
    let foreign = neighbour.open(&path_of(&number)).await;
    assert_eq!((foreign.status, foreign.heading()), (404, missing.heading()));
    let before = world.contents().await;
    let token = neighbour.desk_token().await;
    for action in ["take", "note", "answer"] {
        let form = seen.form(&path_of(&number)).unwrap();
        let form = form.with("csrf", &token).with("action", action).with("text", "да");
        let answer = neighbour.browser.send(neighbour.browser.post(&seen, &form)).await;
        assert_eq!(answer.status, 404, "{answer:?}");
    }
    let changed = world.changed_since(&before).await;
    assert!(!changed.contains(&"cases") && !changed.contains(&"case_entries"), "{changed:?}");
    world.end().await;
}

async fn two_operators_at_once_and_one_of_them_is_told(database: &TestDatabase) {
    let world = World::start(database).await;
    let number = reported(&world).await;
    let (first, second) = (world.operator("helpdesk").await, world.operator("helpdesk-2").await);
    let path = path_of(&number);
    let (at_first, at_second) = (first.open(&path).await, second.open(&path).await);
    let taken = [("action", "take")];
    let (one, other) = futures_util::future::join(
        first.submit(&at_first, &path, &taken),
        second.submit(&at_second, &path, &taken),
    )
    .await;
    let told = [&one, &other].iter().filter(|answer| answer.leads_to().ends_with("done=stale")).count();
    assert_eq!(told, 1, "{one:?} {other:?}");
    assert_eq!(world.events("case:state:changed").await, 1);
    world.end().await;
}
