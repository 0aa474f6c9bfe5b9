//! Opening a database: migrations, durable settings, addresses that lead nowhere.

use privyazka::config::database::DatabaseSettings;
use privyazka::store::{Db, Store, StoreError, migrate};

use super::data::{count_regions, insert_region, number, text};
use super::support::database::{TestDatabase, on_each_database};

on_each_database![
    migrations_make_every_table_of_the_schema,
    migrations_can_be_reverted_and_run_again,
    two_starts_at_once_migrate_once,
    t72_durable_settings_are_read_back,
    reading_connections_cannot_write_on_sqlite,
    reopening_keeps_the_rows,
];

/// The tables of `schema/`, and of diesel itself.
const TABLES: &[&str] = &[
    "__diesel_schema_migrations",
    "approvals",
    "audit_checkpoints",
    "audit_events",
    "audit_sealers",
    "audit_seals",
    "audit_unsealed",
    "authorization_requests",
    "browser_sessions",
    "bulk_unlink_lines",
    "bulk_unlinks",
    "case_entries",
    "cases",
    "esia_subjects",
    "key_checks",
    "known_browsers",
    "linking_codes",
    "links",
    "login_failures",
    "municipalities",
    "one_time_passwords",
    "operator_browsers",
    "operator_deeds",
    "operator_recovery_codes",
    "operator_sessions",
    "operators",
    "organisations",
    "outbox_entries",
    "password_recoveries",
    "profile_names",
    "profile_names_to_fill",
    "profile_roles",
    "profiles",
    "regions",
    "secret_issues",
    "settlements",
    "undo_tokens",
];

fn tables(db: &mut Db) -> Result<Vec<String>, StoreError> {
    let query = match db {
        Db::Sqlite(_) => {
            "SELECT coalesce(group_concat(name, ' '), '') AS value FROM \
             (SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name)"
        }
        #[cfg(feature = "postgres")]
        Db::Pg(_) => {
            "SELECT coalesce(string_agg(tablename, ' ' ORDER BY tablename COLLATE \"C\"), '') AS value \
             FROM pg_tables WHERE schemaname = 'public'"
        }
    };
    Ok(text(db, query)?.split_whitespace().map(str::to_owned).collect())
}

async fn migrations_make_every_table_of_the_schema(database: &TestDatabase) {
    let database = database.empty_sibling();
    let bare = Store::open_unmigrated(&database.settings()).expect("opens");
    assert_eq!(bare.read(tables).await.unwrap(), Vec::<String>::new());
    assert!(bare.write(migrate::has_pending).await.unwrap());
    drop(bare);

    let store = database.open();
    assert_eq!(store.read(tables).await.unwrap(), TABLES);
    assert!(!store.read(migrate::has_pending).await.unwrap());
}

async fn migrations_can_be_reverted_and_run_again(database: &TestDatabase) {
    let store = database.open();
    while store.read(tables).await.unwrap().len() > 1 {
        store.write(migrate::revert_last).await.expect("every migration has a way back");
    }
    assert!(store.read(migrate::has_pending).await.unwrap());
    drop(store);
    let store = database.open();
    assert!(!store.read(migrate::has_pending).await.unwrap());
    assert_eq!(store.read(tables).await.unwrap(), TABLES);
}

async fn two_starts_at_once_migrate_once(database: &TestDatabase) {
    let database = database.empty_sibling();
    let starts: Vec<_> = (0..2)
        .map(|_| {
            let settings = database.settings();
            std::thread::spawn(move || Store::open(&settings).map(drop))
        })
        .collect();
    for start in starts {
        start.join().unwrap().expect("the second waits for the first or finds its work done");
    }
    assert_eq!(database.open().read(tables).await.unwrap(), TABLES);
}

