//! What `privyazka demo` finds in its database.
#![cfg(feature = "stand")]

use privyazka::directory::demo_region::{self, DEMO_PEOPLE, generated_people};
use privyazka::directory::{DirectoryCatalog, snils_vault};
use privyazka::identity::Snils;
use privyazka::store::{Store, profiles};

use crate::{keys, now, on_sqlite, open, small_region};

async fn ensure(db: &Store, hash: &'static str) -> bool {
    db.write(move |db| demo_region::ensure(db, &keys(), now(), hash)).await.unwrap()
}

#[tokio::test]
async fn demo_people_are_where_tutorials_look_for_them_sqlite() {
    on_sqlite(demo_people_are_where_tutorials_look_for_them).await;
}

async fn demo_people_are_where_tutorials_look_for_them(url: String) {
    let db = open(&url);
    assert!(ensure(&db, "hash").await);
    let catalog = DirectoryCatalog::load(&db).await.unwrap();
    let directory = catalog.snapshot();
    assert_eq!(directory.municipalities(directory.regions()[0].id).len(), 43);
    for person in DEMO_PEOPLE {
        let organisation = directory
            .search(&format!("{} Миасс", person.organisation))
            .into_iter()
            .find(|one| one.short_name == person.organisation && one.settlement == "Миасс")
            .unwrap();
        let found = db
            .read(move |db| {
                let found = profiles::find_for_sign_in(db, organisation.id, person.login)?.unwrap();
                assert_eq!(found.password_hash.as_deref(), Some("hash"));
                profiles::find(db, found.id)
            })
            .await
            .unwrap()
            .unwrap();
        assert_eq!(found.roles, [person.role], "{}", person.login);
        let snils = snils_vault::open_snils(&keys(), &found.uid, &found.snils.unwrap()).unwrap();
        assert_eq!(snils, Snils::with_control_sum(person.snils_base), "{}", person.login);
    }
}

#[tokio::test]
async fn a_second_start_changes_nothing_sqlite() {
    on_sqlite(a_second_start_changes_nothing).await;
}

async fn a_second_start_changes_nothing(url: String) {
    let first = open(&url);
    assert!(ensure(&first, "first").await);
    drop(first);
    let db = open(&url);
    assert!(!ensure(&db, "second").await);
    let school = DirectoryCatalog::load(&db).await.unwrap().snapshot().search("СОШ № 12 Миасс")[0].id;
    let teacher = db.read(move |db| profiles::find_for_sign_in(db, school, "teacher")).await.unwrap();
    assert_eq!(teacher.unwrap().password_hash.as_deref(), Some("first"));
}

#[tokio::test]
async fn generated_people_fill_a_database_in_batches_sqlite() {
    on_sqlite(generated_people_fill_a_database_in_batches).await;
}

async fn generated_people_fill_a_database_in_batches(url: String) {
    let (db, school) = small_region(&url, "МБОУ \"СОШ № 12\"").await;
    let new: Vec<_> =
        generated_people(1, 2000).map(|one| one.profile(school, &keys(), now(), None)).collect();
    let ids = db.write(move |db| profiles::insert_batch(db, &new)).await.unwrap();
    assert_eq!(ids.len(), 2000);
    let last = db.read(move |db| profiles::find(db, ids[1999])).await.unwrap().unwrap();
    assert_eq!((last.organisation, last.login.as_str()), (school, "user-0001999"));
}
