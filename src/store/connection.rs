//! The store: SQLite or PostgreSQL behind [`Store::read`] and [`Store::write`].
//!
//! Both run a closure over one connection off the async threads. A write is one transaction, durable
//! when the call returns; it may run again from its start, so it must have no effect outside the
//! database. SQLite has one writer: its thread takes all waiting writes into one commit (a savepoint
//! each), so that many links a moment cost one synchronisation of the disk.

use std::fmt;
use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use diesel::r2d2::{ManageConnection, Pool};
use diesel::result::{DatabaseErrorKind, Error as DieselError};

use crate::config::database::DatabaseSettings;

#[cfg(feature = "sqlite")]
mod sqlite_writer;

/// One connection. Queries written inside [`each!`](crate::each) serve both variants.
pub enum Db {
    /// Embedded database.
    #[cfg(feature = "sqlite")]
    Sqlite(diesel::SqliteConnection),
    /// Database of a region.
    #[cfg(feature = "postgres")]
    Pg(diesel::PgConnection),
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) => "Db::Sqlite",
            #[cfg(feature = "postgres")]
            Self::Pg(_) => "Db::Pg",
        })
    }
}

/// Compiles the same diesel body for whichever database `$db: &mut Db` is.
///
/// `each!(db, |c| links::table.load::<LinkRow>(c))`
#[macro_export]
macro_rules! each {
    ($db:expr, |$c:ident| $body:expr) => {
        match $db {
            #[cfg(feature = "sqlite")]
            $crate::store::Db::Sqlite($c) => $body,
            #[cfg(feature = "postgres")]
            $crate::store::Db::Pg($c) => $body,
        }
    };
}

/// What the store can answer besides a value.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// A unique constraint refused the change; holds what the database says of it.
    #[error("conflict: {0}")]
    Conflict(String),
    /// The database cannot be reached, is overloaded, or is locked: worth another try later (503).
    #[error("database unavailable: {0}")]
    Unavailable(String),
    /// A row holds what the program cannot read.
    #[error("unreadable row: {0}")]
    Corrupt(&'static str),
    /// Anything else the database reports.
    #[error("database: {0}")]
    Failed(String),
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, info) => {
                Self::Conflict(info.message().to_owned())
            }
            DieselError::DatabaseError(
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand,
                info,
            ) => Self::Unavailable(info.message().to_owned()),
            DieselError::DatabaseError(_, ref info) if is_passing(info.message()) => {
                Self::Unavailable(info.message().to_owned())
            }
            other => Self::Failed(other.to_string()),
        }
    }
}

/// SQLite reports lock, full disk and a read-only file by message only; PostgreSQL reports a shutdown so.
fn is_passing(message: &str) -> bool {
    [
        "database is locked",
        "database or disk is full",
        "attempt to write a readonly database",
        "disk I/O error",
        "unable to open database file",
        "terminating connection",
        "server closed the connection",
        "the database system is",
        "statement timeout",
        "lock timeout",
        "read-only transaction",
    ]
    .iter()
    .any(|part| message.contains(part))
}

/// How often a write is tried when the database asks for it.
const MAX_TRIES: u32 = 8;

/// The database of the service. Clones share the connections.
#[derive(Clone)]
pub struct Store {
    pool: Pool<Manager>,
    #[cfg(feature = "sqlite")]
    writer: Option<sqlite_writer::Writer>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Store")
    }
}

impl Store {
    /// Opens the database, brings its schema up to date and checks that its settings are the durable
    /// ones. Blocks; call it at start.
    ///
    /// # Errors
    /// An unknown or unsafe URL, an unreachable database, a failed migration, a weaker setting.
    pub fn open(settings: &DatabaseSettings) -> Result<Self, StoreError> {
        let backend = Backend::from_url(&settings.url)?;
        let mut first = backend.connect(Access::Write)?;
        super::migrate::run_pending(&mut first)?;
        check_durability(&mut first)?;
        Self::with_backend(backend, first, settings)
    }

    /// Opens the database as it is, without migrating; for `migrate status` and read-only tools.
    ///
    /// # Errors
    /// As [`Store::open`], but for migrations.
    pub fn open_unmigrated(settings: &DatabaseSettings) -> Result<Self, StoreError> {
        let backend = Backend::from_url(&settings.url)?;
        let first = backend.connect(Access::Write)?;
        Self::with_backend(backend, first, settings)
    }

    fn with_backend(backend: Backend, first: Db, settings: &DatabaseSettings) -> Result<Self, StoreError> {
        let writer = match first {
            #[cfg(feature = "sqlite")]
            first @ Db::Sqlite(_) => Some(sqlite_writer::Writer::start(first)?),
            #[cfg(feature = "postgres")]
            Db::Pg(_) => None,
        };
        let pool = Pool::builder()
            .max_size(settings.pool_size)
            .min_idle(Some(1))
            .connection_timeout(settings.acquire_timeout)
            .test_on_check_out(false)
            .build_unchecked(Manager(backend));
        #[cfg(not(feature = "sqlite"))]
        let _: Option<()> = writer;
        Ok(Self {
            pool,
            #[cfg(feature = "sqlite")]
            writer,
        })
    }

    /// Runs a reading closure off the async threads.
    ///
    /// # Errors
    /// What the closure reports, or [`StoreError::Unavailable`] when no connection is free in time.
    pub async fn read<T, F>(&self, f: F) -> Result<T, StoreError>
    where
        F: FnOnce(&mut Db) -> Result<T, StoreError> + Send + 'static,
        T: Send + 'static,
    {
        let pool = self.pool.clone();
        run_blocking(move || f(&mut *checkout(&pool)?)).await
    }

