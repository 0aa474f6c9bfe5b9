//! `privyazka operator`: who works in the helpdesk, kept from the command line.

use std::process::Output;

use privyazka::config::database::DatabaseSettings;
use privyazka::store::{Store, organisations};

use crate::place::{Place, said};
use crate::support::database::block_on;

/// The password on standard output.
fn printed(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", said(output));
    let text = String::from_utf8_lossy(&output.stdout).trim_end().to_owned();
    assert!(text.len() == 19 && !text.contains(char::is_whitespace), "no password: {text:?}");
    text
}

#[test]
fn t41_a_fresh_database_has_no_operator_and_each_gets_a_password_of_its_own_once() {
    let place = Place::new();
    let settings = place.settings();
    let run = |arguments: &[&str]| place.run(arguments, &settings);
    let listed = run(&["operator", "list"]);
    assert!(listed.status.success() && listed.stdout.is_empty(), "{}", said(&listed));
    let add = ["operator", "add", "--login", "admin", "--name", "Анна", "--role", "administrator", "--area"];
    // The directory is empty yet: there is nowhere to work.
    for (area, words) in
        [("region", "no region"), ("municipality:Апатиты", "no municipality"), ("country", "--area is")]
    {
        let output = run(&[add.as_slice(), &[area]].concat());
        assert_eq!(output.status.code(), Some(2), "{area}: {}", said(&output));
        assert!(said(&output).contains(words), "{area}: {}", said(&output));
    }
    for deed in ["disable", "enable", "reset"] {
        assert_eq!(run(&["operator", deed, "--login", "admin"]).status.code(), Some(2), "{deed}");
    }
}

#[test]
fn an_operator_is_disabled_and_enabled_again_with_another_password() {
    let place = Place::new();
    let settings = place.settings();
    let run = |deed: &str, more: &[&str]| {
        place.run(&[&["operator", deed, "--login", "support"], more].concat(), &settings)
    };
    let listed = || {
        let output = place.run(&["operator", "list"], &settings);
        assert!(output.status.success(), "{}", said(&output));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    // The list opens the database, which migrates it.
    assert_eq!(listed(), "");
    let url = format!("sqlite://{}", place.file("data.db").display());
    let store = Store::open(&DatabaseSettings::new(url)).expect("the database");
    block_on(store.write(|db| organisations::insert_region(db, "Челябинская область"))).expect("a region");
    drop(store);

    let added = printed(&run("add", &["--name", "Вера Зимина", "--role", "support", "--area", "region"]));
    let early = run("enable", &[]);
    assert_eq!(early.status.code(), Some(2), "an operator at work: {}", said(&early));
    assert!(said(&early).contains("at work already"), "{}", said(&early));

    let disabled = run("disable", &[]);
    assert!(disabled.status.success() && disabled.stdout.is_empty(), "{}", said(&disabled));
    assert!(listed().trim_end().ends_with("disabled"), "{}", listed());
    assert_eq!(run("reset", &[]).status.code(), Some(2), "a disabled one gets no password by a reset");

    assert_ne!(printed(&run("enable", &[])), added);
    assert!(listed().trim_end().ends_with("at work"), "{}", listed());
}
