-- What was done about a case, in order. kind: state (it moved), note (for colleagues), answer (a letter to the person).
-- state: where it stood afterwards. operator_id: none where the service itself did it.
CREATE TABLE case_entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    operator_id INTEGER REFERENCES operators (id),
    kind TEXT NOT NULL CHECK (kind IN ('state', 'note', 'answer')),
    state TEXT NOT NULL CHECK (state IN ('new', 'in_progress', 'waiting', 'closed')),
    text_sealed BLOB,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX case_entries_by_case ON case_entries (case_id, id);
