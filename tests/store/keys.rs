//! The master key and the database it fills belong together, also while the key is being changed.

use std::sync::Arc;

use diesel::prelude::*;
use privyazka::directory::{ProfileId, StoredSnils, snils_vault};
use privyazka::each;
use privyazka::identity::Snils;
use privyazka::key_rotation::{KeyRotation, Tally};
use privyazka::platform::secret::{Cell, Keys, MasterKey};
use privyazka::store::key_checks::{self, Standing};
use privyazka::store::outbox_entries::{self, NewEntry};
use privyazka::store::schema::{key_checks as checks, outbox_entries as entries, profiles};
use privyazka::store::sealed_values::{self, Resealed, SealedColumn};
use privyazka::store::{Db, Store, StoreError};

use super::data::{insert_organisation, insert_profile, moment};
use super::support::database::{TestDatabase, on_each_database};

on_each_database![
    t57_another_master_key_is_noticed_and_changes_nothing,
    t57_a_change_of_the_key_needs_both_until_it_is_done,
    t57_a_rotation_seals_everything_anew_and_a_second_one_nothing,
    t57_a_letter_that_went_meanwhile_is_not_brought_back,
    t57_a_value_that_no_key_opens_is_counted_and_left_alone,
];

const CURRENT: Standing = Standing { current: true, previous: false, foreign: false };

fn key(byte: u8) -> MasterKey {
    MasterKey::from_bytes([byte; 32])
}

fn only(byte: u8) -> Arc<Keys> {
    Arc::new(key(byte).derive())
}

fn changing(from: u8, to: u8) -> Arc<Keys> {
    Arc::new(key(to).derive_beside(Some(&key(from))))
}

async fn register(store: &Store, keys: Arc<Keys>) -> Standing {
    store.write(move |db| key_checks::register(db, &keys)).await.unwrap()
}

async fn look(store: &Store, keys: Arc<Keys>) -> Standing {
    store.read(move |db| key_checks::look(db, &keys)).await.unwrap()
}

fn rows(db: &mut Db) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
    Ok(each!(db, |c| checks::table.order(checks::id).load(c))?)
}

async fn t57_another_master_key_is_noticed_and_changes_nothing(database: &TestDatabase) {
    let store = database.open();
    assert_eq!(register(&store, only(1)).await, CURRENT, "the first key is taken");
    let before = store.read(rows).await.unwrap();
    let foreign = Standing { current: false, previous: false, foreign: true };
    assert_eq!(register(&store, only(2)).await, foreign);
    assert_eq!(register(&store, changing(3, 2)).await, foreign, "two wrong keys are no better");
    assert_eq!(store.read(rows).await.unwrap(), before);
    assert_eq!(register(&store, only(1)).await, CURRENT, "the first key still fits");
}

async fn t57_a_change_of_the_key_needs_both_until_it_is_done(database: &TestDatabase) {
    let store = database.open();
    register(&store, only(1)).await;
    let both = Standing { current: true, previous: true, foreign: false };
    assert_eq!(register(&store, changing(1, 2)).await, both);
    assert_eq!(register(&store, changing(2, 1)).await, both, "a node that still writes under the old key");
    let half = Standing { current: true, previous: false, foreign: true };
    for alone in [1, 2] {
        assert_eq!(register(&store, only(alone)).await, half, "key {alone} alone");
    }
    assert!(register(&store, changing(1, 3)).await.foreign, "a third key has to wait");
    assert_eq!(store.read(rows).await.unwrap().len(), 2);

    let keys = changing(1, 2);
    store.write(move |db| key_checks::settle(db, &keys)).await.unwrap();
    assert_eq!(look(&store, only(2)).await, CURRENT);
    assert_eq!(look(&store, changing(1, 2)).await, CURRENT, "the old key is not needed any more");
    assert!(look(&store, only(1)).await.foreign);
    assert_eq!(register(&store, changing(2, 3)).await, both, "the next change may begin");
}

fn snils(number: u32) -> Snils {
    Snils::with_control_sum(100_200_300 + number)
}

const LETTER: &[u8] = b"letter";

fn letter_cell(uid: &str) -> Cell<'_> {
    Cell { table: "outbox_entries", column: "letter", row: uid }
}

/// Profiles with a SNILS, each with an unsent letter, as the service with `keys` writes them.
async fn fill(store: &Store, keys: Arc<Keys>, numbers: std::ops::Range<u32>) -> Vec<ProfileId> {
    let filled = store.write(move |db| {
        let known: Option<i64> =
            each!(&mut *db, |c| profiles::table.select(profiles::organisation_id).first(c).optional())?;
        let school = match known {
            Some(school) => school,
            None => insert_organisation(db)?,
        };
        let mut ids = Vec::new();
        for number in numbers.clone() {
            let login = format!("p{number}");
            let id = insert_profile(db, school, &login)?;
            let stored = snils_vault::store_snils(&keys, &format!("uid-{login}"), &snils(number));
            each!(&mut *db, |c| diesel::update(profiles::table.find(id))
                .set((
                    profiles::snils_sealed.eq(Some(stored.sealed)),
                    profiles::snils_hash.eq(Some(stored.hash.to_vec())),
                ))
                .execute(c))?;
            let uid = format!("letter-{number}");
            let letter_sealed = &keys.sealer.seal(letter_cell(&uid), LETTER);
            let created_at = moment().and_utc();
            let profile = Some(ProfileId(id));
            let entry =
                NewEntry { uid: &uid, kind: "linked", profile, link: None, letter_sealed, created_at };
            outbox_entries::insert(db, &entry)?;
            ids.push(ProfileId(id));
        }
        Ok(ids)
    });
    filled.await.unwrap()
}

