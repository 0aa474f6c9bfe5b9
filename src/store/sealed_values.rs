//! Every column that is sealed under the master key, read and replaced in steps: what a change of the key
//! has to go over. A new sealed column gets a variant of [`SealedColumn`]; a test reads `schema/` for one
//! that was forgotten.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Nullable, Text};

use super::{Db, StoreError};
use crate::each;
use crate::platform::secret::Cell;

/// A column of sealed values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SealedColumn {
    /// SNILS of a profile, with the keyed hash beside it.
    Snils,
    /// What ESIA vouched for, until the trip is closed.
    Identity,
    /// A rendered letter, until it is sent.
    Letter,
    /// Secret of an operator's second factor.
    Totp,
    /// What a person wrote to the helpdesk.
    CaseText,
    /// Where they want the answer.
    CaseContact,
    /// What an operator wrote about a case.
    CaseEntry,
    /// What an operator's deed rests on.
    DeedBasis,
    /// What a request for approval rests on.
    ApprovalBasis,
    /// What an answer with codes or a password rests on.
    IssueComment,
    /// What a list of links to be removed rests on.
    ListBasis,
}

impl SealedColumn {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Snils,
        Self::Identity,
        Self::Letter,
        Self::Totp,
        Self::CaseText,
        Self::CaseContact,
        Self::CaseEntry,
        Self::DeedBasis,
        Self::ApprovalBasis,
        Self::IssueComment,
        Self::ListBasis,
    ];

    /// Table; name of the value, whose column ends in `_sealed`; column that names the row in its cell.
    fn parts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Snils => ("profiles", "snils", "uid"),
            Self::Identity => ("authorization_requests", "identity", "reference"),
            Self::Letter => ("outbox_entries", "letter", "uid"),
            Self::Totp => ("operators", "totp", "uid"),
            Self::CaseText => ("cases", "text", "uid"),
            Self::CaseContact => ("cases", "contact", "uid"),
            Self::CaseEntry => ("case_entries", "text", "uid"),
            Self::DeedBasis => ("operator_deeds", "comment", "uid"),
            Self::ApprovalBasis => ("approvals", "comment", "uid"),
            Self::IssueComment => ("secret_issues", "comment", "uid"),
            Self::ListBasis => ("bulk_unlinks", "comment", "uid"),
        }
    }

    /// Table and column, for people.
    pub fn name(self) -> String {
        let (table, value, _) = self.parts();
        format!("{table}.{value}_sealed")
    }

    /// The cell that the value of a row is sealed for.
    pub fn cell(self, row: &str) -> Cell<'_> {
        let (table, column, _) = self.parts();
        Cell { table, column, row }
    }

    /// Column of the keyed hash of the same value, where there is one.
    fn hash_column(self) -> Option<&'static str> {
        (self == Self::Snils).then_some("snils_hash")
    }
}

/// One sealed value.
#[derive(Clone, QueryableByName)]
pub struct SealedValue {
    /// Id of its row.
    #[diesel(sql_type = BigInt)]
    pub id: i64,
    /// Stable public id of the row, by which it is sealed.
    #[diesel(sql_type = Text)]
    pub row_name: String,
    /// The value.
    #[diesel(sql_type = Binary)]
    pub sealed: Vec<u8>,
    /// The keyed hash of the same, where there is one.
    #[diesel(sql_type = Nullable<Binary>)]
    pub hash: Option<Vec<u8>>,
}

/// A value to be put in the place of an equal one under another key.
#[derive(Clone)]
pub struct Resealed {
    /// Id of its row.
    pub id: i64,
    /// What must still stand there: a value that has changed meanwhile is left alone.
    pub before: Vec<u8>,
    /// The new value.
    pub sealed: Vec<u8>,
    /// The new keyed hash, where there is one.
    pub hash: Option<Vec<u8>>,
}

/// Up to `limit` values of rows after the id `after`, in the order of ids.
///
/// # Errors
/// The database's.
pub fn list_after(
    db: &mut Db,
    column: SealedColumn,
    after: i64,
    limit: i64,
) -> Result<Vec<SealedValue>, StoreError> {
    let (table, value, row) = column.parts();
    let hash = column.hash_column().unwrap_or("NULL");
    // The parts are ours: a name of a table cannot be bound.
    let statement = format!(
        "SELECT id, {row} AS row_name, {value}_sealed AS sealed, {hash} AS hash FROM {table} \
         WHERE id > $1 AND {value}_sealed IS NOT NULL ORDER BY id LIMIT $2"
    );
    let rows: Vec<SealedValue> = each!(db, |c| diesel::sql_query(statement)
        .bind::<BigInt, _>(after)
        .bind::<BigInt, _>(limit)
        .load(c))?;
    Ok(rows)
}

/// Replaces values, all in one statement; how many were still as `before` says.
///
/// # Errors
/// The database's.
pub fn replace(db: &mut Db, column: SealedColumn, values: &[Resealed]) -> Result<usize, StoreError> {
    if values.is_empty() {
        return Ok(0);
    }
    // Both databases call the columns of VALUES column1, column2 and so on; diesel knows no such statement.
    let (table, value, _) = column.parts();
    let hash = column.hash_column().map(|hash| format!(", {hash} = v.column4")).unwrap_or_default();
    let change = format!("UPDATE {table} SET {value}_sealed = v.column3{hash}");
    let still = format!("{table}.id = v.column1 AND {table}.{value}_sealed = v.column2");
    let rows: Vec<String> = (0..values.len())
        .map(|row| {
            let first = 4 * row + 1;
            format!("(${first}, ${}, ${}, ${})", first + 1, first + 2, first + 3)
        })
        .collect();
    let statement = format!("{change} FROM (VALUES {}) AS v WHERE {still}", rows.join(", "));
    let replaced = each!(db, |c| {
        let query = diesel::sql_query(statement).into_boxed();
        let query = values.iter().fold(query, |query, value| {
            query
                .bind::<BigInt, _>(value.id)
                .bind::<Binary, _>(&value.before)
                .bind::<Binary, _>(&value.sealed)
                .bind::<Nullable<Binary>, _>(value.hash.as_ref())
        });
        query.execute(c)
    })?;
    Ok(replaced)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t57_no_sealed_column_is_forgotten() {
        let schema = concat!(include_str!("schema/journal.rs"), include_str!("schema/desk.rs"));
        let mut table = "";
        let mut found = Vec::new();
        for line in schema.lines() {
            if let Some((name, _)) = line.strip_prefix("    ").and_then(|line| line.split_once(" (")) {
                table = name;
            }
            if let Some((column, _)) = line.trim().split_once(" -> ")
                && column.ends_with("_sealed")
            {
                found.push(format!("{table}.{column}"));
            }
        }
        let mut known = SealedColumn::ALL.map(SealedColumn::name).to_vec();
        known.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, known);
    }
}
