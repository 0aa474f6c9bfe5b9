//! Where the data lives.

use std::time::Duration;

use serde::Deserialize;

/// `[database]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSettings {
    /// `sqlite:///path/file.db` or `postgres://user@host/db` (libpq's URL syntax).
    pub url: String,
    /// Connections to PostgreSQL, or readers of SQLite (it has one writer).
    #[serde(default = "default_pool_size")]
    pub pool_size: u32,
    /// How long a request waits for a connection before it is answered with 503.
    #[serde(default = "default_acquire_timeout", with = "humantime_serde")]
    pub acquire_timeout: Duration,
}

impl DatabaseSettings {
    /// Settings for `url` with the defaults.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), pool_size: default_pool_size(), acquire_timeout: default_acquire_timeout() }
    }
}

fn default_pool_size() -> u32 {
    8
}

fn default_acquire_timeout() -> Duration {
    Duration::from_secs(3)
}
