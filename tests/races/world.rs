//! A school, its people, and the services over one database.

#![allow(dead_code, reason = "two test binaries use a part each")]

use std::sync::Arc;

use chrono::NaiveDate;
use diesel::prelude::*;
use privyazka::audit::RequestMeta;
use privyazka::config::Settings;
use privyazka::directory::{
    NewOrganisation, NewProfile, OrganisationId, OrganisationKind, ProfileId, ProfileStatus, Role,
    snils_vault,
};
use privyazka::each;
use privyazka::federation::authorization_request::seal_identity;
use privyazka::federation::{Outcome, Purpose, RequestState};
use privyazka::identity::{AssuranceLevel, Issuer, PersonName, Snils, Subject, VerifiedIdentity};
use privyazka::linking::link_account::{Confirmation, LinkResult};
use privyazka::linking::{Linking, UndoLinks};
use privyazka::mail::Outbox;
use privyazka::platform::clock::{Clock, Timestamp};
use privyazka::platform::random;
use privyazka::platform::secret::{Digest, Keys, MasterKey, Token};
use privyazka::sign_in::{
    BrowserSession, EsiaSignIn, Letters, NewSession, SessionStage, Sessions, SignInWay,
};
use privyazka::store::authorization_requests::{self, NewRequest};
use privyazka::store::schema::{audit_events, browser_sessions, links, outbox_entries, profiles as rows};
use privyazka::store::{Db, Store, StoreError, organisations, profiles};

/// The person chose «привязать» and gave the password: whatever may be linked, is.
pub const YES: Confirmation = Confirmation { explicit: true, password_proven: true };

pub struct World {
    pub store: Store,
    pub clock: Clock,
    pub keys: Arc<Keys>,
    pub settings: Settings,
    pub outbox: Outbox,
    pub sessions: Sessions,
    pub undo: UndoLinks,
    pub linking: Linking,
    pub esia_sign_in: EsiaSignIn,
    pub school: OrganisationId,
}

/// What a profile holds of its person.
#[derive(Clone, Copy, Default)]
pub struct Known {
    pub birth_date: Option<NaiveDate>,
    pub snils: Option<u32>,
}

pub fn start() -> Timestamp {
    Timestamp::from_timestamp_micros(1_793_000_000_123_456).expect("a valid moment")
}

pub fn birth_date() -> NaiveDate {
    NaiveDate::from_ymd_opt(1985, 3, 14).expect("a date")
}

/// Everything ESIA vouches for is in the journal too.
pub const fn known(snils: u32) -> Known {
    Known { birth_date: NaiveDate::from_ymd_opt(1985, 3, 14), snils: Some(snils) }
}

/// A person at ESIA; all bear one name, the number is subject and SNILS.
pub fn person(number: u32) -> VerifiedIdentity {
    VerifiedIdentity {
        issuer: Issuer::new("http://esia.example/"),
        subject: Subject::from_number(i64::from(number)).expect("positive"),
        level: AssuranceLevel::Confirmed,
        name: PersonName::new("Смирнова", "Анна", Some("Викторовна")),
        birth_date: Some(birth_date()),
        snils: Some(Snils::with_control_sum(number)),
        snils_malformed: false,
        email: None,
    }
}

pub fn settings() -> Settings {
    let text = r#"
        [server]
        listen = "127.0.0.1:0"
        public_url = "http://localhost:8080"
        [database]
        url = "sqlite://unused"
        [esia]
        base_url = "http://127.0.0.1:1"
        client_id = "TEST"
        certificate_file = "unused"
        api = "v1"
        signer = "rsa"
        private_key_file = "unused"
        trusted_certificate_files = ["unused"]
        [mail]
        transport = "memory"
        from = "Сетевой город <noreply@journal.example>"
        [secrets]
        key_file = "unused"
    "#;
    Settings::from_toml(text).expect("the settings are whole")
}

impl World {
    /// Over a fresh database, at a moment that stands still.
    pub async fn new(store: Store) -> Self {
        let school = insert_school(&store).await;
        Self::over(store, Clock::manual(start()), school)
    }

    pub fn over(store: Store, clock: Clock, school: OrganisationId) -> Self {
        Self::with_keys(store, clock, school, MasterKey::from_bytes([7; 32]).derive())
    }

