//! The helpdesk's search for people, always within an area, which is a condition of every statement.
//!
//! Names: a prefix is a range of an index that begins with the area (`profile_names`); the other words are
//! looked for in that index too, so that no other table is read for a person who does not match. Everything
//! else that is typed is one value with an index of its own.

use diesel::prelude::*;

use super::schema::{municipalities, organisations, profile_names, profiles};
use super::{Db, StoreError};
use crate::access::Area;
use crate::access::area::Place;
use crate::directory::territory::{MunicipalityId, RegionId};
use crate::directory::{OrganisationId, ProfileId};
use crate::each;

/// From how many people on a word counts as common; with a rarer one among the words, that one leads.
const COMMON: i64 = 500;

/// Where a search looks. Made by [`find_scope`] alone, so that it never reaches beyond an operator's area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope(Level);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Region(i64),
    Municipality(i64),
    Organisation { id: i64, municipality: i64 },
}

/// One value that people are found by, in the form in which it is stored.
#[derive(Clone, PartialEq, Eq)]
pub enum ExactKey {
    /// [`crate::directory::snils_vault::snils_hash`] under each key that stored hashes may be under.
    Snils(Vec<[u8; 32]>),
    /// [`crate::directory::phone_key`].
    Phone(String),
    /// [`crate::directory::email_key`].
    Email(String),
    /// [`crate::directory::login_key`].
    Login(String),
}

impl std::fmt::Debug for ExactKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ExactKey(…)")
    }
}

/// A hit of a search by name; the search goes on behind it. `Debug` shows the id only.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct NameHit {
    /// The word that the first of the words was found in.
    pub word: String,
    /// The rest of the name.
    pub others: String,
    /// Whose name it is.
    pub profile: ProfileId,
}

impl std::fmt::Debug for NameHit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NameHit({})", self.profile.0)
    }
}

/// The area, or the one organisation of it that is asked for; none if the organisation lies elsewhere.
///
/// # Errors
/// The database's.
pub fn find_scope(
    db: &mut Db,
    area: Area,
    organisation: Option<OrganisationId>,
) -> Result<Option<Scope>, StoreError> {
    let id = match (area, organisation) {
        (_, Some(organisation)) | (Area::Organisation(organisation), None) => organisation,
        (Area::Region(RegionId(id)), None) => return Ok(Some(Scope(Level::Region(id)))),
        (Area::Municipality(MunicipalityId(id)), None) => return Ok(Some(Scope(Level::Municipality(id)))),
    };
    let query = organisations::table
        .inner_join(municipalities::table)
        .filter(organisations::id.eq(id.0))
        .select((municipalities::id, municipalities::region_id));
    let found: Option<(i64, i64)> = each!(db, |c| query.get_result(c).optional())?;
    Ok(found.and_then(|(municipality, region)| {
        let place =
            Place { organisation: id, municipality: MunicipalityId(municipality), region: RegionId(region) };
        area.covers(place).then_some(Scope(Level::Organisation { id: id.0, municipality }))
    }))
}

/// People with this value, in the order of their ids, behind `after`.
///
/// # Errors
/// The database's.
pub fn list_by_key(
    db: &mut Db,
    scope: Scope,
    key: &ExactKey,
    after: Option<ProfileId>,
    limit: i64,
) -> Result<Vec<ProfileId>, StoreError> {
    let after = after.map_or(0, |id| id.0);
    let ids: Vec<i64> = each!(db, |c| {
        let mut query = profiles::table
            .inner_join(organisations::table.inner_join(municipalities::table))
            .select(profiles::id)
            .filter(profiles::id.gt(after))
            .into_boxed();
        query = match scope.0 {
            Level::Region(id) => query.filter(municipalities::region_id.eq(id)),
            Level::Municipality(id) => query.filter(organisations::municipality_id.eq(id)),
            Level::Organisation { id, .. } => query.filter(profiles::organisation_id.eq(id)),
        };
        query = match key {
            ExactKey::Snils(hashes) => {
                let hashes: Vec<&[u8]> = hashes.iter().map(<[u8; 32]>::as_slice).collect();
                query.filter(profiles::snils_hash.eq_any(hashes))
            }
            ExactKey::Phone(key) => query.filter(profiles::phone_key.eq(key)),
            ExactKey::Email(key) => query.filter(profiles::email.eq(key)),
            ExactKey::Login(key) => query.filter(profiles::login_key.eq(key)),
        };
        query.order(profiles::id).limit(limit).load(c)
    })?;
    Ok(ids.into_iter().map(ProfileId).collect())
}

