-- «Это был не я»: one row a letter, with the digest of its one-time address. link_id: the link that the letter
-- is about; none where it told of a sign-in without one. result, case_number: what came of it, for whoever opens
-- the address again.
CREATE TABLE undo_tokens (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    token_digest BLOB NOT NULL UNIQUE,
    profile_id INTEGER NOT NULL REFERENCES profiles (id),
    link_id INTEGER REFERENCES links (id),
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT,
    result TEXT CHECK (result IN ('frozen', 'frozen_before', 'gone', 'no_link', 'settled')),
    case_number TEXT,
    CHECK ((used_at IS NULL) = (result IS NULL))
) STRICT;
CREATE INDEX undo_tokens_by_link ON undo_tokens (link_id) WHERE used_at IS NULL;
CREATE INDEX undo_tokens_by_expiry ON undo_tokens (expires_at);
