//! HTTP to ESIA, with an eye on the clocks: a request whose time is off ends with ESIA-007015 and a token
//! that is "not valid yet", which nobody would take for a matter of clocks (`docs/security.md`, T78).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, Duration};
use http::Method;
use url::Url;

use crate::platform::clock::{Clock, Timestamp};
use crate::platform::http_client::{Answer, FetchError, HttpClient};
use crate::platform::metrics;

/// From this difference on the log warns: half of what ESIA's tokens are given by default.
const WORTH_A_WARNING: Duration = Duration::seconds(30);

/// The client for one ESIA environment.
#[derive(Clone, Debug)]
pub(super) struct EsiaHttp {
    http: HttpClient,
    clock: Clock,
    warned: Arc<AtomicBool>,
}

impl EsiaHttp {
    pub(super) fn new(http: HttpClient, clock: Clock) -> Self {
        Self { http, clock, warned: Arc::default() }
    }

    /// A request to be completed by the caller and handed to [`EsiaHttp::send`].
    pub(super) fn request(&self, method: Method, url: Url) -> reqwest::RequestBuilder {
        self.http.request(method, url)
    }

    /// Sends a request and compares the clocks.
    pub(super) async fn send(&self, request: reqwest::RequestBuilder) -> Result<Answer, FetchError> {
        self.send_and_compare(request).await.map(|(answer, _)| answer)
    }

    /// Sends a request; also says how far our clock is ahead of ESIA's, if the answer bears a time.
    pub(super) async fn send_and_compare(
        &self,
        request: reqwest::RequestBuilder,
    ) -> Result<(Answer, Option<Duration>), FetchError> {
        let asked = self.clock.now();
        let answer = self.http.send(request).await?;
        let ahead = answer.date.as_deref().and_then(|date| ahead_of(date, asked, self.clock.now()));
        if let Some(ahead) = ahead {
            self.note(ahead);
        }
        Ok((answer, ahead))
    }

    /// Tells the metrics each time and the log at each change for better or worse.
    fn note(&self, ahead: Duration) {
        let seconds = ahead.as_seconds_f64();
        metrics::note_esia_clock(seconds);
        let is_far = ahead.abs() > WORTH_A_WARNING;
        if self.warned.swap(is_far, Ordering::Relaxed) != is_far {
            if is_far {
                tracing::warn!(seconds_ahead = seconds, "our clock differs from ESIA's: set it by NTP");
            } else {
                tracing::info!(seconds_ahead = seconds, "our clock agrees with ESIA's again");
            }
        }
    }
}

/// How far we are ahead of a server whose answer bears `date` (RFC 9110, 5.6.7). The server wrote it at some
/// moment between request and answer, and cut it to a whole second: the middles of both are compared.
fn ahead_of(date: &str, asked: Timestamp, answered: Timestamp) -> Option<Duration> {
    let server = DateTime::parse_from_rfc2822(date).ok()?.to_utc() + Duration::milliseconds(500);
    Some(asked + (answered - asked) / 2 - server)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t78_the_clocks_are_compared_in_the_middle_of_the_exchange() {
        let at = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().to_utc();
        let (asked, answered) = (at("2026-11-22T03:00:00Z"), at("2026-11-22T03:00:02Z"));
        for (date, milliseconds) in [
            ("Sun, 22 Nov 2026 03:00:00 GMT", Some(500)),
            ("Sun, 22 Nov 2026 03:00:01 GMT", Some(-500)),
            ("Sun, 22 Nov 2026 02:00:00 GMT", Some(3_600_500)),
            ("Sun, 22 Nov 2026 04:00:01 GMT", Some(-3_600_500)),
            ("Mon, 22 Nov 2026 03:00:00 GMT", None),
            ("yesterday", None),
            ("", None),
        ] {
            let ahead = ahead_of(date, asked, answered).map(|ahead| ahead.num_milliseconds());
            assert_eq!(ahead, milliseconds, "{date}");
        }
    }
}
