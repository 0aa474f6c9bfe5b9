//! Certificates, signature, addresses and clock.

use chrono::Duration;
use url::Url;

use super::Finding;
use crate::config::Settings;
use crate::config::esia::EsiaSettings;
use crate::esia::{CertificateValidity, EsiaClient, SignError, TIME_TO_RENEW, certificates};
use crate::platform::clock::{Clock, Timestamp};
use crate::web::paths;

/// A clock kept by NTP is never this far off.
const KEPT_CLOCK: Duration = Duration::seconds(5);

pub(super) async fn look(settings: &Settings, clock: &Clock) -> Vec<Finding> {
    let mut findings = validity(&settings.esia, clock.now());
    let redirect_uri = match redirect_uri(settings) {
        Ok(uri) => uri,
        Err(problem) => {
            findings.push(problem);
            return findings;
        }
    };
    findings.push(redirect(settings, &redirect_uri));
    match EsiaClient::new(&settings.esia, redirect_uri, clock.clone()) {
        Ok(client) => {
            findings.push(signer(&client).await);
            findings.extend(reach(&client, settings).await);
        }
        Err(error) => findings.push(Finding::problem(
            "esia.signer",
            error.to_string(),
            "key and certificate must be a pair, and the certificate the one registered at ESIA",
        )),
    }
    findings
}

async fn signer(client: &EsiaClient) -> Finding {
    let about = "esia.signer";
    match client.test_signer().await {
        Ok(()) => Finding::good(about, "a signature was made and verified with the own certificate"),
        Err(error) => {
            let advice = match error {
                SignError::Unavailable(_) => {
                    "start it; look at esia.signer_command or esia.signer_url, and its time"
                }
                SignError::Failed(_) => {
                    "run it by hand with any input: 64 octets must come out, and nothing else"
                }
                SignError::Foreign => "look at its key, and try the other value of esia.signer_reverse_bytes",
            };
            Finding::problem(about, error.to_string(), advice)
        }
    }
}

fn validity(settings: &EsiaSettings, now: Timestamp) -> Vec<Finding> {
    match certificates(settings) {
        Ok(found) => found.iter().map(|certificate| validity_of(certificate, now)).collect(),
        Err(error) => {
            let advice = "a certificate in PEM or DER is needed; the file must be readable for the service";
            vec![Finding::problem("esia certificates", error.to_string(), advice)]
        }
    }
}

fn validity_of(certificate: &CertificateValidity, now: Timestamp) -> Finding {
    let CertificateValidity { file, is_ours, from, until } = certificate;
    let about = if *is_ours { "esia.certificate" } else { "esia.trusted" };
    let left = *until - now;
    let days = left.num_days();
    let text = format!("{}: valid {} to {}", file.display(), from.format("%F"), until.format("%F"));
    if now < *from {
        return Finding::problem(about, text, "it is not valid yet: look at the clock and at the file");
    }
    if left >= TIME_TO_RENEW {
        return Finding::good(about, text);
    }
    if *is_ours && left < Duration::zero() {
        return Finding::problem(about, text, "it has expired: ESIA refuses every request");
    }
    // ESIA may go on signing with a certificate after its end: only the operator stops trusting it.
    let advice = match is_ours {
        true => "order and register the next one now",
        false => "get ESIA's next certificate and name it beside this one",
    };
    Finding::warning(about, format!("{text}, {days} days left"), advice)
}

/// Where ESIA sends people back to.
fn redirect_uri(settings: &Settings) -> Result<Url, Finding> {
    if let Some(uri) = &settings.esia.redirect_uri {
        return Ok(uri.clone());
    }
    settings.server.absolute(paths::CALLBACK).parse().map_err(|error| {
        Finding::problem("server.public_url", format!("no address: {error}"), "give the address people use")
    })
}

fn redirect(settings: &Settings, uri: &Url) -> Finding {
    let about = "esia.redirect_uri";
    if uri.path() != paths::CALLBACK {
        let text = format!("{uri} does not end in {}", paths::CALLBACK);
        return Finding::problem(about, text, "people would come back to a page that does not exist");
    }
    if uri.host_str() != settings.server.public_url.host_str() {
        let text = format!("{uri} is on another host than server.public_url");
        return Finding::problem(about, text, "cookies would be missing on the way back; use one host");
    }
    let host = uri.host_str().unwrap_or_default();
    Finding::good(about, format!("{uri}; the domain {host} must be registered at ESIA for this client"))
}

async fn reach(client: &EsiaClient, settings: &Settings) -> Vec<Finding> {
    let base = &settings.esia.base_url;
    let ahead = match client.reach().await {
        Ok(ahead) => ahead,
        Err(error) => {
            let advice = "look at firewall, name resolution, esia.base_url and, for its TLS, esia.ca_file";
            return vec![Finding::problem("esia.base_url", format!("{base}: {error}"), advice)];
        }
    };
    let allowed = Duration::from_std(settings.esia.clock_skew).unwrap_or(KEPT_CLOCK);
    vec![Finding::good("esia.base_url", format!("{base} answers")), clock_of(ahead, allowed)]
}

/// Our clock, so far ahead of ESIA's.
fn clock_of(ahead: Option<Duration>, allowed: Duration) -> Finding {
    let Some(ahead) = ahead else {
        return Finding::warning("clock", "ESIA's answers bear no time", "compare the clock by NTP");
    };
    let text = format!("{:+.1} s against ESIA's", ahead.as_seconds_f64());
    match ahead.abs() {
        off if off > allowed => {
            Finding::problem("clock", text, "set it by NTP: ESIA refuses requests with a wrong time")
        }
        off if off > KEPT_CLOCK => Finding::warning("clock", text, "keep it by NTP"),
        _ => Finding::good("clock", text),
    }
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;

    #[test]
    fn the_clock_is_judged_by_how_far_it_is_off_in_either_direction() {
        for (seconds, state) in [
            (0, State::Good),
            (5, State::Good),
            (6, State::Warning),
            (60, State::Warning),
            (61, State::Problem),
            (86_400, State::Problem),
        ] {
            for ahead in [Duration::seconds(seconds), -Duration::seconds(seconds)] {
                assert_eq!(clock_of(Some(ahead), Duration::seconds(60)).state, state, "{ahead}");
            }
        }
        assert_eq!(clock_of(None, Duration::seconds(60)).state, State::Warning);
    }

    #[test]
    fn a_certificate_is_judged_by_its_days_and_by_whose_it_is() {
        let now: Timestamp = "2026-11-22T00:00:00Z".parse().unwrap();
        let day = Duration::days(1);
        for (is_ours, from, until, state) in [
            (true, now - day, now + TIME_TO_RENEW, State::Good),
            (true, now - day, now + TIME_TO_RENEW - day, State::Warning),
            (true, now - day, now - day, State::Problem),
            (true, now + day, now + day * 400, State::Problem),
            (false, now - day, now - day, State::Warning),
            (false, now - day, now + day * 400, State::Good),
        ] {
            let certificate = CertificateValidity { file: "own.pem".into(), is_ours, from, until };
            assert_eq!(validity_of(&certificate, now).state, state, "{certificate:?}");
        }
    }
}
