//! What the service counts, for `/metrics`. Labels are closed lists: route patterns, status classes, codes.

use std::sync::LazyLock;
use std::time::Duration;

use prometheus::{Gauge, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, IntGaugeVec, Opts};

/// Seconds that answers took, by route pattern and status class.
static REQUESTS: LazyLock<HistogramVec> = LazyLock::new(|| {
    let buckets = vec![0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 20.0];
    let options =
        HistogramOpts::new("privyazka_request_seconds", "Time to answer, by route and status class");
    registered(HistogramVec::new(options.buckets(buckets), &["route", "status"]))
});

/// Ends of trips to ESIA, by what came of them.
static OUTCOMES: LazyLock<IntCounterVec> = LazyLock::new(|| {
    let options = Opts::new("privyazka_outcomes_total", "Trips to ESIA that came back, by outcome code");
    registered(IntCounterVec::new(options, &["code"]))
});

/// Whether ESIA answers.
static ESIA_UP: LazyLock<IntGauge> = LazyLock::new(|| {
    registered(IntGauge::new("privyazka_esia_up", "1 while ESIA answers, 0 while people are not sent there"))
});

/// Difference of the clocks.
static ESIA_CLOCK: LazyLock<Gauge> = LazyLock::new(|| {
    registered(Gauge::new("privyazka_esia_clock_ahead_seconds", "Our clock minus that of ESIA's last answer"))
});

/// Seconds that ESIA took from a code to a person.
static ESIA_EXCHANGES: LazyLock<HistogramVec> = LazyLock::new(|| {
    let buckets = vec![0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0];
    let options =
        HistogramOpts::new("privyazka_esia_exchange_seconds", "Time from code to person, by result");
    registered(HistogramVec::new(options.buckets(buckets), &["result"]))
});

/// Ends of the certificates that signatures hang on.
static CERTIFICATES: LazyLock<IntGaugeVec> = LazyLock::new(|| {
    let options = Opts::new(
        "privyazka_certificate_not_after_seconds",
        "Last moment of a certificate, in seconds since 1970: our own at ESIA, and those of ESIA's we trust",
    );
    registered(IntGaugeVec::new(options, &["certificate"]))
});

#[allow(clippy::expect_used, reason = "names and labels are constants above; a test reads them")]
fn registered<M: prometheus::core::Collector + Clone + 'static>(metric: prometheus::Result<M>) -> M {
    let metric = metric.expect("the metric is described rightly");
    prometheus::register(Box::new(metric.clone())).expect("the metric is registered once");
    metric
}

/// Notes one answered request.
pub fn note_request(route: &str, status: u16, took: Duration) {
    let class = match status {
        0..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    };
    REQUESTS.with_label_values(&[route, class]).observe(took.as_secs_f64());
}

/// Notes until when a certificate is valid: `own`, or `esia-1` and so on in the order of the settings.
pub fn note_certificate(name: &str, not_after: i64) {
    CERTIFICATES.with_label_values(&[name]).set(not_after);
}

/// Notes the end of a trip to ESIA: `linked`, `signed_in`, `confirm` or the number of a problem page.
pub fn note_outcome(code: &str) {
    OUTCOMES.with_label_values(&[code]).inc();
}

/// Notes whether ESIA answers.
pub fn note_esia_up(up: bool) {
    ESIA_UP.set(up.into());
}

/// Notes how far our clock was ahead of ESIA's, in seconds.
pub fn note_esia_clock(ahead: f64) {
    ESIA_CLOCK.set(ahead);
}

/// Notes one exchange with ESIA: `person`, `refused` (answered, but with no person to believe in),
/// `unanswered`, or `not_tried` (ESIA was down or overloaded).
pub fn note_esia_exchange(result: &'static str, took: Duration) {
    ESIA_EXCHANGES.with_label_values(&[result]).observe(took.as_secs_f64());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_noted_is_counted() {
        note_outcome("test");
        note_outcome("test");
        note_request("/test", 503, Duration::from_millis(3));
        assert_eq!(OUTCOMES.with_label_values(&["test"]).get(), 2);
        assert_eq!(REQUESTS.with_label_values(&["/test", "5xx"]).get_sample_count(), 1);
    }
}
