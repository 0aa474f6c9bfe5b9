//! T76: what becomes of a letter under every answer and every silence of a mail server.

use std::io;
use std::sync::{Arc, Mutex, OnceLock};

use chrono::Duration;
use privyazka::mail::Round;
use privyazka::store::outbox_entries;

use super::post_office::PostOffice;
use super::sink::{Fault, Manner, Sink};
use super::support::database::{TestDatabase, on_each_database};

on_each_database![
    t76_every_answer_leads_to_its_outcome,
    t76_two_workers_send_each_letter_once,
    t76_a_letter_is_given_up_after_three_days,
    t76_a_refused_login_or_sender_is_no_fault_of_the_letter,
    t76_a_dead_workers_lease_runs_out,
    t76_shutdown_gives_leases_back,
    a_connection_serves_many_letters,
    a_wake_sends_without_waiting_for_the_next_look,
    t54_the_log_names_nobody,
];

/// The longest first pause, and a little.
const FIRST_PAUSE: Duration = Duration::seconds(31);

async fn t76_every_answer_leads_to_its_outcome(database: &TestDatabase) {
    let office = PostOffice::open(database);
    let sink = Sink::start(Manner::default());
    let passing = [
        ("r421@a.ru", Fault::AtRecipient("421 4.3.2 closing"), "recipient: 421"),
        ("r450@a.ru", Fault::AtRecipient("450 4.2.0 greylisted"), "recipient: 450"),
        ("r451@a.ru", Fault::AtContent("451 4.3.0 later"), "content: 451"),
        ("hang@a.ru", Fault::Hang, "no answer in time"),
        ("reset@a.ru", Fault::ResetInData, "content: "),
        ("cut@a.ru", Fault::CutBeforeAnswer, "content: "),
    ];
    let final_ones = [
        ("r550@a.ru", Fault::AtRecipient("550 5.1.1 <r550@a.ru> unknown"), "recipient: 550"),
        ("r552@a.ru", Fault::AtContent("552 5.3.4 too big"), "content: 552"),
    ];
    for (recipient, fault, _) in passing.iter().chain(&final_ones) {
        sink.script(recipient, &[*fault]);
        office.enqueue(recipient).await;
    }
    office.enqueue("good@a.ru").await;
    let dispatcher = office.dispatcher_to(&sink);

    let first = dispatcher.dispatch_due().await.unwrap();
    assert_eq!(first, Round { sent: 1, postponed: 6, dead: 2 });
    assert_eq!(sink.taken_for("good@a.ru").len(), 1, "one bad letter delays no other");
    let errors = |entries: Vec<outbox_entries::EntryState>| -> Vec<String> {
        entries.into_iter().map(|entry| entry.last_error.unwrap()).collect()
    };
    for (error, (.., expected)) in errors(office.entries("pending").await).iter().zip(&passing) {
        assert!(error.starts_with(expected), "{error} is not {expected}");
    }
    let dead = office.entries("dead").await;
    assert!(dead.iter().all(|entry| !entry.has_letter), "a dead letter keeps its addresses");
    assert_eq!(errors(dead), ["recipient: 550", "content: 552"]);

    let too_early = dispatcher.dispatch_due().await.unwrap();
    assert_eq!(too_early, Round::default(), "a postponed letter waits");
    office.clock.advance(FIRST_PAUSE);
    let second = dispatcher.dispatch_due().await.unwrap();
    assert_eq!(second, Round { sent: 6, ..Round::default() });

    for (recipient, ..) in passing {
        let taken = sink.taken_for(recipient);
        let expected = if recipient == "cut@a.ru" { 2 } else { 1 };
        assert_eq!(taken.len(), expected, "{recipient}");
        assert!(taken.iter().all(|copy| *copy == taken[0]), "a repeat is the same letter to the byte");
    }
    assert_eq!(sink.taken().len(), 8, "the refused two were never taken");
    assert_eq!(office.counts().await, [0, 0, 7, 2, 0]);
}

