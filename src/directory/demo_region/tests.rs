//! The demo data keeps its promises before any database sees it.

use std::collections::HashSet;

use super::municipalities::{MUNICIPALITIES, staff_table};
use super::people::{DEMO_PEOPLE, generated_people};
use crate::directory::{MunicipalityId, NewOrganisation, OrganisationKind, Settlement, SettlementId};

fn settlements() -> Vec<Settlement> {
    let ids = 1i64..;
    MUNICIPALITIES
        .iter()
        .flat_map(|one| one.settlements.iter().map(move |name| (one.number, *name)))
        .zip(ids)
        .map(|((number, name), id)| Settlement {
            id: SettlementId(id),
            municipality: MunicipalityId(number.into()),
            name: name.to_owned(),
        })
        .collect()
}

fn organisations() -> Vec<NewOrganisation> {
    super::organisations::organisations(&settlements()).unwrap()
}

#[test]
fn no_two_settlements_share_a_name() {
    let settlements = settlements();
    let names: HashSet<_> = settlements.iter().map(|one| &one.name).collect();
    assert_eq!(names.len(), settlements.len());
}

#[test]
fn a_few_thousand_organisations_follow_the_table_and_are_the_same_every_time() {
    let all = organisations();
    assert!((3000..6000).contains(&all.len()), "{}", all.len());
    assert_eq!(all, organisations());
    let names: HashSet<_> = all.iter().map(|one| (one.settlement, &one.name)).collect();
    assert_eq!(names.len(), all.len(), "a name repeats in a settlement");
    for row in staff_table().unwrap() {
        let of_row = all
            .iter()
            .filter(|one| one.municipality.0 == i64::from(row.number) && one.kind == row.kind)
            .count();
        assert_eq!(of_row == 0, row.registered == 0, "{} {:?}", row.number, row.kind);
    }
}

#[test]
fn every_municipality_has_its_authority_and_the_region_its_ministry() {
    let all = organisations();
    let authorities: Vec<_> = all.iter().filter(|one| one.kind == OrganisationKind::Authority).collect();
    assert_eq!(authorities.len(), MUNICIPALITIES.len() + 1);
    let names: HashSet<_> = authorities.iter().map(|one| one.short_name.as_str()).collect();
    for expected in [
        "Управление образования Миасского городского округа",
        "Управление образования Трёхгорного городского округа",
        "Управление образования Катав-Ивановского муниципального района",
        "Минобрнауки Челябинской области",
    ] {
        assert!(names.contains(expected), "{expected}");
    }
}

#[test]
fn phones_are_of_no_exchange() {
    assert!(organisations().iter().all(|one| one.phone.starts_with("8 (351) 000-") && one.phone.len() == 17));
}

#[test]
fn every_demo_person_has_an_organisation_in_miass() {
    let miass = settlements().into_iter().find(|one| one.name == "Миасс").unwrap();
    let all = organisations();
    for person in DEMO_PEOPLE {
        let found: Vec<_> = all
            .iter()
            .filter(|one| one.settlement == miass.id && one.short_name == person.organisation)
            .collect();
        assert_eq!(found.len(), 1, "{}", person.login);
        assert_eq!(found[0].kind == OrganisationKind::Authority, person.is_authority());
    }
}

#[test]
fn generated_people_are_different_people_and_the_same_every_time() {
    let people: Vec<_> = generated_people(7, 5000).collect();
    assert_eq!(people, generated_people(7, 5000).collect::<Vec<_>>());
    assert_ne!(people, generated_people(8, 5000).collect::<Vec<_>>());
    let logins: HashSet<_> = people.iter().map(|one| &one.login).collect();
    let numbers: HashSet<_> = people.iter().map(|one| one.snils.digits()).collect();
    assert_eq!((logins.len(), numbers.len()), (5000, 5000));
}