/// People whose names have a word that begins with each of `words`, in the order of the word that leads,
/// behind `after`. `words` are words of [`crate::directory::name_words::words`].
///
/// # Errors
/// The database's.
pub fn list_by_name(
    db: &mut Db,
    scope: Scope,
    words: &[String],
    after: Option<&NameHit>,
    limit: i64,
) -> Result<Vec<NameHit>, StoreError> {
    let Some((lead, others)) = lead(db, scope, words)? else { return Ok(Vec::new()) };
    let (from, to) = range(&lead);
    let from = after.map_or(from, |hit| hit.word.clone());
    let patterns: Vec<String> = others.iter().map(|word| format!("% {word}%")).collect();
    // Somebody with two such words is found by the first of them alone.
    let found_before = format!("% {lead}%/%");
    let rows: Vec<(String, String, i64)> = each!(db, |c| {
        let mut query = profile_names::table
            .select((profile_names::word, profile_names::others, profile_names::profile_id))
            .filter(profile_names::word.ge(from))
            .filter(profile_names::word.lt(to))
            .into_boxed();
        query = match scope.0 {
            Level::Region(id) => query.filter(profile_names::region_id.eq(id)),
            Level::Municipality(id) => query.filter(profile_names::municipality_id.eq(id)),
            Level::Organisation { id, municipality } => query
                .filter(profile_names::municipality_id.eq(municipality))
                .filter(profile_names::organisation_id.eq(id)),
        };
        for pattern in patterns {
            query = query.filter(profile_names::others.like(pattern));
        }
        // Behind the others: conditions are looked at in this order, and few rows come so far.
        query = query.filter(profile_names::others.not_like(found_before));
        if let Some(NameHit { word, others, profile }) = after {
            let later = profile_names::profile_id.gt(profile.0);
            let later = profile_names::others.eq(others).and(later);
            let later = profile_names::word.eq(word).and(profile_names::others.gt(others).or(later));
            query = query.filter(profile_names::word.gt(word).or(later));
        }
        query
            .order((profile_names::word, profile_names::others, profile_names::profile_id))
            .limit(limit)
            .load(c)
    })?;
    Ok(rows.into_iter().map(|(word, others, id)| NameHit { word, others, profile: ProfileId(id) }).collect())
}

/// The word whose range of the index is read, and the rest: the first rare one of the three longest, or the
/// longest. A word before which another stands that begins with it is never rarer than that.
fn lead(db: &mut Db, scope: Scope, words: &[String]) -> Result<Option<(String, Vec<String>)>, StoreError> {
    let mut words = words.to_vec();
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    if words.len() > 1 {
        let rare = first_rare(db, scope, [0, 1, 2].map(|at| words.get(at).unwrap_or(&words[0]).as_str()))?;
        words.swap(0, rare);
    }
    let mut words = words.into_iter();
    Ok(words.next().map(|lead| (lead, words.collect())))
}

/// The place of the first word that fewer than [`COMMON`] people have; 0 if there is none.
fn first_rare(db: &mut Db, scope: Scope, words: [&str; 3]) -> Result<usize, StoreError> {
    use diesel::dsl::exists;
    let [one, two, three] = words.map(range);
    let common: (bool, bool, bool) = each!(db, |c| {
        let many = |(from, to): (String, String)| {
            let query = profile_names::table
                .select(profile_names::profile_id)
                .filter(profile_names::word.ge(from))
                .filter(profile_names::word.lt(to))
                .into_boxed();
            let query = match scope.0 {
                Level::Region(id) => query.filter(profile_names::region_id.eq(id)),
                Level::Municipality(id) | Level::Organisation { municipality: id, .. } => {
                    query.filter(profile_names::municipality_id.eq(id))
                }
            };
            exists(query.limit(1).offset(COMMON))
        };
        diesel::select((many(one), many(two), many(three))).get_result(c)
    })?;
    Ok(match common {
        (false, ..) => 0,
        (_, false, _) => 1,
        (_, _, false) => 2,
        _ => 0,
    })
}

/// The words that begin with `word`, as a range: no letter stands behind the last one of Unicode.
fn range(word: &str) -> (String, String) {
    (word.to_owned(), format!("{word}{}", char::MAX))
}
