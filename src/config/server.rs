//! Listeners, the external address, proxies and logs.

use std::net::{IpAddr, SocketAddr};

use serde::Deserialize;
use url::Url;

/// `[server]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerSettings {
    /// Address of the public listener.
    pub listen: SocketAddr,
    /// Address of the admin listener (`/healthz`, `/readyz`, `/metrics`).
    #[serde(default = "default_admin_listen")]
    pub admin_listen: SocketAddr,
    /// External address: scheme, host and port that browsers see. All absolute addresses come from it.
    pub public_url: Url,
    /// Proxies whose `X-Forwarded-For` is believed.
    #[serde(default)]
    pub trusted_proxies: Vec<IpAddr>,
    /// Worker threads; 0 means one per core.
    #[serde(default)]
    pub workers: usize,
    /// Form of the log lines.
    #[serde(default)]
    pub log_format: LogFormat,
}

/// Form of the log lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For collectors.
    Json,
}

impl ServerSettings {
    /// Whether the browser sees plain HTTP on this very machine: then cookies go without the `__Host-`
    /// prefix and `Secure`, which not every browser keeps there (`docs/security.md`, T32).
    pub fn is_plain_loopback(&self) -> bool {
        self.public_url.scheme() == "http"
    }

    /// The absolute address of a path of ours, for letters and for ESIA.
    pub fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.public_url.as_str().trim_end_matches('/'))
    }
}

fn default_admin_listen() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 9090))
}
