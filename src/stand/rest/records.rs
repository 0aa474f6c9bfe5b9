//! The invented records of the personas: contacts, addresses, documents, vehicles, children, places of
//! work. Each function gives nothing where the scopes open nothing of its kind.

use serde_json::{Value, json};

use super::collection::Element;
use super::hash;
use crate::stand::organisation::Organisation;
use crate::stand::persona::{AccountLevel, Persona};
use crate::stand::state::Access;

/// A record has a number of its own: that of the person, the kind, and its place among its like.
fn id(persona: &Persona, kind: i64, place: i64) -> i64 {
    persona.oid % 1_000_000 * 100 + kind * 10 + place
}

fn element(id: i64, mut data: Value) -> Element {
    data["id"] = json!(id);
    data["stateFacts"] = json!(["Identifiable"]);
    data["eTag"] = json!(hash(&format!("record {id}")));
    Element { id, data }
}

pub(super) fn contacts(access: &Access) -> Option<Vec<Element>> {
    let persona = access.persona;
    let contact = |place, kind: &str, value: &str| {
        let data = json!({ "type": kind, "vrfStu": "VERIFIED", "value": value });
        access.scope.allows_contact(kind).then(|| element(id(persona, 0, place), data))
    };
    let email = contact(1, "EML", persona.email);
    let phone = persona.phone.and_then(|phone| contact(2, "MBT", phone));
    access.scope.allows_contacts().then(|| [email, phone].into_iter().flatten().collect())
}

pub(super) fn addresses(access: &Access) -> Option<Vec<Element>> {
    let persona = access.persona;
    let house = (persona.oid % 100).to_string();
    let address = |place, kind: &str| {
        let data = json!({
            "type": kind,
            "addressStr": "обл. Челябинская, г. Миасс, ул. Учебная",
            "fiasCode": "00000000-0000-4000-8000-000000000001",
            "countryId": "RUS",
            "zipCode": "456300",
            "region": "Челябинская",
            "city": "Миасс",
            "street": "Учебная",
            "house": house,
            "flat": "1",
        });
        element(id(persona, 1, place), data)
    };
    access.scope.contains("addresses").then(|| vec![address(1, "PRG"), address(2, "PLV")])
}

/// Number of the main identity document.
pub(super) fn identity_document(persona: &Persona) -> i64 {
    id(persona, 2, 1)
}

fn document(persona: &Persona, place: i64, kind: &str, series: &str, issued_by: &str) -> Element {
    let data = json!({
        "type": kind,
        "vrfStu": if persona.level == AccountLevel::Simplified { "NOT_VERIFIED" } else { "VERIFIED" },
        "series": series,
        "number": format!("{:06}", persona.oid % 1_000_000),
        "issueDate": "01.09.2020",
        "issuedBy": issued_by,
    });
    element(id(persona, 2, place), data)
}

pub(super) fn documents(access: &Access) -> Option<Vec<Element>> {
    let (persona, scope) = (access.persona, &access.scope);
    let is_child = persona.level == AccountLevel::Child;
    let mut found = Vec::new();
    let mut opened = false;
    for (name, is_owned, place, kind, series, issued_by) in [
        ("id_doc", !is_child, 1, "RF_PASSPORT", "0000", "Учебный отдел внутренних дел"),
        ("birth_cert_doc", is_child, 2, "RF_BRTH_CERT", "I-АА", "Учебный отдел ЗАГС"),
        ("drivers_licence_doc", !is_child, 3, "RF_DRIVING_LICENSE", "0000", "Учебный отдел ГИБДД"),
    ] {
        opened |= scope.contains(name);
        if is_owned && scope.contains(name) {
            found.push(document(persona, place, kind, series, issued_by));
        }
    }
    opened.then_some(found)
}

pub(super) fn vehicles(access: &Access) -> Option<Vec<Element>> {
    let persona = access.persona;
    let has_one = persona.oid == 1_000_000_002;
    let data = json!({ "name": "Учебный автомобиль", "numberPlate": "А000АА174" });
    let all = || has_one.then(|| element(id(persona, 3, 1), data)).into_iter().collect();
    access.scope.contains("vehicles").then(all)
}

/// The children entered in a parent's cabinet. Their numbers here are not those of their own accounts:
/// that they are equal is documented nowhere, and a relying party that takes one for the other shall fail.
pub(super) fn children(access: &Access) -> Option<Vec<Element>> {
    let scope = &access.scope;
    if !scope.opens_children() {
        return None;
    }
    let mut children = Vec::new();
    if let Some(child) = access.persona.child() {
        let mut data = json!({ "trusted": false, "status": "REGISTERED" });
        let mut add = |needed: &str, name: &str, value: Value| {
            if scope.contains(needed) {
                data[name] = value;
            }
        };
        add("kid_fullname", "lastName", json!(child.last_name));
        add("kid_fullname", "firstName", json!(child.first_name));
        add("kid_fullname", "middleName", json!(child.middle_name));
        add("kid_birthdate", "birthDate", json!(child.birth_date));
        add("kid_gender", "gender", json!(child.gender));
        add("kid_snils", "snils", json!(child.snils()));
        children.push(element(id(access.persona, 4, 1), data));
    }
    Some(children)
}

pub(super) fn documents_of_child(access: &Access, _child: i64) -> Option<Vec<Element>> {
    let child = access.persona.child()?;
    let certificate = || document(child, 2, "RF_BRTH_CERT", "I-АА", "Учебный отдел ЗАГС");
    access.scope.contains("kid_birth_cert_doc").then(|| vec![certificate()])
}

/// Where the person works: as organisations, or as the roles they have there.
pub(super) fn organisations(access: &Access, as_roles: bool) -> Option<Vec<Element>> {
    if !access.opens_organisations() {
        return None;
    }
    let persona = access.persona;
    let works_at = Organisation::of_employee(persona.oid).map(|organisation| {
        let mut data = super::organisation::json(organisation);
        if as_roles {
            data["prnOid"] = json!(persona.oid);
            data["chief"] = json!(organisation.employees.first() == Some(&persona.oid));
            data["admin"] = json!(false);
            data["active"] = json!(true);
        }
        element(organisation.oid, data)
    });
    Some(works_at.into_iter().collect())
}