async fn t76_two_workers_send_each_letter_once(database: &TestDatabase) {
    let office = PostOffice::open(database);
    let sink = Sink::start(Manner::default());
    let recipients: Vec<_> = (0..40).map(|n| format!("person{n:02}@a.ru")).collect();
    for recipient in &recipients {
        office.enqueue(recipient).await;
    }
    let (one, two) = (office.dispatcher_to(&sink), office.dispatcher_to(&sink));
    let (first, second) = tokio::join!(one.dispatch_due(), two.dispatch_due());
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_eq!((first.sent + second.sent, first.postponed + second.postponed), (40, 0));
    assert!(first.sent > 0 && second.sent > 0, "one worker had nothing to do: {first:?} {second:?}");
    let mut taken: Vec<_> = sink.taken().into_iter().flat_map(|letter| letter.recipients).collect();
    taken.sort();
    assert_eq!(taken, recipients);
}

async fn t76_a_letter_is_given_up_after_three_days(database: &TestDatabase) {
    let office = PostOffice::open(database);
    let sink = Sink::start(Manner { greeting: Some("421 4.3.2 full"), ..Manner::default() });
    office.enqueue("anna@a.ru").await;
    let dispatcher = office.dispatcher_to(&sink);
    let mut last_try = office.clock.now();
    for _ in 0..200 {
        dispatcher.dispatch_due().await.unwrap();
        let Some(entry) = office.entries("pending").await.pop() else { break };
        let pause = entry.next_attempt_at - office.clock.now();
        assert!(pause > Duration::zero() && pause <= Duration::hours(1), "{pause}");
        office.clock.advance(pause);
        last_try = office.clock.now();
    }
    let dead = office.entries("dead").await.pop().expect("given up");
    assert_eq!(last_try - super::post_office::start(), Duration::days(3), "not before, not long after");
    assert!((72..160).contains(&dead.attempts), "{} attempts", dead.attempts);
    assert_eq!((dead.last_error.as_deref(), dead.has_letter), (Some("connection: 421"), false));
}

async fn t76_a_refused_login_or_sender_is_no_fault_of_the_letter(database: &TestDatabase) {
    let office = PostOffice::open(database);
    office.enqueue("anna@a.ru").await;
    for (manner, expected) in [
        (Manner { login: Some("535 5.7.8 no"), ..Manner::default() }, "login: 535"),
        (Manner { sender: Some("550 5.7.1 who are you"), ..Manner::default() }, "sender: 550"),
        (Manner { greeting: Some("554 5.3.2 no service"), ..Manner::default() }, "connection: 554"),
    ] {
        let sink = Sink::start(manner);
        let url = format!("smtp+plain://robot:p%40ss@127.0.0.1:{}", sink.port());
        let dispatcher = office.dispatcher(super::post_office::smtp(&url));
        assert_eq!(dispatcher.dispatch_due().await.unwrap().postponed, 1);
        let entry = office.entries("pending").await.pop().expect("still wanted");
        assert_eq!(entry.last_error.as_deref(), Some(expected));
        office.clock.advance(Duration::hours(1));
    }
    let sink = Sink::start(Manner::default());
    let url = format!("smtp+plain://robot:p%40ss@127.0.0.1:{}", sink.port());
    let dispatcher = office.dispatcher(super::post_office::smtp(&url));
    assert_eq!(dispatcher.dispatch_due().await.unwrap().sent, 1);
    // base64 of "\0robot\0p@ss".
    assert_eq!(sink.logins(), ["AUTH PLAIN AHJvYm90AHBAc3M="]);
}

async fn t76_a_dead_workers_lease_runs_out(database: &TestDatabase) {
    let office = PostOffice::open(database);
    office.enqueue("anna@a.ru").await;
    let (now, until) = (office.clock.now(), office.clock.now() + Duration::seconds(90));
    let lease = move |db: &mut privyazka::store::Db| outbox_entries::lease_due(db, now, until, 5);
    let leases = office.store.write(lease).await.unwrap();
    let [lost] = &leases[..] else { panic!("one letter, one lease: {leases:?}") };

    let (dispatcher, sent) = office.dispatcher_to_memory();
    office.clock.advance(Duration::seconds(89));
    assert_eq!(dispatcher.dispatch_due().await.unwrap(), Round::default(), "the lease still holds");
    office.clock.advance(Duration::seconds(1));
    assert_eq!(dispatcher.dispatch_due().await.unwrap().sent, 1);
    assert_eq!(sent.lock().unwrap().len(), 1);

    let (lost, late) = (lost.lease.clone(), office.clock.now());
    let returned = office.store.write(move |db| outbox_entries::postpone(db, &lost, late, None)).await;
    assert!(!returned.unwrap(), "a lease that ran out no longer moves the entry");
    assert_eq!(office.counts().await, [0, 0, 1, 0, 0]);
}

