//! The pictures of the operators' manual. Every run walks to each of its pages, so that the manual shows
//! nothing that is gone; `make manual-pictures` keeps what it sees in `docs/img/helpdesk`.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use serde_json::json;

use super::bulk;
use super::entry::REQUIRED;
use super::links::{ask, come_to_check, link_official};
use super::operator::{GROUNDS, Telephone};
use super::person::{PASSWORD, Person, SCHOOL, SMIRNOVA};
use super::support::png;

const WIDTH: u32 = 1280;
/// Bytes of one picture: the repository keeps all of them.
const LARGEST: usize = 60 * 1024;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/img/helpdesk")
}

/// The names taken so far.
#[derive(Default)]
struct Album(BTreeSet<String>);

impl Album {
    /// Takes these rows of the page, no lower than the end of its main part.
    async fn take(&mut self, person: &Person, name: &str, rows: Range<u64>) {
        let end = "return Math.ceil(document.querySelector('main').getBoundingClientRect().bottom + scrollY)";
        let end = person.browser.evaluate(end).await.as_u64().expect("a number");
        let height = end.min(rows.end) - rows.start;
        let clip = json!({ "x": 0, "y": rows.start, "width": WIDTH, "height": height, "scale": 1 });
        let asked = json!({ "captureBeyondViewport": true, "clip": clip });
        let taken = person.browser.devtools("Page.captureScreenshot", asked).await;
        let picture = base64::engine::general_purpose::STANDARD.decode(taken["data"].as_str().unwrap());
        let picture = picture.unwrap();
        assert!(!picture.is_empty(), "{name}");
        let name = format!("{name}.png");
        if std::env::var_os("PRIVYAZKA_UPDATE").is_some() {
            let small = png::with_palette(&picture);
            assert!(small.len() <= LARGEST, "{name}: {} bytes", small.len());
            std::fs::create_dir_all(folder()).unwrap();
            std::fs::write(folder().join(&name), small).unwrap();
        }
        assert!(self.0.insert(name), "a name is taken twice");
    }
}

/// Somebody at a desk who passes the pages on the way.
async fn at_a_desk(first: Option<&Person>) -> Person {
    let person = match first {
        Some(first) => Person::beside(first).await,
        None => Person::at_a_desk_with(REQUIRED).await,
    };
    person.hurry(true);
    person
}

/// Signs in for the first time, up to the start page.
async fn come_in(operator: &Person, login: &str) {
    operator.open("/helpdesk/login").await;
    operator.arrive("Вход для операторов").await;
    operator.enter_desk(login, PASSWORD).await;
    Telephone::set_up(operator).await;
    operator.press("Продолжить").await;
    operator.arrive("Пульт поддержки").await;
}

/// What gives the helpdesk something to show: a report, two links.
async fn fill(operator: &Person) {
    let person = at_a_desk(Some(operator)).await;
    person.sign_in_at_school("mismatch").await;
    person.return_from_esia("sidorov@stand.example").await;
    person.arrive("СНИЛС не совпал").await;
    person.press("Сообщить в поддержку").await;
    person.arrive("Сообщить в поддержку").await;
    person
        .fill("text", "Не получается привязать: пишет, что СНИЛС не совпал. В школе он записан с ошибкой.")
        .await;
    person.press("Отправить").await;
    person.arrive("Обращение принято").await;
    person.browser.close().await;
    let teacher = at_a_desk(Some(operator)).await;
    teacher.link_at_school("teacher", SMIRNOVA).await;
    teacher.browser.close().await;
    let official = at_a_desk(Some(operator)).await;
    link_official(&official).await;
    official.browser.close().await;
}

