//! What a stranger could learn from how long an answer takes: whether a login exists (`docs/security.md`, T67).
//!
//! Each pair is asked by turns, so that both stand on the same machine at the same moment.

use std::time::{Duration, Instant};

use privyazka::access::{Area, NewOperator, OperatorRole};
use privyazka::directory::ProfileId;
use privyazka::platform::clock::Clock;
use privyazka::platform::secret::Keys;
use privyazka::sign_in::{LinkingCode, Password, password};
use privyazka::store::linking_codes::{self, NewCode};
use privyazka::store::{Db, StoreError, operators, organisations, profiles};

use super::browser::{Browser, Page, Trouble};
use super::flows::Crowd;
use super::load::quantile;
use super::region::{PASSWORD, Size};
use super::report::Report;
use super::scene::{Scene, Stage};

/// Tries of each kind, whatever the scale: fewer tell nothing apart.
const TRIES: u32 = 200;
/// People before this one are tried with passwords, those from here on have codes.
const WITH_CODE_FROM: u32 = 1_000;
/// Nobody has these numbers.
const NOBODY: u32 = 8_000_000;

/// Medians of refused tries: passwords, linking codes, operators.
pub async fn answer_times(stage: &Stage, report: &mut Report) {
    let scene = stage.sqlite(Size::of(5_000, 0)).await;
    let count = TRIES;
    let crowd = &Crowd::new(&scene.region, scene.service.port);

    let password = async |login: u32| {
        let answer = crowd.type_password(&mut crowd.browser(), login, "wrong password").await;
        answer.and_then(|answer| answer.expect(200))
    };
    let [known, unknown] = by_turns(count, async |who, number| {
        password(if who == Who::Known { number } else { NOBODY + number }).await
    })
    .await;
    judge(report, "wrong password → unknown login", count, known, unknown);

    let codes = hand_out_codes(&scene, stage, count).await;
    let wrong = LinkingCode::generate().in_groups();
    let [known, unknown] = by_turns(count, async |who, number| {
        let login = WITH_CODE_FROM + number + if who == Who::Known { 0 } else { NOBODY };
        type_code(crowd, login, &wrong).await?.expect(200)
    })
    .await;
    judge(report, "wrong linking code → unknown login", count, known, unknown);
    let mut right = Vec::new();
    for (number, code) in (WITH_CODE_FROM..).zip(&codes) {
        let begun = Instant::now();
        type_code(crowd, number, code).await.and_then(|answer| answer.expect(303)).expect("the door opens");
        right.push(begun.elapsed());
    }
    // Whoever holds it learns nothing from the time: the door opens.
    report.note("right linking code, median", format!("{:.2} ms", median(right)));

    add_operators(&scene, count).await;
    let [known, unknown] = by_turns(count, async |who, number| {
        let login = if who == Who::Known { format!("bench-{number}") } else { format!("nobody-{number}") };
        type_as_operator(crowd, &login, "wrong password").await?.expect(200)
    })
    .await;
    judge(report, "operators: wrong password → unknown login", count, known, unknown);
    let mut right = Vec::new();
    for number in 0..count {
        let begun = Instant::now();
        let answer = type_as_operator(crowd, &format!("bench-{number}"), PASSWORD).await;
        answer.and_then(|answer| answer.expect(303)).expect("the next step");
        right.push(begun.elapsed());
    }
    report.note("operators: right password, median", format!("{:.1} ms", median(right)));
}

/// Whom a try is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    Known,
    Unknown,
}

/// Medians of `count` tries of each kind, milliseconds; each kind goes first as often as the other.
async fn by_turns(count: u32, attempt: impl AsyncFn(Who, u32) -> Result<Page, Trouble>) -> [f64; 2] {
    let mut latencies = [Vec::new(), Vec::new()];
    for number in 0..count {
        let first = number as usize % 2;
        for turn in [first, 1 - first] {
            let begun = Instant::now();
            attempt([Who::Known, Who::Unknown][turn], number).await.expect("the form again");
            latencies[turn].push(begun.elapsed());
        }
    }
    latencies.map(median)
}

fn median(mut all: Vec<Duration>) -> f64 {
    all.sort();
    quantile(&all, 0.5)
}

fn judge(report: &mut Report, what: &str, count: u32, known: f64, unknown: f64) {
    let difference = (unknown / known - 1.0).abs() * 100.0;
    report.judge(
        format!("{what}, median of {count} each"),
        format!("{known:.2} → {unknown:.2} ms ({difference:.1} %)"),
        "< 5 %",
        difference < 5.0,
    );
}

async fn type_code(crowd: &Crowd<'_>, login: u32, code: &str) -> Result<Page, Trouble> {
    let organisation = crowd.region.organisation_of(login).to_string();
    let path = format!("/login/link?organisation={organisation}");
    let login = format!("user-{login:07}");
    let fields = [("organisation", &*organisation), ("login", &login), ("code", code), ("way", "code")];
    fill_in(&mut crowd.browser(), &path, &fields).await
}

async fn type_as_operator(crowd: &Crowd<'_>, login: &str, password: &str) -> Result<Page, Trouble> {
    let fields = [("login", login), ("password", password)];
    fill_in(&mut crowd.browser(), "/helpdesk/login", &fields).await
}

/// Opens a page and sends its form.
async fn fill_in(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Result<Page, Trouble> {
    let page = browser.get(path).await?.expect(200)?;
    let all: Vec<_> = [("csrf", page.csrf()?)].into_iter().chain(fields.iter().copied()).collect();
    browser.post(path, &all).await
}

/// Codes for so many people, in their order.
async fn hand_out_codes(scene: &Scene, stage: &Stage, count: u32) -> Vec<String> {
    let (keys, logins) = (stage.keys(), WITH_CODE_FROM..WITH_CODE_FROM + count);
    let people = logins.map(|number| (scene.region.organisation_of(number), format!("user-{number:07}")));
    let people: Vec<_> = people.collect();
    let stored = scene.region.store.write(move |db| {
        people.iter().map(|(organisation, login)| store_code(db, &keys, *organisation, login)).collect()
    });
    stored.await.expect("codes are stored")
}

fn store_code(db: &mut Db, keys: &Keys, organisation: i64, login: &str) -> Result<String, StoreError> {
    let organisation = privyazka::directory::OrganisationId(organisation);
    let found = profiles::find_for_sign_in(db, organisation, login)?.expect("a person of the region");
    let profile: ProfileId = found.id;
    let uid = profiles::find(db, profile)?.expect("a person of the region").uid;
    let (code, now) = (LinkingCode::generate(), Clock::system().now());
    let new = [NewCode { profile, digest: code.digest(keys, &uid) }];
    linking_codes::insert(db, 1, &new, now, now + chrono::Duration::days(7))?;
    Ok(code.in_groups())
}

async fn add_operators(scene: &Scene, count: u32) {
    let hash = password::hash(&Password::new(PASSWORD.into())).expect("argon2 works");
    let stored = scene.region.store.write(move |db| {
        let area = Area::Region(organisations::list_regions(db)?[0].id);
        for number in 0..count {
            let new = NewOperator {
                login: format!("bench-{number}"),
                name: "Оператор".into(),
                email: None,
                role: OperatorRole::Support,
                area,
                profile: None,
                needs_esia: false,
                password_hash: hash.clone(),
                must_change_password: false,
            };
            operators::insert(db, &new, Clock::system().now())?;
        }
        Ok(())
    });
    stored.await.expect("operators are stored");
}
