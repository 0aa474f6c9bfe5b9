//! The store: SQLite or PostgreSQL behind [`Store::read`] and [`Store::write`].
//!
//! Both run a closure over one connection off the async threads. A write is one transaction, durable
//! when the call returns; it may run again from its start, so it must have no effect outside the
//! database. SQLite has one writer: its thread takes all waiting writes into one commit (a savepoint for
//! each but the first), so that many links a moment cost one synchronisation of the disk.

use std::fmt;

use diesel::result::{DatabaseErrorKind, Error as DieselError};

use crate::config::database::DatabaseSettings;

mod backend;
mod pool;
#[cfg(feature = "sqlite")]
mod sqlite_writer;
mod transaction;

use backend::{Access, Backend, check_durability};
use pool::ConnectionPool;
pub use transaction::transaction;

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
        "No space left on device",
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

/// The database of the service. Clones share the connections.
#[derive(Clone)]
pub struct Store {
    pool: ConnectionPool,
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
        Self::open_after(settings, |_| Ok(()))
    }

    /// Opens the database unless `look`, which runs before anything is changed, finds something against it.
    ///
    /// # Errors
    /// What `look` found, or as [`Store::open`].
    pub fn open_after<E: From<StoreError>>(
        settings: &DatabaseSettings,
        look: impl FnOnce(&mut Db) -> Result<(), E>,
    ) -> Result<Self, E> {
        let backend = Backend::of(settings)?;
        let mut first = backend.connect(Access::Write)?;
        look(&mut first)?;
        super::migrate::run_pending(&mut first)?;
        check_durability(&mut first)?;
        Ok(Self::with_backend(backend, first, settings)?)
    }

    /// Brings the schema of a database up to date; the names of the migrations that ran. Blocks.
    ///
    /// # Errors
    /// An unknown URL, an unreachable database, a failed migration.
    pub fn migrate(settings: &DatabaseSettings) -> Result<Vec<String>, StoreError> {
        let mut db = Backend::of(settings)?.connect(Access::Write)?;
        super::migrate::run_pending(&mut db)
    }

    /// Opens the database as it is, without migrating; for `migrate status` and read-only tools.
    ///
    /// # Errors
    /// As [`Store::open`], but for migrations.
    pub fn open_unmigrated(settings: &DatabaseSettings) -> Result<Self, StoreError> {
        let backend = Backend::of(settings)?;
        let first = backend.connect(Access::Write)?;
        Self::with_backend(backend, first, settings)
    }

    fn with_backend(backend: Backend, first: Db, settings: &DatabaseSettings) -> Result<Self, StoreError> {
        #[cfg(feature = "sqlite")]
        let writer = match first {
            first @ Db::Sqlite(_) => {
                let again = backend.clone();
                Some(sqlite_writer::Writer::start(first, move || again.connect(Access::Write))?)
            }
            #[cfg(feature = "postgres")]
            Db::Pg(_) => None,
        };
        #[cfg(not(feature = "sqlite"))]
        drop(first);
        Ok(Self {
            pool: ConnectionPool::new(backend, settings),
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
        run_blocking(move || pool.run(f)).await
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
        run_blocking(move || pool.run(|db| transaction(db, &mut f))).await
    }

    /// The same for a closure that runs one statement and no more: PostgreSQL is then not asked to begin and
    /// to commit, which are two answers to wait for.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn write_statement<T, F>(&self, f: F) -> Result<T, StoreError>
    where
        F: FnMut(&mut Db) -> Result<T, StoreError> + Send + 'static,
        T: Send + 'static,
    {
        #[cfg(feature = "postgres")]
        if !self.has_one_writer() {
            let (pool, mut f) = (self.pool.clone(), f);
            return run_blocking(move || pool.run(|db| transaction::statement(db, &mut f))).await;
        }
        self.write(f).await
    }

    #[cfg(feature = "postgres")]
    fn has_one_writer(&self) -> bool {
        #[cfg(feature = "sqlite")]
        return self.writer.is_some();
        #[cfg(not(feature = "sqlite"))]
        false
    }
}

async fn run_blocking<T: Send + 'static>(
    f: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(f)
        .await
        .unwrap_or_else(|_| Err(StoreError::Failed("a database task panicked".into())))
}
