-- What operators did to links: the record number that people are told, why, and what a reversal has to know.
-- comment_sealed: what the deed rests on, encrypted. asked_by: who asked, where a second operator carried it out.
-- owner_digest: of an unlink, whom the profile belonged to then; a profile that has changed hands gets nothing back.
CREATE TABLE operator_deeds (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE,
    number TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('unlink', 'freeze', 'unfreeze', 'restore')),
    profile_id INTEGER NOT NULL REFERENCES profiles (id),
    link_id INTEGER NOT NULL REFERENCES links (id),
    operator_id INTEGER NOT NULL REFERENCES operators (id),
    asked_by INTEGER REFERENCES operators (id),
    reason TEXT,
    comment_sealed BLOB NOT NULL,
    was_disputed INTEGER NOT NULL,
    owner_digest BLOB,
    created_at TEXT NOT NULL,
    CHECK ((kind = 'unlink') = (reason IS NOT NULL)),
    CHECK ((kind = 'unlink') = (owner_digest IS NOT NULL))
) STRICT;
CREATE INDEX operator_deeds_by_profile ON operator_deeds (profile_id, id);
CREATE INDEX operator_deeds_by_link ON operator_deeds (link_id, id);

-- A deed that waits for a second operator. area_kind, area_id: what of the directory it touches.
-- void: what it was about is gone.
CREATE TABLE approvals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE,
    number TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('unlink', 'bulk_unlink')),
    area_kind TEXT NOT NULL CHECK (area_kind IN ('region', 'municipality', 'organisation')),
    area_id INTEGER NOT NULL,
    profile_id INTEGER REFERENCES profiles (id),
    link_id INTEGER REFERENCES links (id),
    reason TEXT NOT NULL,
    comment_sealed BLOB NOT NULL,
    asked_by INTEGER NOT NULL REFERENCES operators (id),
    asked_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'refused', 'withdrawn', 'expired', 'void')),
    decided_by INTEGER REFERENCES operators (id),
    decided_at TEXT,
    CHECK ((kind = 'unlink') = (profile_id IS NOT NULL)),
    CHECK ((kind = 'unlink') = (link_id IS NOT NULL)),
    CHECK ((state = 'pending') = (decided_at IS NULL)),
    CHECK (decided_by <> asked_by OR state = 'withdrawn')
) STRICT;
-- A link is asked about once at a time, whatever happens at once.
CREATE UNIQUE INDEX approvals_one_per_link ON approvals (link_id) WHERE state = 'pending';
CREATE INDEX approvals_open ON approvals (area_kind, area_id, id) WHERE state = 'pending';
CREATE INDEX approvals_by_expiry ON approvals (expires_at) WHERE state = 'pending';