    /// The same under another master key, or while it is being changed.
    pub fn with_keys(store: Store, clock: Clock, school: OrganisationId, keys: Keys) -> Self {
        let (settings, keys) = (settings(), Arc::new(keys));
        let sender = settings.mail.sender().expect("a mailbox");
        let outbox = Outbox::new(Arc::clone(&keys), settings.region.clone(), sender);
        let sessions = Sessions::new(store.clone(), clock.clone(), settings.sign_in.clone());
        let undo = UndoLinks::new("http://localhost:8080/undo/".into(), settings.linking.undo_life);
        let linking =
            Linking::new(sessions.clone(), Arc::clone(&keys), outbox.clone(), undo.clone(), &settings);
        let letters =
            Letters::new(outbox.clone(), "http://localhost:8080/login/recover/".into(), undo.clone());
        let esia_sign_in = EsiaSignIn::new(sessions.clone(), letters, settings.linking.clone(), 300);
        Self { store, clock, keys, settings, outbox, sessions, undo, linking, esia_sign_in, school }
    }

    pub async fn write<T: Send + 'static>(
        &self,
        f: impl FnMut(&mut Db) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.store.write(f).await.expect("the database works")
    }

    pub async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Db) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.store.read(f).await.expect("the database works")
    }

    pub async fn profile(&self, login: &str, known: Known) -> ProfileId {
        self.named_profile(login, PersonName::new("Смирнова", "Анна", Some("Викторовна")), known).await
    }

    pub async fn named_profile(&self, login: &str, name: PersonName, known: Known) -> ProfileId {
        let new = self.new_profile(login, name, known);
        self.write(move |db| profiles::insert(db, &new)).await
    }

    /// A teacher to be stored.
    pub fn new_teacher(&self, login: &str, known: Known) -> NewProfile {
        self.new_profile(login, PersonName::new("Смирнова", "Анна", Some("Викторовна")), known)
    }

    fn new_profile(&self, login: &str, name: PersonName, known: Known) -> NewProfile {
        let uid = format!("uid-{login}");
        let snils = known
            .snils
            .map(|number| snils_vault::store_snils(&self.keys, &uid, &Snils::with_control_sum(number)));
        NewProfile {
            uid,
            organisation: self.school,
            login: login.into(),
            // Never verified here; that there is one lets the owner unlink.
            password_hash: Some("$argon2id$not-a-hash".into()),
            name,
            birth_date: known.birth_date,
            snils,
            email: Some(format!("{login}@journal.example")),
            phone: None,
            post: None,
            roles: vec![Role::Staff],
            status: ProfileStatus::Active,
            created_at: start(),
        }
    }

    /// A browser that signed in with the password.
    pub async fn session(&self, profile: ProfileId) -> BrowserSession {
        let (sessions, now) = (self.sessions.clone(), self.clock.now());
        self.write(move |db| begin_session(db, &sessions, profile, now)).await
    }

    /// A trip that has just begun.
    pub async fn pending_trip(&self, session: &BrowserSession) -> String {
        let (session, now) = (session.clone(), self.clock.now());
        self.write(move |db| insert_trip(db, &session, now)).await
    }

    /// A trip that waits for the person's confirmation.
    pub async fn trip(&self, session: &BrowserSession, identity: &VerifiedIdentity) -> String {
        let (keys, session, identity, now) =
            (Arc::clone(&self.keys), session.clone(), identity.clone(), self.clock.now());
        self.write(move |db| insert_verified_trip(db, &keys, &session, &identity, now)).await
    }

    /// Confirms; a failure of the database fails the test.
    pub async fn confirm(&self, session: &BrowserSession, reference: &str) -> LinkResult {
        let linking = self.linking.clone();
        let done = linking.link(session, reference.to_owned(), YES, RequestMeta::default()).await;
        done.expect("a race is never an error")
    }

    /// The recorded outcome of a trip, if it is over.
    pub async fn outcome(&self, reference: &str) -> Option<Outcome> {
        let reference = reference.to_owned();
        let request = self.read(move |db| authorization_requests::find_by_reference(db, &reference)).await;
        match request.expect("the trip is kept").state {
            RequestState::Closed { outcome, .. } => Some(outcome),
            _ => None,
        }
    }

    pub async fn set_status(&self, profile: ProfileId, status: ProfileStatus) {
        self.write(move |db| {
            let update = diesel::update(rows::table.filter(rows::id.eq(profile.0)))
                .set(rows::status.eq(status.as_str()));
            each!(db, |c| update.execute(c))?;
            Ok(())
        })
        .await;
    }

    /// Ids of the links that hold the profile's slot; the index allows one.
    pub async fn held_links(&self, profile: ProfileId) -> Vec<i64> {
        self.read(move |db| {
            let held =
                links::table.filter(links::profile_id.eq(profile.0)).filter(links::status.ne("removed"));
            Ok(each!(db, |c| held.select(links::id).load(c))?)
        })
        .await
    }

    /// Audit events of a kind about a profile.
    pub async fn events(&self, profile: ProfileId, kind: &'static str) -> i64 {
        self.read(move |db| {
            let events = audit_events::table
                .filter(audit_events::profile_id.eq(profile.0))
                .filter(audit_events::kind.eq(kind));
            Ok(each!(db, |c| events.count().get_result(c))?)
        })
        .await
    }

    /// Link and status of each letter of a kind about a profile.
    pub async fn letters(&self, profile: ProfileId, kind: &'static str) -> Vec<(Option<i64>, String)> {
        self.read(move |db| {
            let letters = outbox_entries::table
                .filter(outbox_entries::profile_id.eq(profile.0))
                .filter(outbox_entries::kind.eq(kind))
                .order(outbox_entries::id)
                .select((outbox_entries::link_id, outbox_entries::status));
            Ok(each!(db, |c| letters.load(c))?)
        })
        .await
    }

    /// Living sessions of a profile.
    pub async fn living_sessions(&self, profile: ProfileId) -> i64 {
        self.read(move |db| {
            let living = browser_sessions::table
                .filter(browser_sessions::profile_id.eq(profile.0))
                .filter(browser_sessions::ended_at.is_null());
            Ok(each!(db, |c| living.count().get_result(c))?)
        })
        .await
    }
}

