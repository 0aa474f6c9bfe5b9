//! Fifty callbacks of one trip at once: one token request, one result, a named refusal for strangers (T5, T6).

use std::collections::BTreeSet;
use std::time::Duration;

use privyazka::audit::RequestMeta;
use privyazka::error_code::OutcomeCode;
use privyazka::esia::EsiaClient;
use privyazka::federation::Federation;
use privyazka::federation::begin::Departure;
use privyazka::federation::complete::{Landing, Returning};
use privyazka::platform::clock::Clock;
use privyazka::platform::secret::{Digest, Token};
use privyazka::sign_in::{BrowserSession, VisitingBrowser};
use privyazka::stand::credentials::ensure_client;
use privyazka::stand::persona::Persona;
use privyazka::stand::{self, RegisteredClient, StandHandle, StandSettings};

use crate::support::database::{TestDatabase, on_each_database};
use crate::support::scale::rounds;
use crate::world::{World, insert_school, known};

on_each_database![
    t06_fifty_callbacks_of_a_link_ask_esia_once_and_end_alike,
    t06_fifty_callbacks_of_a_sign_in_begin_one_session,
];

/// The service's part of a trip together with a stand that agrees at once.
pub struct Trips {
    pub world: World,
    pub federation: Federation,
    pub stand: StandHandle,
    http: reqwest::Client,
    _keys: tempfile::TempDir,
}

/// The stand's person whom [`known_teacher`] is in the journal.
const TEACHER: i64 = 1_000_000_001;

pub fn known_teacher() -> crate::world::Known {
    known(100_200_301)
}

impl Trips {
    pub async fn new(database: &TestDatabase) -> Self {
        let store = database.open();
        let school = insert_school(&store).await;
        let world = World::over(store, Clock::system(), school);
        let keys = tempfile::tempdir().unwrap();
        let client = ensure_client(keys.path(), "TEST").unwrap();
        let origin = vec!["http://localhost:8080".to_owned()];
        let registered = RegisteredClient::new("TEST", "Сетевой город", &client.certificate_file, origin);
        let listen = "127.0.0.1:0".parse().unwrap();
        let stand = stand::start(StandSettings::new(listen, keys.path(), vec![registered])).await.unwrap();
        stand.set_automatic(Persona::find_by_oid(TEACHER));
        let mut settings = world.settings.esia.clone();
        settings.base_url = stand.url().clone();
        settings.certificate_file = client.certificate_file;
        settings.private_key_file = Some(client.private_key_file);
        settings.trusted_certificate_files = vec![stand.certificate_file().to_owned()];
        let callback = "http://localhost:8080/esia/callback".parse().unwrap();
        let esia = EsiaClient::new(&settings, callback, world.clock.clone()).unwrap();
        let federation = Federation::new(
            world.store.clone(),
            world.clock.clone(),
            world.keys.clone(),
            esia,
            world.linking.clone(),
            world.esia_sign_in.clone(),
            Duration::from_secs(10),
        );
        Self { world, federation, stand, http: http_client(), _keys: keys }
    }

    pub async fn depart(&self, session: &BrowserSession) -> Departure {
        let ticket = self.federation.ticket(session);
        self.federation.begin_link(session, session.profile.unwrap(), &ticket).await.unwrap()
    }

    /// The query that the stand sends the browser back with.
    pub async fn come_back(&self, departure: &Departure) -> String {
        let answer = self.http.get(departure.url.clone()).send().await.unwrap();
        let back = answer.headers()["location"].to_str().unwrap().to_owned();
        url::Url::parse(&back).unwrap().query().unwrap().to_owned()
    }

    /// One callback, of a browser with this cookie of the trip.
    pub async fn callback(
        &self,
        query: &str,
        departure: &Departure,
        cookie: Option<&Token>,
        session: Option<&BrowserSession>,
    ) -> Result<Landing, privyazka::store::StoreError> {
        let returning = Returning {
            session: session.cloned(),
            browser: VisitingBrowser::new(Digest::of(b"one browser"), "Firefox"),
            meta: RequestMeta::default(),
        };
        let cookie = |name: &str| cookie.filter(|_| name == departure.cookie_name).cloned();
        self.federation.complete(query, cookie, returning).await
    }

