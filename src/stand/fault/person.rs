//! Faults of the person address: whose data come, and what is in them.

use actix_web::HttpResponse;
use serde_json::{Value, json};

use super::Row;
use super::token::remove;

/// What is wrong with a person's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the table says what each does")]
pub enum PersonFault {
    Unauthorized,
    ScopeNotAllowed,
    NotFound,
    OtherPerson,
    OtherPersonUnnamed,
    Deleted,
    Untrusted,
    TrustedText,
    TrustedMissing,
    ChildOfParent,
    FieldsNull,
    FieldsMissing,
    NamesMissing,
    NamesEmpty,
    MiddleNameMissing,
    NamesNumber,
    NamesMarkup,
    NamesDirection,
    NamesNul,
    NamesHuge,
    NamesInvisible,
    BirthDateMissing,
    BirthDateImpossible,
    BirthDateOtherForm,
    SnilsMissing,
    SnilsWrongSum,
    SnilsUnformatted,
    SnilsNumber,
    ContactsAddresses,
    ContactsForeign,
    ContactsNull,
    EmailUnverified,
    EmailLineBreak,
}

impl PersonFault {
    /// All of them with their names.
    pub const ALL: &[Row<Self>] = &[
        (Self::Unauthorized, "unauthorized", "401: the token is worth nothing."),
        (Self::ScopeNotAllowed, "005029", "403 with 005029: the scope is not allowed."),
        (Self::NotFound, "not-found", "404: no such person."),
        (Self::OtherPerson, "other", "Data of another person, whose `oid` stands in them."),
        (Self::OtherPersonUnnamed, "other-unnamed", "Data of another person without an `oid`."),
        (Self::Deleted, "deleted", "`status` is `DELETED`."),
        (Self::Untrusted, "untrusted", "`trusted` is false, though the token says confirmed."),
        (Self::TrustedText, "trusted-text", "`trusted` is the text `true`."),
        (Self::TrustedMissing, "trusted-missing", "No `trusted`."),
        (Self::ChildOfParent, "child", "`kidAccCreatedByParent` is true."),
        (Self::FieldsNull, "fields-null", "Every field that a scope opens is null."),
        (Self::FieldsMissing, "fields-missing", "No field that a scope opens."),
        (Self::NamesMissing, "names-missing", "No names."),
        (Self::NamesEmpty, "names-empty", "Names of spaces."),
        (Self::MiddleNameMissing, "middle-name-missing", "No patronymic, which some people do not have."),
        (Self::NamesNumber, "names-number", "Names that are numbers."),
        (Self::NamesMarkup, "names-markup", "Names with markup and quotes around the right ones."),
        (Self::NamesDirection, "names-direction", "Names with marks that turn the writing direction."),
        (Self::NamesNul, "names-nul", "Names with NUL, a bell and a line break."),
        (Self::NamesHuge, "names-huge", "A surname of 100 000 letters."),
        (
            Self::NamesInvisible,
            "names-invisible",
            "Right names in another normal form, with letters of no width.",
        ),
        (Self::BirthDateMissing, "birth-date-missing", "No birth date."),
        (Self::BirthDateImpossible, "birth-date-impossible", "The 31st of February."),
        (Self::BirthDateOtherForm, "birth-date-other-form", "The birth date as year, month, day."),
        (Self::SnilsMissing, "snils-missing", "No SNILS."),
        (Self::SnilsWrongSum, "snils-wrong-sum", "A SNILS whose control sum is wrong."),
        (Self::SnilsUnformatted, "snils-unformatted", "The SNILS as eleven digits."),
        (Self::SnilsNumber, "snils-number", "The SNILS as a number."),
        (Self::ContactsAddresses, "contacts-addresses", "Contacts as addresses, as without `embed`."),
        (Self::ContactsForeign, "contacts-foreign", "Contacts as addresses of other hosts."),
        (Self::ContactsNull, "contacts-null", "Contacts are null."),
        (Self::EmailUnverified, "email-unverified", "The e-mail has not been verified."),
        (Self::EmailLineBreak, "email-line-break", "The e-mail holds a line break and a header."),
    ];

    /// The answer in the place of any data.
    pub(in crate::stand) fn refusal(self) -> Option<HttpResponse> {
        match self {
            Self::Unauthorized => Some(super::super::rest::unauthorized()),
            Self::ScopeNotAllowed => Some(super::super::rest::scope_not_allowed()),
            Self::NotFound => Some(super::super::rest::not_found()),
            _ => None,
        }
    }

