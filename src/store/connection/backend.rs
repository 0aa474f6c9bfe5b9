//! Opening one connection with the settings that durability stands on.

use diesel::connection::SimpleConnection as _;

use super::{Db, StoreError};
use crate::each;

/// Which database, found once from the URL; never guessed from what answers.
#[derive(Clone, Debug)]
pub(super) enum Backend {
    #[cfg(feature = "sqlite")]
    Sqlite(String),
    #[cfg(feature = "postgres")]
    Pg(String),
}

/// What a connection is for; matters to SQLite, whose readers must not take the writer's lock.
#[derive(Clone, Copy)]
pub(super) enum Access {
    Read,
    Write,
}

impl Backend {
    pub(super) fn from_url(url: &str) -> Result<Self, StoreError> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            #[cfg(feature = "sqlite")]
            return Ok(Self::Sqlite(path.to_owned()));
            #[cfg(not(feature = "sqlite"))]
            return Err(StoreError::Failed(format!("this build has no SQLite: cannot open {path}")));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            #[cfg(feature = "postgres")]
            return Ok(Self::Pg(url.to_owned()));
            #[cfg(not(feature = "postgres"))]
            return Err(StoreError::Failed("this build has no PostgreSQL (feature `postgres`)".into()));
        }
        Err(StoreError::Failed("database.url must begin with sqlite:// or postgres://".into()))
    }

    pub(super) fn connect(&self, access: Access) -> Result<Db, StoreError> {
        use diesel::Connection as _;
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(path) => {
                let mut connection = diesel::SqliteConnection::establish(path)
                    .map_err(|error| StoreError::Unavailable(format!("{path}: {error}")))?;
                connection.batch_execute(
                    "PRAGMA busy_timeout = 3000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                     PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 67108864;",
                )?;
                if matches!(access, Access::Read) {
                    connection.batch_execute("PRAGMA query_only = ON;")?;
                }
                Ok(Db::Sqlite(connection))
            }
            #[cfg(feature = "postgres")]
            Self::Pg(url) => {
                let _ = access;
                let mut connection = diesel::PgConnection::establish(url)
                    .map_err(|error| StoreError::Unavailable(error.to_string()))?;
                connection.batch_execute(
                    "SET synchronous_commit = on; SET statement_timeout = '10s'; SET lock_timeout = '2s'; \
                     SET idle_in_transaction_session_timeout = '15s'; SET TIME ZONE 'UTC';",
                )?;
                Ok(Db::Pg(connection))
            }
        }
    }
}

/// Reads back what durability stands on; a weaker setting stops the start (`docs/security.md`, T72).
pub(super) fn check_durability(db: &mut Db) -> Result<(), StoreError> {
    use diesel::prelude::*;
    use diesel::sql_types::Text;

    #[derive(QueryableByName)]
    struct Setting {
        #[diesel(sql_type = Text)]
        value: String,
    }

    let expected: &[(&str, &str)] = match db {
        #[cfg(feature = "sqlite")]
        Db::Sqlite(_) => &[
            ("SELECT journal_mode AS value FROM pragma_journal_mode", "wal"),
            ("SELECT CAST(synchronous AS TEXT) AS value FROM pragma_synchronous", "2"),
            ("SELECT CAST(foreign_keys AS TEXT) AS value FROM pragma_foreign_keys", "1"),
        ],
        #[cfg(feature = "postgres")]
        Db::Pg(_) => &[
            ("SELECT current_setting('synchronous_commit') AS value", "on"),
            ("SELECT current_setting('fsync') AS value", "on"),
            ("SELECT current_setting('full_page_writes') AS value", "on"),
        ],
    };
    for (query, wanted) in expected {
        let found: Setting = each!(&mut *db, |c| diesel::sql_query(*query).get_result(c))?;
        if found.value != *wanted {
            return Err(StoreError::Failed(format!(
                "unsafe database setting: {query} gives {}",
                found.value
            )));
        }
    }
    Ok(())
}
