//! A small school with its people, and the services of sign-in over it.

use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;
use privyazka::audit::RequestMeta;
use privyazka::config::region::RegionSettings;
use privyazka::config::rollout::RolloutSettings;
use privyazka::config::sign_in::SignInSettings;
use privyazka::directory::{
    NewOrganisation, NewProfile, OrganisationId, OrganisationKind, ProfileId, ProfileStatus, Role,
};
use privyazka::each;
use privyazka::identity::PersonName;
use privyazka::linking::UndoLinks;
use privyazka::mail::transport::OutgoingLetter;
use privyazka::mail::{Dispatcher, Outbox, Transport};
use privyazka::platform::clock::{Clock, Timestamp};
use privyazka::platform::secret::{Digest, MasterKey, Token};
use privyazka::sign_in::{
    HashingPool, Letters, Password, PasswordRecovery, PasswordSignIn, Sessions, SignInAttempt, SignInOutcome,
    password,
};
use privyazka::store::schema::{audit_events, esia_subjects, links, login_failures, profiles};
use privyazka::store::{Store, organisations, profiles as profile_store};

use crate::support::database::TestDatabase;

/// The password of everybody here.
pub const PASSWORD: &str = "Осенний лес 7";

/// A deliberately weak hash of it would hide what argon2 costs, so it is a real one, made once.
fn password_hash() -> &'static str {
    static HASH: std::sync::LazyLock<String> =
        std::sync::LazyLock::new(|| password::hash(&Password::new(PASSWORD.into())).expect("argon2 works"));
    &HASH
}

/// What a test acts on.
pub struct World {
    pub store: Store,
    pub clock: Clock,
    pub pool: HashingPool,
    pub sessions: Sessions,
    pub sign_in: PasswordSignIn,
    pub recovery: PasswordRecovery,
    pub school: OrganisationId,
    pub teacher: ProfileId,
    pub parent: ProfileId,
    letters: Letters,
    dispatcher: Dispatcher,
    sent: Arc<Mutex<Vec<OutgoingLetter>>>,
}

pub fn start() -> Timestamp {
    Timestamp::from_timestamp_micros(1_793_000_000_123_456).expect("a valid moment")
}

pub fn browser(name: &str) -> Digest {
    Digest::of(name.as_bytes())
}

pub fn address() -> IpAddr {
    IpAddr::from([192, 0, 2, 7])
}

impl World {
    pub async fn new(database: &TestDatabase) -> Self {
        Self::with(database, RolloutSettings::default()).await
    }

    pub async fn with(database: &TestDatabase, rollout: RolloutSettings) -> Self {
        let (store, clock) = (database.open(), Clock::manual(start()));
        // The ceiling per address has tests of its own; here all requests come from one.
        let settings = SignInSettings { tries_per_address: 1_000_000, ..SignInSettings::default() };
        let keys = Arc::new(MasterKey::from_bytes([7; 32]).derive());
        let sender = "Сетевой город <noreply@journal.example>".parse().expect("a mailbox");
        let outbox = Outbox::new(Arc::clone(&keys), RegionSettings::default(), sender);
        let sent = Arc::default();
        let transport = Transport::Memory(Arc::clone(&sent));
        let dispatcher = Dispatcher::new(store.clone(), keys, transport, clock.clone(), &outbox);
        let undo = UndoLinks::new("https://journal.example/undo/".into(), Duration::from_secs(60));
        let letters = Letters::new(outbox, "https://journal.example/login/recover/".into(), undo);
        let pool = HashingPool::new(2, 64).expect("threads");
        let sessions = Sessions::new(store.clone(), clock.clone(), settings.clone());
        let sign_in =
            PasswordSignIn::new(sessions.clone(), pool.clone(), letters.clone(), &settings, rollout, 300);
        let recovery = PasswordRecovery::new(sessions.clone(), pool.clone(), letters.clone(), &settings);
        let school = insert_school(&store).await;
        let teacher = insert_profile(&store, school, "teacher", Role::Staff).await;
        let parent = insert_profile(&store, school, "parent", Role::Parent).await;
        Self {
            store,
            clock,
            pool,
            sessions,
            sign_in,
            recovery,
            school,
            teacher,
            parent,
            letters,
            dispatcher,
            sent,
        }
    }

    pub fn attempt(&self, login: &str, password: &str, browser: Option<Digest>) -> SignInAttempt {
        SignInAttempt {
            organisation: self.school,
            login: login.into(),
            password: Password::new(password.into()),
            shared_computer: false,
            browser,
            previous: None,
            user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0".into(),
            address: address(),
            meta: RequestMeta { request_id: "r1".into(), address: "192.0.2.7".into() },
        }
    }

    /// Tries to sign in from a browser.
    pub async fn try_in(&self, login: &str, password: &str, from: &str) -> SignInOutcome {
        self.sign_in
            .sign_in(self.attempt(login, password, Some(browser(from))))
            .await
            .expect("the database works")
    }

