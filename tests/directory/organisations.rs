//! Tables of the territory.

use privyazka::directory::{OrganisationId, OrganisationKind};
use privyazka::store::{StoreError, organisations as store};

use crate::{insert_small_region, on_sqlite, open, small_region};

#[tokio::test]
async fn organisations_come_back_with_their_place_sqlite() {
    on_sqlite(organisations_come_back_with_their_place).await;
}

async fn organisations_come_back_with_their_place(url: String) {
    let (db, id) = small_region(&url, "МБОУ \"СОШ № 12\"").await;
    let found = db.read(move |db| store::find_organisation(db, id)).await.unwrap().unwrap();
    assert_eq!(found.name, "Учреждение МБОУ \"СОШ № 12\"");
    assert_eq!(found.kind, OrganisationKind::General);
    assert_eq!(found.phone, "8 (351) 000-00-01");
    assert_eq!(
        (found.settlement.as_str(), found.municipality.as_str()),
        ("Миасс", "Миасский городской округ")
    );
    let unknown = OrganisationId(i64::MAX);
    assert_eq!(db.read(move |db| store::find_organisation(db, unknown)).await.unwrap(), None);
}

#[tokio::test]
async fn a_repeated_name_is_a_conflict_and_leaves_nothing_sqlite() {
    on_sqlite(a_repeated_name_is_a_conflict_and_leaves_nothing).await;
}

async fn a_repeated_name_is_a_conflict_and_leaves_nothing(url: String) {
    let db = open(&url);
    let twice = db
        .write(|db| {
            insert_small_region(db)?;
            insert_small_region(db)
        })
        .await;
    assert!(matches!(twice, Err(StoreError::Conflict(_))), "{twice:?}");
    assert_eq!(db.read(store::list_organisations).await.unwrap(), []);
    assert_eq!(db.read(store::list_regions).await.unwrap(), []);
}
