//! What operators do in every journey: sign in, find somebody's card, type a code from their telephone.

use std::cell::Cell;

use fantoccini::Locator;
use privyazka::access::totp::TotpSecret;
use privyazka::platform::clock::Clock;

use super::hands::quoted;
use super::person::{PASSWORD, Person};

/// What says that a form was refused.
pub const ERRORS: &str = "//*[@id='error-summary']";
/// What a deed rests on.
pub const GROUNDS: &str = "обращение 4711, звонила сама";

impl Person {
    /// Signs in to the helpdesk of the demo.
    pub async fn go_on_duty(&self, login: &str) {
        self.open("/helpdesk/login").await;
        self.arrive("Вход для операторов").await;
        self.enter_desk(login, PASSWORD).await;
        self.arrive("Пульт поддержки").await;
    }

    /// Types login and password of an operator.
    pub async fn enter_desk(&self, login: &str, password: &str) {
        self.fill("login", login).await;
        self.fill("password", password).await;
        self.press("Войти").await;
    }

    /// From the start page to somebody's card; `organisation` tells them from others of the name.
    pub async fn open_card(&self, typed: &str, organisation: &str, name: &str) {
        self.open("/helpdesk").await;
        self.arrive("Пульт поддержки").await;
        self.fill("q", typed).await;
        self.press("Найти").await;
        self.arrive("Найти пользователя").await;
        let line = format!("//li[contains(., {})]//a", quoted(organisation));
        self.hands.press(&self.browser, &line).await;
        self.arrive(name).await;
        self.reads("Просмотр карточек записывается в журнал").await;
    }

    /// Sends a form that is refused, with these words.
    pub async fn is_refused(&self, button: &str, words: &str) {
        self.press(button).await;
        self.come_to(ERRORS, "what is wrong").await;
        self.check(words).await;
        self.reads(words).await;
    }

    /// Presses the button whose visible words are these; more may follow for who hears the page.
    pub async fn press_beginning(&self, words: &str) {
        let path = format!("//main//button[starts-with(normalize-space(), {})]", quoted(words));
        self.hands.press(&self.browser, &path).await;
    }

    /// Texts of every element that a CSS selector finds.
    pub async fn texts(&self, selector: &str) -> Vec<String> {
        let script =
            format!("return [...document.querySelectorAll({selector:?})].map((one) => one.textContent)");
        let found = self.browser.evaluate(&script).await;
        found.as_array().expect("a list").iter().map(|one| one.as_str().expect("text").to_owned()).collect()
    }
}

/// A telephone with an app for codes.
pub struct Telephone {
    secret: TotpSecret,
    /// The step whose code was taken last.
    used: Cell<i64>,
}

impl Telephone {
    /// Sets up the second factor on the page that offers it; answers the recovery codes too.
    pub async fn set_up(person: &Person) -> (Self, Vec<String>) {
        person.arrive("Подключите второй фактор").await;
        person.press_here("Не получается навести камеру").await;
        let shown = person.texts("details code").await;
        let phone = Self { secret: read_base32(&shown[0]), used: Cell::new(0) };
        phone.give_code(person, "Подключить", "Второй фактор подключён").await;
        let codes = person.texts("main li code").await;
        assert_eq!(codes.len(), 10);
        (phone, codes)
    }

    /// Types the code that the app shows. One that grew old on its way is no fault of the page: the person
    /// types the next.
    pub async fn give_code(&self, person: &Person, button: &str, heading: &str) {
        let next = format!("//h1[normalize-space()={}]", quoted(heading));
        for _ in 0..3 {
            let now = Clock::system().now().timestamp().div_euclid(30);
            let step = now.max(self.used.get() + 1);
            assert!(step <= now + 1, "a third code in half a minute");
            person.fill("code", &self.secret.code(step)).await;
            person.press(button).await;
            person.come_to(&format!("{next} | {ERRORS}"), heading).await;
            if !person.browser.client.find_all(Locator::XPath(&next)).await.unwrap().is_empty() {
                self.used.set(step);
                return person.check(heading).await;
            }
        }
        panic!("no code was taken: {}", person.text().await);
    }
}

/// What the page shows for typing into an app (RFC 4648).
fn read_base32(text: &str) -> TotpSecret {
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
    for letter in text.chars().filter(|letter| !letter.is_whitespace()) {
        let value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(letter).expect("base32");
        bits = bits << 5 | u32::try_from(value).unwrap();
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    TotpSecret::from_bytes(&bytes).expect("a secret")
}
