//! Ways back in that operators hand out: linking codes, for one person and for many, and one-time passwords.

pub mod find_recipients;
pub mod issue_codes;
pub mod issue_password;
pub mod recipient;
