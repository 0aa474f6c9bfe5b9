//! The snapshot that the sign-in page reads.

use privyazka::directory::{DirectoryCatalog, OrganisationId, OrganisationKind, SettlementId};
use privyazka::store::organisations as store;

use crate::{on_sqlite, small_region};

const SCHOOL: &str = "МБОУ \"СОШ № 12\"";

#[tokio::test]
async fn the_selects_lead_to_every_organisation_sqlite() {
    on_sqlite(the_selects_lead_to_every_organisation).await;
}

async fn the_selects_lead_to_every_organisation(url: String) {
    let (db, school) = small_region(&url, SCHOOL).await;
    let catalog = DirectoryCatalog::load(&db).await.unwrap();
    let snapshot = catalog.snapshot();
    let region = snapshot.regions()[0].id;
    let municipalities = snapshot.municipalities(region);
    let names: Vec<_> = municipalities.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Миасский городской округ", "Озёрский городской округ"]);
    let miass = municipalities[0].id;

    // Хребет has no school, only the authority: the select must not lead there.
    let settlements = snapshot.settlements(miass);
    assert_eq!(settlements.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["Миасс"]);
    let authorities = snapshot.authorities(miass);
    assert_eq!(
        authorities.iter().map(|one| &*one.short_name).collect::<Vec<_>>(),
        ["Управление образования"]
    );
    assert!(snapshot.authorities(municipalities[1].id).is_empty());

    let town = settlements[0].id;
    assert_eq!(snapshot.kinds(town), [OrganisationKind::General, OrganisationKind::Preschool]);
    let schools = snapshot.organisations(town, OrganisationKind::General);
    let names: Vec<_> = schools.iter().map(|one| &*one.short_name).collect();
    assert_eq!(names, ["МБОУ \"СОШ № 2\"", SCHOOL]);

    let path = snapshot.path_of(school).unwrap();
    assert_eq!((path.region, path.municipality, path.settlement), (region, miass, town));
    assert_eq!((path.kind, path.organisation), (OrganisationKind::General, school));
    assert_eq!(snapshot.organisation(school).unwrap().settlement, "Миасс");

    let nowhere = OrganisationId(i64::MAX);
    assert!(snapshot.path_of(nowhere).is_none() && snapshot.organisation(nowhere).is_none());
    assert!(snapshot.organisations(SettlementId(-1), OrganisationKind::General).is_empty());
    let found: Vec<_> = snapshot.search("школа 12 миасс").into_iter().map(|one| one.id).collect();
    assert_eq!(found, [school]);
}

#[tokio::test]
async fn a_refresh_shows_what_is_new_and_leaves_pages_in_the_making_alone_sqlite() {
    on_sqlite(a_refresh_shows_what_is_new_and_leaves_pages_in_the_making_alone).await;
}

async fn a_refresh_shows_what_is_new_and_leaves_pages_in_the_making_alone(url: String) {
    let (db, _) = small_region(&url, SCHOOL).await;
    let catalog = DirectoryCatalog::load(&db).await.unwrap();
    let before = catalog.snapshot();
    db.write(|db| store::insert_region(db, "Томская область")).await.unwrap();
    assert_eq!(catalog.snapshot().regions().len(), 1);
    catalog.refresh(&db).await.unwrap();
    let names: Vec<_> = catalog.snapshot().regions().iter().map(|one| one.name.clone()).collect();
    assert_eq!(names, ["Томская область", "Челябинская область"]);
    assert_eq!(before.regions().len(), 1);
}
