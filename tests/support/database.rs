//! A fresh database for each test, on SQLite and on PostgreSQL.

use privyazka::config::database::DatabaseSettings;
use privyazka::store::Store;

/// Makes two tests of each function named: `sqlite::name` and, with the feature `test-postgres`,
/// `postgres::name`. The function is `async fn name(database: &TestDatabase)`; a test of the store that
/// runs on one database only is a defect, so nothing else is offered.
///
/// The only macro of the tests: a function cannot make two `#[test]`s with names of their own.
macro_rules! on_each_database {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test]
            fn $name() {
                let database = $crate::support::database::TestDatabase::sqlite();
                $crate::support::database::block_on(super::$name(&database));
            })+
        }
        #[cfg(feature = "test-postgres")]
        mod postgres {
            $(#[test]
            fn $name() {
                let database = $crate::support::database::TestDatabase::postgres();
                $crate::support::database::block_on(super::$name(&database));
            })+
        }
    };
}
pub(crate) use on_each_database;

/// Runs an asynchronous test on a runtime of its own, so that nothing of it outlives the test.
pub fn block_on<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime can be built")
        .block_on(test)
}

/// Where a test's database lives.
enum Place {
    Sqlite(tempfile::TempDir),
    #[cfg(feature = "test-postgres")]
    Postgres(super::postgres::Database),
    Elsewhere(String),
}

/// A database of one test; removed when dropped.
pub struct TestDatabase(Place);

impl TestDatabase {
    /// A folder for a SQLite file that does not exist yet; the first [`TestDatabase::open`] migrates it.
    pub fn sqlite() -> Self {
        Self(Place::Sqlite(tempfile::tempdir().expect("a temporary folder can be made")))
    }

    /// A database in this process's temporary cluster, migrated already.
    #[cfg(feature = "test-postgres")]
    pub fn postgres() -> Self {
        Self(Place::Postgres(super::postgres::cluster().database()))
    }

    /// A database that somebody else makes and removes.
    pub fn at(url: String) -> Self {
        Self(Place::Elsewhere(url))
    }

    /// Another database of the same kind, without any table.
    pub fn empty_sibling(&self) -> Self {
        match &self.0 {
            Place::Sqlite(_) => Self::sqlite(),
            #[cfg(feature = "test-postgres")]
            Place::Postgres(_) => Self(Place::Postgres(super::postgres::cluster().empty_database())),
            Place::Elsewhere(url) => panic!("nothing is known beside {url}"),
        }
    }

    /// The value for `database.url`.
    pub fn url(&self) -> String {
        match &self.0 {
            Place::Sqlite(folder) => format!("sqlite://{}", folder.path().join("test.db").display()),
            #[cfg(feature = "test-postgres")]
            Place::Postgres(database) => database.url.clone(),
            Place::Elsewhere(url) => url.clone(),
        }
    }

    /// `[database]` for it, everything else by default.
    pub fn settings(&self) -> DatabaseSettings {
        DatabaseSettings::new(self.url())
    }

    /// Opens it as the service does at its start.
    pub fn open(&self) -> Store {
        Store::open(&self.settings()).expect("a test's database opens")
    }

    /// The SQLite file, for tests that look into it or break it.
    pub fn sqlite_file(&self) -> Option<std::path::PathBuf> {
        match &self.0 {
            Place::Sqlite(folder) => Some(folder.path().join("test.db")),
            #[cfg(feature = "test-postgres")]
            Place::Postgres(_) => None,
            Place::Elsewhere(_) => None,
        }
    }
}
