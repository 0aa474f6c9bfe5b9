//! Addresses of one ESIA environment.

use url::Url;

use super::setup_error::EsiaSetupError;
use crate::config::esia::{EsiaApi, EsiaSettings};
use crate::identity::Subject;

/// Where each call goes. Everything lies below the configured addresses; no answer adds to them.
#[derive(Clone, Debug)]
pub(super) struct Endpoints {
    browser: Url,
    server: Url,
    api: EsiaApi,
}

impl Endpoints {
    pub(super) fn new(settings: &EsiaSettings) -> Result<Self, EsiaSetupError> {
        let browser = settings.browser_url.as_ref().unwrap_or(&settings.base_url);
        for (key, url) in [("esia.base_url", &settings.base_url), ("esia.browser_url", browser)] {
            if !matches!(url.scheme(), "http" | "https") || !url.has_host() || url.query().is_some() {
                return Err(EsiaSetupError::Setting(format!("{key}: a plain http(s) address is needed")));
            }
        }
        Ok(Self { browser: browser.clone(), server: settings.base_url.clone(), api: settings.api })
    }

    /// Where the browser is sent to sign in.
    pub(super) fn authorize(&self) -> Url {
        match self.api {
            EsiaApi::V1 => below(&self.browser, "aas/oauth2/ac"),
            EsiaApi::V3 => below(&self.browser, "aas/oauth2/v2/ac"),
        }
    }

    /// Where a code is exchanged.
    pub(super) fn token(&self) -> Url {
        match self.api {
            EsiaApi::V1 => below(&self.server, "aas/oauth2/te"),
            EsiaApi::V3 => below(&self.server, "aas/oauth2/v3/te"),
        }
    }

    /// All people, which nobody may list: an address that answers with a refusal.
    pub(super) fn people(&self) -> Url {
        below(&self.server, "rs/prns")
    }

    /// The person's data.
    pub(super) fn person(&self, subject: Subject) -> Url {
        below(&self.server, &format!("rs/prns/{}", subject.number()))
    }

    /// Where the browser is sent to end ESIA's session.
    pub(super) fn logout(&self) -> Url {
        below(&self.browser, "idp/ext/Logout")
    }
}

fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
    url.set_fragment(None);
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_follow_the_base_address_with_or_without_a_trailing_slash() {
        for (base, expected) in [
            ("https://esia.example", "https://esia.example/rs/prns"),
            ("https://esia.example:8443/", "https://esia.example:8443/rs/prns"),
            ("http://127.0.0.1:1/stand/", "http://127.0.0.1:1/stand/rs/prns"),
        ] {
            assert_eq!(below(&Url::parse(base).unwrap(), "rs/prns").as_str(), expected);
        }
    }
}
