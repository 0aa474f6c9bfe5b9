//! A browser as far as the flows need one: cookies, forms, no redirects of its own.

use reqwest::header::{COOKIE, LOCATION, ORIGIN, SET_COOKIE, USER_AGENT};

/// What one request came to.
pub struct Page {
    /// Status.
    pub status: u16,
    /// `Location`, if any.
    pub location: String,
    /// `Retry-After`, if any.
    pub retry_after: Option<String>,
    /// The body.
    pub body: String,
}

/// One person's browser.
pub struct Browser {
    client: reqwest::Client,
    base: String,
    origin: String,
    cookies: Vec<(String, String)>,
}

/// Why a flow did not get to its end.
pub type Trouble = String;

/// The connections that all browsers of the load share.
#[allow(clippy::disallowed_methods, reason = "the load is no part of the service")]
pub fn client() -> reqwest::Client {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .pool_max_idle_per_host(1024)
        .timeout(std::time::Duration::from_secs(120))
        .build()
        .expect("a client can be built")
}

impl Browser {
    /// A browser without any cookie.
    pub fn new(client: &reqwest::Client, port: u16) -> Self {
        Self {
            client: client.clone(),
            base: format!("http://127.0.0.1:{port}"),
            origin: format!("http://localhost:{port}"),
            cookies: Vec::new(),
        }
    }

    /// The same with a person's session.
    pub fn with_session(self, token: &str) -> Self {
        self.with_cookie("session", token)
    }

    /// The same with a cookie.
    pub fn with_cookie(mut self, name: &str, value: &str) -> Self {
        self.cookies.push((name.to_owned(), value.to_owned()));
        self
    }

    /// GET; the path as it stands in a link of ours.
    pub async fn get(&mut self, path: &str) -> Result<Page, Trouble> {
        let request = self.client.get(format!("{}{path}", self.base));
        self.send(request).await
    }

    /// POST of a form.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Page, Trouble> {
        let request = self.client.post(format!("{}{path}", self.base)).form(fields);
        self.send(request.header(ORIGIN, &self.origin)).await
    }

    async fn send(&mut self, request: reqwest::RequestBuilder) -> Result<Page, Trouble> {
        let mut request = request
            .header("sec-fetch-site", "same-origin")
            .header(USER_AGENT, "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        if !self.cookies.is_empty() {
            let all: Vec<String> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(COOKIE, all.join("; "));
        }
        let response = request.send().await.map_err(|error| format!("{error:?}"))?;
        let text = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        let (status, location) = (response.status().as_u16(), text(LOCATION).unwrap_or_default().to_owned());
        let retry_after = text(reqwest::header::RETRY_AFTER).map(str::to_owned);
        for set in response.headers().get_all(SET_COOKIE) {
            let pair = set.to_str().ok().and_then(|set| set.split(';').next()?.split_once('='));
            if let Some((name, value)) = pair {
                self.cookies.retain(|(known, _)| known != name);
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        let body = response.text().await.map_err(|error| format!("{error:?}"))?;
        Ok(Page { status, location, retry_after, body })
    }
}

impl Page {
    /// This page, if it has the status.
    pub fn expect(self, status: u16) -> Result<Self, Trouble> {
        if self.status == status {
            Ok(self)
        } else {
            Err(format!("status {} instead of {status}, location {:?}", self.status, self.location))
        }
    }

    /// The path it leads to, which begins so.
    pub fn leads_to(self, start: &str) -> Result<String, Trouble> {
        let path = self.location.strip_prefix("http://localhost").unwrap_or(&self.location);
        if path.starts_with(start) { Ok(path.to_owned()) } else { Err(format!("leads to {path:?}")) }
    }

    /// The form's token.
    pub fn csrf(&self) -> Result<&str, Trouble> {
        self.between("name=\"csrf\" value=\"", "\"")
    }

    /// The text between two marks.
    pub fn between(&self, from: &str, to: &str) -> Result<&str, Trouble> {
        let rest = self.body.split_once(from).map(|(_, rest)| rest);
        rest.and_then(|rest| rest.split_once(to))
            .map(|(found, _)| found)
            .ok_or_else(|| format!("no {from:?} on the page"))
    }
}