async fn t72_durable_settings_are_read_back(database: &TestDatabase) {
    let store = database.open();
    let settings = |db: &mut Db| match db {
        Db::Sqlite(_) => Ok([
            text(db, "SELECT journal_mode AS value FROM pragma_journal_mode")?,
            text(db, "SELECT CAST(synchronous AS TEXT) AS value FROM pragma_synchronous")?,
            text(db, "SELECT CAST(foreign_keys AS TEXT) AS value FROM pragma_foreign_keys")?,
            (number(db, "SELECT timeout AS value FROM pragma_busy_timeout")? > 0).to_string(),
        ]),
        #[cfg(feature = "postgres")]
        Db::Pg(_) => Ok([
            text(db, "SELECT current_setting('synchronous_commit') AS value")?,
            text(db, "SELECT current_setting('fsync') AS value")?,
            text(db, "SELECT current_setting('statement_timeout') AS value")?,
            text(db, "SELECT current_setting('lock_timeout') AS value")?,
        ]),
    };
    let expected = match store.read(|db| Ok(matches!(db, Db::Sqlite(_)))).await.unwrap() {
        true => ["wal", "2", "1", "true"],
        false => ["on", "on", "10s", "2s"],
    };
    assert_eq!(store.read(settings).await.unwrap(), expected, "of a reading connection");
    assert_eq!(store.write(settings).await.unwrap(), expected, "of a writing connection");
}

async fn reading_connections_cannot_write_on_sqlite(database: &TestDatabase) {
    let store = database.open();
    let refused = store.read(|db| insert_region(db, "Челябинская область")).await;
    // PostgreSQL has one kind of connection for both; SQLite's readers must not take the writer's lock.
    assert_eq!(refused.is_err(), database.sqlite_file().is_some(), "{refused:?}");
}

async fn reopening_keeps_the_rows(database: &TestDatabase) {
    let store = database.open();
    store.write(|db| insert_region(db, "Челябинская область")).await.expect("writes");
    drop(store);
    assert_eq!(database.open().read(count_regions).await.unwrap(), 1);
}

#[test]
fn an_unreachable_postgresql_is_unavailable_and_opens_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let port = super::support::processes::spare_port();
    let before = std::fs::read_dir(".").unwrap().count();
    for url in [
        format!("postgres://nobody@127.0.0.1:{port}/none"),
        format!("postgresql://127.0.0.1:{port}/{}", folder.path().join("file.db").display()),
    ] {
        let error = Store::open(&DatabaseSettings::new(&url)).expect_err("nobody listens there");
        if cfg!(feature = "postgres") {
            assert!(matches!(error, StoreError::Unavailable(_)), "{url}: {error}");
        } else {
            assert!(matches!(error, StoreError::Failed(_)), "{url}: {error}");
        }
    }
    assert_eq!(std::fs::read_dir(".").unwrap().count(), before, "a file has appeared");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "a file has appeared");
}

#[cfg(feature = "postgres")]
#[test]
fn t74_a_server_that_takes_the_call_and_is_silent_does_not_hold_the_start_up() {
    // The system accepts for a listener that nobody serves.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("postgres://nobody@{}/none", silent.local_addr().unwrap());
    for (url, least, most) in [(url.clone(), 4, 10), (format!("{url}?connect_timeout=2"), 1, 4)] {
        let begun = std::time::Instant::now();
        let error = Store::open(&DatabaseSettings::new(&url)).expect_err("it never answers");
        assert!(matches!(error, StoreError::Unavailable(_)), "{url}: {error}");
        let took = begun.elapsed().as_secs();
        assert!((least..most).contains(&took), "{url}: {took} s");
    }
}

#[test]
fn an_address_of_neither_database_is_refused() {
    for url in
        ["", "file.db", "/var/lib/file.db", "host=localhost dbname=x", "mysql://localhost/x", "sqlite:x"]
    {
        let error = Store::open(&DatabaseSettings::new(url)).expect_err("no database of ours");
        assert!(matches!(error, StoreError::Failed(_)), "{url}: {error}");
    }
}

#[test]
fn a_sqlite_file_in_a_missing_folder_is_unavailable() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("missing/test.db").display());
    let error = Store::open(&DatabaseSettings::new(url)).expect_err("there is no such folder");
    assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
}
