//! Where the data lives.

use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;
use url::Url;

use super::ConfigError;

/// `[database]`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSettings {
    /// `sqlite:///path/file.db` or `postgres://user@host/db` (libpq's URL syntax).
    #[serde(default)]
    pub url: Option<String>,
    /// The same, read from a file, which keeps a password out of the settings.
    #[serde(default)]
    pub url_file: Option<PathBuf>,
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
        Self {
            url: Some(url.into()),
            url_file: None,
            pool_size: default_pool_size(),
            acquire_timeout: default_acquire_timeout(),
        }
    }

    /// The address, from wherever it is kept. Reads the file if there is one; blocks.
    ///
    /// # Errors
    /// Neither is set or both are, or the file cannot be read.
    pub fn address(&self) -> Result<Cow<'_, str>, ConfigError> {
        match (&self.url, &self.url_file) {
            (Some(url), None) => Ok(Cow::Borrowed(url)),
            (None, Some(file)) => match std::fs::read_to_string(file) {
                Ok(url) => Ok(Cow::Owned(url.trim().to_owned())),
                Err(error) => {
                    Err(ConfigError::Invalid(format!("database.url_file {}: {error}", file.display())))
                }
            },
            _ => Err(ConfigError::Invalid("set one of database.url and database.url_file".into())),
        }
    }
}

impl fmt::Debug for DatabaseSettings {
    /// The address may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseSettings")
            .field("url", &self.url.as_deref().map(without_password))
            .field("url_file", &self.url_file)
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
            assert!(text.contains(&format!("Some(\"{shown}\")")) && !text.contains("horse"), "{text}");
        }
    }

    #[test]
    fn the_address_comes_from_one_place() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("url");
        std::fs::write(&file, "postgres://app:horse@127.0.0.1/journal\n").unwrap();
        let set = |url: Option<&str>, url_file| DatabaseSettings {
            url: url.map(str::to_owned),
            url_file,
            ..DatabaseSettings::new("")
        };
        let by_file = set(None, Some(file.clone()));
        assert_eq!(by_file.address().unwrap(), "postgres://app:horse@127.0.0.1/journal");
        assert!(!format!("{by_file:?}").contains("horse"));
        assert_eq!(set(Some("sqlite://db"), None).address().unwrap(), "sqlite://db");
        for wrong in [set(None, None), set(Some("sqlite://db"), Some(file)), set(None, Some("/none".into()))]
        {
            assert!(matches!(wrong.address(), Err(ConfigError::Invalid(_))), "{wrong:?}");
        }
    }
}
