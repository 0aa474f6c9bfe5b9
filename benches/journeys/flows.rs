//! The flows of the budget, request by request as a browser makes them.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use super::answerer;
use super::browser::{Browser, Page, Trouble};
use super::region::{PASSWORD, Region, operator_token, session_token};

/// A region under load: who comes next in each flow.
pub struct Crowd<'a> {
    /// The region.
    pub region: &'a Region,
    client: reqwest::Client,
    port: u16,
    linkers: AtomicU32,
    linked: AtomicU32,
    typists: AtomicU32,
    leavers: AtomicU32,
    search_form: OnceLock<String>,
}

/// Which flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// The sign-in page, by a browser never seen.
    Page,
    /// Page, POST, settings.
    Password,
    /// Settings, page before the trip, trip, callback, comparison, confirmation, success.
    Link,
    /// Page, trip, callback, settings.
    Esia,
    /// The settings alone, by somebody signed in: the session is looked up.
    Settings,
    /// An operator's search by login, its result, and the unlink itself.
    Unlink,
    /// The same with the pages between: card, reason, check.
    UnlinkAllPages,
}

impl Flow {
    /// Those of people, measured together on each database.
    pub const ALL: [Self; 4] = [Self::Page, Self::Password, Self::Link, Self::Esia];

    /// Its name in `PRIVYAZKA_BENCH_ONLY`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Password => "password",
            Self::Link => "link",
            Self::Esia => "esia",
            Self::Settings => "settings",
            Self::Unlink => "unlink",
            Self::UnlinkAllPages => "unlink-all-pages",
        }
    }

    /// The flow of the budget that is named so.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|flow| flow.word() == word)
    }

    /// For the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Page => "sign-in page",
            Self::Password => "password sign-in",
            Self::Link => "link",
            Self::Esia => "sign-in through ESIA",
            Self::Settings => "settings page",
            Self::Unlink => "helpdesk search and unlink",
            Self::UnlinkAllPages => "helpdesk search, card, reason, check and unlink",
        }
    }
}

impl<'a> Crowd<'a> {
    /// Nobody has come yet.
    pub fn new(region: &'a Region, port: u16) -> Self {
        let zero = || AtomicU32::new(0);
        Self {
            region,
            client: super::browser::client(),
            port,
            linkers: zero(),
            linked: zero(),
            typists: zero(),
            leavers: zero(),
            search_form: OnceLock::new(),
        }
    }