async fn t76_shutdown_gives_leases_back(database: &TestDatabase) {
    let office = PostOffice::open(database);
    let sink = Sink::start(Manner::default());
    sink.script("hang@a.ru", &[Fault::Hang]);
    office.enqueue("hang@a.ru").await;
    let limits = privyazka::mail::Limits {
        shutdown_grace: std::time::Duration::from_millis(50),
        ..privyazka::mail::Limits::default()
    };
    let dispatcher = office.dispatcher_to(&sink).with_limits(limits);
    // Shutdown comes when the server has begun to hang, long before the letter's own bound.
    let hanging = async {
        while !sink.is_played_out() {
            tokio::task::yield_now().await;
        }
    };
    dispatcher.run(hanging).await;
    assert_eq!(office.counts().await, [1, 0, 0, 0, 0]);
    assert_eq!(office.dispatcher_to(&sink).dispatch_due().await.unwrap().sent, 1, "due at once");
}

async fn a_connection_serves_many_letters(database: &TestDatabase) {
    let office = PostOffice::open(database);
    let sink = Sink::start(Manner::default());
    sink.script("two@a.ru", &[Fault::AtRecipient("550 no")]);
    for recipient in ["one@a.ru", "two@a.ru", "three@a.ru"] {
        office.enqueue(recipient).await;
    }
    let limits = privyazka::mail::Limits { parallel: 1, ..privyazka::mail::Limits::default() };
    let round = office.dispatcher_to(&sink).with_limits(limits).dispatch_due().await.unwrap();
    assert_eq!((round.sent, round.dead, sink.connections()), (2, 1, 1));
}

async fn a_wake_sends_without_waiting_for_the_next_look(database: &TestDatabase) {
    let office = PostOffice::open(database);
    let (dispatcher, sent) = office.dispatcher_to_memory();
    let limits = privyazka::mail::Limits {
        look_every: std::time::Duration::from_secs(3600),
        ..privyazka::mail::Limits::default()
    };
    let letters = async {
        for count in 1..=5 {
            office.enqueue("anna@a.ru").await;
            office.outbox.wake();
            while sent.lock().unwrap().len() < count {
                tokio::task::yield_now().await;
            }
        }
    };
    let bounded = async {
        tokio::time::timeout(std::time::Duration::from_secs(60), letters).await.expect("woken");
    };
    dispatcher.with_limits(limits).run(bounded).await;
    assert_eq!(office.counts().await, [0, 0, 5, 0, 0]);
}

/// A log that is kept.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

async fn t54_the_log_names_nobody(database: &TestDatabase) {
    // One for the process: the store's threads log too. What other tests add obeys the same rule.
    static LOG: OnceLock<Log> = OnceLock::new();
    let log = LOG.get_or_init(|| {
        let log = Log::default();
        let writer = log.clone();
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .init();
        log
    });
    let office = PostOffice::open(database);
    let sink = Sink::start(Manner::default());
    sink.script("refused@zagadka.ru", &[Fault::AtRecipient("550 <refused@zagadka.ru> Анна Викторовна?")]);
    for recipient in ["taken@zagadka.ru", "refused@zagadka.ru", "unusable at zagadka.ru"] {
        office.enqueue(recipient).await;
    }
    office.dispatcher_to(&sink).dispatch_due().await.unwrap();
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for expected in ["letter sent", "letter given up", "no letter", "t***@z***.ru", "r***@z***.ru"] {
        assert!(log.contains(expected), "{expected} is missing");
    }
    for personal in ["taken@", "refused@", "unusable", "zagadka", "Анна", "Попытка"] {
        let line = log.lines().find(|line| line.contains(personal));
        assert_eq!(line, None, "{personal} is in the log");
    }
}
