//! A person with a browser in front of a demo: what they do, and what every page they come to must hold.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use fantoccini::Locator;

use super::demo::Demo;
use super::hands::{Hands, called, chosen, quoted};
use super::support::browser::{Browser, Look, WCAG_22_AA};

/// Password of every demo profile.
pub const PASSWORD: &str = "demo-2026";
/// Password of everybody at the stand.
pub const STAND_PASSWORD: &str = "stand-2026";
/// Smirnova, `teacher` and `anna` of the journal, at the stand.
pub const SMIRNOVA: &str = "smirnova@stand.example";
/// Where `teacher` works.
pub const SCHOOL: &str = "МБОУ \"СОШ № 12\"";
/// Where `anna` has a child.
pub const GYMNASIUM: &str = "МБОУ \"Гимназия № 19\"";

/// The person.
pub struct Person {
    /// Their browser.
    pub browser: Browser,
    /// What they use.
    pub demo: Rc<Demo>,
    /// How they act.
    pub hands: Hands,
    script: bool,
    width: u64,
    pages: Cell<usize>,
}

impl Person {
    /// With a mouse, script, and a window of 1280 × 900 pixels.
    pub async fn at_a_desk() -> Self {
        Self::new(Hands::Mouse, true, 1280, Look::Light).await
    }

    /// With the narrowest of telephones.
    pub async fn on_a_phone(hands: Hands, script: bool, look: Look) -> Self {
        Self::new(hands, script, 320, look).await
    }

    async fn new(hands: Hands, script: bool, width: u32, look: Look) -> Self {
        let demo = Rc::new(Demo::start().await);
        Self::before(demo, hands, script, width, look).await
    }

    /// Somebody else at a desk of their own, in front of the same demo.
    pub async fn beside(other: &Self) -> Self {
        Self::before(other.demo.clone(), Hands::Mouse, true, 1280, Look::Light).await
    }

    async fn before(demo: Rc<Demo>, hands: Hands, script: bool, width: u32, look: Look) -> Self {
        let browser = Browser::start().await;
        browser.set_viewport(width, 900).await;
        browser.set_look(look).await;
        browser.set_scripting(script).await;
        Self { browser, demo, hands, script, width: width.into(), pages: Cell::new(0) }
    }

    /// Opens a page of the service.
    pub async fn open(&self, path: &str) {
        self.browser.open(&format!("{}{path}", self.demo.service)).await;
    }

    /// Presses Back and waits for the page before, kept by the browser or loaded anew.
    pub async fn back(&self) {
        self.browser.leave().await;
        self.browser.client.back().await.unwrap();
        self.come_to("//body", "page before").await;
    }

    /// Loads the page anew.
    pub async fn reload(&self) {
        self.browser.leave().await;
        self.browser.client.refresh().await.unwrap();
        self.come_to("//body", "page again").await;
    }

    /// Path and query of the page.
    pub async fn path(&self) -> String {
        let url = self.browser.client.current_url().await.unwrap();
        url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
    }

    /// Waits for the page with this heading that the last press led to; then it must fit the window, satisfy
    /// axe and have left the console empty.
    pub async fn arrive(&self, heading: &str) {
        self.come_to(&format!("//h1[normalize-space()='{heading}']"), heading).await;
        self.check(heading).await;
    }

    /// Waits for the page that the last press led to, by something on it.
    pub async fn come_to(&self, path: &str, what: &str) {
        if !self.browser.arrived(path).await {
            panic!("no «{what}» but {}: {}", self.path().await, self.text().await);
        }
    }

    /// What holds for every page.
    pub async fn check(&self, heading: &str) {
        self.pages.set(self.pages.get() + 1);
        let width = self.browser.content_width().await;
        assert!(width <= self.width, "{heading}: {width} pixels wide");
        assert_eq!(self.browser.axe(WCAG_22_AA).await, Vec::<String>::new(), "{heading}");
        self.console_is_empty(heading).await;
    }

    /// Nothing was written to the console since the last look.
    pub async fn console_is_empty(&self, when: &str) {
        let console: Vec<_> = self.browser.take_console().await;
        // Chromium notes that it did what the header asked for; that is no complaint.
        let complaints: Vec<_> =
            console.iter().filter(|line| !line.message.contains("Clear-Site-Data header")).collect();
        assert!(complaints.is_empty(), "{when}: {complaints:?}");
    }

