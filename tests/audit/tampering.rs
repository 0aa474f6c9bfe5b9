//! What an attacker with all rights on the database changes is named by its number and kind.

use privyazka::audit::chain::{Anchor, ChainHash, SealInput};
use privyazka::audit::verify::{Expectation, verify};
use privyazka::store::audit_seals;

use crate::support::database::{TestDatabase, on_each_database};
use crate::world::World;

on_each_database![
    t55_an_untouched_chain_verifies,
    t55_each_changed_field_is_named_with_its_record,
    t55_a_changed_seal_is_named,
    t55_removed_events_are_named_wherever_they_stood,
    t55_records_removed_with_their_seals_are_named,
    t55_swapped_records_are_named,
    t55_a_cut_tail_shows_against_an_anchor_only,
    t55_a_chain_written_anew_shows_against_an_anchor,
    t55_events_past_the_chain_are_named,
    t55_a_checkpoint_without_its_record_is_no_excuse,
    t55_a_walk_may_begin_at_a_place_verified_before,
];

async fn t55_an_untouched_chain_verifies(database: &TestDatabase) {
    let world = World::new(database);
    let empty = world.verify().await;
    assert_eq!((empty.breach, empty.head, empty.walked), (None, Anchor::START, 0));
    world.record(1..=5).await;
    let waiting = world.verify().await;
    assert_eq!((waiting.breach, waiting.unsealed), (None, 5), "an unsealed tail is told, and no breach");
    // More than a page of the walk.
    world.record(6..=2_500).await;
    assert_eq!(world.sealer.seal_waiting().await.unwrap(), 2_500);
    let report = world.verify().await;
    assert_eq!((report.breach, report.walked, report.unsealed), (None, 2_500, 0));
    assert_eq!(report.head, world.sealer.head().await.unwrap());
    let again = world.verify_against(&[report.head]).await;
    assert_eq!(again.breach, None);
}

async fn t55_each_changed_field_is_named_with_its_record(database: &TestDatabase) {
    let fields = [
        "occurred_at = '2026-01-02 03:04:05.678901'",
        "kind = 'link:account:created'",
        "actor = 'profile:1'",
        "profile_id = 1",
        "details = '{}'",
        "request_id = ''",
        "address = '192.0.2.2'",
        "organisation_id = 1",
        "municipality_id = 1",
    ];
    let world = World::with_events(database, 9).await;
    // From the last to the first, so that each is the first that is wrong.
    for (row, field) in fields.iter().enumerate().rev() {
        let row = row + 1;
        world.attack(&format!("UPDATE audit_events SET {field} WHERE id = {row}")).await;
        assert_eq!(world.complaint().await, format!("record {row}, event {row}: changed"), "{field}");
    }
}

async fn t55_a_changed_seal_is_named(database: &TestDatabase) {
    let world = World::with_events(database, 4).await;
    world.attack("UPDATE audit_seals SET sealed_at = '2026-01-02 03:04:05.678901' WHERE sequence = 4").await;
    assert_eq!(world.complaint().await, "record 4, event 4: changed");
    world.attack("UPDATE audit_seals SET hash = (SELECT hash FROM audit_seals WHERE sequence = 1) WHERE sequence = 3").await;
    assert_eq!(world.complaint().await, "record 3, event 3: changed");
    world.attack("UPDATE audit_events SET id = 100 WHERE id = 2").await;
    assert_eq!(world.complaint().await, "record 2: event 2 is missing");
    if database.sqlite_file().is_some() {
        world.attack("UPDATE audit_events SET occurred_at = 'never' WHERE id = 1").await;
        assert_eq!(world.complaint().await, "record 1: unreadable");
    }
}

async fn t55_removed_events_are_named_wherever_they_stood(database: &TestDatabase) {
    let world = World::with_events(database, 9).await;
    for row in [9, 5, 1] {
        world.attack(&format!("DELETE FROM audit_events WHERE id = {row}")).await;
        assert_eq!(world.complaint().await, format!("record {row}: event {row} is missing"));
    }
}

async fn t55_records_removed_with_their_seals_are_named(database: &TestDatabase) {
    let world = World::with_events(database, 9).await;
    let remove = |rows: &str| {
        format!(
            "DELETE FROM audit_events WHERE id IN ({rows}); DELETE FROM audit_seals WHERE event_id IN ({rows})"
        )
    };
    world.attack(&remove("6, 7")).await;
    assert_eq!(world.complaint().await, "records 6 to 7: missing");
    // The ones behind move up: their hashes no longer fit.
    world.attack("UPDATE audit_seals SET sequence = 6 WHERE sequence = 8").await;
    assert_eq!(world.complaint().await, "record 6, event 8: changed");
    world.attack(&remove("1")).await;
    assert_eq!(world.complaint().await, "record 1: missing");
}