    /// Runs a writing closure as one transaction; durable when this returns `Ok`. On `Err` nothing of it
    /// is kept. The closure may run several times.
    ///
    /// # Errors
    /// What the closure reports, or [`StoreError::Unavailable`].
    pub async fn write<T, F>(&self, f: F) -> Result<T, StoreError>
    where
        F: FnMut(&mut Db) -> Result<T, StoreError> + Send + 'static,
        T: Send + 'static,
    {
        #[cfg(feature = "sqlite")]
        if let Some(writer) = &self.writer {
            return writer.write(f).await;
        }
        let (pool, mut f) = (self.pool.clone(), f);
        run_blocking(move || transaction(&mut *checkout(&pool)?, &mut f)).await
    }
}

async fn run_blocking<T: Send + 'static>(
    f: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(f)
        .await
        .unwrap_or_else(|_| Err(StoreError::Failed("a database task panicked".into())))
}

fn checkout(pool: &Pool<Manager>) -> Result<diesel::r2d2::PooledConnection<Manager>, StoreError> {
    pool.get().map_err(|error| StoreError::Unavailable(error.to_string()))
}

/// Runs `f` as one transaction on a connection the caller holds (start-up, tools, tests).
///
/// # Errors
/// What `f` reports; the transaction is rolled back.
pub fn transaction<T>(
    db: &mut Db,
    f: &mut impl FnMut(&mut Db) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let mut tries = 0;
    loop {
        tries += 1;
        match attempt(db, f) {
            Err(TransactionError::Again(_)) if tries < MAX_TRIES => {
                // Contention passes within milliseconds; the pause grows so that rivals draw apart.
                std::thread::sleep(Duration::from_millis(u64::from(tries * tries)));
            }
            Err(TransactionError::Again(error) | TransactionError::Final(error)) => return Err(error),
            Ok(value) => return Ok(value),
        }
    }
}

enum TransactionError {
    Again(StoreError),
    Final(StoreError),
}

fn attempt<T>(
    db: &mut Db,
    f: &mut impl FnMut(&mut Db) -> Result<T, StoreError>,
) -> Result<T, TransactionError> {
    begin(db).map_err(judge)?;
    let result = f(db);
    let ended = if result.is_ok() { commit(db) } else { rollback(db) };
    match (result, ended) {
        (Ok(value), Ok(())) => Ok(value),
        (Ok(_), Err(error)) => {
            // A refused COMMIT leaves a transaction behind.
            let _ = rollback(db);
            Err(judge(error))
        }
        (Err(error), _) if is_contention(&error) => Err(TransactionError::Again(error)),
        (Err(error), _) => Err(TransactionError::Final(error)),
    }
}

fn judge(error: DieselError) -> TransactionError {
    let error = match error {
        DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, info) => {
            return TransactionError::Again(StoreError::Unavailable(info.message().to_owned()));
        }
        other => StoreError::from(other),
    };
    if is_contention(&error) { TransactionError::Again(error) } else { TransactionError::Final(error) }
}

fn is_contention(error: &StoreError) -> bool {
    let (StoreError::Unavailable(message) | StoreError::Failed(message)) = error else { return false };
    ["could not serialize access", "deadlock detected", "database is locked"]
        .iter()
        .any(|part| message.contains(part))
}

fn begin(db: &mut Db) -> Result<(), DieselError> {
    use diesel::connection::AnsiTransactionManager;
    match db {
        // IMMEDIATE: the write lock is taken now, not in the middle, where SQLite could only refuse.
        #[cfg(feature = "sqlite")]
        Db::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE"),
        #[cfg(feature = "postgres")]
        Db::Pg(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN ISOLATION LEVEL READ COMMITTED"),
    }
}

fn commit(db: &mut Db) -> Result<(), DieselError> {
    use diesel::connection::TransactionManager as _;
    each!(db, |c| diesel::connection::AnsiTransactionManager::commit_transaction(c))
}

fn rollback(db: &mut Db) -> Result<(), DieselError> {
    use diesel::connection::TransactionManager as _;
    each!(db, |c| diesel::connection::AnsiTransactionManager::rollback_transaction(c))
}

/// Which database, found once from the URL; never guessed from what answers.
#[derive(Clone, Debug)]
enum Backend {
    #[cfg(feature = "sqlite")]
    Sqlite(String),
    #[cfg(feature = "postgres")]
    Pg(String),
}

#[derive(Clone, Copy)]
enum Access {
    Read,
    Write,
}

impl Backend {
    fn from_url(url: &str) -> Result<Self, StoreError> {
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

    fn connect(&self, access: Access) -> Result<Db, StoreError> {
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
                    "SET synchronous_commit = on; SET statement_timeout = '10s'; SET lock_timeout = '5s'; \
                     SET idle_in_transaction_session_timeout = '15s'; SET TIME ZONE 'UTC';",
                )?;
                Ok(Db::Pg(connection))
            }
        }
    }
}

/// Reads back what durability stands on; a weaker setting stops the start (`docs/security.md`, T72).
fn check_durability(db: &mut Db) -> Result<(), StoreError> {
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

/// Makes pooled connections of exactly one backend and reports its real error.
struct Manager(Backend);

impl ManageConnection for Manager {
    type Connection = Db;
    type Error = StoreError;

    fn connect(&self) -> Result<Db, StoreError> {
        self.0.connect(Access::Read)
    }

    fn is_valid(&self, db: &mut Db) -> Result<(), StoreError> {
        each!(db, |c| c.batch_execute("SELECT 1")).map_err(StoreError::from)
    }

    fn has_broken(&self, db: &mut Db) -> bool {
        use diesel::connection::TransactionManager as _;
        each!(db, |c| diesel::connection::AnsiTransactionManager::is_broken_transaction_manager(c))
    }
}
