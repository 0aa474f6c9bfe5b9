//! Opening one connection with the settings that durability stands on.

use diesel::connection::SimpleConnection as _;

use super::{Db, StoreError};
use crate::config::database::DatabaseSettings;
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
    pub(super) fn of(settings: &DatabaseSettings) -> Result<Self, StoreError> {
        Self::from_url(&settings.address().map_err(|error| StoreError::Failed(error.to_string()))?)
    }

    fn from_url(url: &str) -> Result<Self, StoreError> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            #[cfg(feature = "sqlite")]
            return Ok(Self::Sqlite(path.to_owned()));
            #[cfg(not(feature = "sqlite"))]
            return Err(StoreError::Failed(format!("this build has no SQLite: cannot open {path}")));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            #[cfg(feature = "postgres")]
            return Ok(Self::Pg(with_network_limits(url)));
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
                     PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 67108864; \
                     PRAGMA case_sensitive_like = ON;",
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

/// What libpq would otherwise leave to the system, which waits for minutes and more: time to connect, in
/// seconds; time that sent data may stay unacknowledged, in milliseconds; silence before a sign of life is
/// asked for, pause between two and how many may be missed. A statement takes at most ten seconds, so
/// nothing that lives is cut off.
#[cfg(feature = "postgres")]
const NETWORK_LIMITS: [(&str, &str); 6] = [
    ("connect_timeout", "5"),
    ("tcp_user_timeout", "15000"),
    ("keepalives", "1"),
    ("keepalives_idle", "10"),
    ("keepalives_interval", "5"),
    ("keepalives_count", "2"),
];

/// The address with the limits that the operator has not set.
#[cfg(feature = "postgres")]
fn with_network_limits(url: &str) -> String {
    let (base, query) = url.split_once('?').unwrap_or((url, ""));
    let is_set = |name: &str| query.split('&').any(|pair| pair.split('=').next() == Some(name));
    let given = query.split('&').filter(|pair| !pair.is_empty()).map(str::to_owned);
    let missing = NETWORK_LIMITS.into_iter().filter(|(name, _)| !is_set(name));
    let pairs: Vec<String> = given.chain(missing.map(|(name, value)| format!("{name}={value}"))).collect();
    format!("{base}?{}", pairs.join("&"))
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

#[cfg(all(test, feature = "postgres"))]
mod tests {
    use super::*;

    #[test]
    fn t74_limits_are_added_where_the_operator_set_none() {
        let all = "connect_timeout=5&tcp_user_timeout=15000&keepalives=1&keepalives_idle=10&\
                   keepalives_interval=5&keepalives_count=2";
        for (given, expected) in [
            ("postgres://app@db/journal", format!("postgres://app@db/journal?{all}")),
            ("postgres://app@db/journal?", format!("postgres://app@db/journal?{all}")),
            (
                "postgres://app@db/journal?sslmode=verify-full",
                format!("postgres://app@db/journal?sslmode=verify-full&{all}"),
            ),
            (
                "postgres://app@db/journal?connect_timeout=2&keepalives_count=9",
                "postgres://app@db/journal?connect_timeout=2&keepalives_count=9&tcp_user_timeout=15000&\
                 keepalives=1&keepalives_idle=10&keepalives_interval=5"
                    .to_owned(),
            ),
            // A key that only looks like one of ours.
            (
                "postgres://app@db/journal?xconnect_timeout=2",
                format!("postgres://app@db/journal?xconnect_timeout=2&{all}"),
            ),
        ] {
            assert_eq!(with_network_limits(given), expected);
        }
    }
}
