//! Whatever the provider does wrong: the right page, no link, no session, no second try with a code. A row
//! for each fault of the stand's catalog; a fault without one fails.

use std::time::Duration;

use privyazka::stand::Fault;
use privyazka::stand::fault::{Entry, Place};

use crate::harness::page::Page;
use crate::harness::{Person, Setup, World, log, on_sqlite};
use crate::support::database::TestDatabase;

const ANNA: &str = "smirnova@stand.example";
const PETROV: &str = "petrov@stand.example";

/// Where a trip ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ends {
    /// Signed in, or at the comparison: the fault does no harm.
    Well,
    /// On the page of this code.
    At(u16),
    /// On the page that says that the request was not understood: the address is too long to be read.
    TooLong,
}
use Ends::{At, TooLong, Well};

const fn both(name: &'static str, ends: Ends) -> (&'static str, Ends, Ends) {
    (name, ends, ends)
}

/// Name, end of a sign-in, end of a linking trip.
const EXPECTED: &[(&str, Ends, Ends)] = &[
    both("callback-state-changed", At(109)),
    both("callback-state-dropped", At(109)),
    both("callback-state-doubled", At(109)),
    both("callback-state-upper-case", At(109)),
    both("callback-code-dropped", At(109)),
    both("callback-code-doubled", At(109)),
    both("callback-code-empty", At(109)),
    both("callback-code-huge", TooLong),
    both("callback-code-unprintable", At(109)),
    both("callback-code-foreign", At(108)),
    both("callback-code-and-error", At(109)),
    both("callback-unknown-parameter", At(109)),
    both("callback-error-alone", At(106)),
    both("callback-error-unknown", At(107)),
    both("callback-error-markup", At(106)),
    both("callback-error-huge", TooLong),
    both("callback-answers-twice", Well),
    both("callback-007002", At(107)),
    both("callback-007003", At(107)),
    both("callback-007004", At(106)),
    both("callback-007005", At(107)),
    both("callback-007006", At(107)),
    both("callback-007007", At(107)),
    both("callback-007008", At(107)),
    both("callback-007009", At(107)),
    both("callback-007013", At(107)),
    both("callback-007014", At(107)),
    both("callback-007015", At(107)),
    both("callback-007019", At(107)),
    both("callback-007038", At(107)),
    both("callback-007046", At(107)),
    both("callback-007053", At(107)),
    both("callback-007055", At(104)),
    both("callback-007060", At(107)),
    both("callback-007061", At(107)),
    both("callback-007062", At(112)),
    both("callback-007110", At(107)),
    both("callback-007194", At(107)),
    both("callback-008010", At(107)),
    both("callback-036700", At(107)),
    both("callback-036701", At(107)),
    both("callback-036702", At(107)),
    both("callback-036703", At(107)),
    both("callback-036704", At(107)),
    both("callback-036705", At(107)),
    both("callback-036706", At(107)),
    both("callback-036707", At(107)),
    both("callback-036716", At(107)),
    both("callback-036726", At(107)),
    both("callback-036727", At(107)),
    both("token-unavailable", At(107)),
    both("token-broken", At(107)),
    both("token-bad-gateway", At(107)),
    both("token-busy", At(107)),
    both("token-hangs", At(107)),
    both("token-slow", At(107)),
    both("token-cut", At(107)),
    both("token-empty", At(107)),
    both("token-html", At(107)),
    both("token-html-said-to-be-json", At(107)),
    both("token-untyped", At(107)),
    both("token-packed", At(107)),
    both("token-huge", At(107)),
    both("token-endless", At(107)),
    both("token-redirects", At(107)),
    both("token-redirects-whole", At(107)),
    both("token-list", At(107)),
    both("token-key-twice", At(107)),
    both("token-deep", At(107)),
    both("token-not-utf8", At(107)),
    both("token-007002", At(107)),
    both("token-007003", At(107)),
    both("token-007004", At(107)),
    both("token-007005", At(107)),
    both("token-007006", At(107)),
    both("token-007007", At(107)),
    both("token-007008", At(107)),
    both("token-007011", At(108)),
    both("token-007012", At(107)),
    both("token-007013", At(107)),
    both("token-007014", At(107)),
    both("token-007015", At(107)),
    both("token-007019", At(107)),
    both("token-007023", At(107)),
    both("token-007038", At(107)),
    both("token-007039", At(107)),
    both("token-007040", At(107)),
    both("token-007053", At(107)),
    both("token-008010", At(107)),
    both("token-state-changed", At(110)),
    both("token-state-dropped", At(107)),
    both("token-type-mac", At(107)),
    both("token-type-dropped", At(107)),
    both("token-without-id-token", At(107)),
    both("token-without-access-token", At(107)),
    both("token-access-token-number", At(107)),
    both("token-tokens-swapped", At(110)),
    both("token-lifetime-text", Well),
    both("token-lifetime-word", At(107)),
    both("token-lifetime-negative", At(107)),
    both("token-refresh-unasked", Well),
    both("token-fields-unknown", Well),
    both("wrong-signature", At(110)),
    both("wrong-key", At(110)),
    both("signature-dropped", At(110)),
    both("algorithm-none", At(110)),
    both("algorithm-hmac", At(110)),
    both("algorithm-other", At(110)),
    both("algorithm-missing", At(110)),
    both("extension-critical", At(110)),
    both("use-swapped", At(110)),
    both("wrong-issuer", At(110)),
    both("issuer-https", At(110)),
    both("wrong-audience", At(110)),
    both("audience-list", At(110)),
    both("wrong-client", At(110)),
    both("expired", At(110)),
    both("not-yet-valid", At(110)),
    both("issued-in-future", At(110)),
    both("issued-long-ago", At(110)),
    both("times-text", At(110)),
    both("times-missing", At(110)),
    both("subject-text", Well),
    both("subject-word", At(110)),
    both("subject-missing", At(110)),
    both("subject-huge", At(110)),
    both("subject-negative", At(110)),
    both("subject-fraction", At(110)),
    both("subject-differs", At(110)),
    both("organisation", At(112)),
    both("other-person", At(110)),
    both("level-untrusted", At(104)),
    both("level-child", At(104)),
    both("level-text-true", At(104)),
    both("level-unknown", At(104)),
    both("claim-twice", At(110)),
    both("id-token-huge", At(110)),
    both("id-token-opaque", At(110)),
    both("access-token-opaque", At(110)),
    both("old-forms", Well),
    both("certificate-named", Well),
    both("person-unavailable", At(107)),
    both("person-broken", At(107)),
    both("person-bad-gateway", At(107)),
    both("person-busy", At(107)),
    both("person-hangs", At(107)),
    both("person-slow", At(107)),
    both("person-cut", At(107)),
    both("person-empty", At(107)),
    both("person-html", At(107)),
    both("person-html-said-to-be-json", At(107)),
    both("person-untyped", At(107)),
    both("person-packed", At(107)),
    both("person-huge", At(107)),
    both("person-endless", At(107)),
    both("person-redirects", At(107)),
    both("person-redirects-whole", At(107)),
    both("person-list", At(107)),
    both("person-key-twice", At(107)),
    both("person-deep", At(107)),
    both("person-not-utf8", At(107)),
    both("person-unauthorized", At(107)),
    both("person-005029", At(107)),
    both("person-not-found", At(107)),
    both("person-other", At(110)),
    ("person-other-unnamed", Well, At(115)),
    both("person-deleted", At(110)),
    both("person-untrusted", At(104)),
    both("person-trusted-text", At(104)),
    both("person-trusted-missing", At(104)),
    both("person-child", At(104)),
    ("person-fields-null", Well, At(105)),
    ("person-fields-missing", Well, At(105)),
    ("person-names-missing", Well, At(105)),
    ("person-names-empty", Well, At(105)),
    both("person-middle-name-missing", Well),
    both("person-names-number", At(107)),
    ("person-names-markup", Well, At(105)),
    both("person-names-direction", Well),
    ("person-names-nul", Well, At(105)),
    both("person-names-huge", Well),
    both("person-names-invisible", Well),
    both("person-birth-date-missing", Well),
    both("person-birth-date-impossible", Well),
    both("person-birth-date-other-form", Well),
    both("person-snils-missing", Well),
    both("person-snils-wrong-sum", Well),
    both("person-snils-unformatted", Well),
    both("person-snils-number", At(107)),
    both("person-contacts-addresses", Well),
    both("person-contacts-foreign", Well),
    both("person-contacts-null", Well),
    both("person-email-unverified", Well),
    both("person-email-line-break", Well),
];

