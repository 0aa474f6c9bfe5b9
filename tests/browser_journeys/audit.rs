//! The audit in the helpdesk: wrong questions, filters, and its days as a file.

use std::time::{Duration, Instant};

use serde_json::json;

use super::person::Person;

/// Waits for the file that the browser saves under this name.
async fn saved(person: &Person, name: &str) -> String {
    let file = person.browser.folder.join(name);
    let ends = Instant::now() + Duration::from_secs(60);
    while !file.exists() {
        assert!(Instant::now() < ends, "no file {name}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    std::fs::read_to_string(file).unwrap()
}

#[actix_web::test]
async fn the_audit_is_searched_and_saved_as_a_file() {
    let admin = Person::with_keys("").await;
    admin.go_on_duty("admin").await;
    admin.open_card("кравцова", super::person::SCHOOL, "Кравцова Мария Сергеевна").await;
    admin.press("Журнал").await;
    admin.arrive("Журнал").await;
    admin.reads("operator:sign_in:succeeded").await;
    admin.fill("operator", "семь").await;
    admin.is_refused("Показать", "Номер оператора — это целое число").await;
    admin.fill("operator", "").await;
    admin.hands.choose(&admin.browser, "of", "Поиск и карточки").await;
    admin.press("Показать").await;
    admin.come_to("//table", "events").await;
    admin.check("Журнал, поиск и карточки").await;
    admin.reads("helpdesk:card:opened").await;
    assert!(!admin.text().await.contains("operator:sign_in:succeeded"), "the filter holds");

    let folder = admin.browser.folder.display().to_string();
    let save = json!({ "behavior": "allow", "downloadPath": folder });
    admin.browser.devtools("Browser.setDownloadBehavior", save).await;
    admin.press_here("Выгрузить эти дни в файл CSV").await;
    let file = saved(&admin, "audit.csv").await;
    assert!(file.contains("helpdesk:card:opened") && file.contains("operator:sign_in:succeeded"), "{file}");
    assert!(!file.contains("Кравцова"), "the audit names nobody");
    admin.console_is_empty("Файл").await;
    admin.browser.close().await;
}
