//! Parameters of a query or a form, with repetition noticed.

use std::collections::HashMap;

use super::refusal::Refusal;

/// Every parameter that a signed request may have.
const PROTOCOL: &[&str] = &[
    "access_type",
    "client_certificate_hash",
    "client_id",
    "client_secret",
    "code",
    "code_challenge",
    "code_challenge_method",
    "code_verifier",
    "grant_type",
    "permissions",
    "person_filter",
    "redirect_uri",
    "refresh_token",
    "response_type",
    "scope",
    "scope_org",
    "state",
    "timestamp",
    "token_type",
];

/// Names and values; a repeated name is remembered as such, for it may not be trusted.
pub(super) struct Parameters {
    values: HashMap<String, String>,
    repeated: Vec<String>,
}

impl Parameters {
    /// Reads `application/x-www-form-urlencoded` text.
    pub fn parse(encoded: &[u8]) -> Self {
        let mut read = Self { values: HashMap::new(), repeated: Vec::new() };
        for (name, value) in url::form_urlencoded::parse(encoded) {
            if read.values.insert(name.to_string(), value.into_owned()).is_some() {
                read.repeated.push(name.into_owned());
            }
        }
        read
    }

    /// The value, empty when absent.
    pub fn get(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    /// Whether the name came more than once.
    pub fn is_repeated(&self, name: &str) -> bool {
        self.repeated.iter().any(|repeated| repeated == name)
    }

    /// That no parameter of the protocol came more than once; others have no say.
    pub fn refuse_repeated(&self) -> Result<(), Refusal> {
        let repeated = PROTOCOL.iter().find(|name| self.is_repeated(name));
        repeated.map_or(Ok(()), |name| Err(Refusal::Malformed(name)))
    }

    /// That none of the names came more than once, and each came with a value.
    pub fn require(&self, names: &[&'static str]) -> Result<(), Refusal> {
        if let Some(name) = names.iter().find(|name| self.is_repeated(name)) {
            return Err(Refusal::Malformed(name));
        }
        let missing: Vec<_> = names.iter().filter(|name| self.get(name).is_empty()).copied().collect();
        if missing.is_empty() { Ok(()) } else { Err(Refusal::Missing(missing)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_empty_and_repeated_names_are_told_apart() {
        let read = Parameters::parse(b"a=1&b=&c=x&c=y&d=%D0%B0+b");
        assert_eq!(read.get("a"), "1");
        assert_eq!(read.get("d"), "а b");
        assert_eq!(read.require(&["a", "d"]), Ok(()));
        assert_eq!(read.require(&["a", "b", "e"]), Err(Refusal::Missing(vec!["b", "e"])));
        assert_eq!(read.require(&["a", "c"]), Err(Refusal::Malformed("c")));
    }
}