    /// Are the data those of somebody else?
    pub(in crate::stand) fn is_other_person(self) -> bool {
        matches!(self, Self::OtherPerson | Self::OtherPersonUnnamed)
    }

    /// Spoils the right data; `oid` is the person's whose they are.
    pub(in crate::stand) fn spoil(self, person: &mut Value, oid: i64) {
        const OPENED: [&str; 7] =
            ["lastName", "firstName", "middleName", "birthDate", "gender", "snils", "contacts"];
        const NAMES: [&str; 3] = ["lastName", "firstName", "middleName"];
        let text = |person: &Value, name: &str| person[name].as_str().unwrap_or_default().to_owned();
        let mut names = |change: &dyn Fn(&str) -> String| {
            for name in NAMES {
                person[name] = json!(change(&text(person, name)));
            }
        };
        match self {
            Self::Unauthorized | Self::ScopeNotAllowed | Self::NotFound | Self::OtherPersonUnnamed => {}
            Self::OtherPerson => person["oid"] = json!(oid),
            Self::Deleted => person["status"] = json!("DELETED"),
            Self::Untrusted => person["trusted"] = json!(false),
            Self::TrustedText => person["trusted"] = json!("true"),
            Self::TrustedMissing => remove(person, "trusted"),
            Self::ChildOfParent => person["kidAccCreatedByParent"] = json!(true),
            Self::FieldsNull => OPENED.iter().for_each(|name| person[*name] = Value::Null),
            Self::FieldsMissing => OPENED.iter().for_each(|name| remove(person, name)),
            Self::NamesMissing => NAMES.iter().for_each(|name| remove(person, name)),
            Self::NamesEmpty => names(&|_| " \u{a0} ".to_owned()),
            Self::MiddleNameMissing => remove(person, "middleName"),
            Self::NamesNumber => NAMES.iter().for_each(|name| person[*name] = json!(7)),
            Self::NamesMarkup => names(&|name| format!("<script>alert('{name}')</script>\"'&amp;")),
            Self::NamesDirection => names(&|name| format!("\u{202e}{name}\u{2066}\u{200f}")),
            Self::NamesNul => names(&|name| format!("{name}\0\u{7}\r\nX: y")),
            Self::NamesHuge => person["lastName"] = json!("Щ".repeat(100_000)),
            Self::NamesInvisible => names(&|name| name.replace('й', "и\u{306}") + "\u{200b}\u{feff}"),
            Self::BirthDateMissing => remove(person, "birthDate"),
            Self::BirthDateImpossible => person["birthDate"] = json!("31.02.1985"),
            Self::BirthDateOtherForm => {
                let date = text(person, "birthDate");
                person["birthDate"] = json!(date.split('.').rev().collect::<Vec<_>>().join("-"));
            }
            Self::SnilsMissing => remove(person, "snils"),
            Self::SnilsWrongSum => {
                let snils = text(person, "snils");
                let sum = snils.get(12..).and_then(|sum| sum.parse::<u32>().ok()).unwrap_or_default();
                let head = snils.get(..12).unwrap_or_default();
                person["snils"] = json!(format!("{head}{:02}", (sum + 1) % 100));
            }
            Self::SnilsUnformatted => {
                let digits: String = text(person, "snils").chars().filter(char::is_ascii_digit).collect();
                person["snils"] = json!(digits);
            }
            Self::SnilsNumber => person["snils"] = json!(10_020_030_131_u64),
            Self::ContactsAddresses => set_contacts(person, &["/rs/prns/1/ctts/1", "/rs/prns/1/ctts/2"]),
            Self::ContactsForeign => {
                set_contacts(person, &["http://other.stand.example/ctts/1", "file:///etc/passwd"]);
            }
            Self::ContactsNull => person["contacts"] = Value::Null,
            Self::EmailUnverified => change_email(person, |email| email["vrfStu"] = json!("NOT_VERIFIED")),
            Self::EmailLineBreak => change_email(person, |email| {
                email["value"] = json!("a@stand.example\r\nBcc: b@stand.example");
            }),
        }
    }
}

fn set_contacts(person: &mut Value, elements: &[&str]) {
    person["contacts"] = json!({ "stateFacts": ["hasSize"], "size": elements.len(), "elements": elements });
}

fn change_email(person: &mut Value, change: impl Fn(&mut Value)) {
    let elements = person["contacts"]["elements"].as_array_mut();
    elements.into_iter().flatten().filter(|contact| contact["type"] == "EML").for_each(change);
}
