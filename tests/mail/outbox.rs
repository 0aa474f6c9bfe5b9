//! What the outbox keeps and forgets, in whose transaction.

use privyazka::mail::letter::{Attempt, Letter, PasswordRecovery};
use privyazka::mail::{About, Round};
use privyazka::platform::secret::Token;
use privyazka::store::{StoreError, outbox_entries};

use super::post_office::{PostOffice, anna, start};
use super::support::database::{TestDatabase, on_each_database};

on_each_database![
    a_letter_shares_the_fate_of_its_transaction,
    t76_a_cancelled_letter_is_not_sent_even_when_leased,
    t53_an_unusable_address_stops_no_deed,
    t53_no_live_token_is_readable_in_the_database,
];

fn letter() -> Letter {
    Letter::Attempt(Attempt { at: start() })
}

async fn a_letter_shares_the_fate_of_its_transaction(database: &TestDatabase) {
    let office = PostOffice::open(database);
    let outbox = office.outbox.clone();
    let undone: Result<(), _> = office
        .store
        .write(move |db| {
            outbox.enqueue(db, &anna("anna@a.ru"), About::default(), &letter(), start())?;
            Err(StoreError::Failed("the deed failed".into()))
        })
        .await;
    assert!(undone.is_err());
    assert_eq!(office.counts().await, [0; 5]);
    office.enqueue("anna@a.ru").await;
    assert_eq!(office.counts().await, [1, 0, 0, 0, 0]);
}

async fn t76_a_cancelled_letter_is_not_sent_even_when_leased(database: &TestDatabase) {
    let office = PostOffice::open(database);
    let (link, other) = office.store.write(super::post_office::insert_links).await.unwrap();
    for link in [link, other, link] {
        let about = About { profile: None, link: Some(link) };
        office.enqueue_letter(anna("anna@a.ru"), about, letter()).await;
    }
    let (now, until) = (start(), start() + chrono::Duration::seconds(90));
    let leases = office.store.write(move |db| outbox_entries::lease_due(db, now, until, 1)).await.unwrap();

    let outbox = office.outbox.clone();
    let cancelled = office.store.write(move |db| outbox.cancel_about_link(db, link, now)).await.unwrap();
    assert_eq!(cancelled, 2, "the leased one and the waiting one");
    let lease = leases[0].lease.clone();
    let returned = office.store.write(move |db| outbox_entries::postpone(db, &lease, now, None)).await;
    assert!(!returned.unwrap(), "its worker cannot bring it back");
    assert!(office.entries("cancelled").await.iter().all(|entry| !entry.has_letter));

    let (dispatcher, sent) = office.dispatcher_to_memory();
    office.clock.advance(chrono::Duration::hours(1));
    assert_eq!(dispatcher.dispatch_due().await.unwrap(), Round { sent: 1, ..Round::default() });
    assert_eq!(sent.lock().unwrap().len(), 1);
    let outbox = office.outbox.clone();
    let again = office.store.write(move |db| outbox.cancel_about_link(db, other, now)).await.unwrap();
    assert_eq!(again, 0, "what has gone stays sent");
    assert_eq!(office.counts().await, [0, 0, 1, 0, 2]);
}

async fn t53_an_unusable_address_stops_no_deed(database: &TestDatabase) {
    let office = PostOffice::open(database);
    for email in ["", "нет", "a@b.ru, c@d.ru", "a@b.ru\r\nBcc: c@d.ru", "\"a\" <a@b.ru>"] {
        office.enqueue(email).await;
    }
    assert_eq!(office.counts().await, [0; 5]);
}

async fn t53_no_live_token_is_readable_in_the_database(database: &TestDatabase) {
    let office = PostOffice::open(database);
    let token = Token::generate();
    let letter = Letter::PasswordRecovery(PasswordRecovery {
        organisation: "СОШ № 12".into(),
        address: format!("https://journal.example.ru/recovery/{}", token.expose()),
        minutes: 60,
    });
    office.enqueue_letter(anna("very.private@example.ru"), About::default(), letter).await;
    let (dispatcher, sent) = office.dispatcher_to_memory();
    let mut looked = 0;
    for expected in [[1, 0, 0, 0, 0], [0, 0, 1, 0, 0]] {
        assert_eq!(office.counts().await, expected);
        let row = office.store.read(super::post_office::dump_entries).await.unwrap();
        for secret in [token.expose(), "very.private", "journal.example.ru/recovery", "Анна"] {
            let hits =
                |bytes: &[u8]| bytes.windows(secret.len()).filter(|part| *part == secret.as_bytes()).count();
            assert_eq!(hits(row.as_bytes()), 0, "{secret} is in the row");
            let Some(file) = database.sqlite_file() else { continue };
            for suffix in ["", "-wal"] {
                let bytes = std::fs::read(format!("{}{suffix}", file.display())).unwrap();
                assert_eq!(hits(&bytes), 0, "{secret} is in the file{suffix}");
                looked += bytes.len();
            }
        }
        dispatcher.dispatch_due().await.unwrap();
    }
    assert!(database.sqlite_file().is_none() || looked > 100_000, "the files were empty");
    assert!(sent.lock().unwrap()[0].text.contains(token.expose()), "the letter itself has it");
    assert!(office.entries("sent").await.iter().all(|entry| !entry.has_letter), "sealed letter wiped");
}
