//! A list of links to be removed: handed in, looked at, asked for, approved by a colleague, watched to its
//! end, its results saved. By keyboard, every page at 320 and at 1280 pixels.

use std::time::{Duration, Instant};

use fantoccini::Locator;
use serde_json::json;

use super::operator::{ERRORS, GROUNDS};
use super::person::{Person, SCHOOL, SMIRNOVA};

const TEACHER: &str = "Смирнова Анна Викторовна";
const LISTS: &str = "/helpdesk/bulk-unlink";

/// The profile's id, off the card that is open.
pub async fn uid(person: &Person) -> String {
    let uid = "return [...document.querySelectorAll('dt')]\
               .find((one) => one.textContent === 'Идентификатор профиля').nextElementSibling.innerText";
    person.browser.evaluate(uid).await.as_str().unwrap().trim().to_owned()
}

/// Keeps a file beside the browser; its path.
pub fn file(person: &Person, name: &str, text: &str) -> String {
    let path = person.browser.folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

/// Chooses a file as the system's dialogue does, which no page sees.
pub async fn choose_file(person: &Person, path: &str) {
    let field = person.browser.client.find(Locator::Id("file")).await.unwrap();
    field.send_keys(path).await.unwrap();
}

/// Waits for the file that the browser saves under this name, whole.
async fn saved(person: &Person, name: &str, end: &str) -> String {
    let path = person.browser.folder.join(name);
    let ends = Instant::now() + Duration::from_secs(60);
    loop {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        if text.ends_with(end) {
            return text;
        }
        assert!(Instant::now() < ends, "no whole file {name}: {text}");
        tokio::task::yield_now().await;
    }
}

/// Looks at the list anew until it is carried out.
async fn watch(person: &Person) {
    let ends = Instant::now() + Duration::from_secs(60);
    while person.browser.evaluate("return document.querySelector('h1').innerText").await
        == "Список выполняется"
    {
        assert!(Instant::now() < ends, "the list is not carried out: {}", person.text().await);
        person.reload().await;
    }
    person.come_to("//h1[normalize-space()='Список выполнен']", "the end").await;
    person.check("Список выполнен").await;
}

#[actix_web::test]
async fn a_list_is_handed_in_approved_by_a_colleague_and_carried_out() {
    let first = Person::with_keys("").await;
    let teacher = Person::beside(&first).await;
    teacher.link_at_school("teacher", SMIRNOVA).await;
    first.go_on_duty("helpdesk").await;
    first.open_card("анна смирн", SCHOOL, TEACHER).await;
    let uid = uid(&first).await;

    first.press("Отвязать списком").await;
    first.arrive("Отвязать списком").await;
    first.press("Проверить список").await;
    first.come_to(ERRORS, "what is wrong").await;
    first.check("Отвязать списком, ничего не заполнено").await;
    first.reads("Выберите файл со списком").await;
    first.hands.pick(&first.browser, "//input[@name='reason'][@value='left']").await;
    first.fill("basis", GROUNDS).await;
    choose_file(&first, &file(&first, "wrong.csv", "ФИО;класс\nСмирнова;9А\n")).await;
    first.press("Проверить список").await;
    first.come_to(ERRORS, "what is wrong").await;
    first.check("Отвязать списком, нет столбца").await;
    first.reads("В строке 1 нет столбца «uid»").await;
    let list = format!("\u{feff}ФИО;uid\r\nСмирнова;{uid}\r\nНикто;nobody\r\nСмирнова;{uid}\r\n");
    choose_file(&first, &file(&first, "list.csv", &list)).await;
    first.press("Проверить список").await;
    first.arrive("Проверьте список").await;
    for words in ["К отвязке: 1", "не найден в вашей зоне", "4 (повтор строки 2)", "Смирнова А. В."]
    {
        first.reads(words).await;
    }
    let path = first.path().await;
    let number = path.rsplit('/').next().unwrap().to_owned();
    first.press("Запросить отвязку").await;
    first.arrive("Список ждёт согласования").await;
    teacher.open("/settings").await;
    teacher.arrive("Персональные настройки").await;

    let second = Person::with_keys_beside(&first).await;
    second.go_on_duty("helpdesk-2").await;
    second.press("Согласования").await;
    second.arrive("Согласования").await;
    second.reads("к отвязке 1, строк в файле 3").await;
    second.press(&format!("Открыть список {number}")).await;
    second.arrive("Список ждёт согласования").await;
    second.reads("Смирнова А. В.").await;
    second.hands.press(&second.browser, "//main//a[normalize-space()='Согласования']").await;
    second.arrive("Согласования").await;
    second.press_beginning("Согласовать и отвязать").await;
    second.arrive("Список выполняется").await;
    second.browser.close().await;

    first.open(&path).await;
    first.come_to("//h1", "the list").await;
    watch(&first).await;
    first.reads("Отвязано: 1").await;
    let folder = first.browser.folder.display().to_string();
    let save = json!({ "behavior": "allow", "downloadPath": folder });
    first.browser.devtools("Browser.setDownloadBehavior", save).await;
    first.press_here("Скачать результаты (CSV)").await;
    let results = saved(&first, "bulk-unlink.csv", "4;;повтор строки 2\r\n").await;
    assert!(results.contains(&format!("2;{uid};отвязан")), "{results}");
    assert!(results.contains("3;;не найден в вашей зоне"), "{results}");
    assert!(!results.contains("Смирнова"), "the file names nobody");
    first.console_is_empty("Файл").await;
    first.open(LISTS).await;
    first.arrive("Отвязать списком").await;
    first.reads(&number).await;
    teacher.open("/settings").await;
    teacher.arrive("Вход").await;
    teacher.browser.close().await;
    first.browser.close().await;
}