/// How many token and person requests a trip with this fault may make.
fn requests(entry: &Entry, ends: Ends) -> (u64, u64) {
    match entry.place {
        Place::Callback if entry.name == "callback-answers-twice" => (1, 1),
        // It looks like a code; only the provider knows better.
        Place::Callback if entry.name == "callback-code-foreign" => (1, 0),
        Place::Callback => (0, 0),
        Place::Token | Place::Tokens if ends == Well || looks_well_until_the_person(&entry.name) => (1, 1),
        Place::Token | Place::Tokens => (1, 0),
        Place::Person => (1, 1),
    }
}

/// The level is judged when token and person data are both there.
fn looks_well_until_the_person(name: &str) -> bool {
    name.starts_with("level-")
}

fn ended(landed: &Page) -> Ends {
    if landed.status == 431 {
        return TooLong;
    }
    let path = landed.leads_to();
    let path = path.split('?').next().unwrap_or_default();
    match path.strip_prefix("/outcome/") {
        Some(code) => At(code.parse().expect("a code")),
        None => {
            assert!(path == "/settings" || path == "/settings/link/confirm", "{path}, {}", landed.status);
            Well
        }
    }
}

/// Nothing of what the provider sent is taken for markup or turns the page around.
async fn page_is_harmless(person: &Person, landed: Page, name: &str) {
    let page = person.arrive(landed).await;
    assert!(matches!(page.status, 200 | 431), "{name}: {}", page.status);
    for bad in ["<script>alert", "<b>", "\0", "\u{202e}", "\u{2066}"] {
        assert!(!page.html.contains(bad), "{name}: {bad:?}");
    }
    assert!(page.html.len() < 64 * 1024, "{name}: {}", page.html.len());
}

