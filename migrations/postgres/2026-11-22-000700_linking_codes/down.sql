-- What the program before does not know ends: its owners sign in again.
DELETE FROM browser_sessions WHERE way = 'code' OR stage = 'new_password';
ALTER TABLE browser_sessions
    DROP CONSTRAINT browser_sessions_stage_check,
    DROP CONSTRAINT browser_sessions_way_check,
    ADD CONSTRAINT browser_sessions_stage_check CHECK (stage IN ('full', 'choosing', 'linking_only')),
    ADD CONSTRAINT browser_sessions_way_check CHECK (way IN ('password', 'esia'));
DROP TABLE one_time_passwords;
DROP TABLE linking_codes;
DROP TABLE secret_issues;
