//! «Сообщить в поддержку»: from a problem page to a case, with nothing of it readable in the database.

use crate::harness::{Person, Setup, World};
use crate::support::database::{TestDatabase, on_each_database};

const ANNA: &str = "smirnova@stand.example";
const PETROV: &str = "petrov@stand.example";
const WORDS: &str = "Я Анна Смирнова, не могу войти с прошлой недели";

on_each_database!(
    a_person_reports_a_problem_and_gets_a_number,
    somebody_signed_out_says_where_to_answer,
    a_profile_has_so_many_open_cases_and_no_more,
);

/// To the problem page of a trip that met somebody else's account, and from it to the form.
async fn to_the_form(person: &Person) -> crate::harness::page::Page {
    let landed = person.link_as(PETROV).await;
    let problem = person.arrive(landed).await;
    assert_eq!(problem.heading(), "СНИЛС не совпал", "{problem:?}");
    person.click(&problem, "Сообщить в поддержку").await
}

async fn a_person_reports_a_problem_and_gets_a_number(database: &TestDatabase) {
    let world = World::start(database).await;
    let anna = world.person();
    anna.signed_in("teacher").await;
    let form = to_the_form(&anna).await;
    let reference = world.newest_reference().await;
    assert!(form.says(&reference) && form.says("СНИЛС не совпал"), "{form:?}");

    let empty = anna.submit(&form, "/support", &[("text", " \r\n ")]).await;
    assert!(empty.says("Напишите, что случилось"), "{empty:?}");
    assert_eq!(world.count("cases", "1 = 1").await, 0);

    let sent = anna.submit(&empty, "/support", &[("text", WORDS)]).await;
    let page = anna.arrive(sent).await;
    assert_eq!(page.heading(), "Обращение принято");
    assert!(page.says(&reference) && page.says("3 рабочих дней"), "{page:?}");
    assert_eq!(anna.open(&page.path()).await.heading(), page.heading(), "a reload shows the same");

    // The same trip has one case, however often it is reported.
    let sent = anna.submit(&form, "/support", &[("text", "ещё раз")]).await;
    assert!(sent.leads_to().ends_with(&reference), "{sent:?}");
    assert_eq!(world.count("cases", "1 = 1").await, 1);
    assert_eq!(world.count("cases", "state = 'new' AND profile_id IS NOT NULL AND outcome = 115").await, 1);
    assert_eq!(world.events("case:report:opened").await, 1);
    let kept = world.contents().await;
    let kept = format!("{:?} {:?}", kept["cases"], kept["audit_events"]);
    assert!(!kept.contains("прошлой") && !kept.contains("Смирнова"), "what was written is sealed");
    world.end().await;
}

async fn somebody_signed_out_says_where_to_answer(database: &TestDatabase) {
    let world = World::start(database).await;
    let olga = world.person();
    let landed = olga.enter_as("nobody@stand.example").await;
    let problem = olga.arrive(landed).await;
    let form = olga.click(&problem, "Сообщить в поддержку").await;

    let no_contact = olga.submit(&form, "/support", &[("text", WORDS)]).await;
    assert!(no_contact.says("Укажите электронную почту, куда ответить"), "{no_contact:?}");
    assert!(no_contact.says(WORDS), "what was written stays");
    let values = [("text", WORDS), ("contact", "olga@example.ru, all@example.ru")];
    let two = olga.submit(&no_contact, "/support", &values).await;
    assert!(two.says("Проверьте адрес электронной почты"), "{two:?}");
    let sent = olga.submit(&two, "/support", &[("text", WORDS), ("contact", "olga@example.ru")]).await;
    assert_eq!(olga.arrive(sent).await.heading(), "Обращение принято");
    assert_eq!(world.count("cases", "profile_id IS NULL AND contact_sealed IS NOT NULL").await, 1);

    for path in ["/support/sent", "/support/sent?number=%3Cb%3E", "/support/sent?number=K7Q2-9XW"] {
        assert_eq!(olga.open(path).await.status, 404, "{path}");
    }
    world.end().await;
}

async fn a_profile_has_so_many_open_cases_and_no_more(database: &TestDatabase) {
    let world = Setup::default().with(|settings| settings.helpdesk.open_cases = 2).start(database).await;
    let anna = world.person();
    anna.signed_in("teacher").await;
    for expected in ["Обращение принято", "Обращение принято", "Обращения уже есть"]
    {
        let form = anna.open("/support").await;
        let answer = anna.submit(&form, "/support", &[("text", WORDS)]).await;
        let page = if answer.status == 303 { anna.arrive(answer).await } else { answer };
        assert_eq!(page.heading(), expected);
    }
    assert_eq!(world.count("cases", "1 = 1").await, 2);
    let same = world.person();
    same.link_whole("anna", ANNA).await;
    let form = same.open("/support").await;
    let answer = same.submit(&form, "/support", &[("text", WORDS)]).await;
    assert_eq!(answer.status, 303, "another profile has a count of its own: {answer:?}");
    world.end().await;
}