    /// Pages checked so far.
    pub fn pages(&self) -> usize {
        self.pages.get()
    }

    /// The text of the page's main part.
    pub async fn text(&self) -> String {
        let text = self.browser.evaluate("return document.querySelector('main')?.innerText ?? ''").await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// The main part says this. To be asked of a page that has come: see `arrive`.
    pub async fn reads(&self, words: &str) {
        let text = self.text().await;
        assert!(text.contains(words), "«{words}» is not in: {text}");
    }

    /// Presses the link or button that is called so.
    pub async fn press(&self, text: &str) {
        self.hands.press(&self.browser, &called(text)).await;
    }

    /// Presses what leads to no other page.
    pub async fn press_here(&self, text: &str) {
        self.press(text).await;
        self.browser.stay();
    }

    /// Types into a field.
    pub async fn fill(&self, field: &str, text: &str) {
        self.hands.fill(&self.browser, field, text).await;
    }

    /// Chooses a school of Миасс from the five lists.
    pub async fn choose_organisation(&self, organisation: &str) {
        let lists = [
            ("region", "Челябинская область"),
            ("municipality", "Миасский городской округ"),
            ("settlement", "Миасс"),
            ("kind", "Общеобразовательные"),
            ("organisation", organisation),
        ];
        for (list, entry) in lists {
            // A list above may have been chosen by itself, and this one is still on its way.
            let option = format!("//select[@id='{list}']/option[normalize-space()={}]", quoted(entry));
            self.come_to(&option, entry).await;
            if chosen(&self.browser, list).await == entry {
                continue;
            }
            self.hands.choose(&self.browser, list, entry).await;
            if !self.script && list != "organisation" {
                self.hands
                    .press(&self.browser, &format!("//select[@id='{list}']/following-sibling::button"))
                    .await;
            }
        }
    }

    /// Sees to it that the form is for this organisation, remembered or chosen.
    pub async fn be_at(&self, organisation: &str) {
        let known = self.browser.evaluate("return document.querySelector('.known strong')?.innerText").await;
        if known == organisation {
            return;
        }
        if known.is_string() {
            self.press("Изменить").await;
            self.come_to("//select[@id='municipality']", "lists").await;
        }
        self.choose_organisation(organisation).await;
    }

    /// Signs in with the demo password; the organisation is known or chosen already.
    pub async fn sign_in(&self, login: &str, password: &str) {
        self.fill("login", login).await;
        self.fill("password", password).await;
        self.hands.press(&self.browser, "//form[@id='sign-in']//button[@type='submit']").await;
    }

    /// From the sign-in page to the settings of a profile in СОШ № 12.
    pub async fn sign_in_at_school(&self, login: &str) {
        self.open("/login").await;
        self.be_at(SCHOOL).await;
        self.sign_in(login, PASSWORD).await;
        self.arrive("Персональные настройки").await;
    }

    /// Types who they are at the stand.
    pub async fn sign_in_at_stand(&self, login: &str) {
        self.fill("login", login).await;
        self.fill("password", STAND_PASSWORD).await;
        self.press("Войти").await;
    }

    /// From the settings to the comparison, for the first time.
    pub async fn come_to_compare(&self, esia_login: &str) {
        self.press("Привязать учётную запись портала Госуслуг").await;
        self.arrive("Сейчас вы перейдёте на Госуслуги").await;
        self.press("Продолжить").await;
        self.arrive("Вход на учебный портал").await;
        self.sign_in_at_stand(esia_login).await;
        self.arrive("Разрешить доступ к данным?").await;
        self.press("Разрешить").await;
        self.arrive("Сравните данные").await;
    }

    /// Opens the first letter with these words in its subject; letters leave a moment after the deed.
    pub async fn open_letter(&self, subject: &str) {
        let path = format!("//main//a[contains(normalize-space(), '{subject}')]");
        let patience = Instant::now() + Duration::from_secs(30);
        loop {
            self.open("/demo/mail").await;
            if !self.browser.client.find_all(Locator::XPath(&path)).await.unwrap().is_empty() {
                break;
            }
            assert!(Instant::now() < patience, "no letter «{subject}»: {}", self.text().await);
        }
        self.check("Письма").await;
        self.hands.press(&self.browser, &path).await;
    }
}
