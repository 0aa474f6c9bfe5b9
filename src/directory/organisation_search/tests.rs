//! What people type and what they find.

use proptest::prelude::*;

use super::*;

const MIASS: &str = "Миасский городской округ";
const OZERSK: &str = "Озёрский городской округ";

/// Kind, short name, full name, settlement, municipality.
type Place = (OrganisationKind, &'static str, &'static str, &'static str, &'static str);

const PLACES: [Place; 9] = [
    (
        OrganisationKind::General,
        "МБОУ \"СОШ № 12\"",
        "Муниципальное бюджетное общеобразовательное учреждение \"Средняя общеобразовательная школа № 12\"",
        "Миасс",
        MIASS,
    ),
    (OrganisationKind::General, "МБОУ \"СОШ № 1\"", "Средняя общеобразовательная школа № 1", "Миасс", MIASS),
    (OrganisationKind::General, "МБОУ \"Гимназия № 19\"", "Гимназия № 19", "Миасс", MIASS),
    (
        OrganisationKind::Preschool,
        "МБДОУ \"Детский сад № 12 «Ёлочка»\"",
        "Дошкольное учреждение № 12",
        "Миасс",
        MIASS,
    ),
    (OrganisationKind::General, "МБОУ \"СОШ № 12\"", "Средняя школа № 12", "Озёрск", OZERSK),
    (OrganisationKind::General, "МБОУ \"ООШ № 21\"", "Основная школа № 21", "Озёрск", OZERSK),
    (OrganisationKind::Additional, "МБУДО \"ДДТ\"", "Дом детского творчества", "Озёрск", OZERSK),
    (OrganisationKind::General, "МКОУ \"Школа № 112\"", "Школа № 112", "Сыростан", MIASS),
    (
        OrganisationKind::Authority,
        "Управление образования Миасса",
        "Управление образования администрации Миасского городского округа",
        "Миасс",
        MIASS,
    ),
];

fn index(places: &[Place]) -> OrganisationSearch {
    OrganisationSearch::new(places.iter().map(|&(kind, short_name, name, settlement, municipality)| {
        Searchable { kind, short_name, name, settlement, municipality }
    }))
}

#[test]
fn people_find_what_they_mean() {
    let search = index(&PLACES);
    for (query, expected) in [
        ("12", vec![0, 4, 3]),
        ("1", vec![1]),
        ("012", vec![0, 4, 3]),
        ("2", vec![]),
        ("сош 12", vec![0, 4]),
        ("СОШ №12 миасс", vec![0]),
        ("школа №12 миасс", vec![0]),
        ("миасс 12 школа", vec![0]),
        ("школа 21", vec![5]),
        ("гимназия 19", vec![2]),
        ("гимнозия 19", vec![2]),
        ("гимназии19", vec![2]),
        ("детсад 12", vec![3]),
        ("садик елочка", vec![3]),
        ("ЁЛОЧКА", vec![3]),
        ("озерск 12", vec![4]),
        ("ддт", vec![6]),
        ("школа 112 ленинский район", vec![]),
        ("средняя школа имени 12 озерск", vec![4]),
        ("школа 12 миасс челябинской", vec![0]),
        ("средняя школа миасс 21", vec![]),
        ("управление образования", vec![8]),
        ("", vec![]),
        (" №\"«»- ", vec![]),
        ("xyzzy", vec![]),
    ] {
        assert_eq!(search.find(query), expected, "{query:?}");
    }
}

#[test]
fn a_long_query_is_cut_and_a_common_word_gives_no_more_than_a_page() {
    let many: Vec<Place> = (0..100).map(|_| PLACES[0]).collect();
    assert_eq!(index(&many).find("сош").len(), MAX_RESULTS);
    let mut query = "сош ".repeat(25);
    query.push_str(" 777");
    assert_eq!(index(&PLACES).find(&query), index(&PLACES).find("сош"));
}

/// Organisations as a region may have them: repeated names, each once a settlement.
fn organisations() -> impl Strategy<Value = Vec<(String, String)>> {
    let form = prop::sample::select(vec!["МБОУ", "МАОУ", "МКДОУ", "МБУДО", ""]);
    let kind =
        prop::sample::select(vec!["СОШ", "Гимназия", "Детский сад «Ёлочка»", "Школа искусств", "Лицей"]);
    let settlement = prop::sample::select(vec!["Миасс", "Озёрск", "Катав-Ивановск", "Путь Октября", "Роза"]);
    let one = (form, kind, 0u32..60, settlement)
        .prop_map(|(form, kind, n, place)| (format!("{form} \"{kind} № {n}\""), place.to_owned()));
    prop::collection::btree_set(one, 1..150).prop_map(|set| set.into_iter().collect())
}

proptest! {
    #[test]
    fn t82_no_query_breaks_the_search(query in "\\PC{0,200}") {
        prop_assert!(index(&PLACES).find(&query).len() <= MAX_RESULTS);
    }

    #[test]
    fn every_organisation_is_found_by_its_short_name_and_settlement(organisations in organisations()) {
        let search = OrganisationSearch::new(organisations.iter().map(|(short_name, settlement)| Searchable {
            kind: OrganisationKind::General, short_name, name: short_name, settlement, municipality: MIASS,
        }));
        for (position, (short_name, settlement)) in organisations.iter().enumerate() {
            let found = search.find(&format!("{short_name} {settlement}"));
            prop_assert!(found.contains(&position), "{} {}", short_name, settlement);
        }
    }
}
