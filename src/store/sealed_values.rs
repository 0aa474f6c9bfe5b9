//! Every column that is sealed under the master key, read and replaced in steps: what a change of the key
//! has to go over. A new sealed column gets a variant of [`SealedColumn`]; a test reads `schema.rs` for one
//! that was forgotten.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary};

use super::schema::{authorization_requests, outbox_entries, profiles};
use super::{Db, StoreError};
use crate::each;

/// A column of sealed values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SealedColumn {
    /// `profiles.snils_sealed`, with the keyed hash beside it.
    Snils,
    /// `authorization_requests.identity_sealed`, until the trip is closed.
    Identity,
    /// `outbox_entries.letter_sealed`, until the letter is sent.
    Letter,
}

impl SealedColumn {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Snils, Self::Identity, Self::Letter];

    /// Table and column, for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Snils => "profiles.snils_sealed",
            Self::Identity => "authorization_requests.identity_sealed",
            Self::Letter => "outbox_entries.letter_sealed",
        }
    }
}

/// One sealed value.
#[derive(Clone)]
pub struct SealedValue {
    /// Id of its row.
    pub id: i64,
    /// Stable public id of the row, by which it is sealed.
    pub row: String,
    /// The value.
    pub sealed: Vec<u8>,
    /// The keyed hash of the same, where there is one.
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
    type Row = (i64, String, Option<Vec<u8>>, Option<Vec<u8>>);
    let none = diesel::dsl::sql::<diesel::sql_types::Nullable<Binary>>("NULL");
    let rows: Vec<Row> = match column {
        SealedColumn::Snils => {
            let query = profiles::table
                .filter(profiles::id.gt(after).and(profiles::snils_sealed.is_not_null()))
                .order(profiles::id)
                .limit(limit)
                .select((profiles::id, profiles::uid, profiles::snils_sealed, profiles::snils_hash));
            each!(db, |c| query.load(c))?
        }
        SealedColumn::Identity => {
            use authorization_requests::dsl;
            let query = dsl::authorization_requests
                .filter(dsl::id.gt(after).and(dsl::identity_sealed.is_not_null()))
                .order(dsl::id)
                .limit(limit)
                .select((dsl::id, dsl::reference, dsl::identity_sealed, none));
            each!(db, |c| query.load(c))?
        }
        SealedColumn::Letter => {
            use outbox_entries::dsl;
            let query = dsl::outbox_entries
                .filter(dsl::id.gt(after).and(dsl::letter_sealed.is_not_null()))
                .order(dsl::id)
                .limit(limit)
                .select((dsl::id, dsl::uid, dsl::letter_sealed, none));
            each!(db, |c| query.load(c))?
        }
    };
    let values = rows
        .into_iter()
        .filter_map(|(id, row, sealed, hash)| Some(SealedValue { id, row, sealed: sealed?, hash }));
    Ok(values.collect())
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
    let (change, still) = match column {
        SealedColumn::Snils => (
            "UPDATE profiles SET snils_sealed = v.column3, snils_hash = v.column4",
            "profiles.id = v.column1 AND profiles.snils_sealed = v.column2",
        ),
        SealedColumn::Identity => (
            "UPDATE authorization_requests SET identity_sealed = v.column3",
            "authorization_requests.id = v.column1 AND authorization_requests.identity_sealed = v.column2",
        ),
        SealedColumn::Letter => (
            "UPDATE outbox_entries SET letter_sealed = v.column3",
            "outbox_entries.id = v.column1 AND outbox_entries.letter_sealed = v.column2",
        ),
    };
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
                .bind::<diesel::sql_types::Nullable<Binary>, _>(value.hash.as_ref())
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
        let schema = include_str!("schema.rs");
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