/// Begins a session, in the caller's transaction.
pub fn begin_session(
    db: &mut Db,
    sessions: &Sessions,
    profile: ProfileId,
    now: Timestamp,
) -> Result<BrowserSession, StoreError> {
    let new = NewSession {
        profile: Some(profile),
        esia_subject: None,
        stage: SessionStage::Full,
        way: SignInWay::Password,
        shared_computer: false,
        place: "Firefox, Linux".into(),
        token: Token::generate(),
    };
    sessions.begin(db, &new, now)
}

fn insert_trip(db: &mut Db, session: &BrowserSession, now: Timestamp) -> Result<String, StoreError> {
    let reference = random::uuid().simple().to_string();
    let new = NewRequest {
        reference: reference.clone(),
        state_digest: Digest::of(reference.as_bytes()),
        cookie_digest: Digest::of(b"cookie"),
        ticket_digest: None,
        connection: "test".into(),
        next_page: "",
        purpose: Purpose::Link { profile: session.profile.expect("chosen"), session: session.id },
        shared_computer: false,
        created_at: now,
        expires_at: now + chrono::Duration::minutes(20),
    };
    authorization_requests::insert(db, &new)?;
    Ok(reference)
}

/// Stores a trip that waits for its confirmation, in the caller's transaction, step by step as it goes.
pub fn insert_verified_trip(
    db: &mut Db,
    keys: &Keys,
    session: &BrowserSession,
    identity: &VerifiedIdentity,
    now: Timestamp,
) -> Result<String, StoreError> {
    let reference = insert_trip(db, session, now)?;
    let request = authorization_requests::find_by_reference(db, &reference)?.expect("just stored");
    assert!(authorization_requests::claim(db, request.id, now)?);
    let sealed = seal_identity(keys, &reference, identity);
    assert!(authorization_requests::keep_identity(db, request.id, &sealed)?);
    Ok(reference)
}

pub async fn insert_school(store: &Store) -> OrganisationId {
    let all = store
        .write(|db| {
            let region = organisations::insert_region(db, "Челябинская область")?;
            let municipality =
                organisations::insert_municipalities(db, region, &[(24, "Миасский городской округ")])?[0].id;
            let settlement = organisations::insert_settlements(db, &[(municipality, "Миасс")])?[0].id;
            let school = NewOrganisation {
                municipality,
                settlement,
                kind: OrganisationKind::General,
                name: "Школа № 12".into(),
                short_name: "СОШ № 12".into(),
                phone: "8 (351) 000-00-01".into(),
            };
            organisations::insert_organisations(db, &[school])?;
            organisations::list_organisations(db)
        })
        .await
        .expect("the school can be stored");
    all[0].id
}
