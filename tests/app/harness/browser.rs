//! A browser without a screen: cookies with their life, the headers a browser sends, no redirect
//! followed unless told.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Mutex;

use chrono::Duration;
use http::Method;
use http::header::{COOKIE, HOST, ORIGIN, SET_COOKIE};
use privyazka::platform::clock::{Clock, Timestamp};
use url::Url;

use super::page::{FormOfPage, Page};

/// A cookie as the browser keeps it.
#[derive(Clone, Debug)]
pub struct Kept {
    pub value: String,
    ends: Option<Timestamp>,
}

/// Where names lead: origins as browsers see them, to the sockets behind.
pub type Places = Vec<(String, SocketAddr)>;

/// One browser of one person. Shared references may send at the same time.
pub struct Browser {
    client: reqwest::Client,
    places: Places,
    clock: Clock,
    /// By host and name: ports share cookies.
    jar: Mutex<HashMap<(String, String), Kept>>,
    /// Every `Set-Cookie` so far, with the host it came from.
    told: Mutex<Vec<(String, String)>>,
    /// What the person sees, for `Sec-Fetch-Site` and `Origin`.
    open: Mutex<Option<Url>>,
    user_agent: String,
}

/// A request to be sent, with what a browser says of its cause.
#[derive(Clone, Debug)]
pub struct Ask {
    pub method: Method,
    pub url: Url,
    pub body: Option<String>,
    /// The body, where it is no text.
    pub bytes: Option<Vec<u8>>,
    /// Headers beside those of the browser; one of the same name replaces its own, an empty one removes it.
    pub headers: Vec<(&'static str, String)>,
    /// Origin of the page that caused it; none for a typed address.
    pub from: Option<String>,
}

impl Ask {
    /// Somebody types the address.
    pub fn get(url: Url) -> Self {
        Self { method: Method::GET, url, body: None, bytes: None, headers: Vec::new(), from: None }
    }

    /// With this header as well.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

#[allow(clippy::disallowed_methods, reason = "a person's browser: redirects and cookies are seen raw")]
fn client() -> reqwest::Client {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        // A connection kept open would hold up the end of the service.
        .pool_max_idle_per_host(0)
        .timeout(std::time::Duration::from_secs(30))
        .build()
        .expect("a client can be built")
}

impl Browser {
    pub fn new(places: Places, clock: Clock, user_agent: &str) -> Self {
        Self {
            client: client(),
            places,
            clock,
            jar: Mutex::default(),
            told: Mutex::default(),
            open: Mutex::default(),
            user_agent: user_agent.to_owned(),
        }
    }

    /// Sends, keeps the cookies, and gives the answer; what is on the screen stays.
    pub async fn send(&self, ask: Ask) -> Page {
        let origin = ask.url.origin().ascii_serialization();
        let (_, socket) = self
            .places
            .iter()
            .find(|(known, _)| *known == origin)
            .unwrap_or_else(|| panic!("nobody lives at {}", ask.url));
        let mut url = ask.url.clone();
        url.set_scheme("http").expect("http");
        url.set_host(Some(&socket.ip().to_string())).expect("a host");
        url.set_port(Some(socket.port())).expect("a port");
        url.set_fragment(None);
        let site = site_of(ask.from.as_deref(), &ask.url);
        let mut headers: Vec<(&str, String)> = vec![
            (HOST.as_str(), host_and_port(&ask.url)),
            ("user-agent", self.user_agent.clone()),
            ("sec-fetch-site", site.to_owned()),
            ("sec-fetch-mode", "navigate".into()),
        ];
        if ask.method == Method::POST {
            headers.push((ORIGIN.as_str(), ask.from.clone().unwrap_or_else(|| "null".into())));
            headers.push(("content-type", "application/x-www-form-urlencoded".into()));
        }
        // Lax: a post from another site comes without cookies.
        let lax_keeps_away = ask.method == Method::POST && site == "cross-site";
        let cookies = self.cookies_for(&ask.url);
        if !cookies.is_empty() && !lax_keeps_away {
            headers.push((COOKIE.as_str(), cookies));
        }
        for (name, value) in ask.headers {
            headers.retain(|(known, _)| *known != name);
            if !value.is_empty() {
                headers.push((name, value));
            }
        }
        let mut request = self.client.request(ask.method, url);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        if let Some(body) = ask.body.map(String::into_bytes).or(ask.bytes) {
            request = request.body(body);
        }
        let answer = request.send().await.expect("an answer");
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let html = String::from_utf8(answer.bytes().await.expect("a whole answer").to_vec());
        for cookie in headers.get_all(SET_COOKIE) {
            self.keep(&ask.url, cookie.to_str().expect("ASCII"));
        }
        Page { address: ask.url, status, headers, html: html.unwrap_or_default() }
    }

