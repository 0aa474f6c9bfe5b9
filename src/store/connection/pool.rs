//! The shared connections: readers of SQLite, everything of PostgreSQL.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::{AnsiTransactionManager, SimpleConnection as _, TransactionManager as _};
use diesel::r2d2::{ManageConnection, Pool};

use super::backend::{Access, Backend};
use super::{Db, StoreError};
use crate::config::database::DatabaseSettings;
use crate::each;

/// Connections for as many closures at once as the settings allow.
///
/// A connection is not asked on every use whether it lives: that costs a third of all reads. Once one is
/// found dead (a restarted server kills all of them) those made before are asked first, so that a restart
/// fails the requests under way and no others.
#[derive(Clone)]
pub(super) struct ConnectionPool {
    pool: Pool<Manager>,
    /// Raised by one when a connection is found dead.
    age: Arc<AtomicU32>,
}

/// A connection and the age of the pool in which it was last known to live.
pub(super) struct Pooled {
    db: Db,
    age: u32,
    dead: bool,
}

/// Makes connections of exactly one backend and reports its real error.
struct Manager {
    backend: Backend,
    age: Arc<AtomicU32>,
}

impl ConnectionPool {
    pub(super) fn new(backend: Backend, settings: &DatabaseSettings) -> Self {
        let age = Arc::new(AtomicU32::new(0));
        let pool = Pool::builder()
            .max_size(settings.pool_size)
            .min_idle(Some(1))
            .connection_timeout(settings.acquire_timeout)
            .test_on_check_out(false)
            .build_unchecked(Manager { backend, age: age.clone() });
        Self { pool, age }
    }

    /// Runs `f` on a connection of its own.
    pub(super) fn run<T>(&self, f: impl FnOnce(&mut Db) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut connection = self.checkout()?;
        let result = f(&mut connection.db);
        if let Err(StoreError::Unavailable(_) | StoreError::Failed(_)) = result
            && !connection.lives()
        {
            self.age.fetch_add(1, Ordering::Relaxed);
        }
        result
    }

    fn checkout(&self) -> Result<diesel::r2d2::PooledConnection<Manager>, StoreError> {
        loop {
            let mut connection =
                self.pool.get().map_err(|error| StoreError::Unavailable(error.to_string()))?;
            let age = self.age.load(Ordering::Relaxed);
            if connection.age == age || connection.lives() {
                connection.age = age;
                return Ok(connection);
            }
            // Given back dead, it is closed; the next one is another or new.
        }
    }
}

impl Pooled {
    fn lives(&mut self) -> bool {
        self.dead = self.dead || each!(&mut self.db, |c| c.batch_execute("SELECT 1")).is_err();
        !self.dead
    }
}

impl ManageConnection for Manager {
    type Connection = Pooled;
    type Error = StoreError;

    fn connect(&self) -> Result<Pooled, StoreError> {
        let age = self.age.load(Ordering::Relaxed);
        Ok(Pooled { db: self.backend.connect(Access::Read)?, age, dead: false })
    }

    fn is_valid(&self, connection: &mut Pooled) -> Result<(), StoreError> {
        if connection.lives() {
            Ok(())
        } else {
            Err(StoreError::Unavailable("the connection is dead".into()))
        }
    }

    fn has_broken(&self, connection: &mut Pooled) -> bool {
        connection.dead
            || each!(&mut connection.db, |c| AnsiTransactionManager::is_broken_transaction_manager(c))
    }
}
