//! A person with a browser, who speaks as people do.

use std::net::SocketAddr;

use privyazka::stand::persona::STAND_PASSWORD;
use privyazka::store::Store;
use url::Url;

use super::browser::{Ask, Browser};
use super::page::{FormOfPage, Page};
use super::town::{PASSWORD, organisation_of};
use super::{World, town};

/// Between the parts of a form with a file.
const BOUNDARY: &str = "----form-of-a-browser";

/// Somebody at a browser.
pub struct Person {
    pub browser: Browser,
    pub origin: String,
    host: String,
    store: Store,
    password: String,
}

impl Person {
    pub(super) fn new(world: &World, user_agent: &str) -> Self {
        let stand = world.stand();
        let mut places = vec![
            (world.origin.clone(), world.socket),
            (stand.url().origin().ascii_serialization(), stand.address()),
        ];
        // Somebody may listen in between.
        let esia = &world.services.settings.esia.base_url;
        let port = esia.port().unwrap_or_default();
        places.push((esia.origin().ascii_serialization(), SocketAddr::from(([127, 0, 0, 1], port))));
        let origin = Url::parse(&world.origin).expect("an origin");
        Self {
            browser: Browser::new(places, world.clock.clone(), user_agent),
            origin: world.origin.clone(),
            host: origin.host_str().unwrap_or_default().to_owned(),
            store: world.store().clone(),
            password: PASSWORD.to_owned(),
        }
    }

    /// The same browser, cookies included, in front of another service on the same host.
    #[must_use]
    pub fn moved_to(&self, world: &World) -> Self {
        let there = world.person();
        there.browser.take_cookies_of(&self.browser);
        there
    }

    /// Types an address of the journal.
    pub async fn open(&self, path: &str) -> Page {
        self.browser.show(Ask::get(self.url(path))).await
    }

    /// The whole address of a path.
    pub fn url(&self, path: &str) -> Url {
        Url::parse(&self.origin).and_then(|url| url.join(path)).expect("an address")
    }

    /// Opens an address and goes where it leads until a page of ours is shown.
    pub async fn open_all(&self, path: &str) -> Page {
        let page = self.open(path).await;
        self.arrive(page).await
    }

    /// Follows redirects until a page is shown.
    pub async fn arrive(&self, mut page: Page) -> Page {
        for _ in 0..10 {
            if page.location().is_none() {
                return page;
            }
            page = self.browser.follow(&page).await;
        }
        panic!("redirects without an end: {page:?}")
    }

    /// Clicks a link of the page.
    pub async fn click(&self, page: &Page, words: &str) -> Page {
        let link = page.link(words).unwrap_or_else(|| panic!("no link «{words}»: {page:?}"));
        let url = page.address.join(&link).expect("an address");
        let from = Some(page.address.origin().ascii_serialization());
        self.browser.show(Ask { from, ..Ask::get(url) }).await
    }

    /// Sends the form with this path and these values.
    pub async fn submit(&self, page: &Page, path: &str, values: &[(&str, &str)]) -> Page {
        self.browser.show(self.browser.post(page, &filled(page, path, values))).await
    }

    /// Sends a page's form with a file, as a browser does; none for a form without one chosen.
    pub async fn upload(
        &self,
        page: &Page,
        path: &str,
        values: &[(&str, &str)],
        file: Option<&[u8]>,
    ) -> Page {
        let form = filled(page, path, values);
        let mut body = Vec::new();
        for (name, value) in form.fields.iter().filter(|(name, _)| name != "file") {
            let head =
                format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(head.as_bytes());
        }
        let (name, kind) =
            if file.is_some() { ("list.csv", "text/csv") } else { ("", "application/octet-stream") };
        let head = format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\ncontent-type: {kind}\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(file.unwrap_or_default());
        body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let ask = self.browser.post(page, &form);
        let ask = Ask { body: None, bytes: Some(body), ..ask };
        let ask = ask.with("content-type", &format!("multipart/form-data; boundary={BOUNDARY}"));
        self.browser.show(ask).await
    }

    /// The id of a login's organisation, as forms carry it.
    pub async fn organisation(&self, login: &str) -> String {
        organisation_of(&self.store, login).await.0.to_string()
    }

    /// The sign-in page's form, filled in but not sent.
    pub async fn sign_in_form(&self, login: &str) -> (Page, FormOfPage) {
        let path = if town::person(login).is_authority() { "/login/authority" } else { "/login" };
        let page = self.open(path).await;
        let organisation = self.organisation(login).await;
        let values = [("organisation", &*organisation), ("login", login), ("password", &self.password)];
        let form = filled(&page, path, &values);
        (page, form)
    }