    /// Sends, and shows what came.
    pub async fn show(&self, ask: Ask) -> Page {
        let page = self.send(ask).await;
        if page.location().is_none() {
            *self.open.lock().expect("no panic") = Some(page.address.clone());
        }
        page
    }

    /// Sends the form as a click on its button does.
    pub fn post(&self, page: &Page, form: &FormOfPage) -> Ask {
        let url = page.address.join(&form.action).expect("an address");
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&form.fields).finish();
        Ask { method: Method::POST, body: Some(body), from: Some(origin_of(&page.address)), ..Ask::get(url) }
    }

    /// Goes where a redirect leads, one step, as the page that caused the first step.
    pub async fn follow(&self, page: &Page) -> Page {
        let url = page.location().unwrap_or_else(|| panic!("no redirect: {page:?}"));
        // The browser names the site that began the chain; another site in between makes it foreign.
        let from = Some(origin_of(&page.address));
        self.show(Ask { from, ..Ask::get(url) }).await
    }

    /// A cookie by the end of its name, which is the same with a prefix and without.
    pub fn cookie(&self, host: &str, name: &str) -> Option<String> {
        let jar = self.jar.lock().expect("no panic");
        jar.get(&(host.to_owned(), name.to_owned())).map(|kept| kept.value.clone())
    }

    /// Every `Set-Cookie` line that came from one of these hosts.
    pub fn set_cookies(&self, host: &str, or: &str) -> Vec<String> {
        let told = self.told.lock().expect("no panic");
        let ours = told.iter().filter(|(known, _)| known == host || known == or);
        ours.map(|(_, line)| line.clone()).collect()
    }

    /// Takes over the cookies of another browser.
    pub fn take_cookies_of(&self, other: &Self) {
        let cookies = other.jar.lock().expect("no panic").clone();
        self.jar.lock().expect("no panic").extend(cookies);
    }

    /// Names of the cookies for a host.
    pub fn cookie_names(&self, host: &str) -> Vec<String> {
        let jar = self.jar.lock().expect("no panic");
        jar.keys().filter(|(known, _)| known == host).map(|(_, name)| name.clone()).collect()
    }

    /// Plants a cookie, as somebody at the machine, or a neighbouring host, might.
    pub fn plant(&self, host: &str, name: &str, value: &str) {
        let kept = Kept { value: value.to_owned(), ends: None };
        self.jar.lock().expect("no panic").insert((host.to_owned(), name.to_owned()), kept);
    }

    /// Forgets a cookie.
    pub fn forget(&self, host: &str, name: &str) {
        self.jar.lock().expect("no panic").remove(&(host.to_owned(), name.to_owned()));
    }

    fn cookies_for(&self, url: &Url) -> String {
        let now = self.clock.now();
        let host = url.host_str().unwrap_or_default();
        let jar = self.jar.lock().expect("no panic");
        let live = jar
            .iter()
            .filter(|((known, _), kept)| known == host && kept.ends.is_none_or(|ends| now < ends))
            .map(|((_, name), kept)| format!("{name}={}", kept.value));
        live.collect::<Vec<_>>().join("; ")
    }

    fn keep(&self, url: &Url, line: &str) {
        let host = url.host_str().unwrap_or_default().to_owned();
        self.told.lock().expect("no panic").push((host, line.to_owned()));
        let mut parts = line.split(';').map(str::trim);
        let (name, value) = parts.next().and_then(|pair| pair.split_once('=')).expect("a cookie");
        let life = parts.find_map(|part| part.strip_prefix("Max-Age=")).map(|s| s.parse().expect("seconds"));
        let key = (url.host_str().unwrap_or_default().to_owned(), name.to_owned());
        let ends = life.map(|seconds| self.clock.now() + Duration::seconds(seconds));
        let mut jar = self.jar.lock().expect("no panic");
        if life == Some(0) {
            jar.remove(&key);
        } else {
            jar.insert(key, Kept { value: value.to_owned(), ends });
        }
    }

    /// Origin of what is on the screen.
    pub fn screen(&self) -> Option<String> {
        self.open.lock().expect("no panic").as_ref().map(origin_of)
    }
}

fn origin_of(url: &Url) -> String {
    url.origin().ascii_serialization()
}

fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// What a browser says of the relation of both; our hosts have no parent domain in common.
fn site_of(from: Option<&str>, to: &Url) -> &'static str {
    let Some(from) = from else { return "none" };
    if from == origin_of(to) {
        return "same-origin";
    }
    let from = Url::parse(from).ok();
    let same_host = from.is_some_and(|from| from.host_str() == to.host_str() && from.scheme() == to.scheme());
    if same_host { "same-site" } else { "cross-site" }
}
