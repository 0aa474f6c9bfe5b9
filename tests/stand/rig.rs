//! A stand on a free port, a relying party that signs, a browser with one cookie.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration};
use privyazka::gost::ParameterSet;
use privyazka::platform::clock::Clock;
use privyazka::platform::random;
use privyazka::stand::credentials::ensure_client;
use privyazka::stand::{self, RegisteredClient, SESSION_COOKIE, StandHandle, StandSettings, TokenAlgorithm};
use serde_json::Value;

use crate::signer::{Form, GostSigner, Signer, credentials_dir};

pub const CLIENT: &str = "TEST_JOURNAL";
/// A client with a GOST key, tokens signed by GOST.
pub const GOST_CLIENT: &str = "GOST_JOURNAL";
pub const CALLBACK: &str = "http://journal.example:8080/esia/callback";
pub const SCOPE: &str = "openid fullname birthdate snils email";
pub const MARK: &str = "Учебный стенд. Это не Госуслуги. Не вводите настоящие данные.";

pub struct Rig {
    pub stand: StandHandle,
    pub clock: Clock,
    pub http: reqwest::Client,
    pub signer: Signer,
    pub gost: GostSigner,
    callback: String,
}

impl Rig {
    pub async fn start() -> Self {
        Self::start_for("http://journal.example:8080").await
    }

    /// For a relying party that lives there.
    pub async fn start_for(origin: &str) -> Self {
        Self::start_with(origin, |settings| settings.accepting_rsa()).await
    }

    /// With other settings.
    pub async fn start_with(origin: &str, change: impl FnOnce(StandSettings) -> StandSettings) -> Self {
        let clock = Clock::manual(DateTime::from_timestamp(1_790_000_000, 0).unwrap());
        let signer = Signer::of(CLIENT);
        let other = ensure_client(&credentials_dir(), "OTHER").unwrap();
        let client = |id: &str, certificate| {
            RegisteredClient::new(id, "Сетевой город", certificate, vec![origin.to_owned()])
        };
        let gost = GostSigner::of(GOST_CLIENT, ParameterSet::Tc26A);
        let by_gost = RegisteredClient {
            token_algorithm: TokenAlgorithm::Gost,
            ..client(GOST_CLIENT, gost.certificate_file.clone())
        };
        let clients =
            vec![client(CLIENT, signer.certificate_file()), client("OTHER", other.certificate_file), by_gost];
        let settings = StandSettings::new("127.0.0.1:0".parse().unwrap(), credentials_dir(), clients);
        let settings = change(settings);
        let stand = stand::start(StandSettings { clock: clock.clone(), ..settings }).await.unwrap();
        let callback = format!("{origin}/esia/callback");
        Self { stand, clock, http: http_client(), signer, gost, callback }
    }

    pub fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.stand.address())
    }

    pub fn browser(&self) -> Browser<'_> {
        Browser { rig: self, cookie: None }
    }

    /// A right authorize request, to be spoiled by the test.
    pub fn ask(&self) -> Ask<'_> {
        let mut ask = Ask { rig: self, pairs: Vec::new(), signer: &self.signer, gost: None };
        for (name, value) in [
            ("client_id", CLIENT),
            ("redirect_uri", self.callback.as_str()),
            ("scope", SCOPE),
            ("response_type", "code"),
            ("access_type", "online"),
            ("state", &random::uuid().to_string()),
            ("timestamp", &self.timestamp(Duration::zero())),
        ] {
            ask = ask.with(name, value);
        }
        ask
    }

    /// The same at the current addresses, signed by GOST.
    pub fn ask_current(&self) -> Ask<'_> {
        let ask = self.ask().with("client_id", GOST_CLIENT);
        let ask = ask.with("client_certificate_hash", &self.gost.certificate_hash);
        Ask { gost: Some(&self.gost), ..ask }
    }

    /// A right token request for a code at the current address.
    pub fn redeem_current(&self, code: &str) -> Ask<'_> {
        let ask = self.ask_current().without("response_type").without("access_type");
        ask.with("grant_type", "authorization_code").with("token_type", "Bearer").with("code", code)
    }

    /// A right token request for a code.
    pub fn redeem(&self, code: &str) -> Ask<'_> {
        self.ask()
            .without("response_type")
            .without("access_type")
            .with("grant_type", "authorization_code")
            .with("token_type", "Bearer")
            .with("code", code)
    }

    pub fn timestamp(&self, shift: Duration) -> String {
        (self.clock.now() + shift).format("%Y.%m.%d %H:%M:%S +0000").to_string()
    }

    /// Signs in, agrees, and gives the code.
    pub async fn code_for(&self, login: &str, scope: &str) -> String {
        let mut browser = self.browser();
        let page = browser.get(&self.ask().with("scope", scope).address()).await;
        let page = browser.sign_in(&page, login).await;
        let asked = page.address.contains("/consent");
        let back = if asked { browser.consent(&page, "allow").await } else { page };
        back.parameter("code").expect("a code")
    }

    /// The token answer for a new code.
    pub async fn tokens_for(&self, login: &str, scope: &str) -> Value {
        let code = self.code_for(login, scope).await;
        let (status, answer) = self.redeem(&code).with("scope", scope).post().await;
        assert_eq!(status, 200, "{answer}");
        answer
    }

    /// A REST call.
    pub async fn rest(&self, path: &str, token: Option<&str>) -> (u16, Value) {
        let mut request = self.http.get(self.at(path));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        (status, serde_json::from_str(&response.text().await.unwrap()).unwrap())
    }
}

#[allow(clippy::disallowed_methods, reason = "the test's own client, to see redirects and cookies raw")]
pub fn http_client() -> reqwest::Client {
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap()
}

