//! The search for people: who is found, where, in which order, and by which indexes.

use privyazka::access::Area;
use privyazka::directory::{MunicipalityId, NewOrganisation, OrganisationKind};
use privyazka::directory::{NewProfile, OrganisationId, ProfileId, ProfileStatus, Role, name_words};
use privyazka::identity::PersonName;
use privyazka::store::people_search::{self, ExactKey, NameHit};
use privyazka::store::{Db, Store, StoreError, organisations, profile_names, profiles};

use super::data::{moment, number, run};
use super::statements::statements_of;
use super::support::database::{TestDatabase, on_each_database};

on_each_database![
    any_word_of_a_name_is_found_by_its_beginning,
    t38_the_area_is_part_of_every_search,
    every_other_value_is_found_by_its_stored_form,
    a_search_goes_on_where_the_last_page_ended,
    words_that_many_have_are_met_by_a_rare_one,
    profiles_from_before_the_index_are_added_in_slices,
    t38_every_search_is_answered_from_an_index,
    t38_a_foreign_profile_is_read_no_further_than_a_missing_one,
];

/// Two regions: in the first one two municipalities, in Миасс two schools.
struct Places {
    region: Area,
    miass: Area,
    school: OrganisationId,
    gymnasium: OrganisationId,
    other_town: OrganisationId,
    other_region: OrganisationId,
}

fn places(db: &mut Db) -> Result<Places, StoreError> {
    let mut made = Vec::new();
    let mut areas = Vec::new();
    for (region, towns) in [("Первая область", vec!["Миасс", "Златоуст"]), ("Вторая область", vec!["Курган"])]
    {
        let region = organisations::insert_region(db, region)?;
        let new: Vec<_> = towns.iter().map(|&name| (1, name)).collect();
        for town in organisations::insert_municipalities(db, region, &new)? {
            areas.push((Area::Region(region), Area::Municipality(town.id)));
            let settlement = organisations::insert_settlements(db, &[(town.id, &town.name)])?[0].id;
            let organisation = |name: &str| NewOrganisation {
                municipality: town.id,
                settlement,
                kind: OrganisationKind::General,
                name: name.into(),
                short_name: name.into(),
                phone: "+7 3513 00-00-00".into(),
            };
            organisations::insert_organisations(db, &[organisation("Школа"), organisation("Гимназия")])?;
        }
    }
    made.extend(organisations::list_organisations(db)?.into_iter().map(|one| one.id));
    let [school, gymnasium, other_town, _, other_region, _] = made[..] else { panic!("six were made") };
    let (region, miass) = areas[0];
    Ok(Places { region, miass, school, gymnasium, other_town, other_region })
}

fn person(organisation: OrganisationId, login: &str, name: [&str; 3]) -> NewProfile {
    let [last, first, middle] = name;
    NewProfile {
        uid: format!("{}-{login}", organisation.0),
        organisation,
        login: login.into(),
        password_hash: None,
        name: PersonName::new(last, first, Some(middle)),
        birth_date: None,
        snils: None,
        email: None,
        phone: None,
        post: None,
        roles: vec![Role::Parent],
        status: ProfileStatus::Active,
        created_at: moment().and_utc(),
    }
}

/// Surnames of who is found, in order.
fn found(db: &mut Db, area: Area, typed: &str) -> Result<Vec<String>, StoreError> {
    let Some(scope) = people_search::find_scope(db, area, None)? else { return Ok(Vec::new()) };
    let hits = people_search::list_by_name(db, scope, &name_words::words(typed), None, 51)?;
    let ids: Vec<_> = hits.iter().map(|hit| hit.profile).collect();
    Ok(profiles::list(db, &ids)?.into_iter().map(|one| one.name.full()).collect())
}

