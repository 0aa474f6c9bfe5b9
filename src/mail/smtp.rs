//! SMTP submission, one letter a transaction.
//!
//! The connections are kept here and not in lettre's pool: a connection whose letter ran out of time is
//! in the middle of a sentence, and reusing it would take the late answer to one letter for the answer
//! to the next. Here it belongs to the sending future and is dropped with it. Speaking the steps one by
//! one also tells a refused recipient, which is final, from a refused sender or login, which is our
//! own fault and may be mended.

use std::fmt;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Noop, Rcpt, Rset};
use lettre::transport::smtp::extension::ClientId;
use percent_encoding::percent_decode_str;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use url::Url;

use super::transport::{OutgoingLetter, SendError};
use crate::config::ConfigError;

/// A mail server that takes our letters.
pub struct Smtp {
    host: String,
    port: u16,
    security: Security,
    credentials: Option<Credentials>,
    hello: ClientId,
    idle: Mutex<Vec<AsyncSmtpConnection>>,
}

enum Security {
    /// No encryption: loopback only.
    Plain,
    /// STARTTLS or nothing.
    StartTls(TlsParameters),
    /// TLS from the first byte.
    Tls(TlsParameters),
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Smtp({}:{})", self.host, self.port)
    }
}

/// How far a letter got.
#[derive(Clone, Copy)]
enum Stage {
    Connect,
    Login,
    Sender,
    Recipient,
    Content,
}

/// How long a farewell may take.
const QUIT_TIMEOUT: Duration = Duration::from_secs(2);

impl Smtp {
    /// Reads the address of a mail server; `ca` is a PEM bundle trusted besides the system's.
    ///
    /// # Errors
    /// Another scheme, no host, an unencrypted server that is not this machine, an unreadable bundle.
    pub fn from_url(url: &str, ca: Option<&[u8]>) -> Result<Self, ConfigError> {
        // Neither message repeats the address: it holds the password.
        let invalid = |reason: &str| ConfigError::Invalid(format!("mail.smtp_url: {reason}"));
        let url = Url::parse(url).map_err(|error| invalid(&error.to_string()))?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(|| invalid("no host"))?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(invalid("nothing may follow host and port"));
        }
        let (security, default_port) = match url.scheme() {
            "smtps" => (Security::Tls(tls(&host, ca)?), 465),
            "smtp" => (Security::StartTls(tls(&host, ca)?), 587),
            "smtp+plain" if is_loopback(&host) => (Security::Plain, 25),
            "smtp+plain" => {
                return Err(ConfigError::Unsafe {
                    key: "mail.smtp_url",
                    reason: "smtp+plain:// sends in the open and is allowed to this machine only; \
                             use smtps:// or smtp:// (STARTTLS)"
                        .into(),
                });
            }
            _ => return Err(invalid("the scheme must be smtps, smtp or smtp+plain")),
        };
        let decode = |text: &str| {
            percent_decode_str(text)
                .decode_utf8()
                .map(|decoded| decoded.into_owned())
                .map_err(|_| invalid("user or password is not UTF-8"))
        };
        let credentials = match (decode(url.username())?, url.password().map(decode).transpose()?) {
            (user, None) if user.is_empty() => None,
            (user, password) => Some(Credentials::new(user, password.unwrap_or_default())),
        };
        Ok(Self {
            host,
            port: url.port().unwrap_or(default_port),
            security,
            credentials,
            hello: ClientId::default(),
            idle: Mutex::default(),
        })
    }

    /// Sends one letter to its one recipient.
    ///
    /// # Errors
    /// Whether another attempt may do.
    pub async fn send(&self, letter: &OutgoingLetter) -> Result<(), SendError> {
        let address = |text: &str| {
            text.parse::<Address>().map_err(|_| SendError::Permanent("address: unreadable".into()))
        };
        let (from, to) = (address(&letter.from)?, address(&letter.to)?);
        let mut connection = self.connection().await.map_err(|(stage, error)| judge(stage, &error))?;
        match speak(&mut connection, from, to, letter.message.as_bytes()).await {
            Ok(()) => {
                self.park(connection);
                Ok(())
            }
            Err((stage, error)) => {
                // After a spoken refusal both sides are in step, and the next letter may follow.
                if error.status().is_some_and(|code| !is_farewell(code))
                    && connection.command(Rset).await.is_ok()
                {
                    self.park(connection);
                }
                Err(judge(stage, &error))
            }
        }
    }

    /// Connects, secures, logs in and says goodbye.
    ///
    /// # Errors
    /// How far it got.
    pub async fn check(&self) -> Result<(), SendError> {
        let connection = self.connection().await.map_err(|(stage, error)| judge(stage, &error))?;
        self.park(connection);
        self.quit().await;
        Ok(())
    }

    /// Says goodbye on the idle connections.
    pub async fn quit(&self) {
        let idle = std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner));
        let farewells = idle.into_iter().map(|mut connection| async move {
            let _ = connection.quit().await;
        });
        let _ = tokio::time::timeout(QUIT_TIMEOUT, futures_util::future::join_all(farewells)).await;
    }

    fn park(&self, connection: AsyncSmtpConnection) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
    }

    fn unpark(&self) -> Option<AsyncSmtpConnection> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    async fn connection(&self) -> Result<AsyncSmtpConnection, (Stage, SmtpError)> {
        while let Some(mut connection) = self.unpark() {
            if connection.command(Noop).await.is_ok() {
                return Ok(connection);
            }
        }
        let at = |stage| move |error| (stage, error);
        let wrapper = match &self.security {
            Security::Tls(parameters) => Some(parameters.clone()),
            Security::Plain | Security::StartTls(_) => None,
        };
        let server = (self.host.as_str(), self.port);
        // The dispatcher bounds the whole attempt.
        let mut connection = AsyncSmtpConnection::connect_tokio1(server, None, &self.hello, wrapper, None)
            .await
            .map_err(at(Stage::Connect))?;
        if let Security::StartTls(parameters) = &self.security {
            connection.starttls(parameters.clone(), &self.hello).await.map_err(at(Stage::Connect))?;
        }
        if let Some(credentials) = &self.credentials {
            connection
                .auth(&[Mechanism::Plain, Mechanism::Login], credentials)
                .await
                .map_err(at(Stage::Login))?;
        }
        Ok(connection)
    }
}

