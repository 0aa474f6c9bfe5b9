//! Everything that is kept about a profile, table by table, for the person's extract.
//!
//! A new table or column that concerns a profile gets its place in `sections.rs`; a test reads `schema/` for one that was
//! forgotten.

mod sections;

use diesel::prelude::*;
use diesel::sql_types::Text;
use serde_json::Value;

use super::{Db, StoreError};
use crate::directory::ProfileId;
use crate::each;

pub use sections::{SECTIONS, Section};

/// The rows of a section as JSON objects; a sealed column is in hexadecimal digits.
///
/// # Errors
/// The database's.
pub fn list_rows(db: &mut Db, section: Section, profile: ProfileId) -> Result<Vec<Value>, StoreError> {
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Text)]
        line: String,
    }
    let filter = section.filter.replace('?', &profile.0.to_string());
    let sealed = section.sealed.iter().map(|(column, ..)| *column);
    let query = match db {
        #[cfg(feature = "sqlite")]
        Db::Sqlite(_) => {
            let plain = section.columns.iter().map(|column| format!("'{column}', {column}"));
            // hex() of nothing would be an empty text.
            let sealed = sealed.map(|column| {
                format!("'{column}', CASE WHEN {column} IS NULL THEN NULL ELSE lower(hex({column})) END")
            });
            let fields: Vec<String> = plain.chain(sealed).collect();
            format!("SELECT json_object({}) AS line FROM {} WHERE {filter}", fields.join(", "), section.table)
        }
        #[cfg(feature = "postgres")]
        Db::Pg(_) => {
            let plain = section.columns.iter().map(|column| (*column).to_owned());
            let sealed = sealed.map(|column| format!("encode({column}, 'hex') AS {column}"));
            let fields: Vec<String> = plain.chain(sealed).collect();
            format!(
                "SELECT row_to_json(r)::text AS line FROM (SELECT {} FROM {} WHERE {filter}) r",
                fields.join(", "),
                section.table
            )
        }
    };
    let lines: Vec<Line> = each!(db, |c| diesel::sql_query(query).load(c))?;
    let rows = lines.iter().map(|line| serde_json::from_str(&line.line));
    rows.collect::<Result<_, _>>().map_err(|_| StoreError::Corrupt(section.table))
}
