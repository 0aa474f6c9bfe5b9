//! The mail server of the tests, judged by lettre.

use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};

use super::support::database::block_on;
use super::support::smtp_sink::{SmtpSink, Stage, Trouble};

fn letter(subject: &str) -> Message {
    Message::builder()
        .from("Журнал <journal@school.example>".parse().unwrap())
        .to("teacher@school.example".parse().unwrap())
        .subject(subject)
        .body(".строка с точкой\r\nконец".to_owned())
        .unwrap()
}

fn sender(sink: &SmtpSink) -> AsyncSmtpTransport<Tokio1Executor> {
    AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1")
        .port(sink.address().port())
        .timeout(Some(std::time::Duration::from_secs(2)))
        .build()
}

#[test]
fn a_letter_arrives_as_it_was_sent() {
    let sink = SmtpSink::start();
    block_on(async { sender(&sink).send(letter("Проба")).await }).expect("sent");
    let received = sink.wait_for(1);
    assert_eq!(received[0].from, "journal@school.example");
    assert_eq!(received[0].to, ["teacher@school.example"]);
    let sent = String::from_utf8(letter("Проба").formatted()).unwrap();
    let body = |text: &str| text.split("\r\n\r\n").nth(1).map(|body| body.trim_end().to_owned());
    assert_eq!(body(&received[0].data), body(&sent));
}

#[test]
fn troubles_come_in_the_order_of_the_script() {
    let sink = SmtpSink::start();
    let script = [
        (Trouble::Answer(Stage::Greeting, "421 4.3.2 not now"), 0, Some(421)),
        (Trouble::Answer(Stage::Mail, "451 4.3.0 later"), 0, Some(451)),
        (Trouble::Answer(Stage::Recipient, "550 5.1.1 nobody"), 0, Some(550)),
        (Trouble::Answer(Stage::Data, "450 4.2.1 busy"), 0, Some(450)),
        (Trouble::Answer(Stage::Message, "552 5.2.2 too large"), 0, Some(552)),
        (Trouble::Cut(Stage::Data), 0, None),
        (Trouble::Cut(Stage::Message), 1, None),
    ];
    for (number, (trouble, kept, code)) in script.into_iter().enumerate() {
        sink.script([Some(trouble)]);
        let error =
            block_on(async { sender(&sink).send(letter(&number.to_string())).await }).expect_err("trouble");
        assert_eq!(
            error.status().map(|code| code.to_string().parse().unwrap()),
            code,
            "{trouble:?}: {error}"
        );
        assert_eq!(sink.received().len(), kept, "{trouble:?}");
    }
    // lettre has no deadline of its own once it is connected.
    sink.script([Some(Trouble::Hang(Stage::Message))]);
    let deadline = std::time::Duration::from_millis(500);
    let waited = block_on(async { tokio::time::timeout(deadline, sender(&sink).send(letter("hang"))).await });
    assert!(waited.is_err() && sink.received().len() == 1, "{waited:?}");
    block_on(async { sender(&sink).send(letter("kind again")).await }).expect("sent");
    assert_eq!(sink.wait_for(2).len(), 2);
    assert_eq!(sink.connections(), script.len() + 2);
}
