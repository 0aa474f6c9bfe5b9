-- A row for each word of each profile's name, in lower case and without ё, hyphens and apostrophes: what the
-- helpdesk searches. others: the words before it, `/`, the words after it, each after a space; with it in the
-- key a second word is looked for without reading another table, and hits come in the order of the alphabet.
-- The area is copied from the organisation, so that it is the beginning of each key.
-- Collation "C": a prefix is a range of the index whatever the database's language.
CREATE TABLE profile_names (
    region_id BIGINT NOT NULL,
    word TEXT COLLATE "C" NOT NULL,
    others TEXT COLLATE "C" NOT NULL,
    profile_id BIGINT NOT NULL,
    municipality_id BIGINT NOT NULL,
    organisation_id BIGINT NOT NULL,
    PRIMARY KEY (region_id, word, others, profile_id)
);
CREATE INDEX profile_names_by_municipality
    ON profile_names (municipality_id, word, others, profile_id, organisation_id);

-- Profiles that were there before this table: those from next_id to last_id have no rows in it yet. The
-- service writes them in slices; Russian letters have no lower case in SQL on SQLite.
CREATE TABLE profile_names_to_fill (
    id BIGINT PRIMARY KEY NOT NULL CHECK (id = 1),
    next_id BIGINT NOT NULL,
    last_id BIGINT NOT NULL
);
INSERT INTO profile_names_to_fill (id, next_id, last_id) SELECT 1, 1, COALESCE(MAX(id), 0) FROM profiles;

-- phone_key: ten digits, without the country's.
ALTER TABLE profiles ADD COLUMN phone_key TEXT;
UPDATE profiles SET phone_key = right(digits, 10)
FROM (
    SELECT id AS of_profile, translate(phone, ' -–()+' || chr(160), '') AS digits
    FROM profiles WHERE phone IS NOT NULL
) AS phones
WHERE id = of_profile AND digits ~ '^([78][0-9]{10}|[0-9]{10})$';
CREATE INDEX profiles_by_phone ON profiles (phone_key) WHERE phone_key IS NOT NULL;
CREATE INDEX profiles_by_login ON profiles (login_key);
