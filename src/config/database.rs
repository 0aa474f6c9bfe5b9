//! Where the data lives.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;
use url::Url;

/// `[database]`.
#[derive(Clone, Deserialize)]
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

impl fmt::Debug for DatabaseSettings {
    /// The address may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseSettings")
            .field("url", &without_password(&self.url))
            .field("pool_size", &self.pool_size)
            .field("acquire_timeout", &self.acquire_timeout)
            .finish()
    }
}

fn without_password(url: &str) -> String {
    if url.starts_with("sqlite://") {
        return url.to_owned();
    }
    let Ok(mut parsed) = Url::parse(url) else { return "…".into() };
    if parsed.password().is_some() && parsed.set_password(Some("***")).is_err() {
        return "…".into();
    }
    if parsed.query_pairs().any(|(key, _)| key == "password") {
        parsed.set_query(None);
    }
    parsed.into()
}

fn default_pool_size() -> u32 {
    8
}

fn default_acquire_timeout() -> Duration {
    Duration::from_secs(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_password() {
        for (url, shown) in [
            ("sqlite:///var/lib/db", "sqlite:///var/lib/db"),
            (
                "postgres://app@db/journal?sslmode=verify-full",
                "postgres://app@db/journal?sslmode=verify-full",
            ),
            (
                "postgres://app:horse@db/journal?sslmode=require",
                "postgres://app:***@db/journal?sslmode=require",
            ),
            ("postgres://app@db/journal?password=horse", "postgres://app@db/journal"),
            ("postgres://app:horse@[db", "…"),
        ] {
            let text = format!("{:?}", DatabaseSettings::new(url));
            assert!(text.contains(&format!("\"{shown}\"")) && !text.contains("horse"), "{text}");
        }
    }
}