async fn any_word_of_a_name_is_found_by_its_beginning(database: &TestDatabase) {
    let store = database.open();
    let people = [
        ["Смирнова", "Анна", "Викторовна"],
        ["Смирнова-Белая", "Зоя", "Ивановна"],
        ["Соловьёв", "Пётр", ""],
        ["Иванов", "Иван", "Иванович"],
        ["О'Нил", "Шинейд", ""],
        ["Аннина", "Ольга", "Петровна"],
    ];
    let answers = store.write(move |db| {
        let places = places(db)?;
        let all = people.iter().enumerate();
        let new: Vec<_> = all.map(|(n, name)| person(places.school, &format!("login{n}"), *name)).collect();
        profiles::insert_batch(db, &new)?;
        let mut answers = Vec::new();
        for typed in [
            "смирн",
            "СМИРНОВА",
            "анн",
            "викт",
            "анна смирн",
            "смирн анна",
            "белая",
            "смирнова-белая зоя",
            "соловьев",
            "Соловьёв петр",
            "иванов",
            "иванов иван",
            "ива иван ивано",
            "иван иван иван иван",
            "онил",
            "О’Нил",
            "анна смирнова петровна",
            "щука",
            "а а",
        ] {
            answers.push((typed, found(db, places.region, typed)?));
        }
        Ok(answers)
    });
    let anna = "Смирнова Анна Викторовна";
    let zoya = "Смирнова-Белая Зоя Ивановна";
    let ivan = "Иванов Иван Иванович";
    let expected: Vec<(&str, Vec<&str>)> = vec![
        ("смирн", vec![anna, zoya]),
        ("СМИРНОВА", vec![anna, zoya]),
        ("анн", vec!["Аннина Ольга Петровна", anna].into_iter().rev().collect()),
        ("викт", vec![anna]),
        ("анна смирн", vec![anna]),
        ("смирн анна", vec![anna]),
        ("белая", vec![zoya]),
        ("смирнова-белая зоя", vec![zoya]),
        ("соловьев", vec!["Соловьёв Пётр"]),
        ("Соловьёв петр", vec!["Соловьёв Пётр"]),
        ("иванов", vec![ivan, zoya]),
        ("иванов иван", vec![ivan]),
        ("ива иван ивано", vec![ivan]),
        ("иван иван иван иван", vec![ivan]),
        ("онил", vec!["О'Нил Шинейд"]),
        ("О’Нил", vec!["О'Нил Шинейд"]),
        ("анна смирнова петровна", vec![]),
        ("щука", vec![]),
        ("а а", vec![]),
    ];
    let answers = answers.await.unwrap();
    for ((typed, names), (_, expected)) in answers.iter().zip(expected) {
        assert_eq!(names, &expected, "{typed:?}");
    }
}

async fn t38_the_area_is_part_of_every_search(database: &TestDatabase) {
    let store = database.open();
    let answers = store.write(|db| {
        let places = places(db)?;
        let name = ["Смирнова", "Анна", ""];
        let homes = [places.school, places.gymnasium, places.other_town, places.other_region];
        let new: Vec<_> = homes.iter().map(|&home| person(home, "same", name)).collect();
        let ids = profiles::insert_batch(db, &new)?;
        let login = ExactKey::Login("same".into());
        let mut answers = Vec::new();
        for (area, organisation, expected) in [
            (places.region, None, &ids[..3]),
            (places.miass, None, &ids[..2]),
            (Area::Organisation(places.school), None, &ids[..1]),
            (places.region, Some(places.other_town), &ids[2..3]),
            (places.miass, Some(places.gymnasium), &ids[1..2]),
            // A filter never leads out of the area.
            (places.region, Some(places.other_region), &ids[..0]),
            (places.miass, Some(places.other_town), &ids[..0]),
            (Area::Organisation(places.school), Some(places.gymnasium), &ids[..0]),
            (places.region, Some(OrganisationId(i64::MAX)), &ids[..0]),
            (Area::Organisation(OrganisationId(i64::MAX)), None, &ids[..0]),
            (Area::Municipality(MunicipalityId(i64::MAX)), None, &ids[..0]),
        ] {
            let (mut by_name, mut by_key) = (Vec::new(), Vec::new());
            if let Some(scope) = people_search::find_scope(db, area, organisation)? {
                let words = ["анна".to_owned(), "смирн".to_owned()];
                let hits = people_search::list_by_name(db, scope, &words, None, 51)?;
                by_name = hits.into_iter().map(|hit| hit.profile).collect();
                by_key = people_search::list_by_key(db, scope, &login, None, 51)?;
            }
            answers.push((area, organisation, by_name, by_key, expected.to_vec()));
        }
        Ok(answers)
    });
    for (area, organisation, by_name, by_key, expected) in answers.await.unwrap() {
        assert_eq!(by_name, expected, "{area:?} {organisation:?}");
        assert_eq!(by_key, expected, "{area:?} {organisation:?}");
    }
}