/// Whether `keys` alone read everything that [`fill`] wrote.
async fn reads_everything(store: &Store, keys: Arc<Keys>, ids: &[ProfileId]) -> bool {
    let ids = ids.to_vec();
    let read = store.read(move |db| {
        let mut all = true;
        for (number, profile) in (0..).zip(privyazka::store::profiles::list(db, &ids)?) {
            let stored: StoredSnils = profile.snils.expect("it has one");
            all &= snils_vault::open_snils(&keys, &profile.uid, &stored).is_ok_and(|s| s == snils(number));
        }
        let query = entries::table.select((entries::uid, entries::letter_sealed));
        let letters: Vec<(String, Option<Vec<u8>>)> = each!(db, |c| query.load(c))?;
        for (uid, sealed) in letters {
            let opened = sealed.map(|sealed| keys.sealer.open(letter_cell(&uid), &sealed));
            all &= opened.is_none_or(|opened| opened.is_ok_and(|letter| letter == LETTER));
        }
        Ok(all)
    });
    read.await.unwrap()
}

async fn t57_a_rotation_seals_everything_anew_and_a_second_one_nothing(database: &TestDatabase) {
    let store = database.open();
    register(&store, only(1)).await;
    let mut ids = fill(&store, only(1), 0..7).await;
    register(&store, changing(1, 2)).await;
    // The service goes on meanwhile and writes under the new key.
    ids.extend(fill(&store, changing(1, 2), 7..9).await);
    assert!(reads_everything(&store, changing(1, 2), &ids).await);
    assert!(!reads_everything(&store, only(2), &ids).await);

    // Rows that are no multiple of the step, and one step for all.
    for (from, to, batch) in [(1, 2, 3), (2, 3, 500)] {
        register(&store, changing(from, to)).await;
        let rotation = KeyRotation::new(store.clone(), changing(from, to), batch);
        let mut told = Vec::new();
        assert_eq!(rotation.rotate(|column, values| told.push((column, values))).await.unwrap(), 0);
        assert!(
            told.iter().any(|(column, values)| *column == SealedColumn::Snils && *values >= 7),
            "{told:?}"
        );
        assert!(reads_everything(&store, only(to), &ids).await);
        assert_eq!(look(&store, only(to)).await, CURRENT);
        let mut again = 0;
        rotation.rotate(|_, values| again += values).await.unwrap();
        assert_eq!(again, 0, "what is done is not done again");
        let tally = rotation.count(SealedColumn::Letter).await.unwrap();
        assert_eq!(tally, Tally { current: 9, previous: 0, unreadable: 0 });
    }
}

async fn t57_a_letter_that_went_meanwhile_is_not_brought_back(database: &TestDatabase) {
    let store = database.open();
    fill(&store, only(1), 0..3).await;
    let keys = changing(1, 2);
    let (replaced, left) = store
        .write(move |db| {
            let values = sealed_values::list_after(db, SealedColumn::Letter, 0, 10)?;
            let resealed: Vec<Resealed> = values
                .into_iter()
                .map(|value| Resealed {
                    id: value.id,
                    sealed: keys.sealer.reseal(letter_cell(&value.row_name), &value.sealed).unwrap().unwrap(),
                    before: value.sealed,
                    hash: None,
                })
                .collect();
            // Between the look and the change the first is sent and the second stored anew.
            each!(&mut *db, |c| diesel::update(entries::table.find(resealed[0].id))
                .set((entries::status.eq("sent"), entries::letter_sealed.eq(None::<Vec<u8>>)))
                .execute(c))?;
            each!(&mut *db, |c| diesel::update(entries::table.find(resealed[1].id))
                .set(entries::letter_sealed.eq(Some(b"newer".to_vec())))
                .execute(c))?;
            let replaced = sealed_values::replace(db, SealedColumn::Letter, &resealed)?;
            let query = entries::table.order(entries::id).select(entries::letter_sealed);
            let left: Vec<Option<Vec<u8>>> = each!(db, |c| query.load(c))?;
            assert_eq!(left[2].as_ref(), Some(&resealed[2].sealed));
            Ok((replaced, left))
        })
        .await
        .unwrap();
    assert_eq!(replaced, 1);
    assert_eq!(left[0], None);
    assert_eq!(left[1].as_deref(), Some(b"newer".as_slice()));
}

async fn t57_a_value_that_no_key_opens_is_counted_and_left_alone(database: &TestDatabase) {
    let store = database.open();
    register(&store, only(1)).await;
    let ids = fill(&store, only(1), 0..3).await;
    let damaged = ids[1];
    let damage = store.write(move |db| {
        each!(db, |c| diesel::update(profiles::table.find(damaged.0))
            .set(profiles::snils_sealed.eq(Some(b"damaged".to_vec())))
            .execute(c))?;
        Ok(())
    });
    damage.await.unwrap();
    register(&store, changing(1, 2)).await;
    let rotation = KeyRotation::new(store.clone(), changing(1, 2), 2);
    assert_eq!(rotation.rotate(|_, _| {}).await.unwrap(), 1);
    let tally = rotation.count(SealedColumn::Snils).await.unwrap();
    assert_eq!(tally, Tally { current: 2, previous: 0, unreadable: 1 });
    let kept: Option<Vec<u8>> = store
        .read(move |db| {
            let query = profiles::table.find(damaged.0).select(profiles::snils_sealed);
            Ok(each!(db, |c| query.first(c))?)
        })
        .await
        .unwrap();
    assert_eq!(kept.as_deref(), Some(b"damaged".as_slice()));
}
