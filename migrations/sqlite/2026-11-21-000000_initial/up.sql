-- One row, sealed under the master key when the database was first used: another key does not open it.
CREATE TABLE key_checks (
    id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    sealed BLOB NOT NULL
) STRICT;

-- Journal directory ------------------------------------------------------------

CREATE TABLE regions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE municipalities (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    region_id INTEGER NOT NULL REFERENCES regions (id),
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (region_id, name)
) STRICT;

CREATE TABLE settlements (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    municipality_id INTEGER NOT NULL REFERENCES municipalities (id),
    name TEXT NOT NULL,
    UNIQUE (municipality_id, name)
) STRICT;

-- kind: general, preschool, additional (journal organisations), authority (органы управления).
CREATE TABLE organisations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    municipality_id INTEGER NOT NULL REFERENCES municipalities (id),
    settlement_id INTEGER NOT NULL REFERENCES settlements (id),
    kind TEXT NOT NULL CHECK (kind IN ('general', 'preschool', 'additional', 'authority')),
    name TEXT NOT NULL,
    short_name TEXT NOT NULL,
    phone TEXT NOT NULL,
    UNIQUE (settlement_id, name)
) STRICT;
CREATE INDEX organisations_by_place ON organisations (settlement_id, kind, short_name);
CREATE INDEX organisations_by_municipality ON organisations (municipality_id, kind);

-- uid: stable public id, the row's name in sealed cells.
-- login_key: login in lower case, what sign-in searches.
-- snils_sealed: encrypted; snils_hash: keyed hash of the 11 digits, what a search compares.
CREATE TABLE profiles (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE,
    organisation_id INTEGER NOT NULL REFERENCES organisations (id),
    login TEXT NOT NULL,
    login_key TEXT NOT NULL,
    password_hash TEXT,
    last_name TEXT NOT NULL,
    first_name TEXT NOT NULL,
    middle_name TEXT,
    birth_date TEXT,
    snils_sealed BLOB,
    snils_hash BLOB,
    email TEXT,
    phone TEXT,
    post TEXT,
    status TEXT NOT NULL CHECK (status IN ('active', 'blocked', 'closed')),
    status_since TEXT NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (organisation_id, login_key)
) STRICT;
CREATE INDEX profiles_by_snils ON profiles (snils_hash) WHERE snils_hash IS NOT NULL;
CREATE INDEX profiles_by_email ON profiles (email) WHERE email IS NOT NULL;

CREATE TABLE profile_roles (
    profile_id INTEGER NOT NULL REFERENCES profiles (id),
    role TEXT NOT NULL CHECK (role IN ('staff', 'parent', 'pupil', 'authority')),
    PRIMARY KEY (profile_id, role)
) STRICT;

-- Links ------------------------------------------------------------------------

-- One row a person of one ESIA environment. Its row is locked while a link to it is decided.
CREATE TABLE esia_subjects (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    issuer TEXT NOT NULL,
    subject INTEGER NOT NULL CHECK (subject > 0),
    touched_at TEXT NOT NULL,
    UNIQUE (issuer, subject)
) STRICT;

CREATE TABLE links (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    profile_id INTEGER NOT NULL REFERENCES profiles (id),
    esia_subject_id INTEGER NOT NULL REFERENCES esia_subjects (id),
    status TEXT NOT NULL CHECK (status IN ('active', 'frozen', 'suspended', 'removed')),
    level TEXT NOT NULL,
    holder TEXT NOT NULL,
    created_at TEXT NOT NULL,
    chosen_at TEXT,
    ended_at TEXT,
    end_reason TEXT,
    CHECK ((status = 'removed') = (ended_at IS NOT NULL))
) STRICT;
-- A profile has at most one link that holds its slot, whatever happens at once.
CREATE UNIQUE INDEX links_one_per_profile ON links (profile_id) WHERE status IN ('active', 'frozen', 'suspended');
CREATE INDEX links_by_subject ON links (esia_subject_id) WHERE status IN ('active', 'frozen', 'suspended');
CREATE INDEX links_by_profile ON links (profile_id, id);

-- Browser sessions -------------------------------------------------------------

-- stage: full; choosing (ESIA sign-in, profile not chosen yet); linking_only (may do nothing but link).
-- way: password, esia. token_digest: SHA-256 of the cookie.
-- kept_until: an open trip to ESIA holds off the idle end until then (never the absolute one).
CREATE TABLE browser_sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    token_digest BLOB NOT NULL UNIQUE,
    profile_id INTEGER REFERENCES profiles (id),
    esia_subject_id INTEGER REFERENCES esia_subjects (id),
    stage TEXT NOT NULL CHECK (stage IN ('full', 'choosing', 'linking_only')),
    way TEXT NOT NULL CHECK (way IN ('password', 'esia')),
    shared_computer INTEGER NOT NULL,
    place TEXT NOT NULL,
    created_at TEXT NOT NULL,
    authenticated_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    kept_until TEXT,
    idle_seconds INTEGER NOT NULL,
    expires_at TEXT NOT NULL,
    ended_at TEXT,
    end_reason TEXT,
    CHECK (stage = 'choosing' OR profile_id IS NOT NULL)
) STRICT;
CREATE INDEX browser_sessions_by_profile ON browser_sessions (profile_id) WHERE ended_at IS NULL;
CREATE INDEX browser_sessions_by_expiry ON browser_sessions (expires_at);

