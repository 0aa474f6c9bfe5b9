-- From where an operator has signed in, as digests of random cookies: tries from elsewhere never lock them out.
CREATE TABLE operator_browsers (
    operator_id BIGINT NOT NULL REFERENCES operators (id),
    browser_digest BYTEA NOT NULL,
    last_seen_at TIMESTAMP NOT NULL,
    PRIMARY KEY (operator_id, browser_digest)
);
CREATE INDEX operator_browsers_by_last_seen ON operator_browsers (last_seen_at);
