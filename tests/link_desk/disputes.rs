//! «Это был не я»: by whoever has the letter, signed out, once.

use std::sync::Arc;

use chrono::Duration;
use diesel::prelude::*;
use privyazka::each;
use privyazka::error_code::OutcomeCode;
use privyazka::helpdesk::cases::case::CaseSource;
use privyazka::helpdesk::links::dispute::Undo;
use privyazka::linking::LinkStatus;
use privyazka::linking::undo::UndoResult;
use privyazka::mail::{Dispatcher, Transport};
use privyazka::platform::secret::Token;
use privyazka::sign_in::EsiaSignInResult;
use privyazka::store::schema::{cases, undo_tokens};
use privyazka::store::undo_tokens as tokens;

use crate::support::database::{TestDatabase, on_each_database};
use crate::world::{World, person};

on_each_database![
    t30_a_dispute_freezes_the_link_ends_sessions_and_opens_one_case,
    t30_looking_changes_nothing_and_the_address_works_for_fourteen_days,
    t30_a_link_that_is_gone_is_said_to_be_and_the_newer_one_is_left_alone,
    a_letter_about_a_sign_in_without_a_link_still_ends_sessions_and_opens_a_case,
    t53_no_live_token_can_be_read_in_the_database_before_or_after_the_letter_went,
];

async fn t30_a_dispute_freezes_the_link_ends_sessions_and_opens_one_case(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let linked = world.linked("teacher", 1).await;
    // Two mailboxes got a letter each.
    let journal = world.undo_token(linked.profile, Some(linked.link)).await;
    let esia = world.undo_token(linked.profile, Some(linked.link)).await;
    let browser = world.browser(linked.profile).await;
    let trip = world.pending_trip(&linked.session).await;

    let done = world.dispute(&journal).await;
    let Undo::Done { result: UndoResult::Frozen, case: Some(number) } = &done else { panic!("{done:?}") };
    assert_eq!(world.held(linked.profile).await.map(|link| link.status), Some(LinkStatus::Frozen));
    assert!(world.sessions.find_live(&browser).await.unwrap().is_none());
    assert!(world.outcome(&trip).await.is_some(), "no trip goes on");
    let refused = EsiaSignInResult::Refused(OutcomeCode::LinkFrozen);
    assert_eq!(world.sign_in(&person(1)).await, refused);
    assert_eq!(world.letters(linked.profile, "link_disputed").await.len(), 1);
    assert_eq!(world.events(linked.profile, "link:account:disputed").await, 1);
    let school = world.school;
    let case = world
        .read(|db| {
            let query = cases::table.select((
                cases::number,
                cases::organisation_id,
                cases::profile_id,
                cases::link_id,
                cases::source,
                cases::state,
            ));
            type Row = (String, Option<i64>, Option<i64>, Option<i64>, String, String);
            Ok(each!(db, |c| query.load::<Row>(c))?)
        })
        .await;
    let (profile, link) = (Some(linked.profile.0), Some(linked.link.0));
    let source = CaseSource::Dispute.as_str().to_owned();
    assert_eq!(case, [(number.clone(), Some(school.0), profile, link, source, "new".to_owned())]);

    assert_eq!(world.dispute(&journal).await, done, "a repeat shows what came of it");
    assert_eq!(world.disputes().look(&journal).await.unwrap(), done);
    let again = Undo::Done { result: UndoResult::FrozenBefore, case: Some(number.clone()) };
    assert_eq!(world.dispute(&esia).await, again, "the other letter joins the same case");
    let count = world.read(|db| Ok(each!(db, |c| cases::table.count().get_result::<i64>(c))?)).await;
    assert_eq!(count, 1);
}

async fn t30_looking_changes_nothing_and_the_address_works_for_fourteen_days(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let linked = world.linked("teacher", 1).await;
    let token = world.undo_token(linked.profile, Some(linked.link)).await;
    for _ in 0..10 {
        let open = Undo::Open { link_is_active: true };
        assert_eq!(world.disputes().look(&token).await.unwrap(), open);
    }
    assert_eq!(world.living_sessions(linked.profile).await, 1);
    assert_eq!(world.disputes().look(&Token::generate()).await.unwrap(), Undo::Unknown);
    assert_eq!(world.dispute(&Token::generate()).await, Undo::Unknown);
    let late = world.undo_token(linked.profile, Some(linked.link)).await;
    world.clock.advance(Duration::days(14));
    assert_eq!(world.disputes().look(&late).await.unwrap(), Undo::Unknown);
    assert_eq!(world.dispute(&late).await, Undo::Unknown);
    assert_eq!(world.held(linked.profile).await.map(|link| link.status), Some(LinkStatus::Active));
    let later = world.clock.now() + Duration::seconds(1);
    // The two above and the one of the letter about the link.
    assert_eq!(world.write(move |db| tokens::delete_expired(db, later, 100)).await.len(), 3);
}

