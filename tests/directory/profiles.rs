//! Tables of people.

use privyazka::directory::{
    NewProfile, OrganisationId, Profile, ProfileId, ProfileStatus, Role, SignInProfile, login_key,
};
use privyazka::store::{Store, StoreError, profiles as store};

use crate::{now, on_sqlite, small_region, teacher};

const SCHOOL: &str = "МБОУ \"СОШ № 12\"";

async fn insert(db: &Store, new: NewProfile) -> Result<ProfileId, StoreError> {
    db.write(move |db| store::insert(db, &new)).await
}

async fn sign_in(db: &Store, organisation: OrganisationId, typed: &str) -> Option<SignInProfile> {
    let key = login_key(typed);
    db.read(move |db| store::find_for_sign_in(db, organisation, &key)).await.unwrap()
}

async fn recover(db: &Store, organisation: OrganisationId, typed: &'static str) -> Vec<String> {
    let found = db.read(move |db| store::list_for_recovery(db, organisation, typed)).await.unwrap();
    found.into_iter().map(|profile| profile.login).collect()
}

#[tokio::test]
async fn a_profile_comes_back_as_it_went_in_sqlite() {
    on_sqlite(a_profile_comes_back_as_it_went_in).await;
}

async fn a_profile_comes_back_as_it_went_in(url: String) {
    let (db, school) = small_region(&url, SCHOOL).await;
    let mut new = teacher(school, "Teacher");
    new.roles = vec![Role::Staff, Role::Parent];
    let id = insert(&db, new.clone()).await.unwrap();
    let found = db.read(move |db| store::find(db, id)).await.unwrap().unwrap();
    // Field by field, because a failure must say which: Debug shows nothing.
    let expected = Profile {
        id,
        uid: new.uid,
        organisation: school,
        login: "Teacher".into(),
        has_password: true,
        name: new.name,
        birth_date: new.birth_date,
        snils: new.snils,
        email: Some("teacher@journal.example".into()),
        phone: new.phone,
        post: new.post,
        roles: vec![Role::Parent, Role::Staff],
        status: ProfileStatus::Active,
        status_since: now(),
    };
    assert_eq!(found.email, expected.email);
    assert_eq!(found.phone, expected.phone);
    assert_eq!(found.roles, expected.roles);
    assert_eq!(found.snils, expected.snils);
    assert_eq!(found.birth_date, expected.birth_date);
    assert_eq!(found.status_since, expected.status_since);
    assert!(found == expected);
    assert_eq!(db.read(|db| store::find(db, ProfileId(i64::MAX))).await.unwrap(), None);
}

#[tokio::test]
async fn a_bare_profile_keeps_its_gaps_sqlite() {
    on_sqlite(a_bare_profile_keeps_its_gaps).await;
}

async fn a_bare_profile_keeps_its_gaps(url: String) {
    let (db, school) = small_region(&url, SCHOOL).await;
    let mut bare = teacher(school, "bare");
    (bare.password_hash, bare.birth_date, bare.snils, bare.email, bare.post) = (None, None, None, None, None);
    bare.name.middle = None;
    bare.status = ProfileStatus::Blocked;
    let id = insert(&db, bare).await.unwrap();
    let found = db.read(move |db| store::find(db, id)).await.unwrap().unwrap();
    assert!(!found.has_password);
    assert!(found.birth_date.is_none() && found.snils.is_none() && found.email.is_none());
    assert!(found.post.is_none() && found.name.middle.is_none());
    assert_eq!(found.status, ProfileStatus::Blocked);
    let at_the_door = sign_in(&db, school, "bare").await.unwrap();
    assert_eq!((at_the_door.password_hash, at_the_door.status), (None, ProfileStatus::Blocked));
}

#[tokio::test]
async fn a_login_is_one_person_in_one_organisation_whatever_its_case_sqlite() {
    on_sqlite(a_login_is_one_person_in_one_organisation_whatever_its_case).await;
}

async fn a_login_is_one_person_in_one_organisation_whatever_its_case(url: String) {
    let (db, school) = small_region(&url, SCHOOL).await;
    let other = OrganisationId(school.0 + 1);
    let here = insert(&db, teacher(school, "Иванова")).await.unwrap();
    let mut elsewhere = teacher(other, "иванова");
    elsewhere.uid = "uid-elsewhere".into();
    let there = insert(&db, elsewhere).await.unwrap();
    for typed in ["иванова", " ИВАНОВА ", "Иванова"] {
        assert_eq!(sign_in(&db, school, typed).await.unwrap().id, here, "{typed}");
        assert_eq!(sign_in(&db, other, typed).await.unwrap().id, there, "{typed}");
    }
    for typed in ["", "иванов", "иванова2", "и%", "a\0"] {
        assert!(sign_in(&db, school, typed).await.is_none(), "{typed:?}");
    }
    let mut twin = teacher(school, "ИВАНОВА");
    twin.uid = "uid-twin".into();
    assert!(matches!(insert(&db, twin).await, Err(StoreError::Conflict(_))));
}