-- Browsers a profile has signed in from: a new one gets a letter, a known one is counted apart
-- when somebody guesses the password.
CREATE TABLE known_browsers (
    profile_id INTEGER NOT NULL REFERENCES profiles (id),
    browser_digest BLOB NOT NULL,
    first_seen_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    PRIMARY KEY (profile_id, browser_digest)
) STRICT;
CREATE INDEX known_browsers_by_age ON known_browsers (last_seen_at);

-- Failed tries of one login (keyed by digest, so no login of a stranger is kept).
CREATE TABLE login_failures (
    key_digest BLOB PRIMARY KEY NOT NULL,
    failures INTEGER NOT NULL,
    last_failure_at TEXT NOT NULL,
    blocked_until TEXT NOT NULL
) STRICT;
CREATE INDEX login_failures_by_age ON login_failures (last_failure_at);

CREATE TABLE password_recoveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    token_digest BLOB NOT NULL UNIQUE,
    profile_id INTEGER NOT NULL REFERENCES profiles (id),
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT
) STRICT;
CREATE INDEX password_recoveries_by_profile ON password_recoveries (profile_id, created_at);
CREATE INDEX password_recoveries_by_expiry ON password_recoveries (expires_at);

-- Trips to ESIA ----------------------------------------------------------------

-- status: pending -> exchanging -> verified (a link waits for the person's POST) -> closed.
-- reference: what the person may be asked for on the telephone; not secret.
-- identity_sealed: what ESIA vouched for; wiped when the request closes.
-- next_page: name of the page of ours that a sign-in shall end on.
-- session_id, result_session_id: without REFERENCES, so that old sessions go without a search here.
CREATE TABLE authorization_requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    reference TEXT NOT NULL UNIQUE,
    state_digest BLOB NOT NULL UNIQUE,
    cookie_digest BLOB NOT NULL,
    ticket_digest BLOB,
    connection TEXT NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('link', 'sign_in')),
    profile_id INTEGER REFERENCES profiles (id),
    session_id INTEGER,
    shared_computer INTEGER NOT NULL,
    next_page TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'exchanging', 'verified', 'closed')),
    identity_sealed BLOB,
    outcome TEXT,
    result_session_id INTEGER,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    claimed_at TEXT,
    closed_at TEXT,
    CHECK ((purpose = 'link') = (profile_id IS NOT NULL)),
    CHECK ((purpose = 'link') = (session_id IS NOT NULL)),
    CHECK ((status = 'closed') = (outcome IS NOT NULL)),
    CHECK ((status = 'verified') = (identity_sealed IS NOT NULL))
) STRICT;
CREATE INDEX authorization_requests_by_session ON authorization_requests (session_id) WHERE status <> 'closed';
CREATE INDEX authorization_requests_by_profile ON authorization_requests (profile_id) WHERE status <> 'closed';
CREATE INDEX authorization_requests_by_expiry ON authorization_requests (expires_at);
CREATE INDEX authorization_requests_abandoned ON authorization_requests (expires_at) WHERE status = 'pending';
CREATE INDEX authorization_requests_unfinished ON authorization_requests (expires_at)
    WHERE status IN ('exchanging', 'verified');

-- Audit and letters ------------------------------------------------------------

-- Append-only: triggers refuse UPDATE and DELETE. details is JSON without personal data.
CREATE TABLE audit_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    occurred_at TEXT NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    profile_id INTEGER,
    details TEXT NOT NULL,
    request_id TEXT NOT NULL,
    address TEXT NOT NULL
) STRICT;
CREATE INDEX audit_events_by_profile ON audit_events (profile_id, id);

-- status: pending, leased, sent, dead, cancelled. letter_sealed: recipient, subject and bodies, encrypted;
-- wiped when the letter is sent, cancelled or given up. next_attempt_at: when the letter is due; while it
-- is leased, when the lease ends. profile_id, link_id: what it is about, so that it can be cancelled.
CREATE TABLE outbox_entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    profile_id INTEGER REFERENCES profiles (id),
    link_id INTEGER REFERENCES links (id),
    letter_sealed BLOB,
    status TEXT NOT NULL CHECK (status IN ('pending', 'leased', 'sent', 'dead', 'cancelled')),
    attempts INTEGER NOT NULL,
    next_attempt_at TEXT NOT NULL,
    created_at TEXT NOT NULL,
    finished_at TEXT,
    last_error TEXT
) STRICT;
CREATE INDEX outbox_entries_due ON outbox_entries (next_attempt_at) WHERE status IN ('pending', 'leased');
CREATE INDEX outbox_entries_by_profile ON outbox_entries (profile_id, id);
CREATE INDEX outbox_entries_by_link ON outbox_entries (link_id) WHERE link_id IS NOT NULL;

CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events
BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END;
CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events
BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END;
