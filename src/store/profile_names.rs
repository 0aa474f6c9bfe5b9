//! Table `profile_names`: the words of people's names, written with the profiles themselves.
//!
//! Whoever changes a profile's name, or moves an organisation to another municipality, writes these rows
//! anew in the same transaction.

use std::collections::HashMap;

use diesel::prelude::*;

use super::schema::{municipalities, organisations, profile_names, profile_names_to_fill, profiles};
use super::{Db, StoreError};
use crate::directory::ProfileId;
use crate::directory::name_words::name_words;
use crate::each;
use crate::identity::PersonName;

/// Rows of one INSERT: six values each stay below SQLite's 32766 and PostgreSQL's 65535.
const CHUNK: usize = 5000;

#[derive(Insertable)]
#[diesel(table_name = profile_names)]
struct Row {
    region_id: i64,
    word: String,
    others: String,
    profile_id: i64,
    municipality_id: i64,
    organisation_id: i64,
}

/// Whose name is written where.
pub(super) struct Named<'a> {
    pub profile: ProfileId,
    pub organisation: i64,
    pub name: &'a PersonName,
}

/// Writes the words of people's names. Two statements for each five thousand words.
///
/// # Errors
/// The database's, or an organisation that does not exist.
pub(super) fn insert(db: &mut Db, people: &[Named<'_>]) -> Result<(), StoreError> {
    let mut ids: Vec<i64> = people.iter().map(|one| one.organisation).collect();
    ids.sort_unstable();
    ids.dedup();
    let query = organisations::table
        .inner_join(municipalities::table)
        .filter(organisations::id.eq_any(&ids))
        .select((organisations::id, (municipalities::region_id, municipalities::id)));
    let places: Vec<(i64, (i64, i64))> = each!(&mut *db, |c| query.load(c))?;
    let places: HashMap<i64, (i64, i64)> = places.into_iter().collect();
    let mut rows = Vec::with_capacity(people.len() * 3);
    for one in people {
        let &(region_id, municipality_id) = places
            .get(&one.organisation)
            .ok_or(StoreError::Corrupt("a profile's organisation does not exist"))?;
        rows.extend(name_words(one.name).into_iter().map(|word| Row {
            region_id,
            word: word.word,
            others: word.others,
            profile_id: one.profile.0,
            municipality_id,
            organisation_id: one.organisation,
        }));
    }
    // In the order of the index, so that each of its pages is looked for once.
    rows.sort_unstable_by(|a, b| (&a.word, &a.others).cmp(&(&b.word, &b.others)));
    for chunk in rows.chunks(CHUNK) {
        let query = diesel::insert_into(profile_names::table).values(chunk);
        each!(&mut *db, |c| query.execute(c))?;
    }
    Ok(())
}

/// Whether every profile has its words.
///
/// # Errors
/// The database's.
pub fn is_filled(db: &mut Db) -> Result<bool, StoreError> {
    let progress = profile_names_to_fill::table.find(1);
    let filled = progress.select(profile_names_to_fill::next_id.gt(profile_names_to_fill::last_id));
    Ok(each!(db, |c| filled.get_result(c))?)
}

/// Writes the words of up to `limit` profiles that were there before this table; whether any are left.
///
/// # Errors
/// The database's.
pub fn fill(db: &mut Db, limit: i64) -> Result<bool, StoreError> {
    let progress = profile_names_to_fill::table.find(1);
    let (next, last): (i64, i64) = each!(&mut *db, |c| progress
        .select((profile_names_to_fill::next_id, profile_names_to_fill::last_id))
        .get_result(c))?;
    if next > last {
        return Ok(false);
    }
    // Two nodes may start at once: the second waits here for the first, and then does the next slice.
    let claim = diesel::update(progress.filter(profile_names_to_fill::next_id.eq(next)));
    type NameRow = (i64, i64, String, String, Option<String>);
    let query = profiles::table
        .filter(profiles::id.ge(next).and(profiles::id.le(last)))
        .order(profiles::id)
        .limit(limit)
        .select((
            profiles::id,
            profiles::organisation_id,
            profiles::last_name,
            profiles::first_name,
            profiles::middle_name,
        ));
    let rows: Vec<NameRow> = each!(&mut *db, |c| query.load(c))?;
    let reached = match rows.last() {
        Some(row) if i64::try_from(rows.len()).is_ok_and(|count| count == limit) => row.0,
        _ => last,
    };
    let claim = claim.set(profile_names_to_fill::next_id.eq(reached + 1));
    if each!(&mut *db, |c| claim.execute(c))? == 0 {
        return Ok(true);
    }
    let names: Vec<(i64, i64, PersonName)> = rows
        .into_iter()
        .map(|(id, organisation, last, first, middle)| (id, organisation, PersonName { last, first, middle }))
        .collect();
    let named: Vec<_> = names
        .iter()
        .map(|(id, organisation, name)| Named { profile: ProfileId(*id), organisation: *organisation, name })
        .collect();
    insert(db, &named)?;
    Ok(reached < last)
}
