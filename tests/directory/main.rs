//! The directory on a real database: organisations, profiles, the catalog, the demo region.

#![allow(clippy::unwrap_used, reason = "a test may stop where something is not as it must be")]

mod catalog;
mod demo_region;
mod organisations;
mod profiles;
mod snils_at_rest;

use chrono::NaiveDate;
use privyazka::config::database::DatabaseSettings;
use privyazka::directory::{
    NewOrganisation, NewProfile, OrganisationId, OrganisationKind, ProfileStatus, Role, snils_vault,
};
use privyazka::identity::{PersonName, Snils};
use privyazka::platform::clock::Timestamp;
use privyazka::platform::secret::{Keys, MasterKey};
use privyazka::store::{Db, Store, StoreError, organisations as store};

/// Runs a test on an embedded database of its own.
async fn on_sqlite<F: Future<Output = ()>>(test: impl FnOnce(String) -> F) {
    let dir = tempfile::tempdir().unwrap();
    test(format!("sqlite://{}", dir.path().join("test.db").display())).await;
}

fn open(url: &str) -> Store {
    Store::open(&DatabaseSettings::new(url)).unwrap()
}

fn keys() -> Keys {
    MasterKey::from_bytes([7; 32]).derive()
}

fn now() -> Timestamp {
    Timestamp::from_timestamp_micros(1_790_000_000_123_456).unwrap()
}

/// Two municipalities, three settlements, five organisations; ids as the database gives them.
fn insert_small_region(db: &mut Db) -> Result<(), StoreError> {
    let region = store::insert_region(db, "Челябинская область")?;
    let municipalities = store::insert_municipalities(
        db,
        region,
        &[(27, "Озёрский городской округ"), (24, "Миасский городской округ")],
    )?;
    let id = |number| municipalities.iter().find(|one| one.number == number).unwrap().id;
    let settlements =
        store::insert_settlements(db, &[(id(24), "Миасс"), (id(24), "Хребет"), (id(27), "Озёрск")])?;
    let new = |kind, settlement: &str, short_name: &str| {
        let settlement = settlements.iter().find(|one| one.name == settlement).unwrap();
        NewOrganisation {
            municipality: settlement.municipality,
            settlement: settlement.id,
            kind,
            name: format!("Учреждение {short_name}"),
            short_name: short_name.into(),
            phone: "8 (351) 000-00-01".into(),
        }
    };
    store::insert_organisations(
        db,
        &[
            new(OrganisationKind::General, "Миасс", "МБОУ \"СОШ № 12\""),
            new(OrganisationKind::General, "Миасс", "МБОУ \"СОШ № 2\""),
            new(OrganisationKind::Preschool, "Миасс", "МБДОУ \"Детский сад № 3\""),
            new(OrganisationKind::Authority, "Хребет", "Управление образования"),
            new(OrganisationKind::Additional, "Озёрск", "МБУДО \"ДДТ\""),
        ],
    )
}

/// A store with the small region, and the id of one of its organisations.
async fn small_region(url: &str, short_name: &'static str) -> (Store, OrganisationId) {
    let store = open(url);
    store.write(insert_small_region).await.unwrap();
    let all = store.read(store::list_organisations).await.unwrap();
    (store, all.iter().find(|one| &*one.short_name == short_name).unwrap().id)
}

/// A teacher with everything set.
fn teacher(organisation: OrganisationId, login: &str) -> NewProfile {
    let uid = format!("uid-{login}");
    NewProfile {
        organisation,
        login: login.into(),
        password_hash: Some("$argon2id$…".into()),
        name: PersonName::new("Смирнова", "Анна", Some("Викторовна")),
        birth_date: NaiveDate::from_ymd_opt(1985, 3, 14),
        snils: Some(snils_vault::store_snils(&keys(), &uid, &Snils::with_control_sum(100_200_301))),
        email: Some(format!("{login}@journal.example")),
        phone: Some("+7 900 000-12-34".into()),
        post: Some("учитель".into()),
        roles: vec![Role::Staff],
        status: ProfileStatus::Active,
        created_at: now(),
        uid,
    }
}