async fn of_cases_and_cards(album: &mut Album, operator: &Person) {
    operator.press("Новые обращения: 1").await;
    operator.arrive("Обращения").await;
    operator.hands.press(&operator.browser, "//main//tbody//a").await;
    operator.come_to("//button[normalize-space()='Взять в работу']", "the case").await;
    operator.press("Взять в работу").await;
    operator.come_to("//button[normalize-space()='Ответить и закрыть']", "the case taken").await;
    operator.fill("text", "Школа исправила СНИЛС. Попробуйте привязать ещё раз.").await;
    album.take(operator, "case", 0..1100).await;
    ask(operator).await;
    operator.open("/helpdesk").await;
    operator.arrive("Пульт поддержки").await;
    operator.fill("q", "смирнова").await;
    album.take(operator, "start", 0..800).await;
    operator.press("Найти").await;
    operator.arrive("Найти пользователя").await;
    album.take(operator, "found", 0..800).await;
    operator.open_card("сидоров", SCHOOL, "Сидоров Павел Андреевич").await;
    album.take(operator, "card", 185..1480).await;
    operator.press("Выдать код привязки").await;
    operator.arrive("Код привязки для Сидоров Павел Андреевич").await;
    operator.fill("basis", GROUNDS).await;
    operator.press("Выдать код привязки").await;
    operator.come_to("//*[@class='slips']", "slip").await;
    album.take(operator, "code", 0..800).await;
    operator.open_card("смирнова", SCHOOL, "Смирнова Анна Викторовна").await;
    operator.press("Отвязать").await;
    operator
        .come_to("//h1[starts-with(normalize-space(), 'Отвязать учётную запись Госуслуг')]", "reason")
        .await;
    come_to_check(operator).await;
    album.take(operator, "check", 0..800).await;
}

async fn of_slips(album: &mut Album, operator: &Person) {
    operator.press("Коды привязки").await;
    operator.arrive("Коды привязки").await;
    operator.fill("q", "12 миасс").await;
    operator.press("Найти организацию").await;
    operator.come_to("//main//ul[@class='list']", "organisations").await;
    operator.hands.press(&operator.browser, "//main//a[contains(., 'СОШ № 12')]").await;
    operator.arrive("Кому выдать коды").await;
    operator.press("Показать список").await;
    operator.arrive("Проверьте список").await;
    operator.fill("basis", GROUNDS).await;
    operator.press("Выдать коды").await;
    operator.arrive("Листки с кодами привязки").await;
    album.take(operator, "slips", 0..740).await;
}

async fn of_a_list(album: &mut Album, operator: &Person) {
    operator.open_card("смирнова", SCHOOL, "Смирнова Анна Викторовна").await;
    let uid = bulk::uid(operator).await;
    operator.press("Отвязать списком").await;
    operator.arrive("Отвязать списком").await;
    operator.hands.pick(&operator.browser, "//input[@name='reason'][@value='left']").await;
    operator.fill("basis", "приказ 17 от 1 марта").await;
    let file = bulk::file(operator, "list.csv", &format!("uid;class\n{uid};6 Б\nне номер;6 Б\n"));
    bulk::choose_file(operator, &file).await;
    operator.press("Проверить список").await;
    operator.arrive("Проверьте список").await;
    album.take(operator, "list", 170..1300).await;
}

#[actix_web::test]
async fn the_manual_has_a_picture_of_each_of_these_pages() {
    let mut album = Album::default();
    let operator = at_a_desk(None).await;
    operator.open("/helpdesk/login").await;
    operator.arrive("Вход для операторов").await;
    operator.enter_desk("helpdesk", PASSWORD).await;
    operator.arrive("Подключите второй фактор").await;
    album.take(&operator, "factor", 0..900).await;
    come_in(&operator, "helpdesk").await;
    fill(&operator).await;
    operator.open("/helpdesk").await;
    operator.arrive("Пульт поддержки").await;
    of_cases_and_cards(&mut album, &operator).await;
    of_slips(&mut album, &operator).await;
    of_a_list(&mut album, &operator).await;

    let second = at_a_desk(Some(&operator)).await;
    come_in(&second, "helpdesk-2").await;
    second.press("Согласования").await;
    second.arrive("Согласования").await;
    album.take(&second, "approvals", 0..800).await;
    let owner = at_a_desk(Some(&operator)).await;
    owner.open_letter("Учётная запись Госуслуг привязана").await;
    owner.hands.press(&owner.browser, "//main//a[contains(@href, '/undo/')]").await;
    owner.arrive("Это были не вы?").await;
    album.take(&owner, "undo", 0..800).await;
    let admin = at_a_desk(Some(&operator)).await;
    come_in(&admin, "admin").await;
    admin.press("Операторы").await;
    admin.arrive("Операторы").await;
    album.take(&admin, "operators", 0..800).await;
    admin.press("Журнал").await;
    admin.arrive("Журнал").await;
    album.take(&admin, "audit", 0..900).await;
    for person in [operator, second, owner, admin] {
        person.browser.close().await;
    }

    let kept = std::fs::read_dir(folder()).expect("`make manual-pictures` has run");
    let kept: BTreeSet<String> = kept.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(kept, album.0, "`make manual-pictures` takes them anew");
}