async fn every_other_value_is_found_by_its_stored_form(database: &TestDatabase) {
    let store = database.open();
    let answers = store.write(|db| {
        let places = places(db)?;
        let mut anna = person(places.school, "Anna", ["Смирнова", "Анна", ""]);
        anna.email = Some("Anna@Journal.Example".into());
        anna.phone = Some("8 (900) 000-03-01".into());
        anna.snils = Some(privyazka::directory::StoredSnils { hash: [7; 32], sealed: vec![1] });
        let anna = profiles::insert(db, &anna)?;
        profiles::insert(db, &person(places.school, "other", ["Смирнова", "Анна", ""]))?;
        let scope = people_search::find_scope(db, places.miass, None)?.expect("a municipality");
        let mut answers = Vec::new();
        for (key, is_hers) in [
            (ExactKey::Login("anna".into()), true),
            (ExactKey::Email("anna@journal.example".into()), true),
            (ExactKey::Phone("9000000301".into()), true),
            (ExactKey::Snils(vec![[7; 32]]), true),
            (ExactKey::Snils(vec![[6; 32], [7; 32]]), true),
            (ExactKey::Login("ann".into()), false),
            (ExactKey::Phone("9000000302".into()), false),
            (ExactKey::Snils(vec![[8; 32]]), false),
        ] {
            let found = people_search::list_by_key(db, scope, &key, None, 51)?;
            answers.push((found, if is_hers { vec![anna] } else { vec![] }));
        }
        Ok(answers)
    });
    for (at, (found, expected)) in answers.await.unwrap().into_iter().enumerate() {
        assert_eq!(found, expected, "value {at}");
    }
}

async fn a_search_goes_on_where_the_last_page_ended(database: &TestDatabase) {
    let store = database.open();
    let (by_name, by_key, all) = store
        .write(|db| {
            let places = places(db)?;
            // Namesakes among them: the order goes down to the id.
            let names = [["Иванов", "Иван", ""], ["Иванов", "Иван", ""], ["Иванова", "Ия", ""]];
            let new: Vec<_> =
                (0..23).map(|n| person(places.school, &format!("login{n}"), names[n % 3])).collect();
            let mut all = profiles::insert_batch(db, &new)?;
            all.sort_unstable();
            let scope = people_search::find_scope(db, places.region, None)?.expect("a region");
            let words = ["ив".to_owned()];
            let mut by_name: Vec<NameHit> = Vec::new();
            for _ in 0..5 {
                let page = people_search::list_by_name(db, scope, &words, by_name.last(), 5)?;
                by_name.extend(page);
            }
            let by_key = people_search::list_by_key(
                db,
                scope,
                &ExactKey::Login("login7".into()),
                Some(ProfileId(i64::MAX - 1)),
                5,
            )?;
            Ok((by_name, by_key, all))
        })
        .await
        .unwrap();
    assert!(by_key.is_empty(), "nobody stands behind the last id");
    assert!(
        by_name.is_sorted_by_key(|hit| (hit.word.clone(), hit.others.clone(), hit.profile)),
        "in the order of the words"
    );
    let mut ids: Vec<_> = by_name.iter().map(|hit| hit.profile).collect();
    ids.sort_unstable();
    assert_eq!(ids, all, "everybody once");
}

async fn words_that_many_have_are_met_by_a_rare_one(database: &TestDatabase) {
    let store = database.open();
    let names = store.write(|db| {
        let places = places(db)?;
        let mut new: Vec<_> = (0..700)
            .map(|n| person(places.school, &format!("login{n}"), ["Константинопольская", "Анна", ""]))
            .collect();
        new.push(person(places.school, "rare", ["Константинопольская", "Зоя", ""]));
        profiles::insert_batch(db, &new)?;
        let hits = |db: &mut Db| found(db, places.region, "константин зо");
        let (names, statements) = statements_of(db, hits)?;
        Ok((names, statements))
    });
    let (names, statements) = names.await.unwrap();
    assert_eq!(names, ["Константинопольская Зоя"]);
    let search = statements.iter().find(|one| one.sql.contains("ORDER BY")).expect("the search itself");
    assert!(
        search.binds.contains("зо\u{10ffff}") || search.binds.contains("зо\\u{10ffff}"),
        "{}",
        search.binds
    );
}

