//! Collections below a person: addresses of their elements or, with `embed`, the elements themselves.

use serde_json::{Value, json};

use super::{hash, records};
use crate::stand::state::Access;

/// Why nothing is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotOpened {
    /// The token's scopes do not open it.
    Scope,
    /// There is none.
    Unknown,
}

/// What a collection holds for this token.
pub(super) struct Collection {
    /// Schema of the whole.
    pub schema: &'static str,
    element_schema: &'static str,
    elements: Vec<Element>,
}

/// One element by its number.
pub(super) struct Element {
    pub id: i64,
    pub data: Value,
}

/// Address, name in `embed` of the person, schemas.
const KINDS: &[(&str, &str, &str, &str)] = &[
    ("ctts", "contacts", "Contacts-1", "Contact-1"),
    ("addrs", "addresses", "Addresses-1", "Address-1"),
    ("docs", "documents", "Documents-1", "Document-1"),
    ("vhls", "vehicles", "Vehicles-1", "Vehicle-1"),
    ("kids", "kids", "Kids-1", "Kid-1"),
    ("orgs", "organizations", "Organizations-1", "Organization-1"),
    ("roles", "roles", "Roles-1", "Role-1"),
];

impl Collection {
    /// The collection at this address.
    pub fn find(address: &str, access: &Access) -> Result<Self, NotOpened> {
        let kind = KINDS.iter().find(|(known, ..)| *known == address);
        let &(_, _, schema, element_schema) = kind.ok_or(NotOpened::Unknown)?;
        let elements = match address {
            "ctts" => records::contacts(access),
            "addrs" => records::addresses(access),
            "docs" => records::documents(access),
            "vhls" => records::vehicles(access),
            "kids" => records::children(access),
            _ => records::organisations(access, address == "roles"),
        };
        Ok(Self { schema, element_schema, elements: elements.ok_or(NotOpened::Scope)? })
    }

    /// Its address by its name in `embed` of the person.
    pub fn address_of(embedded: &str) -> Option<(&'static str, &'static str)> {
        let name = embedded.strip_suffix(".elements")?;
        KINDS.iter().find(|(_, known, ..)| *known == name).map(|(address, name, ..)| (*address, *name))
    }

    /// One element.
    pub fn item(self, id: &str) -> Result<(&'static str, Value), NotOpened> {
        let schema = self.element_schema;
        let found = self.elements.into_iter().find(|element| element.id.to_string() == id);
        found.map(|element| (schema, element.data)).ok_or(NotOpened::Unknown)
    }

    /// The whole: elements are addresses unless they are wanted inline.
    pub fn json(&self, own: &str, inline: bool) -> Value {
        let element = |element: &Element| match inline {
            true => element.data.clone(),
            false => json!(format!("{own}/{}", element.id)),
        };
        json!({
            "stateFacts": ["hasSize"],
            "size": self.elements.len(),
            "eTag": hash(own),
            "elements": self.elements.iter().map(element).collect::<Vec<_>>(),
        })
    }
}

/// Documents of one of the person's children.
pub(super) fn documents_of_child(access: &Access, id: &str) -> Result<Collection, NotOpened> {
    let children = records::children(access).ok_or(NotOpened::Scope)?;
    let child = children.iter().find(|child| child.id.to_string() == id).ok_or(NotOpened::Unknown)?;
    let elements = records::documents_of_child(access, child.id).ok_or(NotOpened::Scope)?;
    Ok(Collection { schema: "Documents-1", element_schema: "Document-1", elements })
}
