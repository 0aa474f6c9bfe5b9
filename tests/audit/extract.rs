//! A person's extract: everything that is kept, sealed values in the open, no proofs (T59).

use std::sync::Arc;

use diesel::prelude::*;
use privyazka::directory::{ProfileId, snils_vault};
use privyazka::each;
use privyazka::identity::Snils;
use privyazka::person_extract::extract;
use privyazka::platform::secret::{Cell, MasterKey};
use privyazka::store::outbox_entries::{self, NewEntry};
use privyazka::store::schema::profiles;

use crate::data::{insert_link, insert_organisation, insert_profile, insert_subject};
use crate::support::database::{TestDatabase, on_each_database};
use crate::world::World;

on_each_database![t59_an_extract_has_everything_that_is_kept_about_a_profile];

async fn t59_an_extract_has_everything_that_is_kept_about_a_profile(database: &TestDatabase) {
    let world = World::new(database);
    let keys = Arc::new(MasterKey::generate().derive());
    let (now, sealing) = (world.clock.now(), Arc::clone(&keys));
    let written = world.store.write(move |db| {
        let organisation = insert_organisation(db)?;
        let profile = insert_profile(db, organisation, "teacher")?;
        let other = insert_profile(db, organisation, "colleague")?;
        let subject = insert_subject(db, 1_000_000_001)?;
        insert_link(db, profile, subject, "active")?;
        let snils = Snils::parse("001-234-567 84").expect("a valid number");
        let stored = snils_vault::store_snils(&sealing, "uid-teacher", &snils);
        let change = (
            profiles::snils_sealed.eq(Some(stored.sealed)),
            profiles::snils_hash.eq(Some(stored.hash.to_vec())),
            profiles::password_hash.eq(Some("$argon2id$secret")),
        );
        each!(&mut *db, |c| diesel::update(profiles::table.find(profile)).set(change).execute(c))?;
        for (uid, about) in [("one", profile), ("other", other)] {
            let cell = Cell { table: "outbox_entries", column: "letter", row: uid };
            let letter_sealed = sealing.sealer.seal(cell, br#"{"to":"anna@example.ru"}"#);
            let entry = NewEntry {
                uid,
                kind: "linked",
                profile: Some(ProfileId(about)),
                link: None,
                letter_sealed: &letter_sealed,
                created_at: now,
            };
            outbox_entries::insert(db, &entry)?;
        }
        Ok(ProfileId(profile))
    });
    let profile = written.await.unwrap();
    let extracted = extract(&world.store, Arc::clone(&keys), profile, now).await.unwrap().unwrap();
    let kept = &extracted["kept"];
    assert_eq!(kept["profiles"][0]["last_name"], "Смирнова");
    assert_eq!(kept["profiles"][0]["snils_sealed"], "00123456784", "in the open, with its zeros");
    assert_eq!(kept["links"].as_array().unwrap().len(), 1);
    assert_eq!(kept["esia_subjects"][0]["subject"], 1_000_000_001);
    let letters = kept["outbox_entries"].as_array().unwrap();
    assert_eq!(letters.len(), 1, "of this profile only");
    assert_eq!(letters[0]["letter_sealed"]["to"], "anna@example.ru");
    assert!(!extracted.to_string().contains("argon2id"), "a proof is nobody's to hand out");

    let again = extract(&world.store, Arc::clone(&keys), profile, now).await.unwrap().unwrap();
    assert_eq!(again["kept"]["audit_events"][0]["kind"], "data:profile:exported", "the first is kept too");
    let another_key = Arc::new(MasterKey::generate().derive());
    let unreadable = extract(&world.store, another_key, profile, now).await.unwrap().unwrap();
    assert_eq!(unreadable["kept"]["profiles"][0]["snils_sealed"]["unreadable"], true);
    assert_eq!(extract(&world.store, keys, ProfileId(999), now).await.unwrap(), None);
}
