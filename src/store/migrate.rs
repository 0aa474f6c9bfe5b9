//! Embedded migrations, in pairs of equal names under `migrations/sqlite` and `migrations/postgres`.

#[cfg(feature = "postgres")]
use diesel::connection::SimpleConnection as _;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _, embed_migrations};

use super::connection::{Db, StoreError, transaction};

#[cfg(feature = "sqlite")]
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
#[cfg(feature = "postgres")]
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// SQLite's write lock lets one in by itself; here it is a lock of our own, any number that is always the
/// same. A migration may take longer than the queries of the service are allowed to.
#[cfg(feature = "postgres")]
const ONE_NODE_AT_A_TIME: &str = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '60s'; \
                                  SELECT pg_advisory_xact_lock(7229003781450913)";

/// Brings the schema up to date; returns the names of the migrations that ran. All of them are one
/// transaction: an upgrade that is killed has not happened. Of several nodes that start at once, one
/// migrates and the others wait for it.
///
/// # Errors
/// A migration failed, and none is kept.
pub fn run_pending(db: &mut Db) -> Result<Vec<String>, StoreError> {
    transaction(db, &mut |db| {
        let ran = match db {
            #[cfg(feature = "sqlite")]
            Db::Sqlite(connection) => connection.run_pending_migrations(SQLITE),
            #[cfg(feature = "postgres")]
            Db::Pg(connection) => {
                connection.batch_execute(ONE_NODE_AT_A_TIME)?;
                connection.run_pending_migrations(POSTGRES)
            }
        };
        ran.map(|versions| versions.iter().map(ToString::to_string).collect())
            .map_err(|error| StoreError::Failed(format!("migration: {error}")))
    })
}

/// Whether the database has no table of ours yet.
///
/// # Errors
/// The database cannot be asked.
pub fn is_new(db: &mut Db) -> Result<bool, StoreError> {
    let applied = crate::each!(db, |c| c.applied_migrations());
    applied
        .map(|versions| versions.is_empty())
        .map_err(|error| StoreError::Failed(format!("migration: {error}")))
}

/// Whether migrations wait to be run.
///
/// # Errors
/// The database cannot be asked.
pub fn has_pending(db: &mut Db) -> Result<bool, StoreError> {
    let pending = match db {
        #[cfg(feature = "sqlite")]
        Db::Sqlite(connection) => connection.has_pending_migration(SQLITE),
        #[cfg(feature = "postgres")]
        Db::Pg(connection) => connection.has_pending_migration(POSTGRES),
    };
    pending.map_err(|error| StoreError::Failed(format!("migration: {error}")))
}

/// Takes back the newest migration (tests of upgrades, operators' emergencies).
///
/// # Errors
/// There is none, or its `down.sql` failed.
pub fn revert_last(db: &mut Db) -> Result<(), StoreError> {
    let reverted = match db {
        #[cfg(feature = "sqlite")]
        Db::Sqlite(connection) => connection.revert_last_migration(SQLITE).map(drop),
        #[cfg(feature = "postgres")]
        Db::Pg(connection) => connection.revert_last_migration(POSTGRES).map(drop),
    };
    reverted.map_err(|error| StoreError::Failed(format!("migration: {error}")))
}