    /// Signs in; the token of the new session.
    pub async fn enter(&self, login: &str, from: &str) -> Token {
        match self.try_in(login, PASSWORD, from).await {
            SignInOutcome::SignedIn { token, .. } => token,
            other => panic!("{login} is not let in: {other:?}"),
        }
    }

    pub async fn is_live(&self, token: &Token) -> bool {
        self.sessions.find_live(token).await.expect("the database works").is_some()
    }

    /// Kinds and details of all audit events, oldest first.
    pub async fn audit(&self) -> Vec<(String, String)> {
        self.store
            .read(|db| {
                let query = audit_events::table
                    .order(audit_events::id)
                    .select((audit_events::kind, audit_events::details));
                Ok(each!(db, |c| query.load(c))?)
            })
            .await
            .expect("the database works")
    }

    pub async fn count_failure_rows(&self) -> i64 {
        self.store
            .read(|db| Ok(each!(db, |c| login_failures::table.count().get_result(c))?))
            .await
            .expect("the database works")
    }

    pub async fn set_status(&self, profile: ProfileId, status: ProfileStatus) {
        self.store
            .write(move |db| {
                let update = diesel::update(profiles::table.filter(profiles::id.eq(profile.0)))
                    .set(profiles::status.eq(status.as_str()));
                each!(db, |c| update.execute(c))?;
                Ok(())
            })
            .await
            .expect("the database works");
    }

    pub async fn set_hash(&self, profile: ProfileId, hash: &'static str) {
        self.store
            .write(move |db| profile_store::set_password_hash(db, profile, hash).map(drop))
            .await
            .expect("the database works");
    }

    pub async fn hash_of(&self, login: &'static str) -> Option<String> {
        let school = self.school;
        self.store
            .read(move |db| profile_store::find_for_sign_in(db, school, login))
            .await
            .expect("the database works")
            .expect("the profile exists")
            .password_hash
    }

    pub async fn link(&self, profile: ProfileId, status: &'static str) {
        let now = self.clock.now().naive_utc();
        self.store
            .write(move |db| {
                let subject: i64 = each!(&mut *db, |c| diesel::insert_into(esia_subjects::table)
                    .values((
                        esia_subjects::issuer.eq("https://esia.example/"),
                        esia_subjects::subject.eq(profile.0 + 1000),
                        esia_subjects::touched_at.eq(now),
                    ))
                    .returning(esia_subjects::id)
                    .get_result(c))?;
                let row = (
                    links::profile_id.eq(profile.0),
                    links::esia_subject_id.eq(subject),
                    links::status.eq(status),
                    links::level.eq("confirmed"),
                    links::holder.eq("С. А. В."),
                    links::created_at.eq(now),
                );
                each!(db, |c| diesel::insert_into(links::table).values(row).execute(c))?;
                Ok(())
            })
            .await
            .expect("the database works");
    }

    /// Sends what waits; all letters sent so far.
    pub async fn mail(&self) -> Vec<OutgoingLetter> {
        self.dispatcher.dispatch_due().await.expect("the outbox can be read");
        self.sent.lock().expect("no panic").clone()
    }

    /// Asks for a recovery letter and opens it.
    pub async fn ask_recovery(&self, login: &str) -> Option<Token> {
        let before = self.mail().await.len();
        let meta = RequestMeta::default();
        self.recovery.ask(self.school, login, address(), meta).await.expect("the database works");
        let letter = self.mail().await.into_iter().nth(before)?;
        let start = letter.text.find("/login/recover/")? + "/login/recover/".len();
        Token::parse(&letter.text[start..start + 43])
    }

    /// Moves the clock.
    pub fn pass(&self, by: TimeDelta) {
        self.clock.advance(by);
    }

    pub fn letters(&self) -> &Letters {
        &self.letters
    }
}

/// Passwords are closed since the day of [`start`].
pub fn closed_since(linking_door: bool) -> (RolloutSettings, NaiveDate) {
    let since = start().date_naive();
    (RolloutSettings { esia_only_from: Some(since), linking_door, ..RolloutSettings::default() }, since)
}

async fn insert_school(store: &Store) -> OrganisationId {
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

pub async fn insert_profile(
    store: &Store,
    school: OrganisationId,
    login: &'static str,
    role: Role,
) -> ProfileId {
    let new = NewProfile {
        uid: format!("uid-{login}"),
        organisation: school,
        login: login.into(),
        password_hash: Some(password_hash().into()),
        name: PersonName::new("Смирнова", "Анна", Some("Викторовна")),
        birth_date: None,
        snils: None,
        email: Some(format!("{login}@journal.example")),
        phone: None,
        post: None,
        roles: vec![role],
        status: ProfileStatus::Active,
        created_at: start(),
    };
    store.write(move |db| profile_store::insert(db, &new)).await.expect("the profile can be stored")
}