    /// Signs in with login and password; gives the answer to the form.
    pub async fn sign_in(&self, login: &str) -> Page {
        let (page, form) = self.sign_in_form(login).await;
        self.browser.show(self.browser.post(&page, &form)).await
    }

    /// The same, sure that it works.
    pub async fn signed_in(&self, login: &str) {
        let answer = self.sign_in(login).await;
        assert_eq!(answer.leads_to(), "/settings", "{answer:?}");
    }

    /// The address in a callback's query.
    pub fn parameter(page: &Page, name: &str) -> String {
        let url = page.location().expect("a redirect");
        let found = url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned());
        found.unwrap_or_else(|| panic!("no {name} in {url}"))
    }

    /// Uses another password from now on.
    #[must_use]
    pub fn with_password(self, password: &str) -> Self {
        Self { password: password.to_owned(), ..self }
    }

    /// Opens the page before the trip and presses «Продолжить»: the redirect to ESIA.
    pub async fn start_linking(&self) -> Page {
        let page = self.open("/settings/link").await;
        self.click(&page, "Продолжить").await
    }

    /// Presses «Войти через Госуслуги»: the redirect to ESIA.
    pub async fn start_sign_in(&self) -> Page {
        let page = self.open("/login").await;
        self.click(&page, "Войти через Госуслуги").await
    }

    /// Follows the redirect to the stand, signs in there and agrees: the redirect back to us, not followed.
    pub async fn sign_in_at_stand(&self, to_stand: &Page, login: &str) -> Page {
        let page = self.browser.follow(to_stand).await;
        self.finish_at_stand(page, login).await
    }

    /// The same from a page of the stand that is open already.
    pub async fn finish_at_stand(&self, mut page: Page, login: &str) -> Page {
        for _ in 0..6 {
            if page.location().is_some_and(|url| url.as_str().starts_with(&self.origin)) {
                return page;
            }
            page = if page.location().is_some() {
                self.browser.follow(&page).await
            } else if page.form("/consent").is_some() {
                self.submit(&page, "/consent", &[("decision", "allow")]).await
            } else {
                self.submit(&page, "/login", &[("login", login), ("password", STAND_PASSWORD)]).await
            };
        }
        panic!("the stand does not send back: {page:?}")
    }

    /// The whole way to the callback's answer.
    pub async fn link_as(&self, stand_login: &str) -> Page {
        let departure = self.start_linking().await;
        let back = self.sign_in_at_stand(&departure, stand_login).await;
        self.browser.follow(&back).await
    }

    /// Signs in through ESIA; gives the callback's answer.
    pub async fn enter_as(&self, stand_login: &str) -> Page {
        let departure = self.start_sign_in().await;
        let back = self.sign_in_at_stand(&departure, stand_login).await;
        self.browser.follow(&back).await
    }

    /// On the comparison that a callback leads to: «Привязать».
    pub async fn confirm(&self, landed: &Page) -> Page {
        let comparison = self.browser.follow(landed).await;
        self.submit(&comparison, "/settings/link/confirm", &[("decision", "link")]).await
    }

    /// Signs in with the password, links, and sees the success page.
    pub async fn link_whole(&self, login: &str, stand_login: &str) -> Page {
        self.signed_in(login).await;
        let landed = self.link_as(stand_login).await;
        let confirmed = self.confirm(&landed).await;
        let done = self.arrive(confirmed).await;
        assert_eq!((done.status, done.heading().as_str()), (200, "Учётная запись привязана"), "{done:?}");
        done
    }

    /// «Выйти», from the header of any page.
    pub async fn sign_out(&self) -> Page {
        let page = self.open("/settings").await;
        self.submit(&page, "/logout", &[]).await
    }

    /// Whether «Персональные настройки» open.
    pub async fn is_signed_in(&self) -> bool {
        self.open("/settings").await.status == 200
    }

    /// A cookie of the journal by its full name.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.browser.cookie(&self.host, name)
    }

    /// Plants a cookie of the journal.
    pub fn plant(&self, name: &str, value: &str) {
        self.browser.plant(&self.host, name, value);
    }

    /// Forgets a cookie of the journal.
    pub fn forget(&self, name: &str) {
        self.browser.forget(&self.host, name);
    }

    /// Names of the journal's cookies.
    pub fn cookie_names(&self) -> Vec<String> {
        self.browser.cookie_names(&self.host)
    }
}

/// A page's form with these values.
pub fn filled(page: &Page, path: &str, values: &[(&str, &str)]) -> FormOfPage {
    let form = page.form(path).unwrap_or_else(|| panic!("no form {path}: {page:?}"));
    values.iter().fold(form, |form, (name, value)| form.with(name, value))
}