async fn speak(
    connection: &mut AsyncSmtpConnection,
    from: Address,
    to: Address,
    message: &[u8],
) -> Result<(), (Stage, SmtpError)> {
    let at = |stage| move |error| (stage, error);
    connection.command(Mail::new(Some(from), Vec::new())).await.map_err(at(Stage::Sender))?;
    connection.command(Rcpt::new(to, Vec::new())).await.map_err(at(Stage::Recipient))?;
    connection.command(Data).await.map_err(at(Stage::Content))?;
    connection.message(message).await.map_err(at(Stage::Content))?;
    Ok(())
}

/// Only what is said of this recipient or this letter is final; a refused login or sender concerns all
/// letters and passes when the settings are mended.
fn judge(stage: Stage, error: &SmtpError) -> SendError {
    let name = match stage {
        Stage::Connect => "connection",
        Stage::Login => "login",
        Stage::Sender => "sender",
        Stage::Recipient => "recipient",
        Stage::Content => "content",
    };
    let what = match error.status() {
        Some(code) => code.to_string(),
        None if error.is_tls() => "tls".to_owned(),
        None if error.is_response() => "cut off".to_owned(),
        None if error.is_client() => "not offered by the server".to_owned(),
        None => "network".to_owned(),
    };
    let text = format!("{name}: {what}");
    if error.is_permanent() && matches!(stage, Stage::Recipient | Stage::Content) {
        SendError::Permanent(text)
    } else {
        SendError::Transient(text)
    }
}

/// 421: the server closes the connection.
fn is_farewell(code: lettre::transport::smtp::response::Code) -> bool {
    code.to_string() == "421"
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn tls(host: &str, ca: Option<&[u8]>) -> Result<TlsParameters, ConfigError> {
    let invalid = |reason: &str| ConfigError::Invalid(format!("mail.ca_file: {reason}"));
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(pem) = ca {
        let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem)
            .collect::<Result<_, _>>()
            .map_err(|_| invalid("unreadable PEM"))?;
        if certificates.is_empty() {
            return Err(invalid("no certificate in it"));
        }
        for der in certificates {
            let certificate =
                Certificate::from_der(der.to_vec()).map_err(|_| invalid("unreadable certificate"))?;
            builder = builder.add_root_certificate(certificate);
        }
    }
    builder.build().map_err(|error| ConfigError::Invalid(format!("mail: TLS cannot be set up: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t66_only_encrypted_servers_or_this_machine_are_accepted() {
        for (url, port) in [
            ("smtps://mail.example.ru", 465),
            ("smtp://mail.example.ru", 587),
            ("smtp://mail.example.ru:2525", 2525),
            ("smtp+plain://127.0.0.1", 25),
            ("smtp+plain://[::1]:1025", 1025),
            ("smtp+plain://localhost:1025", 1025),
        ] {
            assert_eq!(Smtp::from_url(url, None).unwrap().port, port, "{url}");
        }
        for url in
            ["smtp+plain://mail.example.ru", "smtp+plain://10.0.0.1", "smtp+plain://localhost.example.ru"]
        {
            assert!(matches!(Smtp::from_url(url, None), Err(ConfigError::Unsafe { .. })), "{url}");
        }
        for url in
            ["http://mail.example.ru", "smtps://", "mail.example.ru", "smtp://mail.example.ru?tls=none"]
        {
            assert!(matches!(Smtp::from_url(url, None), Err(ConfigError::Invalid(_))), "{url}");
        }
        assert!(Smtp::from_url("smtps://mail.example.ru", Some(b"no certificate")).is_err());
    }

    #[test]
    fn user_and_password_are_decoded_and_never_shown() {
        let smtp = Smtp::from_url("smtps://robot%40example.ru:p%3A%2F%25@mail.example.ru", None).unwrap();
        let expected = Credentials::new("robot@example.ru".into(), "p:/%".into());
        assert_eq!(smtp.credentials, Some(expected));
        assert_eq!(format!("{smtp:?}"), "Smtp(mail.example.ru:465)");
        let error = Smtp::from_url("smtpx://robot:hunter2@mail.example.ru", None).unwrap_err();
        assert!(!error.to_string().contains("hunter2"));
    }
}