    /// A browser without any cookie.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.client, self.port)
    }

    /// One flow by the next person whose turn it is.
    pub async fn go(&self, flow: Flow) -> Result<(), Trouble> {
        match flow {
            Flow::Page => self.page().await.map(drop),
            Flow::Password => self.password().await,
            Flow::Link => self.link().await,
            Flow::Esia => self.esia().await,
            Flow::Settings => {
                let mut browser = self.browser().with_session(session_token(0).expose());
                browser.get("/settings").await?.expect(200).map(drop)
            }
            Flow::Unlink => self.unlink(false).await,
            Flow::UnlinkAllPages => self.unlink(true).await,
        }
    }

    async fn page(&self) -> Result<Page, Trouble> {
        self.browser().get("/login").await?.expect(200)
    }

    async fn password(&self) -> Result<(), Trouble> {
        let person = self.typists.fetch_add(1, Ordering::Relaxed) % self.region.users;
        let mut browser = self.browser();
        let answer = self.type_password(&mut browser, person, PASSWORD).await?;
        answer.expect(303)?.leads_to("/settings")?;
        browser.get("/settings").await?.expect(200).map(drop)
    }

    /// Opens the sign-in page and sends the form.
    pub async fn type_password(
        &self,
        browser: &mut Browser,
        person: u32,
        password: &str,
    ) -> Result<Page, Trouble> {
        let organisation = self.region.organisation_of(person).to_string();
        let path = format!("/login?organisation={organisation}");
        let page = browser.get(&path).await?.expect(200)?;
        let login = format!("user-{person:07}");
        let fields = [
            ("csrf", page.csrf()?),
            ("organisation", &organisation),
            ("login", &login),
            ("password", password),
        ];
        browser.post(&path, &fields).await
    }

    async fn link(&self) -> Result<(), Trouble> {
        let person = self.linkers.fetch_add(1, Ordering::Relaxed);
        if person >= self.region.with_session {
            return Err("nobody is left to link".into());
        }
        let mut browser = self.browser().with_session(session_token(person).expose());
        browser.get("/settings").await?.expect(200)?;
        let before = browser.get("/settings/link").await?.expect(200)?;
        let go = before.between("href=\"/esia/go/", "\"")?.to_owned();
        let away = browser.get(&format!("/esia/go/{go}")).await?.expect(302)?;
        let back = browser.get(&callback(&away, person)?).await?.expect(303)?;
        let confirm = back.leads_to("/settings/link/confirm")?;
        let page = browser.get(&confirm).await?.expect(200)?;
        let fields = [("csrf", page.csrf()?), ("decision", "link")];
        let done = browser.post(&confirm, &fields).await?.expect(303)?;
        browser.get(&done.leads_to("/settings/link/done")?).await?.expect(200).map(drop)
    }

    async fn esia(&self) -> Result<(), Trouble> {
        let turn = self.linked.fetch_add(1, Ordering::Relaxed);
        let person = self.region.linked_from + turn % (self.region.users - self.region.linked_from);
        let mut browser = self.browser();
        browser.get("/login").await?.expect(200)?;
        let away = browser.get("/login/esia").await?.expect(302)?;
        let back = browser.get(&callback(&away, person)?).await?.expect(303)?;
        back.leads_to("/settings")?;
        browser.get("/settings").await?.expect(200).map(drop)
    }

    async fn unlink(&self, all_pages: bool) -> Result<(), Trouble> {
        let person = self.region.linked_from + self.leavers.fetch_add(1, Ordering::Relaxed);
        if person >= self.region.users {
            return Err("nobody is left to unlink".into());
        }
        let mut browser = self.browser().with_cookie("privyazka-operator", operator_token().expose());
        // The page that the operator has open all day; its form is good for the whole session.
        let csrf = self.search_form(&mut browser).await?;
        let login = format!("user-{person:07}");
        let answer =
            browser.post("/helpdesk/profiles", &[("csrf", &csrf), ("q", &login)]).await?.expect(303)?;
        let found = browser.get(&answer.leads_to("/helpdesk/profiles?found=")?).await?.expect(200)?;
        let id = found.between("href=\"/helpdesk/profiles/", "\"")?;
        let unlink = format!("/helpdesk/profiles/{id}/unlink");
        let link = self.region.link_of(id.parse().map_err(|_| "no number of a profile")?).await;
        let filled = [
            ("csrf", &*csrf),
            ("link", &*link),
            ("reason", "application"),
            ("basis", "звонок, паспорт проверен"),
        ];
        if all_pages {
            browser.get(&format!("/helpdesk/profiles/{id}")).await?.expect(200)?;
            browser.get(&unlink).await?.expect(200)?;
            browser.post(&unlink, &filled).await?.expect(200)?;
        }
        browser.post(&format!("{unlink}/confirm"), &filled).await?.expect(200).map(drop)
    }

    async fn search_form(&self, browser: &mut Browser) -> Result<String, Trouble> {
        if let Some(csrf) = self.search_form.get() {
            return Ok(csrf.clone());
        }
        let csrf = browser.get("/helpdesk/profiles").await?.expect(200)?.csrf()?.to_owned();
        Ok(self.search_form.get_or_init(|| csrf).clone())
    }
}

/// Where ESIA sends this person back to.
fn callback(away: &Page, person: u32) -> Result<String, Trouble> {
    let url = url::Url::parse(&away.location).map_err(|error| error.to_string())?;
    let state = url.query_pairs().find(|(name, _)| name == "state").ok_or("no state")?.1;
    Ok(format!("/esia/callback?code={}&state={state}", answerer::code(person)))
}
