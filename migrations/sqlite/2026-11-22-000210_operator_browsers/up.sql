-- From where an operator has signed in, as digests of random cookies: tries from elsewhere never lock them out.
CREATE TABLE operator_browsers (
    operator_id INTEGER NOT NULL REFERENCES operators (id),
    browser_digest BLOB NOT NULL,
    last_seen_at TEXT NOT NULL,
    PRIMARY KEY (operator_id, browser_digest)
) STRICT;
CREATE INDEX operator_browsers_by_last_seen ON operator_browsers (last_seen_at);
