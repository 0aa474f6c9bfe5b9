//! Made-up organisations: as many as the staff of a municipality suggests, the same at every start.

use std::collections::HashMap;

use super::DemoRegionError;
use super::municipalities::{DemoMunicipality, MUNICIPALITIES, staff_table};
use super::random::SplitMix;
use crate::directory::{MunicipalityId, NewOrganisation, OrganisationKind, Settlement, SettlementId};

const SEED: u64 = 20_170_808;

/// Forms of a school, as often as they are met.
const SCHOOL_FORMS: [&str; 10] =
    ["СОШ", "СОШ", "СОШ", "СОШ", "СОШ", "СОШ", "ООШ", "Гимназия", "Лицей", "НОШ"];

const KINDERGARTENS: [&str; 24] = [
    "Солнышко",
    "Ёлочка",
    "Родничок",
    "Теремок",
    "Сказка",
    "Ромашка",
    "Берёзка",
    "Колосок",
    "Рябинка",
    "Улыбка",
    "Радуга",
    "Ласточка",
    "Светлячок",
    "Василёк",
    "Алёнушка",
    "Золотой ключик",
    "Буратино",
    "Журавушка",
    "Снежинка",
    "Дюймовочка",
    "Звёздочка",
    "Малыш",
    "Петушок",
    "Росинка",
];

const CLUBS: [&str; 8] = [
    "Дом детского творчества",
    "ДЮСШ",
    "Детская школа искусств",
    "Центр детского творчества",
    "Станция юных техников",
    "Станция юных натуралистов",
    "Детская музыкальная школа",
    "Центр детского туризма",
];

/// Founder's form of a school: short and full.
const FOUNDERS: [(&str, &str); 5] = [
    ("МБОУ", "Муниципальное бюджетное общеобразовательное учреждение"),
    ("МБОУ", "Муниципальное бюджетное общеобразовательное учреждение"),
    ("МБОУ", "Муниципальное бюджетное общеобразовательное учреждение"),
    ("МАОУ", "Муниципальное автономное общеобразовательное учреждение"),
    ("МКОУ", "Муниципальное казённое общеобразовательное учреждение"),
];

/// All organisations of the region; `settlements` are the stored ones of [`MUNICIPALITIES`].
pub(super) fn organisations(settlements: &[Settlement]) -> Result<Vec<NewOrganisation>, DemoRegionError> {
    // No two settlements of the demo region share a name.
    let stored: HashMap<&str, &Settlement> = settlements.iter().map(|one| (one.name.as_str(), one)).collect();
    let mut random = SplitMix::new(SEED);
    let mut all = Vec::new();
    for rows in staff_table()?.chunks(OrganisationKind::SCHOOLS.len()) {
        let municipality = rows
            .first()
            .and_then(|row| MUNICIPALITIES.iter().find(|one| one.number == row.number))
            .ok_or(DemoRegionError::StaffTable)?;
        let places = places(municipality, &stored)?;
        for row in rows {
            let count = row.registered.div_ceil(staff_of_one(row.kind));
            for number in 1..=count {
                let place = place_of(number, count, &places);
                let (short_name, name) = names(row.kind, number, place.name, &mut random);
                all.push(organisation(place, row.kind, name, short_name, &mut random));
            }
        }
        let centre = places[0];
        let (short_name, name) = authority_names(municipality);
        all.push(organisation(centre, OrganisationKind::Authority, name, short_name, &mut random));
        if centre.name == "Челябинск" {
            let name = "Министерство образования и науки Челябинской области".to_owned();
            all.push(organisation(
                centre,
                OrganisationKind::Authority,
                name,
                "Минобрнауки Челябинской области".to_owned(),
                &mut random,
            ));
        }
    }
    Ok(all)
}

#[derive(Clone, Copy)]
struct Place {
    municipality: MunicipalityId,
    settlement: SettlementId,
    name: &'static str,
}

