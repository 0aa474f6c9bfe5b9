//! Embedded migrations, in pairs of equal names under `migrations/sqlite` and `migrations/postgres`.

use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _, embed_migrations};

use super::connection::{Db, StoreError};

#[cfg(feature = "sqlite")]
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
#[cfg(feature = "postgres")]
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Brings the schema up to date; returns the names of the migrations that ran.
///
/// # Errors
/// A migration failed; it was rolled back as a whole.
pub fn run_pending(db: &mut Db) -> Result<Vec<String>, StoreError> {
    let ran = match db {
        #[cfg(feature = "sqlite")]
        Db::Sqlite(connection) => connection.run_pending_migrations(SQLITE),
        #[cfg(feature = "postgres")]
        Db::Pg(connection) => connection.run_pending_migrations(POSTGRES),
    };
    ran.map(|versions| versions.iter().map(ToString::to_string).collect())
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