/// A request of a relying party.
pub struct Ask<'a> {
    rig: &'a Rig,
    pairs: Vec<(String, String)>,
    signer: &'a Signer,
    gost: Option<&'a GostSigner>,
}

impl<'a> Ask<'a> {
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.pairs.retain(|(known, _)| known != name);
        self.and(name, value)
    }

    /// Beside what is there.
    pub fn and(mut self, name: &str, value: &str) -> Self {
        self.pairs.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.pairs.retain(|(known, _)| known != name);
        self
    }

    pub fn get(&self, name: &str) -> String {
        self.pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default()
    }

    pub fn message(&self) -> String {
        let current = ["client_id", "scope", "scope_org", "timestamp", "state", "redirect_uri", "code"];
        match self.gost {
            None => ["scope", "timestamp", "client_id", "state"].map(|name| self.get(name)).concat(),
            Some(_) => current.map(|name| self.get(name)).concat(),
        }
    }

    /// Signs these bytes instead of the right ones.
    pub fn signing(self, message: &str) -> Self {
        let secret = URL_SAFE_NO_PAD.encode(self.rig.gost.key.sign(message.as_bytes()));
        self.with("client_secret", &secret)
    }

    pub fn encoded(mut self) -> String {
        if !self.pairs.iter().any(|(name, _)| name == "client_secret") {
            let message = self.message();
            let secret = match self.gost {
                None => self.signer.sign(&message, &Form::default()),
                Some(gost) => gost.key.sign(message.as_bytes()).to_vec(),
            };
            self = self.and("client_secret", &URL_SAFE_NO_PAD.encode(secret));
        }
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(self.pairs).finish()
    }

    pub fn address(self) -> String {
        let rig = self.rig;
        let path = if self.gost.is_some() { "/aas/oauth2/v2/ac" } else { "/aas/oauth2/ac" };
        rig.at(&format!("{path}?{}", self.encoded()))
    }

    pub async fn post(self) -> (u16, Value) {
        let path = if self.gost.is_some() { "/aas/oauth2/v3/te" } else { "/aas/oauth2/te" };
        let request = self.rig.http.post(self.rig.at(path));
        let form = "application/x-www-form-urlencoded";
        let response = request.header("content-type", form).body(self.encoded()).send().await.unwrap();
        assert_eq!(response.headers()["content-type"], "application/json;charset=UTF-8");
        (response.status().as_u16(), serde_json::from_str(&response.text().await.unwrap()).unwrap())
    }
}

/// One browser: remembers the stand's cookie, follows redirects inside the stand.
pub struct Browser<'a> {
    rig: &'a Rig,
    pub cookie: Option<String>,
}

/// What a browser ends up with: a page, or the way to another site.
pub struct Page {
    pub status: u16,
    pub address: String,
    pub body: String,
}

impl Browser<'_> {
    pub async fn get(&mut self, address: &str) -> Page {
        self.go(self.rig.http.get(address), address.to_owned()).await
    }

    /// Fills the page's form and sends it.
    pub async fn submit(&mut self, page: &Page, action: &str, fields: &[(&str, &str)]) -> Page {
        let mut pairs = vec![("csrf", page.hidden("csrf")), ("request", page.hidden("request"))];
        pairs.retain(|(name, _)| !fields.iter().any(|(given, _)| given == name));
        pairs.extend(fields.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let address = self.rig.at(action);
        self.go(self.rig.http.post(&address).form(&pairs), address).await
    }

    pub async fn sign_in(&mut self, page: &Page, login: &str) -> Page {
        self.submit(page, "/login", &[("login", login), ("password", "stand-2026")]).await
    }

    pub async fn consent(&mut self, page: &Page, decision: &str) -> Page {
        assert!(page.address.contains("/consent"), "{}", page.address);
        self.submit(page, "/consent", &[("decision", decision)]).await
    }

    async fn go(&mut self, request: reqwest::RequestBuilder, address: String) -> Page {
        let own = self.rig.at("");
        let (mut request, mut address) = (request, address);
        for _ in 0..5 {
            if let Some(cookie) = &self.cookie {
                request = request.header("cookie", format!("{SESSION_COOKIE}={cookie}"));
            }
            let response = request.send().await.unwrap();
            if let Some(set) = response.headers().get("set-cookie").map(|value| value.to_str().unwrap()) {
                assert!(
                    set.contains("HttpOnly") && set.contains("SameSite=Lax") && set.contains("Path=/"),
                    "{set}"
                );
                let value = set.split(';').next().and_then(|pair| pair.split_once('=')).unwrap().1;
                self.cookie = Some(value.to_owned());
            }
            let status = response.status().as_u16();
            let Some(next) =
                response.headers().get("location").map(|value| value.to_str().unwrap().to_owned())
            else {
                return Page { status, address, body: response.text().await.unwrap() };
            };
            assert!(matches!(status, 302 | 303), "{status}");
            if !next.starts_with('/') {
                return Page { status, address: next, body: String::new() };
            }
            address = format!("{own}{next}");
            request = self.rig.http.get(&address);
        }
        panic!("the stand redirects in circles");
    }
}

impl Page {
    /// A parameter of the address.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let url = url::Url::parse(&self.address).unwrap();
        url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    }

    /// The first hidden field of that name; empty when there is none.
    pub fn hidden(&self, name: &str) -> String {
        let start = format!("type=\"hidden\" name=\"{name}\" value=\"");
        let value = self.body.split_once(&start).and_then(|(_, rest)| rest.split_once('"'));
        value.map(|(value, _)| value.to_owned()).unwrap_or_default()
    }

    /// `ESIA-…` of an error that went back to the relying party.
    pub fn error(&self) -> (String, String) {
        (self.parameter("error").unwrap_or_default(), self.parameter("error_description").unwrap_or_default())
    }
}

/// Header or claims of a token.
pub fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}
