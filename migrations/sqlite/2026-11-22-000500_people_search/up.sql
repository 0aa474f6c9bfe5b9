-- A row for each word of each profile's name, in lower case and without ё, hyphens and apostrophes: what the
-- helpdesk searches. others: the words before it, `/`, the words after it, each after a space; with it in the
-- key a second word is looked for without reading another table, and hits come in the order of the alphabet.
-- The area is copied from the organisation, so that it is the beginning of each key.
CREATE TABLE profile_names (
    region_id INTEGER NOT NULL,
    word TEXT NOT NULL,
    others TEXT NOT NULL,
    profile_id INTEGER NOT NULL,
    municipality_id INTEGER NOT NULL,
    organisation_id INTEGER NOT NULL,
    PRIMARY KEY (region_id, word, others, profile_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX profile_names_by_municipality
    ON profile_names (municipality_id, word, others, profile_id, organisation_id);

-- Profiles that were there before this table: those from next_id to last_id have no rows in it yet. The
-- service writes them in slices; Russian letters have no lower case in SQL on SQLite.
CREATE TABLE profile_names_to_fill (
    id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    next_id INTEGER NOT NULL,
    last_id INTEGER NOT NULL
) STRICT;
INSERT INTO profile_names_to_fill (id, next_id, last_id) SELECT 1, 1, COALESCE(MAX(id), 0) FROM profiles;

-- phone_key: ten digits, without the country's.
ALTER TABLE profiles ADD COLUMN phone_key TEXT;
UPDATE profiles SET phone_key = substr(digits, -10)
FROM (
    SELECT id AS of_profile, replace(replace(replace(replace(replace(replace(replace(
        phone, ' ', ''), char(160), ''), '-', ''), '–', ''), '(', ''), ')', ''), '+', '') AS digits
    FROM profiles WHERE phone IS NOT NULL
)
WHERE id = of_profile AND digits NOT GLOB '*[^0-9]*'
    AND (length(digits) = 10 OR (length(digits) = 11 AND substr(digits, 1, 1) IN ('7', '8')));
CREATE INDEX profiles_by_phone ON profiles (phone_key) WHERE phone_key IS NOT NULL;
CREATE INDEX profiles_by_login ON profiles (login_key);
