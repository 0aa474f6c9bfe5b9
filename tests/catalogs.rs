//! Catalogs in the code and the documents that list them say the same.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot read its own input fails")]

use std::path::Path;

use privyazka::error_code::OutcomeCode;

fn document(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name)).unwrap()
}

#[test]
fn outcome_codes_are_those_of_their_document() {
    let document = document("error-codes.md");
    let listed: Vec<Vec<&str>> = document
        .lines()
        .filter(|line| line.starts_with("| 1"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    let known: Vec<Vec<String>> = OutcomeCode::ALL
        .into_iter()
        .map(|code| {
            vec![
                code.number().to_string(),
                format!("`{}`", code.key()),
                code.contact().as_str().to_owned(),
                code.heading().to_owned(),
            ]
        })
        .collect();
    assert_eq!(listed.len(), known.len());
    for (listed, known) in listed.iter().zip(&known) {
        assert_eq!(&listed[..4], known.as_slice());
        assert!(!listed[4].is_empty(), "{known:?} has no cause");
    }
}

#[cfg(feature = "stand")]
#[test]
fn faults_of_the_stand_are_those_of_its_document() {
    use privyazka::stand::Fault;

    const BEGIN: &str = "| Name | Met at | What happens |\n|---|---|---|\n";
    let text = document("stand.md");
    let (before, table) = text.split_once(BEGIN).expect("the document has the table");
    let end = table.find("\n\n").expect("text after the table") + 1;
    let rows = Fault::catalog().into_iter();
    let rows =
        rows.map(|entry| format!("| `{}` | {} | {} |\n", entry.name, entry.place.as_str(), entry.meaning));
    let expected: String = rows.collect();
    if std::env::var_os("PRIVYAZKA_UPDATE").is_some() {
        let updated = format!("{before}{BEGIN}{expected}{}", &table[end..]);
        std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/stand.md"), updated).unwrap();
    } else {
        assert!(table[..end] == expected, "docs/stand.md: PRIVYAZKA_UPDATE=1 cargo test --test catalogs");
    }
}
