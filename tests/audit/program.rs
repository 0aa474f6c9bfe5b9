//! `privyazka audit` as an administrator calls it, while a service would go on writing.

use std::process::{Command, Output};

use crate::support::database::{TestDatabase, on_each_database};
use crate::world::World;

on_each_database![
    t55_the_program_verifies_and_ends_with_three_when_the_chain_is_broken,
    t52_an_export_is_complete_and_holds_no_formula,
];

/// The program's answer to `audit …` over this database.
fn audit(database: &TestDatabase, arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("privyazka.toml");
    let settings = format!(
        "[server]\nlisten = \"127.0.0.1:0\"\npublic_url = \"https://journal.example\"\n\
         [database]\nurl = \"{}\"\n\
         [esia]\nbase_url = \"https://esia.gosuslugi.ru\"\nclient_id = \"TESTIS\"\n\
         certificate_file = \"/nowhere/client.crt\"\ntrusted_certificate_files = []\n\
         [mail]\ntransport = \"memory\"\nfrom = \"a@journal.example\"\n\
         [secrets]\nkey_file = \"/nowhere/master.key\"\n",
        database.url()
    );
    std::fs::write(&file, settings).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_privyazka"));
    command.arg("audit").args(arguments).arg("--config").arg(&file).env_remove("PRIVYAZKA_CONFIG");
    command.output().expect("the program starts")
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

async fn t55_the_program_verifies_and_ends_with_three_when_the_chain_is_broken(database: &TestDatabase) {
    let world = World::with_events(database, 5).await;
    world.record_sign_out().await;
    let anchor = world.sealer.head().await.unwrap().to_string();
    let verified = audit(database, &["verify", "--anchor", &anchor]);
    assert_eq!(verified.status.code(), Some(0), "{}", err(&verified));
    for line in ["verified: 5 records", "unsealed: 1 events", &format!("head: {anchor}")] {
        assert!(out(&verified).contains(line), "{line}: {}", out(&verified));
    }
    world.attack("UPDATE audit_events SET actor = 'system' WHERE id = 4").await;
    let broken = audit(database, &["verify"]);
    assert_eq!(broken.status.code(), Some(3));
    assert!(err(&broken).contains("record 4, event 4: changed"), "{}", err(&broken));
    assert!(out(&broken).contains("verified: 3 records"), "{}", out(&broken));
    let misspelt = audit(database, &["verify", "--anchor", "12"]);
    assert_eq!(misspelt.status.code(), Some(2), "{}", err(&misspelt));
}

async fn t52_an_export_is_complete_and_holds_no_formula(database: &TestDatabase) {
    // More than a page, many of one moment.
    let world = World::with_events(database, 1_100).await;
    let same_moment = "INSERT INTO audit_events (occurred_at, kind, actor, details, request_id, address) \
                       SELECT (SELECT occurred_at FROM audit_events WHERE id = 7), kind, actor, details, \
                       '=1+1', address FROM audit_events";
    world.store.write(move |db| crate::world::run(db, same_moment)).await.unwrap();
    let (from, to) = ("2000-01-01", "2100-01-01");
    let lines = audit(database, &["export", "--from", from, "--to", to, "--format", "jsonl"]);
    assert_eq!(lines.status.code(), Some(0), "{}", err(&lines));
    let mut events: Vec<i64> = out(&lines)
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .inspect(|line| {
            assert_eq!(line["sequence"].is_null(), line["event"].as_i64() > Some(1_100), "{line}")
        })
        .map(|line| line["event"].as_i64().unwrap())
        .collect();
    events.sort_unstable();
    // The export itself is the last of them.
    assert_eq!(events, (1..=2_201).collect::<Vec<i64>>());

    let table = audit(database, &["export", "--from", from, "--to", to]);
    let table = out(&table);
    assert_eq!(table.lines().count(), 1 + 2_202);
    assert!(table.starts_with("event,occurred_at,kind,actor,"), "{}", &table[..100]);
    assert_eq!(table.matches(",'=1+1,").count(), 1_100);
    assert!(table.contains("data:audit:exported"));

    let backwards = audit(database, &["export", "--from", to, "--to", from]);
    assert_eq!(backwards.status.code(), Some(1), "{}", err(&backwards));
    let nothing = audit(database, &["export", "--from", "2000-01-01", "--to", "2000-01-02"]);
    assert_eq!(out(&nothing).lines().count(), 1);
}
