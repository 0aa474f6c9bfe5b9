//! Which statements a piece of the store sends, and how the database would answer them.

use std::sync::{Arc, Mutex};

#[cfg(feature = "postgres")]
use diesel::connection::SimpleConnection as _;
use diesel::connection::{Connection as _, InstrumentationEvent};
use diesel::prelude::*;
use diesel::sql_types::Text;
use privyazka::each;
use privyazka::store::{Db, StoreError};

/// One statement as it went to the database.
#[derive(Clone, Debug)]
pub struct Statement {
    /// With signs for the bound values.
    pub sql: String,
    /// The bound values as diesel prints them.
    pub binds: String,
}

/// Runs `f` and tells what it sent.
pub fn statements_of<T>(
    db: &mut Db,
    f: impl FnOnce(&mut Db) -> Result<T, StoreError>,
) -> Result<(T, Vec<Statement>), StoreError> {
    let sent = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&sent);
    let note = move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let text = query.to_string();
            let (sql, binds) = text.split_once(" -- binds: ").unwrap_or((&text, ""));
            kept.lock().unwrap().push(Statement { sql: sql.to_owned(), binds: binds.to_owned() });
        }
    };
    each!(&mut *db, |c| c.set_instrumentation(note));
    let result = f(db);
    each!(&mut *db, |c| c.set_instrumentation(None::<fn(InstrumentationEvent<'_>)>));
    let statements = std::mem::take(&mut *sent.lock().unwrap());
    Ok((result?, statements))
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[cfg(feature = "postgres")]
#[derive(QueryableByName)]
struct PgLine {
    #[diesel(sql_type = Text)]
    #[diesel(column_name = "QUERY PLAN")]
    detail: String,
}

impl Statement {
    /// The database's plan for it, whatever the values: on PostgreSQL with whole tables forbidden, because
    /// a test's tables are so small that reading them is cheapest.
    pub fn plan(&self, db: &mut Db) -> Result<String, StoreError> {
        match db {
            Db::Sqlite(c) => {
                let lines: Vec<Line> =
                    diesel::sql_query(format!("EXPLAIN QUERY PLAN {}", self.sql)).load(c)?;
                Ok(lines.into_iter().map(|line| line.detail).collect::<Vec<_>>().join("\n"))
            }
            #[cfg(feature = "postgres")]
            Db::Pg(c) => {
                c.batch_execute("SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan;")?;
                c.batch_execute(&format!("PREPARE explained AS {}", self.sql))?;
                let values = (1..).take_while(|n| self.sql.contains(&format!("${n}"))).count();
                let nulls = vec!["NULL"; values].join(", ");
                let nulls = if values == 0 { String::new() } else { format!("({nulls})") };
                let lines: Vec<PgLine> =
                    diesel::sql_query(format!("EXPLAIN EXECUTE explained{nulls}")).load(c)?;
                c.batch_execute("DEALLOCATE explained; RESET enable_seqscan; RESET plan_cache_mode;")?;
                Ok(lines.into_iter().map(|line| line.detail).collect::<Vec<_>>().join("\n"))
            }
        }
    }
}