async fn t30_a_link_that_is_gone_is_said_to_be_and_the_newer_one_is_left_alone(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let operator = world.support("helpdesk").await;
    let linked = world.linked("teacher", 1).await;
    let letter = world.undo_token(linked.profile, Some(linked.link)).await;
    world.unlink_by(operator, linked.profile, linked.link).await.unwrap();
    let session = world.session(linked.profile).await;
    let fresh = world.link_again(&session, 1).await;
    let open = Undo::Open { link_is_active: false };
    assert_eq!(world.disputes().look(&letter).await.unwrap(), open);
    let done = world.dispute(&letter).await;
    assert!(matches!(&done, Undo::Done { result: UndoResult::Gone, case: Some(_) }), "{done:?}");
    let held = world.held(linked.profile).await.unwrap();
    assert_eq!((held.id, held.status), (fresh, LinkStatus::Active));
    assert_eq!(world.living_sessions(linked.profile).await, 0);
}

async fn a_letter_about_a_sign_in_without_a_link_still_ends_sessions_and_opens_a_case(
    database: &TestDatabase,
) {
    let world = World::new(database.open()).await;
    let linked = world.linked("teacher", 1).await;
    let letter = world.undo_token(linked.profile, None).await;
    let done = world.dispute(&letter).await;
    assert!(matches!(&done, Undo::Done { result: UndoResult::NoLink, case: Some(_) }), "{done:?}");
    assert_eq!(world.living_sessions(linked.profile).await, 0);
    assert_eq!(world.held(linked.profile).await.map(|link| link.status), Some(LinkStatus::Active));
}

async fn t53_no_live_token_can_be_read_in_the_database_before_or_after_the_letter_went(
    database: &TestDatabase,
) {
    let world = World::new(database.open()).await;
    let linked = world.linked("teacher", 1).await;
    let sent = Arc::default();
    let transport = Transport::Memory(Arc::clone(&sent));
    let keys = Arc::clone(&world.keys);
    let dispatcher =
        Dispatcher::new(world.store.clone(), keys, transport, world.clock.clone(), &world.outbox);
    let before = everything(&world, database).await;
    assert_eq!(dispatcher.dispatch_due().await.unwrap().sent, 1);
    let text = sent.lock().unwrap().iter().map(|letter| letter.text.clone()).collect::<String>();
    let at = text.find("http://localhost:8080/undo/").expect("the letter has the address");
    let token = text[at..].lines().next().unwrap().rsplit('/').next().unwrap().to_owned();
    assert!(matches!(
        world.disputes().look(&Token::parse(&token).unwrap()).await.unwrap(),
        Undo::Open { link_is_active: true }
    ));
    let after = everything(&world, database).await;
    for everything in [before, after] {
        for spelling in [token.clone(), hex::encode(&token)] {
            let found = everything.windows(spelling.len()).any(|part| part == spelling.as_bytes());
            assert!(!found, "only its digest is kept");
        }
    }
    let digests = world
        .read(|db| {
            Ok(each!(db, |c| undo_tokens::table.select(undo_tokens::token_digest).load::<Vec<u8>>(c))?)
        })
        .await;
    let digest = Token::parse(&token).unwrap().digest();
    assert!(digests.iter().any(|stored| stored == digest.as_bytes()));
    assert!(world.held(linked.profile).await.is_some());
}

/// Every byte that SQLite has on disk, or every row that PostgreSQL has.
async fn everything(world: &World, database: &TestDatabase) -> Vec<u8> {
    if let Some(file) = database.sqlite_file() {
        let folder = std::fs::read_dir(file.parent().unwrap()).unwrap();
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let beside = folder.map(|entry| entry.unwrap().path());
        let ours = beside.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with(&name));
        let bytes: Vec<u8> = ours.flat_map(|path| std::fs::read(path).unwrap()).collect();
        assert!(!bytes.is_empty(), "the files are not where this test looks");
        return bytes;
    }
    world
        .read(|db| {
            #[derive(QueryableByName)]
            struct Text {
                #[diesel(sql_type = diesel::sql_types::Text)]
                value: String,
            }
            let tables = "SELECT tablename AS value FROM pg_tables WHERE schemaname = 'public'";
            let tables: Vec<Text> = each!(&mut *db, |c| diesel::sql_query(tables).load(c))?;
            let mut all = Vec::new();
            for Text { value: table } in tables {
                let rows = format!("SELECT coalesce(string_agg(t::text, ' '), '') AS value FROM {table} t");
                let rows: Vec<Text> = each!(&mut *db, |c| diesel::sql_query(rows).load(c))?;
                all.extend(rows.into_iter().flat_map(|row| row.value.into_bytes()));
            }
            Ok(all)
        })
        .await
}
