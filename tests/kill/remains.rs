//! What a kill may leave behind: whole deeds, or nothing of them.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use privyazka::each;
use privyazka::store::schema::links;
use privyazka::store::{Db, StoreError};

/// A half deed each, and the rows that are one.
const HALVES: [(&str, &str); 10] = [
    (
        "a link without its one event",
        "links l WHERE (SELECT count(*) FROM audit_events e WHERE e.profile_id = l.profile_id \
         AND e.kind = 'link:account:created') <> (SELECT count(*) FROM links m WHERE m.profile_id = l.profile_id)",
    ),
    (
        "an event without its link",
        "audit_events e WHERE e.kind = 'link:account:created' \
         AND NOT EXISTS (SELECT 1 FROM links l WHERE l.profile_id = e.profile_id)",
    ),
    (
        "a link without its letter, or told of twice",
        "links l WHERE EXISTS (SELECT 1 FROM profiles p WHERE p.id = l.profile_id AND p.email IS NOT NULL) \
         AND (SELECT count(DISTINCT o.uid) FROM outbox_entries o WHERE o.link_id = l.id AND o.kind = 'linked') \
         NOT BETWEEN 1 AND 2",
    ),
    (
        "an unlink without its one event",
        "links l WHERE l.status = 'removed' AND (SELECT count(*) FROM audit_events e \
         WHERE e.profile_id = l.profile_id AND e.kind = 'link:account:removed_by_owner') \
         <> (SELECT count(*) FROM links m WHERE m.profile_id = l.profile_id AND m.status = 'removed')",
    ),
    (
        "an unlink's event without the unlink",
        "audit_events e WHERE e.kind = 'link:account:removed_by_owner' AND NOT EXISTS \
         (SELECT 1 FROM links l WHERE l.profile_id = e.profile_id AND l.status = 'removed')",
    ),
    (
        "an unlink without its one letter",
        "links l WHERE l.status = 'removed' AND (SELECT count(*) FROM outbox_entries o \
         WHERE o.link_id = l.id AND o.kind = 'unlinked_self') <> 1",
    ),
    (
        "a link whose trip is open",
        "links l WHERE NOT EXISTS (SELECT 1 FROM authorization_requests r \
         WHERE r.profile_id = l.profile_id AND r.outcome = 'linked')",
    ),
    (
        "a trip that linked nothing",
        "authorization_requests r WHERE r.outcome = 'linked' \
         AND NOT EXISTS (SELECT 1 FROM links l WHERE l.profile_id = r.profile_id)",
    ),
    (
        "a session that outlived the unlink",
        "links l JOIN browser_sessions s ON s.profile_id = l.profile_id \
         WHERE l.status = 'removed' AND s.ended_at IS NULL AND s.created_at < l.ended_at",
    ),
    (
        "a letter that waits and is empty, or is gone and kept",
        "outbox_entries o WHERE (o.status IN ('pending', 'leased')) <> (o.letter_sealed IS NOT NULL)",
    ),
];

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct Verdict {
    #[diesel(sql_type = Text)]
    verdict: String,
}

/// Everything that is half done, or broken in the file; nothing if all is well.
pub fn halves(db: &mut Db) -> Result<Vec<String>, StoreError> {
    let mut found = Vec::new();
    for (what, rows) in HALVES {
        let query = diesel::sql_query(format!("SELECT count(*) AS count FROM {rows}"));
        let Count { count } = each!(&mut *db, |c| query.get_result(c))?;
        if count > 0 {
            found.push(format!("{what}: {count}"));
        }
    }
    match db {
        #[cfg(feature = "sqlite")]
        Db::Sqlite(c) => found.extend(damage(c)?),
        // PostgreSQL checks its pages by itself.
        #[cfg(feature = "postgres")]
        Db::Pg(_) => {}
    }
    Ok(found)
}

/// What SQLite finds wrong in its own file.
#[cfg(feature = "sqlite")]
fn damage(c: &mut SqliteConnection) -> Result<Vec<String>, StoreError> {
    let query = "SELECT integrity_check AS verdict FROM pragma_integrity_check";
    let verdicts: Vec<Verdict> = diesel::sql_query(query).load(c)?;
    let query = "SELECT \"table\" AS verdict FROM pragma_foreign_key_check";
    let orphans: Vec<Verdict> = diesel::sql_query(query).load(c)?;
    let broken = verdicts.into_iter().map(|one| one.verdict).filter(|verdict| verdict != "ok");
    Ok(broken.chain(orphans.into_iter().map(|one| format!("orphan in {}", one.verdict))).collect())
}

/// Status of the link of each profile; each was linked once.
pub fn links_by_profile(db: &mut Db) -> Result<BTreeMap<i64, String>, StoreError> {
    let all = links::table.select((links::profile_id, links::status));
    let all: Vec<(i64, String)> = each!(db, |c| all.load(c))?;
    Ok(all.into_iter().collect())
}
