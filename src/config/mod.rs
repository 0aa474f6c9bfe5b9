//! Typed settings, one file per concern.
//!
//! Built-in defaults < TOML file < environment (`PRIVYAZKA__SECTION__KEY`) < flags. An unknown key or a
//! value that does not fit stops the start with the key's name. New setting: a field with its default
//! and doc comment in the concern's file, and a line in `docs/settings.md`.

pub mod access;
pub mod audit;
pub mod database;
pub mod esia;
pub mod helpdesk;
pub mod linking;
pub mod mail;
pub mod region;
pub mod retention;
pub mod rollout;
pub mod safety;
pub mod secrets;
pub mod server;
pub mod sign_in;

use std::path::Path;

use serde::Deserialize;

/// All settings of the service.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Listeners and addresses.
    pub server: server::ServerSettings,
    /// Where the data lives.
    pub database: database::DatabaseSettings,
    /// The ESIA environment and our credentials in it.
    pub esia: esia::EsiaSettings,
    /// How letters leave.
    pub mail: mail::MailSettings,
    /// The master key.
    pub secrets: secrets::SecretsSettings,
    /// Session lengths and limits of guessing.
    #[serde(default)]
    pub sign_in: sign_in::SignInSettings,
    /// Which way in is open from when.
    #[serde(default)]
    pub rollout: rollout::RolloutSettings,
    /// Grades of a match and required levels.
    #[serde(default)]
    pub linking: linking::LinkingSettings,
    /// Staff of this service.
    #[serde(default)]
    pub access: access::AccessSettings,
    /// What the helpdesk promises and takes in.
    #[serde(default)]
    pub helpdesk: helpdesk::HelpdeskSettings,
    /// Name and contacts of the region.
    #[serde(default)]
    pub region: region::RegionSettings,
    /// Where the head of the audit's chain is noted.
    #[serde(default)]
    pub audit: audit::AuditSettings,
    /// How long what is kept.
    #[serde(default)]
    pub retention: retention::RetentionSettings,
}

/// Why the settings cannot be used. The text names the key.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A missing, unknown or ill-formed key.
    #[error("settings: {0}")]
    Invalid(String),
    /// Well-formed, but forbidden in real use.
    #[error("unsafe setting {key}: {reason}")]
    Unsafe {
        /// The key.
        key: &'static str,
        /// The rule and what to do.
        reason: String,
    },
}

impl Settings {
    /// Reads a TOML file and the environment over it.
    ///
    /// # Errors
    /// The file cannot be read, or a key is missing, unknown or ill-formed.
    pub fn load(file: &Path) -> Result<Self, ConfigError> {
        Self::build(
            config::Config::builder().add_source(config::File::from(file).format(config::FileFormat::Toml)),
        )
    }

    /// Reads TOML text and the environment over it.
    ///
    /// # Errors
    /// As [`Settings::load`].
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        Self::build(
            config::Config::builder().add_source(config::File::from_str(text, config::FileFormat::Toml)),
        )
    }

    /// Reads TOML text, a file over it if there is one, and the environment over both.
    ///
    /// # Errors
    /// As [`Settings::load`].
    pub fn from_toml_over(text: &str, file: Option<&Path>) -> Result<Self, ConfigError> {
        let mut builder =
            config::Config::builder().add_source(config::File::from_str(text, config::FileFormat::Toml));
        if let Some(file) = file {
            builder = builder.add_source(config::File::from(file).format(config::FileFormat::Toml));
        }
        Self::build(builder)
    }

    fn build(builder: config::ConfigBuilder<config::builder::DefaultState>) -> Result<Self, ConfigError> {
        builder
            .add_source(
                config::Environment::with_prefix("PRIVYAZKA")
                    .prefix_separator("__")
                    .separator("__")
                    .try_parsing(true)
                    .list_separator(",")
                    .with_list_parse_key("server.trusted_proxies")
                    .with_list_parse_key("esia.trusted_certificate_files")
                    .with_list_parse_key("esia.scopes")
                    .with_list_parse_key("esia.scope_org")
                    .with_list_parse_key("esia.signer_command")
                    .with_list_parse_key("audit.anchor_letters_to"),
            )
            .build()
            .and_then(config::Config::try_deserialize)
            .map_err(|error| ConfigError::Invalid(error.to_string()))
    }
}