    /// Fifty callbacks at once, every fifth of a stranger; what the others got, in a word each.
    async fn fifty(
        &self,
        query: &str,
        departure: &Departure,
        session: Option<&BrowserSession>,
    ) -> BTreeSet<String> {
        let stranger = Token::generate();
        let callbacks = (0..50).map(async |number| {
            let cookie = match number % 10 {
                0 => None,
                5 => Some(&stranger),
                _ => Some(&departure.cookie),
            };
            let landing = self.callback(query, departure, cookie, session).await.expect("never an error");
            let is_stranger = number % 5 == 0;
            if is_stranger {
                let refused = Landing::Outcome { code: OutcomeCode::StateLost, reference: None };
                assert_eq!(format!("{landing:?}"), format!("{refused:?}"));
            }
            (!is_stranger).then(|| in_a_word(&landing))
        });
        futures_util::future::join_all(callbacks).await.into_iter().flatten().collect()
    }
}

fn in_a_word(landing: &Landing) -> String {
    match landing {
        Landing::Confirm { reference } => format!("confirm {reference}"),
        Landing::SignedIn { token, choose, .. } => format!("signed in {} {choose}", token.expose()),
        other => format!("{other:?}"),
    }
}

#[allow(clippy::disallowed_methods, reason = "the test's own browser, which follows no redirect")]
fn http_client() -> reqwest::Client {
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap()
}

async fn t06_fifty_callbacks_of_a_link_ask_esia_once_and_end_alike(database: &TestDatabase) {
    let trips = Trips::new(database).await;
    let world = &trips.world;
    for round in 0..rounds(2, 50) {
        let profile = world.profile(&format!("teacher{round}"), known_teacher()).await;
        let session = world.session(profile).await;
        let departure = trips.depart(&session).await;
        let query = trips.come_back(&departure).await;
        let asked = trips.stand.token_requests();
        let landings = trips.fifty(&query, &departure, Some(&session)).await;
        assert_eq!(landings.len(), 1, "{landings:?}");
        assert!(landings.first().unwrap().starts_with("confirm "), "{landings:?}");
        assert_eq!(trips.stand.token_requests(), asked + 1);
        // A callback neither links nor signs in: that is for the person's POST (T5, T24).
        assert!(world.held_links(profile).await.is_empty());
        assert_eq!(world.living_sessions(profile).await, 1);
        // Late ones, after the result is recorded, get it too.
        assert_eq!(trips.fifty(&query, &departure, Some(&session)).await, landings);
        assert_eq!(trips.stand.token_requests(), asked + 1);
    }
}

async fn t06_fifty_callbacks_of_a_sign_in_begin_one_session(database: &TestDatabase) {
    let trips = Trips::new(database).await;
    let world = &trips.world;
    let profile = world.profile("teacher", known_teacher()).await;
    let session = world.session(profile).await;
    let departure = trips.depart(&session).await;
    let query = trips.come_back(&departure).await;
    let Landing::Confirm { reference } =
        trips.callback(&query, &departure, Some(&departure.cookie), Some(&session)).await.unwrap()
    else {
        panic!("the data fit")
    };
    world.confirm(&session, &reference).await;
    for round in 0..rounds(2, 50) {
        let departure = trips.federation.begin_sign_in(false, "").await.unwrap();
        let query = trips.come_back(&departure).await;
        let (asked, living) = (trips.stand.token_requests(), world.living_sessions(profile).await);
        let landings = trips.fifty(&query, &departure, None).await;
        assert_eq!(landings.len(), 1, "{landings:?}");
        assert!(landings.first().unwrap().starts_with("signed in "), "{landings:?}");
        assert_eq!(trips.stand.token_requests(), asked + 1);
        assert_eq!(world.living_sessions(profile).await, living + 1, "round {round}");
        assert_eq!(world.held_links(profile).await.len(), 1, "a sign-in makes no link (T5)");
    }
}
