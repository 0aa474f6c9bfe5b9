//! Linking codes: an operator prints slips for a school, a pupil comes in with one, links, and signs in
//! through Gosuslugi from then on.

use base64::Engine as _;
use serde_json::json;

use super::hands::Hands;
use super::operator::GROUNDS as CALL;
use super::person::{Person, SCHOOL};
use super::support::browser::Look;
use super::support::pdf::Pdf;

/// Slips on a sheet.
const ON_A_SHEET: usize = 6;
const KRAVTSOVA: &str = "Кравцова Мария Сергеевна";
const GROUNDS: &str = "обращение 4711, список класса";

/// Signs in as the operator of the school and comes to the choice of people.
async fn come_to_codes(operator: &Person) {
    operator.go_on_duty("helpdesk-school").await;
    operator.press("Коды привязки").await;
    operator.arrive("Кому выдать коды").await;
}

/// From the choice of people to their slips.
async fn hand_out(operator: &Person) {
    operator.press("Показать список").await;
    operator.arrive("Проверьте список").await;
    operator.fill("basis", GROUNDS).await;
    operator.press("Выдать коды").await;
    operator.arrive("Листки с кодами привязки").await;
}

/// The page as it is printed on A4.
async fn print(person: &Person) -> Pdf {
    let paper = json!({
        "paperWidth": 8.27, "paperHeight": 11.69, "preferCSSPageSize": true, "printBackground": true,
    });
    let printed = person.browser.devtools("Page.printToPDF", paper).await;
    let data = printed["data"].as_str().expect("a document");
    let bytes = base64::engine::general_purpose::STANDARD.decode(data).expect("base64");
    Pdf::of(&person.browser.folder.join("page.pdf"), &bytes)
}

#[actix_web::test]
async fn a_pupil_comes_in_with_a_code_links_and_signs_in_through_gosuslugi() {
    let operator = Person::at_a_desk().await;
    come_to_codes(&operator).await;
    operator.fill("logins", "pupil").await;
    hand_out(&operator).await;
    let code = operator.texts(".slip-code").await.pop().expect("a code");

    let pupil = Person::beside(&operator).await;
    pupil.open("/login").await;
    pupil.arrive("Вход").await;
    pupil.press("Войти по коду привязки").await;
    pupil.arrive("Войти для привязки").await;
    pupil.choose_organisation(SCHOOL).await;
    pupil.fill("login", "pupil").await;
    pupil.fill("code", &code).await;
    pupil.press("Продолжить").await;
    pupil.arrive("Сейчас вы перейдёте на Госуслуги").await;
    pupil.press("Продолжить").await;
    pupil.arrive("Вход на учебный портал").await;
    pupil.sign_in_at_stand("alesha@stand.example").await;
    pupil.arrive("Разрешить доступ к данным?").await;
    pupil.press("Разрешить").await;
    pupil.arrive("Сравните данные").await;
    pupil.press("Привязать").await;
    pupil.arrive("Учётная запись привязана").await;
    pupil.press("Выйти").await;
    pupil.arrive("Вы вышли из Сетевого города").await;
    pupil.press("Войти снова").await;
    pupil.arrive("Вход").await;
    pupil.press("Войти через Госуслуги").await;
    pupil.arrive("Персональные настройки").await;
    pupil.browser.close().await;
    operator.browser.close().await;
}

#[actix_web::test]
async fn slips_are_printed_black_on_white_and_whole() {
    let operator = Person::on_a_phone(Hands::Mouse, true, Look::Dark).await;
    come_to_codes(&operator).await;
    hand_out(&operator).await;
    let codes = operator.texts(".slip-code").await;
    assert!(codes.len() > ON_A_SHEET, "{} slips are one sheet", codes.len());

    let pdf = print(&operator).await;
    assert_eq!(pdf.pages(), codes.len().div_ceil(ON_A_SHEET), "{} slips", codes.len());
    let sheets = pdf.texts();
    for (slips, sheet) in codes.chunks(ON_A_SHEET).zip(&sheets) {
        for code in slips {
            assert!(sheet.contains(code.as_str()), "a slip is not whole on its sheet: {sheet}");
        }
    }
    let text = sheets.join("\n");
    assert_eq!(text.matches("Действует до").count(), codes.len());
    for screen in ["Пульт поддержки", "Распечатать", "Готово", "Телефон поддержки"]
    {
        assert!(!text.contains(screen), "«{screen}» is printed");
    }
    assert!(pdf.whiteness() > 0.8, "{} of the paper is white", pdf.whiteness());
    operator.browser.close().await;
}

#[actix_web::test]
async fn one_code_is_printed_on_one_sheet_and_a_given_password_is_changed_at_once() {
    let operator = Person::with_keys("").await;
    operator.go_on_duty("helpdesk-miass").await;
    operator.open_card("кравцова", SCHOOL, KRAVTSOVA).await;
    operator.press("Выдать код привязки").await;
    operator.arrive(&format!("Код привязки для {KRAVTSOVA}")).await;
    operator.is_refused("Выдать код привязки", "Опишите основание, не меньше 10 знаков").await;
    operator.fill("basis", CALL).await;
    operator.press("Выдать код привязки").await;
    operator.come_to("//*[@class='slips']", "slip").await;
    operator.check("Листок").await;
    let code = operator.texts(".slip-code").await.pop().expect("a code");
    let sheets = print(&operator).await.texts();
    assert_eq!(sheets.len(), 1, "{sheets:?}");
    assert!(sheets[0].contains(&code) && sheets[0].contains(KRAVTSOVA), "{sheets:?}");

    operator.press("Готово").await;
    operator.arrive(KRAVTSOVA).await;
    operator.press("Выдать одноразовый пароль").await;
    operator.arrive(&format!("Одноразовый пароль для {KRAVTSOVA}")).await;
    operator.fill("basis", CALL).await;
    operator.press("Выдать одноразовый пароль").await;
    operator.come_to("//*[@class='slip-code']", "password").await;
    operator.check("Одноразовый пароль выдан").await;
    let given = operator.texts(".slip-code").await.pop().expect("a password");

    let teacher = Person::with_keys_beside(&operator).await;
    teacher.open("/login").await;
    teacher.arrive("Вход").await;
    teacher.choose_organisation(SCHOOL).await;
    teacher.sign_in("renamed", &given).await;
    teacher.arrive("Придумайте свой пароль").await;
    // Nothing else opens before.
    teacher.open("/settings").await;
    teacher.arrive("Придумайте свой пароль").await;
    teacher.fill("new_password", "коротко").await;
    teacher.fill("repeat_password", "коротко").await;
    teacher.is_refused("Сохранить пароль", "Пароль короче 8 знаков").await;
    teacher.fill("new_password", "зимний вечер 2026").await;
    teacher.fill("repeat_password", "зимний вечер 2026").await;
    teacher.press("Сохранить пароль").await;
    teacher.arrive("Персональные настройки").await;
    teacher.browser.close().await;
    operator.browser.close().await;
}