#[tokio::test]
async fn a_batch_keeps_order_and_roles_and_is_all_or_nothing_sqlite() {
    on_sqlite(a_batch_keeps_order_and_roles_and_is_all_or_nothing).await;
}

async fn a_batch_keeps_order_and_roles_and_is_all_or_nothing(url: String) {
    let (db, school) = small_region(&url, SCHOOL).await;
    // More than one statement holds.
    let batch: Vec<_> = (0..2500).map(|n| teacher(school, &format!("login-{n}"))).collect();
    let ids = db.write(move |db| store::insert_batch(db, &batch)).await.unwrap();
    let mut wanted = vec![ids[2400], ids[3], ids[1200]];
    wanted.push(ProfileId(i64::MAX));
    let found = db.read(move |db| store::list(db, &wanted)).await.unwrap();
    let logins: Vec<_> = found.iter().map(|profile| profile.login.as_str()).collect();
    assert_eq!(logins, ["login-2400", "login-3", "login-1200"]);
    assert!(found.iter().all(|profile| profile.roles == [Role::Staff]));

    let broken = vec![teacher(school, "fresh"), teacher(school, "login-7")];
    let refused = db.write(move |db| store::insert_batch(db, &broken)).await;
    assert!(matches!(refused, Err(StoreError::Conflict(_))));
    assert!(sign_in(&db, school, "fresh").await.is_none());
    assert_eq!(db.write(|db| store::insert_batch(db, &[])).await.unwrap(), []);
}

#[tokio::test]
async fn recovery_finds_the_login_or_else_the_mailbox_of_one_organisation_sqlite() {
    on_sqlite(recovery_finds_the_login_or_else_the_mailbox_of_one_organisation).await;
}

async fn recovery_finds_the_login_or_else_the_mailbox_of_one_organisation(url: String) {
    let (db, school) = small_region(&url, SCHOOL).await;
    let other = OrganisationId(school.0 + 1);
    let with_mailbox = |organisation, login: &str, email: &str| NewProfile {
        email: Some(email.into()),
        uid: format!("uid-{login}-{email}"),
        ..teacher(organisation, login)
    };
    for new in [
        with_mailbox(school, "mother", "Family@Home.example"),
        with_mailbox(school, "father", "family@home.example"),
        with_mailbox(school, "trap@home.example", "trap-owner@home.example"),
        with_mailbox(school, "victim", "trap@home.example"),
        with_mailbox(other, "aunt", "family@home.example"),
        NewProfile { status: ProfileStatus::Closed, ..with_mailbox(school, "gone", "gone@home.example") },
    ] {
        insert(&db, new).await.unwrap();
    }
    for (typed, expected) in [
        (" MOTHER ", vec!["mother"]),
        ("FAMILY@home.example", vec!["mother", "father"]),
        ("trap@home.example", vec!["trap@home.example"]),
        ("gone", vec![]),
        ("gone@home.example", vec![]),
        ("aunt", vec![]),
        ("", vec![]),
        ("%", vec![]),
    ] {
        assert_eq!(recover(&db, school, typed).await, expected, "{typed:?}");
    }
    assert_eq!(recover(&db, other, "family@home.example").await, ["aunt"]);
}

#[tokio::test]
async fn a_new_password_replaces_the_old_one_of_one_profile_sqlite() {
    on_sqlite(a_new_password_replaces_the_old_one_of_one_profile).await;
}

async fn a_new_password_replaces_the_old_one_of_one_profile(url: String) {
    let (db, school) = small_region(&url, SCHOOL).await;
    let id = insert(&db, teacher(school, "one")).await.unwrap();
    insert(&db, teacher(school, "two")).await.unwrap();
    assert!(db.write(move |db| store::set_password_hash(db, id, "new")).await.unwrap());
    assert_eq!(sign_in(&db, school, "one").await.unwrap().password_hash.as_deref(), Some("new"));
    assert_eq!(sign_in(&db, school, "two").await.unwrap().password_hash.as_deref(), Some("$argon2id$…"));
    assert!(!db.write(|db| store::set_password_hash(db, ProfileId(i64::MAX), "new")).await.unwrap());
}
