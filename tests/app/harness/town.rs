//! A town of three organisations with the demo's people, and what an organisation's clerk can change
//! about them.

use std::sync::LazyLock;

use chrono::NaiveDate;
use diesel::prelude::*;
use privyazka::directory::demo_region::{DEMO_PEOPLE, DemoPerson, insert_demo_operators};
use privyazka::directory::snils_vault::store_snils;
use privyazka::directory::{
    NewOrganisation, NewProfile, OrganisationId, OrganisationKind, ProfileId, ProfileStatus, Role,
};
use privyazka::each;
use privyazka::identity::{PersonName, Snils};
use privyazka::platform::clock::Timestamp;
use privyazka::platform::random;
use privyazka::platform::secret::Keys;
use privyazka::sign_in::{Password, password};
use privyazka::store::schema::profiles::dsl;
use privyazka::store::{Db, Store, StoreError, organisations, profiles};

use super::World;

/// The journal password of everybody.
pub const PASSWORD: &str = "Осенний лес 7";
pub const SCHOOL: &str = "МБОУ \"СОШ № 12\"";
pub const SCHOOL_PHONE: &str = "8 (3513) 00-00-12";

/// The telephone of everybody in the journal.
const JOURNAL_PHONE: &str = "8 (900) 000-12-34";

/// A real hash, made once: a weak one would hide what argon2 costs.
fn password_hash() -> &'static str {
    static HASH: LazyLock<String> =
        LazyLock::new(|| password::hash(&Password::new(PASSWORD.into())).expect("argon2 works"));
    &HASH
}

/// Fills an empty database.
pub fn settle(db: &mut Db, keys: &Keys, now: Timestamp) -> Result<(), StoreError> {
    let region = organisations::insert_region(db, "Челябинская область")?;
    let places = organisations::insert_municipalities(db, region, &[(1, "Миасский городской округ")])?;
    let towns = organisations::insert_settlements(db, &[(places[0].id, "Миасс")])?;
    let mut names: Vec<(&str, OrganisationKind)> = Vec::new();
    for person in &DEMO_PEOPLE {
        if names.iter().all(|(known, _)| *known != person.organisation) {
            let authority = person.role == Role::Authority;
            let kind = if authority { OrganisationKind::Authority } else { OrganisationKind::General };
            names.push((person.organisation, kind));
        }
    }
    let new: Vec<_> = names
        .iter()
        .map(|&(name, kind)| NewOrganisation {
            municipality: places[0].id,
            settlement: towns[0].id,
            kind,
            name: name.to_owned(),
            short_name: name.to_owned(),
            phone: SCHOOL_PHONE.to_owned(),
        })
        .collect();
    organisations::insert_organisations(db, &new)?;
    let stored = organisations::list_organisations(db)?;
    let people: Vec<_> = DEMO_PEOPLE
        .iter()
        .map(|person| {
            let organisation = stored.iter().find(|one| &*one.short_name == person.organisation);
            profile_of(person, organisation.expect("inserted above").id, keys, now)
        })
        .collect();
    profiles::insert_batch(db, &people)?;
    insert_demo_operators(db, now, password_hash())
}

fn profile_of(person: &DemoPerson, organisation: OrganisationId, keys: &Keys, now: Timestamp) -> NewProfile {
    let uid = random::uuid().to_string();
    let ([last, first, middle], (year, month, day)) = (person.name, person.born);
    NewProfile {
        snils: Some(store_snils(keys, &uid, &Snils::with_control_sum(person.snils_base))),
        uid,
        organisation,
        login: person.login.to_owned(),
        password_hash: Some(password_hash().to_owned()),
        name: PersonName::new(last, first, Some(middle)),
        birth_date: NaiveDate::from_ymd_opt(year, month, day),
        email: Some(email_of(person.login)),
        phone: Some(JOURNAL_PHONE.to_owned()),
        post: person.post.map(str::to_owned),
        roles: vec![person.role],
        status: ProfileStatus::Active,
        created_at: now,
    }
}