async fn profiles_from_before_the_index_are_added_in_slices(database: &TestDatabase) {
    let store = database.open();
    store
        .write(|db| {
            let places = places(db)?;
            let new: Vec<_> =
                (0..7).map(|n| person(places.school, &format!("login{n}"), ["Ёлкин", "Пётр", ""])).collect();
            profiles::insert_batch(db, &new)?;
            // As a database looks right after the migration.
            run(db, "DELETE FROM profile_names")?;
            run(
                db,
                "UPDATE profile_names_to_fill SET next_id = 1, last_id = (SELECT max(id) FROM profiles)",
            )?;
            // Somebody who is added meanwhile has an entry already.
            profiles::insert(db, &person(places.school, "late", ["Ёлкин", "Пётр", ""])).map(drop)
        })
        .await
        .unwrap();
    let mut slices = 0;
    while store.write(|db| profile_names::fill(db, 3)).await.unwrap() {
        slices += 1;
    }
    assert_eq!(slices, 2, "three, three and the last one");
    let count = |store: Store| async move {
        let query = "SELECT count(*) AS value FROM profile_names WHERE word = 'елкин'";
        store.read(move |db| number(db, query)).await.unwrap()
    };
    assert_eq!(count(store.clone()).await, 8);
    assert!(!store.write(|db| profile_names::fill(db, 3)).await.unwrap(), "and never again");
    assert_eq!(count(store).await, 8);
}

async fn t38_every_search_is_answered_from_an_index(database: &TestDatabase) {
    let store = database.open();
    let statements = store.write(|db| {
        let places = places(db)?;
        profiles::insert(db, &person(places.school, "anna", ["Смирнова", "Анна", "Викторовна"]))?;
        let areas = [places.region, places.miass, Area::Organisation(places.school)];
        statements_of(db, |db| {
            for area in areas {
                let Some(scope) = people_search::find_scope(db, area, None)? else { continue };
                let words = ["анна".to_owned(), "смирн".to_owned()];
                let hits = people_search::list_by_name(db, scope, &words, None, 51)?;
                people_search::list_by_name(db, scope, &words[..1], hits.first(), 51)?;
                for key in [
                    ExactKey::Login("anna".into()),
                    ExactKey::Email("anna@journal.example".into()),
                    ExactKey::Phone("9000000301".into()),
                    ExactKey::Snils(vec![[7; 32]]),
                ] {
                    people_search::list_by_key(db, scope, &key, None, 51)?;
                }
            }
            Ok(())
        })
    });
    let ((), statements) = statements.await.unwrap();
    assert!(statements.len() >= 18, "{} statements", statements.len());
    for statement in statements {
        let sql = statement.sql.clone();
        let plan = store.write(move |db| statement.plan(db)).await.unwrap();
        // What SQLite calls a statement without a table.
        let plan = plan.replace("SCAN CONSTANT ROW", "");
        assert!(!plan.contains("SCAN") && !plan.contains("Seq Scan"), "{sql}\n{plan}");
        if sql.contains("\"profile_names\"") {
            let area = if sql.contains("region_id\" =") { "region_id" } else { "municipality_id" };
            let searched = plan.contains(&format!("{area}=? AND word>? AND word<?"))
                || plan.contains(&format!("({area} = $"));
            assert!(searched, "the area and the word are searched for together: {sql}\n{plan}");
        }
    }
}

async fn t38_a_foreign_profile_is_read_no_further_than_a_missing_one(database: &TestDatabase) {
    let store = database.open();
    store
        .write(|db| {
            let places = places(db)?;
            let foreign = profiles::insert(db, &person(places.other_region, "x", ["Смирнова", "Анна", ""]))?;
            for area in [places.region, places.miass, Area::Organisation(places.school)] {
                let mut sent = Vec::new();
                for id in [foreign, ProfileId(i64::MAX)] {
                    let (found, statements) = statements_of(db, |db| profiles::find_in_area(db, area, id))?;
                    assert!(found.is_none(), "{area:?}");
                    sent.push(statements.into_iter().map(|one| one.sql).collect::<Vec<_>>());
                }
                assert_eq!(sent[0].len(), 1, "{area:?}: one statement tells");
                assert_eq!(sent[0], sent[1], "{area:?}");
            }
            Ok(())
        })
        .await
        .unwrap();
}
