//! No SNILS can be read in the files of the embedded database.
#![cfg(feature = "sqlite")]

use std::path::Path;

use privyazka::directory::snils_vault::open_snils;
use privyazka::identity::Snils;
use privyazka::store::profiles;

use crate::{keys, small_region, teacher};

/// How often `needle` stands in the database and the files beside it.
fn count(dir: &Path, needle: &str) -> usize {
    let files = std::fs::read_dir(dir).unwrap().map(|file| std::fs::read(file.unwrap().path()).unwrap());
    files.map(|bytes| bytes.windows(needle.len()).filter(|window| *window == needle.as_bytes()).count()).sum()
}

#[tokio::test]
async fn t56_no_spelling_of_a_snils_is_in_the_database_or_its_log() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", dir.path().join("test.db").display());
    let (db, school) = small_region(&url, "МБОУ \"СОШ № 12\"").await;
    db.write(move |db| profiles::insert(db, &teacher(school, "needle-in-the-file"))).await.unwrap();

    assert!(count(dir.path(), "needle-in-the-file") > 0, "the search does not read what was written");
    let snils = Snils::with_control_sum(100_200_301);
    let formatted = snils.formatted();
    for spelling in [
        snils.digits().to_owned(),
        formatted.clone(),
        formatted.replace('-', " "),
        formatted.replace(' ', "-"),
    ] {
        assert_eq!(count(dir.path(), &spelling), 0);
    }
}

#[tokio::test]
async fn t56_two_swapped_cells_are_an_error_and_not_the_other_number() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", dir.path().join("test.db").display());
    let (db, school) = small_region(&url, "МБОУ \"СОШ № 12\"").await;
    let ids = db
        .write(move |db| profiles::insert_batch(db, &[teacher(school, "anna"), teacher(school, "ivan")]))
        .await
        .unwrap();
    let found = db.read(move |db| profiles::list(db, &ids)).await.unwrap();
    let [anna, ivan] = found.as_slice() else { panic!("two profiles") };
    assert!(open_snils(&keys(), &anna.uid, anna.snils.as_ref().unwrap()).is_ok());
    assert!(open_snils(&keys(), &anna.uid, ivan.snils.as_ref().unwrap()).is_err());
    assert!(open_snils(&keys(), &ivan.uid, anna.snils.as_ref().unwrap()).is_err());
}