/// Staff of an organisation of medium size.
fn staff_of_one(kind: OrganisationKind) -> u32 {
    match kind {
        OrganisationKind::General => 40,
        OrganisationKind::Preschool => 28,
        OrganisationKind::Additional | OrganisationKind::Authority => 25,
    }
}

fn places(
    municipality: &DemoMunicipality,
    stored: &HashMap<&str, &Settlement>,
) -> Result<Vec<Place>, DemoRegionError> {
    municipality
        .settlements
        .iter()
        .map(|&name| {
            let settlement = stored.get(name).ok_or(DemoRegionError::Settlement(name))?;
            Ok(Place { municipality: settlement.municipality, settlement: settlement.id, name })
        })
        .collect()
}

/// The first two thirds stand in the centre, the others in turn elsewhere.
fn place_of(number: u32, count: u32, places: &[Place]) -> Place {
    let elsewhere = places.len() - 1;
    let in_centre = (count * 2).div_ceil(3);
    if elsewhere == 0 || number <= in_centre {
        return places[0];
    }
    places[1 + (number - in_centre - 1) as usize % elsewhere]
}

fn organisation(
    place: Place,
    kind: OrganisationKind,
    name: String,
    short_name: String,
    random: &mut SplitMix,
) -> NewOrganisation {
    NewOrganisation {
        municipality: place.municipality,
        settlement: place.settlement,
        kind,
        name,
        short_name,
        // No exchange has numbers that begin with 000: nobody is rung up by a demo.
        phone: format!("8 (351) 000-{:02}-{:02}", random.below(100), random.below(100)),
    }
}

/// Short and full name.
fn names(kind: OrganisationKind, number: u32, settlement: &str, random: &mut SplitMix) -> (String, String) {
    match kind {
        OrganisationKind::Preschool => {
            let own = format!("Детский сад № {number} «{}»", random.pick(&KINDERGARTENS));
            let full = "Муниципальное бюджетное дошкольное образовательное учреждение";
            (format!("МБДОУ \"{own}\""), format!("{full} \"{own}\""))
        }
        OrganisationKind::Additional | OrganisationKind::Authority => {
            let own = club_name(number);
            let full = "Муниципальное бюджетное учреждение дополнительного образования";
            (format!("МБУДО \"{own}\""), format!("{full} \"{own}\""))
        }
        OrganisationKind::General => {
            let form = random.pick(&SCHOOL_FORMS);
            let founder = random.pick(&FOUNDERS);
            // The schools of the demo people.
            let (form, (founder, founder_in_full)) = match (settlement, number) {
                ("Миасс", 12) => ("СОШ", FOUNDERS[0]),
                ("Миасс", 19) => ("Гимназия", FOUNDERS[0]),
                _ => (form, founder),
            };
            let form_in_full = match form {
                "СОШ" => "Средняя общеобразовательная школа",
                "ООШ" => "Основная общеобразовательная школа",
                "НОШ" => "Начальная общеобразовательная школа",
                other => other,
            };
            (
                format!("{founder} \"{form} № {number}\""),
                format!("{founder_in_full} \"{form_in_full} № {number}\""),
            )
        }
    }
}

/// The first of each form has no number.
fn club_name(number: u32) -> String {
    let forms = CLUBS.len();
    let form = CLUBS[(number - 1) as usize % forms];
    match (number - 1) as usize / forms {
        0 => form.to_owned(),
        round => format!("{form} № {}", round + 1),
    }
}

/// Short and full name of a municipality's authority: «Управление образования Миасского городского округа».
fn authority_names(municipality: &DemoMunicipality) -> (String, String) {
    let name = municipality.name;
    let genitive = if let Some(adjective) = name.strip_suffix("ий муниципальный район") {
        format!("{adjective}ого муниципального района")
    } else {
        let adjective = name.trim_end_matches(" городской округ").trim_end_matches(['и', 'ы', 'й']);
        format!("{adjective}ого городского округа")
    };
    (format!("Управление образования {genitive}"), format!("Управление образования администрации {genitive}"))
}
