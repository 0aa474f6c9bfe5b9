//! A look into the database: what the tables hold, whole, so that "nothing changed" can be said.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use privyazka::each;
use privyazka::store::{Db, StoreError};

use super::{PATIENCE, World};

/// Every table of ours but the territory and what is derived: seals of the audit, checks of the keys.
pub const TABLES: [&str; 27] = [
    "profiles",
    "profile_roles",
    "esia_subjects",
    "links",
    "browser_sessions",
    "known_browsers",
    "login_failures",
    "password_recoveries",
    "authorization_requests",
    "audit_events",
    "outbox_entries",
    "cases",
    "case_entries",
    "operator_deeds",
    "approvals",
    "bulk_unlinks",
    "bulk_unlink_lines",
    "undo_tokens",
    "organisations",
    "operators",
    "operator_sessions",
    "operator_recovery_codes",
    "operator_browsers",
    "linking_codes",
    "one_time_passwords",
    "secret_issues",
    "profile_names",
];

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Rows of each table, as text, in a fixed order.
pub type Contents = BTreeMap<&'static str, Vec<String>>;

fn columns(db: &mut Db, table: &str) -> Result<Vec<String>, StoreError> {
    let names: Vec<Line> = match db {
        #[cfg(feature = "sqlite")]
        Db::Sqlite(c) => {
            diesel::sql_query(format!("SELECT name AS line FROM pragma_table_info('{table}')")).load(c)?
        }
        #[cfg(feature = "postgres")]
        Db::Pg(c) => diesel::sql_query(format!(
            "SELECT attname::text AS line FROM pg_attribute WHERE attrelid = '{table}'::regclass \
             AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
        ))
        .load(c)?,
    };
    Ok(names.into_iter().map(|name| name.line).collect())
}

fn rows(db: &mut Db, table: &str) -> Result<Vec<String>, StoreError> {
    let lines: Vec<Line> = match db {
        #[cfg(feature = "sqlite")]
        Db::Sqlite(_) => {
            let quoted: Vec<_> = columns(db, table)?.iter().map(|name| format!("quote({name})")).collect();
            let line = quoted.join(" || ' ' || ");
            let sql = format!("SELECT {line} AS line FROM {table} ORDER BY 1");
            each!(db, |c| diesel::sql_query(sql).load(c))?
        }
        #[cfg(feature = "postgres")]
        Db::Pg(c) => {
            diesel::sql_query(format!("SELECT t::text AS line FROM {table} t ORDER BY 1")).load(c)?
        }
    };
    Ok(lines.into_iter().map(|line| line.line).collect())
}

impl World {
    /// Everything in the database.
    pub async fn contents(&self) -> Contents {
        self.read(|db| TABLES.into_iter().map(|table| Ok((table, rows(db, table)?))).collect()).await
    }

    /// The tables that differ from an earlier look.
    pub async fn changed_since(&self, before: &Contents) -> Vec<&'static str> {
        let now = self.contents().await;
        TABLES.into_iter().filter(|table| before[table] != now[table]).collect()
    }

    /// Waits until no letter is under way, so that what follows is the only change.
    pub async fn settled(&self) {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while self.count("outbox_entries", "status IN ('pending', 'leased')").await > 0 {
            assert!(tokio::time::Instant::now() < deadline, "letters stay");
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    }

    /// Uses a session and waits until its use is noted, which happens beside the answer: a clock moved on before
    /// that would find the session idle for longer than it was.
    pub async fn noted<T>(&self, sessions: &'static str, using: impl Future<Output = T>) -> T {
        let before = self.contents().await[sessions].clone();
        let answer = using.await;
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while self.contents().await[sessions] == before {
            assert!(tokio::time::Instant::now() < deadline, "the use of a session is not noted");
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        answer
    }

    /// How many rows of a table fulfil a condition.
    pub async fn count(&self, table: &'static str, condition: &str) -> i64 {
        let sql = format!("SELECT count(*) AS count FROM {table} WHERE {condition}");
        self.read(move |db| {
            let query = diesel::sql_query(sql.clone());
            Ok(privyazka::each!(db, |c| query.get_result::<Count>(c))?.count)
        })
        .await
    }

    /// One text from the database: `sql` names it `line`.
    pub async fn text(&self, sql: &str) -> String {
        let sql = sql.to_owned();
        self.read(move |db| {
            let query = diesel::sql_query(sql.clone());
            Ok(privyazka::each!(db, |c| query.get_result::<Line>(c))?.line)
        })
        .await
    }

    /// The reference of the last attempt, as support would be told.
    pub async fn newest_reference(&self) -> String {
        self.text("SELECT reference AS line FROM authorization_requests ORDER BY id DESC LIMIT 1").await
    }

    /// Active links of a profile.
    pub async fn links_of(&self, login: &str) -> i64 {
        let profile = self.profile(login).await.0;
        self.count("links", &format!("profile_id = {profile} AND status = 'active'")).await
    }

    /// Live browser sessions of a profile.
    pub async fn sessions_of(&self, login: &str) -> i64 {
        let profile = self.profile(login).await.0;
        self.count("browser_sessions", &format!("profile_id = {profile} AND ended_at IS NULL")).await
    }

    /// Audit events of a kind.
    pub async fn events(&self, kind: &str) -> i64 {
        self.count("audit_events", &format!("kind = '{kind}'")).await
    }

    /// Changes the database with one statement.
    pub async fn execute(&self, sql: &str) -> usize {
        let sql = sql.to_owned();
        self.write(move |db| {
            let query = diesel::sql_query(sql.clone());
            Ok(privyazka::each!(db, |c| query.execute(c))?)
        })
        .await
    }
}