/// The code that the stand sends back, where it is one of its own.
fn code_in(back: &Page) -> Option<String> {
    let address = back.location()?;
    let code = address.query_pairs().find(|(name, _)| name == "code")?.1.into_owned();
    (code.len() > 100).then_some(code)
}

#[test]
fn every_fault_has_its_row() {
    let names: Vec<String> = Fault::catalog().into_iter().map(|entry| entry.name).collect();
    let rows: Vec<&str> = EXPECTED.iter().map(|(name, ..)| *name).collect();
    assert_eq!(rows, names);
}

/// Whether a fault is met by waiting. The others answer, and no machine is too slow for them.
fn is_waited_for(entry: &Entry) -> bool {
    entry.name.ends_with("-hangs") || entry.name.ends_with("-slow")
}

#[test]
fn t17_every_fault_of_the_provider_ends_on_its_page_with_no_link_and_no_session() {
    let faults: Vec<_> = Fault::catalog().into_iter().filter(|entry| !is_waited_for(entry)).collect();
    assert!(faults.len() > 150);
    on_sqlite(async |database| walk_through(&faults, Duration::from_secs(60), database).await);
}

#[test]
fn t17_a_provider_that_lets_us_wait_ends_on_its_page_with_no_link_and_no_session() {
    let faults: Vec<_> = Fault::catalog().into_iter().filter(is_waited_for).collect();
    assert_eq!(faults.len(), 4);
    on_sqlite(async |database| walk_through(&faults, Duration::from_secs(2), database).await);
}

