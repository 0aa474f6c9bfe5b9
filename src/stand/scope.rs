//! Scopes: what a relying party may ask for, in what words people read it, how tokens write it.

use std::collections::BTreeSet;

/// Every scope the protocol knows for persons and their children.
const KNOWN: &[&str] = &[
    "openid",
    "fullname",
    "birthdate",
    "gender",
    "snils",
    "inn",
    "id_doc",
    "birthplace",
    "email",
    "mobile",
    "contacts",
    "addresses",
    "vehicles",
    "medical_doc",
    "military_doc",
    "foreign_passport_doc",
    "drivers_licence_doc",
    "birth_cert_doc",
    "residence_doc",
    "temporary_residence_doc",
    "usr_org",
    "usr_avt",
    "self_employed",
    "categories",
    "bio",
    "kid_fullname",
    "kid_birthdate",
    "kid_gender",
    "kid_snils",
    "kid_inn",
    "kid_birth_cert_doc",
    "kid_medical_doc",
    "kid_mobile",
    "kid_email",
    "kid_school_data",
];

/// Scopes a client is granted unless told otherwise: all that the stand has data for.
pub const DEFAULT_GRANTED: &[&str] = &[
    "openid",
    "fullname",
    "birthdate",
    "gender",
    "snils",
    "inn",
    "id_doc",
    "birthplace",
    "email",
    "mobile",
    "contacts",
    "addresses",
    "vehicles",
    "drivers_licence_doc",
    "birth_cert_doc",
    "usr_org",
    "kid_fullname",
    "kid_birthdate",
    "kid_gender",
    "kid_snils",
    "kid_birth_cert_doc",
];

/// A set of scopes; order and repetition mean nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct ScopeSet(BTreeSet<String>);

impl ScopeSet {
    pub fn parse(text: &str) -> Self {
        Self(text.split_ascii_whitespace().map(str::to_owned).collect())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn contains(&self, scope: &str) -> bool {
        self.0.contains(scope)
    }

    pub fn all_known(&self) -> bool {
        self.0.iter().all(|scope| KNOWN.contains(&scope.as_str()))
    }

    pub fn within(&self, granted: &[String]) -> bool {
        self.0.iter().all(|scope| granted.contains(scope))
    }

    /// May the person's children be read?
    pub fn opens_children(&self) -> bool {
        self.0.iter().any(|scope| scope.starts_with("kid_"))
    }

    pub fn is_part_of(&self, other: &Self) -> bool {
        self.0.is_subset(&other.0)
    }

    /// May the contacts of this type (`EML`, `MBT`) be read?
    pub fn allows_contact(&self, kind: &str) -> bool {
        self.contains("contacts")
            || match kind {
                "EML" => self.contains("email"),
                "MBT" => self.contains("mobile"),
                _ => false,
            }
    }

    pub fn allows_contacts(&self) -> bool {
        self.allows_contact("EML") || self.allows_contact("MBT")
    }

    /// As a token writes it: each data scope names the person, `openid` stays bare.
    pub fn for_person(&self, oid: i64) -> String {
        let written = self.0.iter().map(|scope| match scope.as_str() {
            "openid" => scope.clone(),
            _ => format!("{scope}?oid={oid}"),
        });
        written.collect::<Vec<_>>().join(" ")
    }

    /// What the consent page lists, in the page's order.
    pub fn in_words(&self) -> Vec<&'static str> {
        const WORDS: &[(&str, &str)] = &[
            ("openid", "идентификатор учётной записи"),
            ("fullname", "фамилия, имя и отчество"),
            ("birthdate", "дата рождения"),
            ("gender", "пол"),
            ("birthplace", "место рождения"),
            ("snils", "СНИЛС"),
            ("inn", "ИНН"),
            ("id_doc", "паспорт и гражданство"),
            ("birth_cert_doc", "свидетельство о рождении"),
            ("drivers_licence_doc", "водительское удостоверение"),
            ("email", "адрес электронной почты"),
            ("mobile", "номер мобильного телефона"),
            ("contacts", "контактные данные: электронная почта и телефон"),
            ("addresses", "адреса"),
            ("vehicles", "автомобили"),
            ("usr_org", "место работы"),
            ("kid_fullname", "фамилии, имена и отчества детей"),
            ("kid_birthdate", "даты рождения детей"),
            ("kid_gender", "пол детей"),
            ("kid_snils", "СНИЛС детей"),
            ("kid_birth_cert_doc", "свидетельства о рождении детей"),
        ];
        let named = WORDS.iter().filter(|(scope, _)| self.contains(scope));
        let mut words: Vec<&str> = named.map(|(_, words)| *words).collect();
        if self.0.iter().any(|scope| WORDS.iter().all(|(known, _)| known != scope)) {
            words.push("другие сведения, которых на учебном стенде нет");
        }
        words
    }
}

/// The scopes of `scope_org`, without the addresses some clients write before them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct OrganisationScopes(BTreeSet<String>);

impl OrganisationScopes {
    /// `org_shortname`, or as once `http://esia.gosuslugi.ru/org_shortname?org_oid=1`.
    pub fn parse(text: &str) -> Option<Self> {
        let name = |word: &str| {
            let word = word.strip_prefix("http://esia.gosuslugi.ru/").unwrap_or(word);
            let name = word.split('?').next().unwrap_or_default();
            let plain = |c: char| c.is_ascii_lowercase() || c == '_';
            (name.starts_with("org_") && name.chars().all(plain)).then(|| name.to_owned())
        };
        text.split_ascii_whitespace().map(name).collect::<Option<_>>().map(Self)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_repetition_mean_nothing() {
        assert_eq!(ScopeSet::parse("openid  fullname openid"), ScopeSet::parse("fullname openid"));
        assert!(ScopeSet::parse("  ").is_empty());
    }

    #[test]
    fn tokens_name_the_person_beside_each_data_scope() {
        assert_eq!(ScopeSet::parse("openid fullname").for_person(7), "fullname?oid=7 openid");
    }

    #[test]
    fn scopes_of_organisations_are_read_in_both_forms() {
        let parse = OrganisationScopes::parse;
        assert_eq!(parse("org_inn"), parse("http://esia.gosuslugi.ru/org_inn?org_oid=1000000101"));
        assert!(parse("  ").unwrap().is_empty());
        for bad in ["fullname", "http://other.example/org_inn", "org_INN", "org_inn openid"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn every_default_scope_is_known_and_has_words() {
        for scope in DEFAULT_GRANTED {
            assert!(KNOWN.contains(scope), "{scope}");
            assert!(!ScopeSet::parse(scope).in_words()[0].starts_with("другие"), "{scope}");
        }
    }
}
