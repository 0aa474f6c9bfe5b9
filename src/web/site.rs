//! What every page needs to know of the deployment.

use std::net::IpAddr;
use std::sync::Arc;

use super::cookies::Cookies;
use super::page::Contacts;
use crate::config::Settings;
use crate::directory::catalog::DirectoryCatalog;
use crate::platform::clock::Clock;
use crate::platform::secret::{Keys, MacKey, Sealer};
use crate::rollout::local_date;
use crate::sign_in::form_token::FormTokens;

/// The deployment, as pages see it. Built once.
#[derive(Debug)]
pub struct Site {
    /// The clock.
    pub clock: Clock,
    /// Cookies as this deployment needs them.
    pub cookies: Cookies,
    /// Tokens of forms.
    pub form_tokens: FormTokens,
    /// Whom to ask.
    pub contacts: Contacts,
    /// Names of organisations, for headers and selects.
    pub catalog: Arc<DirectoryCatalog>,
    /// Whether this is the demo.
    pub demo: bool,
    public_origin: String,
    trusted_proxies: Vec<IpAddr>,
    keys: Arc<Keys>,
    offset_minutes: i32,
}

impl Site {
    /// Reads what pages need from the settings.
    pub fn new(
        settings: &Settings,
        clock: Clock,
        keys: Arc<Keys>,
        catalog: Arc<DirectoryCatalog>,
        demo: bool,
    ) -> Self {
        Self {
            clock,
            cookies: Cookies::new(settings.server.is_plain_loopback()),
            form_tokens: FormTokens::new(Arc::clone(&keys)),
            contacts: Contacts {
                region: settings.region.name.clone(),
                phone: settings.region.support_phone.clone(),
                hours: settings.region.support_hours.clone(),
            },
            catalog,
            demo,
            public_origin: settings.server.public_url.origin().ascii_serialization(),
            trusted_proxies: settings.server.trusted_proxies.clone(),
            keys,
            offset_minutes: settings.region.utc_offset_minutes,
        }
    }

    /// Scheme, host and port that browsers see; what a form's `Origin` must be.
    pub fn public_origin(&self) -> &str {
        &self.public_origin
    }

    /// Whether browsers come over https.
    pub fn is_https(&self) -> bool {
        self.public_origin.starts_with("https://")
    }

    /// Whether forwarding headers of this peer are believed.
    pub fn trusts_proxy(&self, peer: IpAddr) -> bool {
        self.trusted_proxies.contains(&peer)
    }

    /// The date by the region's clock.
    pub fn today(&self) -> chrono::NaiveDate {
        local_date(self.clock.now(), self.offset_minutes)
    }

    /// Offset of the region's time from UTC in minutes.
    pub fn offset_minutes(&self) -> i32 {
        self.offset_minutes
    }

    /// Encrypts what a page carries for us.
    pub fn sealer(&self) -> &Sealer {
        &self.keys.sealer
    }

    /// Signs what the browser keeps for us.
    pub fn cookie_key(&self) -> &MacKey {
        &self.keys.cookies
    }
}
