-- Lists of profiles whose links are removed together. number: what operators call it, and the number of its request
-- for a second operator. area_kind, area_id: where the operator who handed it in acted; no line names a profile elsewhere.
-- loading: its lines are being written. expires_at: until when it may be asked for and, once asked for, decided.
-- position: the line of the file up to which it is carried out; settled, unlinked: how many lines that were.
CREATE TABLE bulk_unlinks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE,
    number TEXT NOT NULL UNIQUE,
    area_kind TEXT NOT NULL CHECK (area_kind IN ('region', 'municipality', 'organisation')),
    area_id INTEGER NOT NULL,
    reason TEXT NOT NULL,
    comment_sealed BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('loading', 'draft', 'asked', 'running', 'done', 'stopped', 'halted', 'refused',
        'withdrawn', 'expired', 'cancelled')),
    lines INTEGER NOT NULL,
    to_do INTEGER NOT NULL,
    position INTEGER NOT NULL,
    settled INTEGER NOT NULL,
    unlinked INTEGER NOT NULL,
    asked_by INTEGER NOT NULL REFERENCES operators (id),
    approved_by INTEGER REFERENCES operators (id),
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    ended_at TEXT,
    CHECK (approved_by <> asked_by),
    CHECK (state NOT IN ('running', 'done', 'stopped') OR approved_by IS NOT NULL),
    CHECK ((state IN ('loading', 'draft', 'asked', 'running')) = (ended_at IS NULL))
) STRICT;
CREATE INDEX bulk_unlinks_by_area ON bulk_unlinks (area_kind, area_id, id);
CREATE INDEX bulk_unlinks_running ON bulk_unlinks (id) WHERE state = 'running';
CREATE INDEX bulk_unlinks_by_expiry ON bulk_unlinks (expires_at) WHERE state IN ('loading', 'draft', 'asked');
CREATE INDEX bulk_unlinks_by_end ON bulk_unlinks (ended_at) WHERE ended_at IS NOT NULL;

-- The lines of a list. finding: what there is to do, or why nothing, and later what came of it. profile_id: only of a
-- profile of the list's area; what else a line said is kept nowhere. link_id: the link that the preview was made of.
-- first_line: of a repetition, the line that it repeats.
CREATE TABLE bulk_unlink_lines (
    bulk_id INTEGER NOT NULL REFERENCES bulk_unlinks (id),
    line INTEGER NOT NULL,
    finding TEXT NOT NULL CHECK (finding IN ('ready', 'closed', 'malformed', 'repeated', 'not_found', 'not_linked',
        'own_profile', 'guarded', 'disputed', 'unlinked', 'changed', 'failed')),
    profile_id INTEGER REFERENCES profiles (id),
    link_id INTEGER REFERENCES links (id),
    first_line INTEGER,
    PRIMARY KEY (bulk_id, line),
    CHECK (finding NOT IN ('ready', 'closed', 'unlinked') OR (profile_id IS NOT NULL AND link_id IS NOT NULL))
) STRICT;
CREATE INDEX bulk_unlink_lines_by_finding ON bulk_unlink_lines (bulk_id, finding, line);
-- A profile is in a list once.
CREATE UNIQUE INDEX bulk_unlink_lines_by_profile ON bulk_unlink_lines (profile_id, bulk_id) WHERE profile_id IS NOT NULL;