async fn t55_swapped_records_are_named(database: &TestDatabase) {
    let world = World::with_events(database, 9).await;
    let swap = |table: &str, column: &str, one: i64, other: i64| {
        format!(
            "UPDATE {table} SET {column} = -1 WHERE {column} = {one}; \
             UPDATE {table} SET {column} = {one} WHERE {column} = {other}; \
             UPDATE {table} SET {column} = {other} WHERE {column} = -1"
        )
    };
    // The contents of two events; the numbers of events are their identity.
    world.attack(&swap("audit_events", "id", 7, 9)).await;
    assert_eq!(world.complaint().await, "record 7: swapped with record 9");
    world.attack(&swap("audit_seals", "event_id", 4, 6)).await;
    assert_eq!(world.complaint().await, "record 4: swapped with record 6");
    // -1 is no sequence: the table itself refuses it.
    let seals = swap("audit_seals", "sequence", 1, 2).replace("-1", "1000");
    world.attack(&seals).await;
    assert_eq!(world.complaint().await, "record 1: swapped with record 2");
}

async fn t55_a_cut_tail_shows_against_an_anchor_only(database: &TestDatabase) {
    let world = World::with_events(database, 9).await;
    let anchor = world.sealer.head().await.unwrap();
    world.attack("DELETE FROM audit_events WHERE id > 7; DELETE FROM audit_seals WHERE sequence > 7").await;
    assert_eq!(world.verify().await.breach, None, "nothing inside the database can tell");
    let breach = world.verify_against(&[anchor]).await.breach.unwrap().to_string();
    assert_eq!(breach, format!("records 8 to 9: the tail is cut off; anchor {anchor} knows them"));
    let from = Expectation { anchors: Vec::new(), from: Some(anchor) };
    let breach = verify(&world.store, &from).await.unwrap().breach.unwrap().to_string();
    assert_eq!(breach, format!("records 8 to 9: the tail is cut off; anchor {anchor} knows them"));
}

async fn t55_a_chain_written_anew_shows_against_an_anchor(database: &TestDatabase) {
    let world = World::with_events(database, 6).await;
    let anchor = world.sealer.head().await.unwrap();
    world.attack("UPDATE audit_events SET actor = 'system' WHERE id = 3").await;
    // The attacker computes every hash from there on, as the program would.
    let mut previous = Anchor::START;
    for sealed in world.store.read(|db| audit_seals::list_after(db, 0, 100)).await.unwrap() {
        let entry = sealed.entry.unwrap();
        previous = SealInput { previous, sealed_at: sealed.seal.sealed_at, entry: &entry }.seal().anchor;
        let hash = match database.sqlite_file() {
            Some(_) => format!("x'{}'", previous.hash),
            None => format!("'\\x{}'", previous.hash),
        };
        world
            .attack(&format!("UPDATE audit_seals SET hash = {hash} WHERE sequence = {}", previous.sequence))
            .await;
    }
    assert_eq!(world.verify().await.breach, None, "the chain agrees with itself");
    let breach = world.verify_against(&[anchor]).await.breach.unwrap().to_string();
    assert_eq!(breach, format!("record 6: another one than anchor {anchor} knows; the chain was rewritten"));
}

async fn t55_events_past_the_chain_are_named(database: &TestDatabase) {
    let world = World::with_events(database, 3).await;
    world.record(4..=4).await;
    world.attack("DELETE FROM audit_events WHERE id = 4").await;
    assert_eq!(world.complaint().await, "event 4: waited for its seal and is missing");
    let another = database.empty_sibling();
    let world = World::with_events(&another, 3).await;
    world
        .attack(
            "INSERT INTO audit_events (occurred_at, kind, actor, details, request_id, address) \
             SELECT occurred_at, kind, actor, details, request_id, address FROM audit_events WHERE id = 2",
        )
        .await;
    assert_eq!(world.complaint().await, "event 4: neither sealed nor waiting for its seal");
}

async fn t55_a_checkpoint_without_its_record_is_no_excuse(database: &TestDatabase) {
    let world = World::with_events(database, 9).await;
    world
        .attack(
            "INSERT INTO audit_checkpoints (sequence, hash, created_at) \
             SELECT sequence, hash, sealed_at FROM audit_seals WHERE sequence = 4; \
             DELETE FROM audit_events WHERE id <= 4; DELETE FROM audit_seals WHERE sequence <= 4",
        )
        .await;
    assert_eq!(world.complaint().await, "records up to 4: missing; no record of destruction covers them");
}

async fn t55_a_walk_may_begin_at_a_place_verified_before(database: &TestDatabase) {
    let world = World::with_events(database, 9).await;
    let seals = world.store.read(|db| audit_seals::list_after(db, 0, 100)).await.unwrap();
    let fifth = seals[4].seal.anchor;
    let from = |anchor| Expectation { anchors: Vec::new(), from: Some(anchor) };
    let report = verify(&world.store, &from(fifth)).await.unwrap();
    assert_eq!((report.breach, report.walked, report.begin), (None, 4, fifth));
    let forged = Anchor { hash: ChainHash([1; 32]), ..fifth };
    let report = verify(&world.store, &from(forged)).await.unwrap();
    assert!(report.breach.unwrap().to_string().contains("the chain was rewritten"));
    // An anchor from before the beginning can be held against nothing.
    let old = Expectation { anchors: vec![seals[1].seal.anchor], from: Some(fifth) };
    assert_eq!(verify(&world.store, &old).await.unwrap().too_old, [seals[1].seal.anchor]);
}
