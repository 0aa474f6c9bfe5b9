DROP INDEX profiles_by_login;
DROP INDEX profiles_by_phone;
ALTER TABLE profiles DROP COLUMN phone_key;
DROP TABLE profile_names_to_fill;
DROP TABLE profile_names;
