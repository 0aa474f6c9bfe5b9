//! Letters: the server takes a connection, or the folder a file.

use std::time::Duration;

use super::Finding;
use crate::config::mail::MailSettings;
use crate::mail::Transport;

/// A mail server that greets later than this delays every letter.
const PATIENCE: Duration = Duration::from_secs(15);

pub(super) async fn look(settings: &MailSettings) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Err(error) = settings.sender() {
        let advice = "give one sender with an address in latin letters";
        findings.push(Finding::problem("mail.from", error.to_string(), advice));
    }
    let settings = settings.clone();
    let transport = tokio::task::spawn_blocking(move || Transport::from_settings(&settings)).await;
    findings.push(match transport {
        Ok(Ok(transport)) => reach(&transport).await,
        Ok(Err(error)) => Finding::problem("mail", error.to_string(), "mend the setting"),
        Err(error) => Finding::problem("mail", error.to_string(), "mend the setting"),
    });
    findings
}

async fn reach(transport: &Transport) -> Finding {
    let advice = "look at address, port, TLS, user and password; letters wait in the database meanwhile";
    match tokio::time::timeout(PATIENCE, transport.check()).await {
        Ok(Ok(())) => Finding::good("mail", format!("{transport:?} takes letters")),
        Ok(Err(error)) => Finding::problem("mail", format!("{transport:?}: {error}"), advice),
        Err(_) => Finding::problem("mail", format!("{transport:?}: no answer in time"), advice),
    }
}
