//! What a look at ESIA tells without a code: whether it answers, and how the clocks compare (T78).

use chrono::Duration;
use privyazka::esia::EsiaErrorKind;

use crate::harness::{Esia, Reply, client, settings};

fn refusal(status: &str, date: &str) -> Reply {
    Reply::raw(status, &format!("Date: {date}\r\n"), "")
}

#[tokio::test]
async fn t78_the_difference_of_the_clocks_is_read_off_the_answers() {
    // The tests' own moment is 03:04:05; the server's second is taken at its middle.
    for (date, ahead) in [
        ("Fri, 02 Jan 2026 03:04:05 GMT", Some(Duration::milliseconds(-500))),
        ("Fri, 02 Jan 2026 02:04:04 GMT", Some(Duration::milliseconds(3_600_500))),
        ("Fri, 02 Jan 2026 04:04:05 GMT", Some(Duration::milliseconds(-3_600_500))),
        ("some day", None),
    ] {
        let esia = Esia::start(move |_| refusal("400 Bad Request", date)).await;
        assert_eq!(client(&settings(esia.url.clone())).reach().await, Ok(ahead), "{date}");
    }
}

#[tokio::test]
async fn a_look_carries_nothing_and_takes_any_answer_but_a_failure() {
    let date = "Fri, 02 Jan 2026 03:04:05 GMT";
    for (token, person, answers) in [
        ("400 Bad Request", "401 Unauthorized", true),
        ("404 Not Found", "200 OK", true),
        ("503 Service Unavailable", "401 Unauthorized", false),
        ("400 Bad Request", "500 Internal Server Error", false),
    ] {
        let esia = Esia::start(move |request| {
            refusal(if request.line.starts_with("POST ") { token } else { person }, date)
        })
        .await;
        let reached = client(&settings(esia.url.clone())).reach().await;
        assert_eq!(reached.is_ok(), answers, "{token}, {person}: {reached:?}");
        for request in esia.seen() {
            assert!(request.form.is_empty() && !request.headers.to_lowercase().contains("authorization"));
        }
    }
    let silent = Esia::start(|_| Reply::Reset).await;
    let reached = client(&settings(silent.url.clone())).reach().await;
    assert_eq!(reached.map_err(|error| error.kind()), Err(EsiaErrorKind::Unavailable));
}
