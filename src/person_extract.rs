//! Everything that is kept about a profile in one piece of JSON: what a person may ask for
//! (152-ФЗ, ст. 14; `docs/audit.md`).

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::audit::{self, Actor, DataEvent, RequestMeta};
use crate::directory::ProfileId;
use crate::platform::clock::Timestamp;
use crate::platform::secret::Keys;
use crate::store::person_extract::{SECTIONS, Section, list_rows};
use crate::store::{Db, Store, StoreError};

/// Makes the extract and records that it was made; `None` if there is no such profile.
///
/// # Errors
/// The database's.
pub async fn extract(
    store: &Store,
    keys: Arc<Keys>,
    profile: ProfileId,
    now: Timestamp,
) -> Result<Option<Value>, StoreError> {
    store.write(move |db| extract_in(db, &keys, profile, now)).await
}

fn extract_in(
    db: &mut Db,
    keys: &Keys,
    profile: ProfileId,
    now: Timestamp,
) -> Result<Option<Value>, StoreError> {
    let mut sections = Map::new();
    for section in SECTIONS {
        let mut rows = list_rows(db, *section, profile)?;
        if section.table == "profiles" && rows.is_empty() {
            return Ok(None);
        }
        rows.iter_mut().for_each(|row| open(keys, section, row));
        sections.insert(section.table.to_owned(), rows.into());
    }
    audit::record(
        db,
        now,
        DataEvent::ProfileExported,
        Actor::System,
        Some(profile),
        &RequestMeta::default(),
    )?;
    Ok(Some(json!({"profile": profile.0, "made_at": now, "kept": sections})))
}

/// Puts what is sealed into its column in the open. What no key opens is said to be so.
fn open(keys: &Keys, section: &Section, row: &mut Value) {
    for (column, name, cell) in section.sealed {
        let Some(sealed) = row[column].as_str().and_then(|digits| hex::decode(digits).ok()) else { continue };
        let opened = keys.sealer.open(cell.cell(row[name].as_str().unwrap_or_default()), &sealed);
        let text = opened.ok().and_then(|bytes| String::from_utf8(bytes).ok());
        // A number is text too: it may begin with a zero.
        let value = text.map(|text| match serde_json::from_str(&text) {
            Ok(value @ Value::Object(_)) => value,
            _ => Value::String(text),
        });
        row[column] = value.unwrap_or_else(|| json!({"unreadable": true}));
    }
}
