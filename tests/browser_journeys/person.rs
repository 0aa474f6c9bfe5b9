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

/// The narrowest telephone, a desk, and the height of either window.
const NARROW: u32 = 320;
const WIDE: u32 = 1280;
const HEIGHT: u32 = 900;

/// The person.
pub struct Person {
    /// Their browser.
    pub browser: Browser,
    /// What they use.
    pub demo: Rc<Demo>,
    /// How they act.
    pub hands: Hands,
    script: bool,
    width: u32,
    also_wide: bool,
    hurries: Cell<bool>,
    pages: Cell<usize>,
}

impl Person {
    /// With a mouse, script, and a window of 1280 × 900 pixels.
    pub async fn at_a_desk() -> Self {
        Self::new(Hands::Mouse, true, WIDE, Look::Light).await
    }

    /// The same, before a demo with these settings over its own.
    pub async fn at_a_desk_with(settings: &'static str) -> Self {
        let demo = Rc::new(Demo::start(settings).await);
        Self::before(demo, Hands::Mouse, true, WIDE, Look::Light).await
    }

    /// With the narrowest of telephones.
    pub async fn on_a_phone(hands: Hands, script: bool, look: Look) -> Self {
        Self::new(hands, script, NARROW, look).await
    }

    async fn new(hands: Hands, script: bool, width: u32, look: Look) -> Self {
        let demo = Rc::new(Demo::start("").await);
        Self::before(demo, hands, script, width, look).await
    }

    /// With the keyboard alone, before a demo with these settings over its own. Every page is looked at in
    /// the narrowest window and in that of a desk.
    pub async fn with_keys(settings: &'static str) -> Self {
        let demo = Rc::new(Demo::start(settings).await);
        let person = Self::before(demo, Hands::Keyboard, true, NARROW, Look::Light).await;
        Self { also_wide: true, ..person }
    }

    /// Somebody like that in front of the same demo.
    pub async fn with_keys_beside(other: &Self) -> Self {
        let person = Self::before(other.demo.clone(), Hands::Keyboard, true, NARROW, Look::Light).await;
        Self { also_wide: true, ..person }
    }

    /// Somebody else at a desk of their own, in front of the same demo.
    pub async fn beside(other: &Self) -> Self {
        Self::before(other.demo.clone(), Hands::Mouse, true, WIDE, Look::Light).await
    }

    async fn before(demo: Rc<Demo>, hands: Hands, script: bool, width: u32, look: Look) -> Self {
        let browser = Browser::start().await;
        browser.set_viewport(width, HEIGHT).await;
        browser.set_look(look).await;
        browser.set_scripting(script).await;
        let (hurries, pages) = (Cell::new(false), Cell::new(0));
        Self { browser, demo, hands, script, width, also_wide: false, hurries, pages }
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
        if self.hurries.get() {
            return;
        }
        self.pages.set(self.pages.get() + 1);
        if self.also_wide {
            self.browser.set_viewport(WIDE, HEIGHT).await;
            self.fits_and_is_accessible(heading, WIDE).await;
            self.browser.set_viewport(self.width, HEIGHT).await;
        }
        self.fits_and_is_accessible(heading, self.width).await;
        self.console_is_empty(heading).await;
    }

    async fn fits_and_is_accessible(&self, heading: &str, window: u32) {
        let width = self.browser.content_width().await;
        assert!(width <= window.into(), "{heading}: {width} pixels wide in a window of {window}");
        assert_eq!(self.browser.axe(WCAG_22_AA).await, Vec::<String>::new(), "{heading} at {window}");
    }

    /// Whether pages are passed without a check: those on the way to a journey's beginning, which another
    /// journey judges.
    pub fn hurry(&self, hurries: bool) {
        self.hurries.set(hurries);
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
        // A number and its noun stand together on one line.
        let text = self.text().await.replace('\u{a0}', " ");
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
        self.choose_from(&lists).await;
    }

    /// Chooses an entry from each list in turn, as those below it come.
    pub async fn choose_from(&self, lists: &[(&str, &str)]) {
        for &(list, entry) in lists {
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
        self.return_from_esia(esia_login).await;
        self.arrive("Сравните данные").await;
    }

    /// From the settings to whatever the first return from ESIA leads to.
    pub async fn return_from_esia(&self, esia_login: &str) {
        self.press("Привязать учётную запись портала Госуслуг").await;
        self.arrive("Сейчас вы перейдёте на Госуслуги").await;
        self.press("Продолжить").await;
        self.arrive("Вход на учебный портал").await;
        self.sign_in_at_stand(esia_login).await;
        self.arrive("Разрешить доступ к данным?").await;
        self.press("Разрешить").await;
    }

    /// Signs in and links without a look at the pages on the way, which other journeys judge.
    pub async fn link_at_school(&self, login: &str, esia_login: &str) {
        self.hurry(true);
        self.sign_in_at_school(login).await;
        self.come_to_compare(esia_login).await;
        self.press("Привязать").await;
        self.arrive("Учётная запись привязана").await;
        self.hurry(false);
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
