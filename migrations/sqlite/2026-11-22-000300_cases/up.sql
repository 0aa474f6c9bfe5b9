-- What somebody reported, or the service noticed, and what the helpdesk made of it.
-- number: what is said on the telephone. organisation_id: whose area; none until an operator knows.
-- source: report (from a problem page), dispute («это был не я»). outcome: code of the problem page, if any;
-- reference: of the trip to ESIA. text_sealed, contact_sealed: what the person wrote and where to answer, encrypted.
-- due_on: the promised day.
CREATE TABLE cases (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE,
    number TEXT NOT NULL UNIQUE,
    organisation_id INTEGER REFERENCES organisations (id),
    profile_id INTEGER REFERENCES profiles (id),
    link_id INTEGER REFERENCES links (id),
    source TEXT NOT NULL CHECK (source IN ('report', 'dispute')),
    outcome INTEGER,
    reference TEXT,
    text_sealed BLOB,
    contact_sealed BLOB,
    state TEXT NOT NULL CHECK (state IN ('new', 'in_progress', 'waiting', 'closed')),
    operator_id INTEGER REFERENCES operators (id),
    due_on TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    closed_at TEXT,
    CHECK ((state = 'closed') = (closed_at IS NOT NULL))
) STRICT;
CREATE INDEX cases_open ON cases (due_on, id) WHERE state <> 'closed';
CREATE INDEX cases_of_organisation ON cases (organisation_id, due_on, id) WHERE state <> 'closed';
CREATE INDEX cases_by_profile ON cases (profile_id, id) WHERE profile_id IS NOT NULL;
CREATE INDEX cases_closed ON cases (closed_at) WHERE state = 'closed';
