//! A store, an outbox, a clock that is moved by hand, and dispatchers over them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use privyazka::config::mail::{MailSettings, TransportKind};
use privyazka::config::region::RegionSettings;
use privyazka::each;
use privyazka::linking::LinkId;
use privyazka::mail::letter::{Attempt, Letter};
use privyazka::mail::transport::OutgoingLetter;
use privyazka::mail::{About, Dispatcher, Limits, Outbox, Recipient, Transport};
use privyazka::platform::clock::{Clock, Timestamp};
use privyazka::platform::secret::{Keys, MasterKey};
use privyazka::store::outbox_entries::{self, EntryState};
use privyazka::store::schema::outbox_entries as entries;
use privyazka::store::{Db, Store, StoreError};

use super::sink::Sink;
use super::support::database::TestDatabase;

/// What the tests of letters stand on.
pub struct PostOffice {
    pub store: Store,
    pub keys: Arc<Keys>,
    pub outbox: Outbox,
    pub clock: Clock,
}

/// 1 March 2026, 14:05 in Chelyabinsk.
pub fn start() -> Timestamp {
    Timestamp::from_timestamp(1_772_355_900, 0).unwrap()
}

/// Settings whose letters go to `transport`.
pub fn settings(transport: TransportKind) -> MailSettings {
    MailSettings {
        transport,
        smtp_url: None,
        smtp_url_file: None,
        ca_file: None,
        directory: None,
        from: "Сетевой город <noreply@journal.example.ru>".into(),
    }
}

/// The transport for an SMTP address.
pub fn smtp(url: &str) -> Transport {
    let settings = MailSettings { smtp_url: Some(url.into()), ..settings(TransportKind::Smtp) };
    Transport::from_settings(&settings).unwrap()
}

/// Anna at `email`.
pub fn anna(email: &str) -> Recipient {
    Recipient { email: email.into(), name: "Анна Викторовна".into() }
}

impl PostOffice {
    /// Everything over `database`.
    pub fn open(database: &TestDatabase) -> Self {
        let keys = Arc::new(MasterKey::from_bytes([7; 32]).derive());
        let sender = settings(TransportKind::Memory).sender().unwrap();
        let outbox = Outbox::new(Arc::clone(&keys), RegionSettings::default(), sender);
        Self { store: database.open(), keys, outbox, clock: Clock::manual(start()) }
    }

    /// A worker with a short patience for one letter.
    pub fn dispatcher(&self, transport: Transport) -> Dispatcher {
        let (store, keys, clock) = (self.store.clone(), Arc::clone(&self.keys), self.clock.clone());
        Dispatcher::new(store, keys, transport, clock, &self.outbox)
            .with_limits(Limits { letter_timeout: Duration::from_secs(3), ..Limits::default() })
    }

    /// A worker that speaks SMTP with `sink`.
    pub fn dispatcher_to(&self, sink: &Sink) -> Dispatcher {
        self.dispatcher(smtp(&sink.plain_url()))
    }

    /// A worker whose letters end in the list.
    pub fn dispatcher_to_memory(&self) -> (Dispatcher, Arc<Mutex<Vec<OutgoingLetter>>>) {
        let list = Arc::default();
        (self.dispatcher(Transport::Memory(Arc::clone(&list))), list)
    }

    /// Keeps a letter for `email` in a transaction of its own.
    pub async fn enqueue(&self, email: &str) {
        self.enqueue_letter(anna(email), About::default(), Letter::Attempt(Attempt { at: start() })).await;
    }

    /// Keeps any letter.
    pub async fn enqueue_letter(&self, to: Recipient, about: About, letter: Letter) {
        let (outbox, now) = (self.outbox.clone(), self.clock.now());
        self.store.write(move |db| outbox.enqueue(db, &to, about, &letter, now)).await.unwrap();
    }

    /// The entries of a status.
    pub async fn entries(&self, status: &'static str) -> Vec<EntryState> {
        self.store.read(move |db| outbox_entries::list_by_status(db, status, 1000)).await.unwrap()
    }

    /// How many entries have each status: pending, leased, sent, dead, cancelled.
    pub async fn counts(&self) -> [usize; 5] {
        let mut counts = [0; 5];
        for (count, status) in counts.iter_mut().zip(["pending", "leased", "sent", "dead", "cancelled"]) {
            *count = self.entries(status).await.len();
        }
        counts
    }
}

/// Two links of two profiles, with all they stand on.
pub fn insert_links(db: &mut Db) -> Result<(LinkId, LinkId), StoreError> {
    let at = "'2026-03-01 09:05:00'";
    let profile = |id: i64| {
        format!(
            "INSERT INTO profiles (id, uid, organisation_id, login, login_key, last_name, first_name, status, \
             status_since, created_at) VALUES ({id}, 'uid{id}', 1, 'l{id}', 'l{id}', 'A', 'B', 'active', {at}, {at});
             INSERT INTO links (id, profile_id, esia_subject_id, status, level, holder, created_at) \
             VALUES ({id}, {id}, 1, 'active', 'confirmed', 'A', {at});"
        )
    };
    let sql = format!(
        "INSERT INTO regions (id, name) VALUES (1, 'R');
         INSERT INTO municipalities (id, region_id, number, name) VALUES (1, 1, 1, 'M');
         INSERT INTO settlements (id, municipality_id, name) VALUES (1, 1, 'S');
         INSERT INTO organisations (id, municipality_id, settlement_id, kind, name, short_name, phone) \
         VALUES (1, 1, 1, 'general', 'N', 'N', '');
         INSERT INTO esia_subjects (id, issuer, subject, touched_at) VALUES (1, 'i', 1, {at});
         {}{}",
        profile(1),
        profile(2)
    );
    each!(db, |c| c.batch_execute(&sql))?;
    Ok((LinkId(1), LinkId(2)))
}

/// All entries as text.
pub fn dump_entries(db: &mut Db) -> Result<String, StoreError> {
    type Row = (String, String, Option<Vec<u8>>, Option<String>);
    let columns = (entries::uid, entries::kind, entries::letter_sealed, entries::last_error);
    let rows: Vec<Row> = each!(db, |c| entries::table.select(columns).load(c))?;
    let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(rows
        .iter()
        .map(|(uid, kind, sealed, error)| {
            format!("{uid} {kind} {} {error:?}\n", sealed.as_deref().map(lossy).unwrap_or_default())
        })
        .collect())
}