/// The journal address of a login's owner.
pub fn email_of(login: &str) -> String {
    format!("{login}@journal.example")
}

/// A demo person's data by login.
pub fn person(login: &str) -> &'static DemoPerson {
    DEMO_PEOPLE.iter().find(|person| person.login == login).expect("a demo login")
}

/// What a clerk types into a profile.
#[derive(Clone, Debug)]
pub enum Correction {
    LastName(&'static str),
    FirstName(&'static str),
    MiddleName(Option<&'static str>),
    Born(Option<NaiveDate>),
    /// First nine digits, or none.
    Snils(Option<u32>),
    Status(ProfileStatus),
    Email(Option<&'static str>),
    NoPassword,
}

impl World {
    /// Corrects a profile as its organisation would.
    pub async fn correct(&self, login: &str, corrections: Vec<Correction>) {
        let (login, keys) = (login.to_owned(), self.keys());
        let now = self.clock.now().naive_utc();
        self.write(move |db| {
            let of = dsl::profiles.filter(dsl::login.eq(login.clone()));
            let uid: String = each!(db, |c| of.clone().select(dsl::uid).first(c))?;
            for correction in &corrections {
                let changed: usize = match correction {
                    Correction::LastName(name) => {
                        each!(db, |c| diesel::update(of.clone()).set(dsl::last_name.eq(*name)).execute(c))
                    }
                    Correction::FirstName(name) => {
                        each!(db, |c| diesel::update(of.clone()).set(dsl::first_name.eq(*name)).execute(c))
                    }
                    Correction::MiddleName(name) => {
                        each!(db, |c| diesel::update(of.clone()).set(dsl::middle_name.eq(*name)).execute(c))
                    }
                    Correction::Born(date) => {
                        each!(db, |c| diesel::update(of.clone()).set(dsl::birth_date.eq(*date)).execute(c))
                    }
                    Correction::Snils(base) => {
                        let stored =
                            base.map(|base| store_snils(&keys, &uid, &Snils::with_control_sum(base)));
                        let sealed = stored.as_ref().map(|stored| stored.sealed.clone());
                        let hash = stored.as_ref().map(|stored| stored.hash.to_vec());
                        each!(db, |c| diesel::update(of.clone())
                            .set((dsl::snils_sealed.eq(sealed.clone()), dsl::snils_hash.eq(hash.clone())))
                            .execute(c))
                    }
                    Correction::Status(status) => each!(db, |c| diesel::update(of.clone())
                        .set((dsl::status.eq(status.as_str()), dsl::status_since.eq(now)))
                        .execute(c)),
                    Correction::Email(email) => {
                        each!(db, |c| diesel::update(of.clone()).set(dsl::email.eq(*email)).execute(c))
                    }
                    Correction::NoPassword => each!(db, |c| diesel::update(of.clone())
                        .set(dsl::password_hash.eq(None::<String>))
                        .execute(c)),
                }?;
                assert_eq!(changed, 1, "{correction:?}");
            }
            Ok(())
        })
        .await;
    }

    /// A profile's id.
    pub async fn profile(&self, login: &str) -> ProfileId {
        let login = login.to_owned();
        self.read(move |db| {
            let of = dsl::profiles.filter(dsl::login.eq(login.clone())).select(dsl::id);
            Ok(ProfileId(each!(db, |c| of.clone().first(c))?))
        })
        .await
    }
}

/// The organisation of a login.
pub async fn organisation_of(store: &Store, login: &str) -> OrganisationId {
    let login = login.to_owned();
    let found = store.read(move |db| {
        let of = dsl::profiles.filter(dsl::login.eq(login.clone())).select(dsl::organisation_id);
        Ok(OrganisationId(each!(db, |c| of.clone().first(c))?))
    });
    found.await.expect("a login of the town")
}