async fn walk_through(faults: &[Entry], request_timeout: Duration, database: &TestDatabase) {
    let setup = Setup::default().with(move |settings| {
        settings.esia.request_timeout = request_timeout;
        settings.sign_in.trips_per_address = 10_000;
    });
    let world = setup.start(database).await;
    world.person().link_whole("teacher", ANNA).await;
    let petrov = world.person();
    petrov.signed_in("parent").await;
    let mut codes = Vec::new();
    for entry in faults {
        let name = &entry.name;
        let Some(&(_, sign_in, link)) = EXPECTED.iter().find(|(known, ..)| known == name) else {
            panic!("no row: {name}");
        };
        world.stand().set_fault(Some(entry.fault));

        world.stand_serves(ANNA);
        let before = (world.stand().token_requests(), world.stand().person_requests());
        let anna = world.person();
        let departure = anna.start_sign_in().await;
        let back = anna.browser.follow(&departure).await;
        codes.extend(code_in(&back));
        let landed = anna.browser.follow(&back).await;
        assert_eq!(ended(&landed), sign_in, "{name}, sign-in");
        // The browser's reload of the same address, with the one-time code in it.
        let again = anna.browser.follow(&back).await;
        assert_eq!(ended(&again), sign_in, "{name}, repeated");
        let after = (world.stand().token_requests(), world.stand().person_requests());
        assert_eq!((after.0 - before.0, after.1 - before.1), requests(entry, sign_in), "{name}, sign-in");
        page_is_harmless(&anna, landed, name).await;
        assert_eq!(anna.is_signed_in().await, sign_in == Well, "{name}");

        world.stand_serves(PETROV);
        let before = after;
        let landed = petrov.link_as(PETROV).await;
        assert_eq!(ended(&landed), link, "{name}, link");
        let after = (world.stand().token_requests(), world.stand().person_requests());
        assert_eq!((after.0 - before.0, after.1 - before.1), requests(entry, link), "{name}, link");
        page_is_harmless(&petrov, landed, name).await;
        assert!(petrov.is_signed_in().await, "{name}: the password session goes on");

        world.stand().set_fault(None);
        world.stand_serves(ANNA);
        assert_eq!(world.person().enter_as(ANNA).await.leads_to(), "/settings", "{name}: and then it works");
    }
    assert_eq!(world.stand().followed_redirects(), 0);
    let written = log::written();
    assert!(codes.len() >= faults.len() / 2, "{}", codes.len());
    assert!(!codes.iter().any(|code| written.contains(code)), "a code in the log");
    assert_eq!((world.links_of("teacher").await, world.links_of("parent").await), (1, 0));
    world.end().await;
}

#[test]
fn t06_a_second_answer_to_one_request_is_not_exchanged() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        world.person().link_whole("teacher", ANNA).await;
        world.stand().set_fault(Some(Fault::named("callback-answers-twice").unwrap()));
        world.stand_serves(ANNA);
        let anna = world.person();
        let departure = anna.start_sign_in().await;
        let first = anna.browser.follow(&departure).await;
        let second = anna.browser.follow(&departure).await;
        let code = |page| Person::parameter(page, "code");
        assert_ne!(code(&first), code(&second));
        let before = world.stand().token_requests();
        assert_eq!(anna.browser.follow(&first).await.leads_to(), "/settings");
        let session = anna.cookie("session");
        assert_eq!(anna.browser.follow(&second).await.leads_to(), "/settings", "the recorded result");
        assert_eq!(anna.cookie("session"), session);
        assert_eq!(world.stand().token_requests() - before, 1);
        world.end().await;
    });
}
