//! SIGTERM: what was accepted is answered, the program ends with 0; a second one ends it at once (T77).

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::demo::{Demo, FIRST_START};
use crate::support::database::{TestDatabase, block_on};

/// The longest that requests in progress may take.
const GRACE: Duration = Duration::from_secs(25);

/// A form whose head has come and whose body the server is waiting for.
async fn half_a_request(demo: &Demo, body: &str) -> TcpStream {
    let mut stream = TcpStream::connect(demo.address).await.unwrap();
    let head = format!(
        "POST /login HTTP/1.1\r\nHost: localhost:{}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\nSec-Fetch-Site: same-origin\r\nExpect: 100-continue\r\n\r\n",
        demo.address.port(),
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 25];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
}

/// A browser that has its page and keeps the connection.
async fn idle_connection(demo: &Demo) -> TcpStream {
    let mut stream = TcpStream::connect(demo.address).await.unwrap();
    let head = format!("GET /help HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", demo.address.port());
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 15];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200 OK");
    stream
}

async fn refuses_new_connections(demo: &Demo) {
    let begun = Instant::now();
    while TcpStream::connect(demo.address).await.is_ok() {
        assert!(begun.elapsed() < Duration::from_secs(5), "it still accepts");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[test]
fn t77_a_stop_answers_what_was_accepted_and_ends_with_0() {
    let (database, folder) = (TestDatabase::sqlite(), tempfile::tempdir().unwrap());
    block_on(async {
        let mut demo = Demo::start(folder.path(), &database.url(), FIRST_START).await;
        let body = "organisation=1&login=nobody&password=wrong";
        let mut waiting = Vec::new();
        for _ in 0..4 {
            waiting.push(half_a_request(&demo, body).await);
        }
        let idle = idle_connection(&demo).await;
        demo.terminate();
        refuses_new_connections(&demo).await;
        let begun = Instant::now();
        for mut stream in waiting {
            stream.write_all(body.as_bytes()).await.unwrap();
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await.unwrap();
            let answer = String::from_utf8_lossy(&answer);
            assert!(answer.starts_with("HTTP/1.1 4"), "a form without its token gets its page: {answer}");
            assert!(answer.ends_with("</html>") || answer.trim_end().ends_with("</html>"), "{answer}");
        }
        let status = demo.end(GRACE + Duration::from_secs(5)).await;
        assert_eq!(status.code(), Some(0));
        assert!(begun.elapsed() < GRACE, "a browser that idles held it up for {:?}", begun.elapsed());
        drop(idle);
    });
}

#[test]
fn t77_a_second_signal_ends_it_at_once() {
    let (database, folder) = (TestDatabase::sqlite(), tempfile::tempdir().unwrap());
    block_on(async {
        let mut demo = Demo::start(folder.path(), &database.url(), FIRST_START).await;
        let hanging = half_a_request(&demo, "never sent").await;
        demo.terminate();
        refuses_new_connections(&demo).await;
        demo.terminate();
        let status = demo.end(Duration::from_secs(2)).await;
        assert!(!status.success(), "cut off is not done: {status}");
        drop(hanging);
    });
}
