//! The person: fields without their scope are absent, not null.

use serde_json::{Value, json};

use super::collection::Collection;
use super::{hash, records};
use crate::stand::Stand;
use crate::stand::fault::Fault;
use crate::stand::persona::AccountLevel;
use crate::stand::state::Access;
use crate::stand::tokens::other_than;

/// When the invented data were last changed.
const UPDATED_ON: i64 = 1_767_225_600;

/// The person as the token opens them, or what a fault makes of them.
pub(super) fn with_fault(stand: &Stand, access: &Access, base: &str, embed: &[String]) -> Value {
    let Some(Fault::Person(fault)) = stand.switches.fault() else { return json(access, base, embed) };
    let persona = if fault.is_other_person() { other_than(access.persona) } else { access.persona };
    let mut data = json(&Access { persona, ..access.clone() }, base, embed);
    fault.spoil(&mut data, persona.oid);
    data
}

fn json(access: &Access, base: &str, embed: &[String]) -> Value {
    let Access { persona, scope, .. } = access;
    let mut data = json!({
        "stateFacts": ["EntityRoot"],
        "eTag": hash(base),
        "trusted": persona.level == AccountLevel::Confirmed,
        "verifying": false,
        "status": "REGISTERED",
        "containsUpCfmCode": false,
        "rfgUOperatorCheck": false,
        "updatedOn": UPDATED_ON,
    });
    if persona.level == AccountLevel::Child {
        data["kidAccCreatedByParent"] = json!(true);
    }
    let mut add = |needed: &str, name: &str, value: Value| {
        if scope.contains(needed) {
            data[name] = value;
        }
    };
    add("fullname", "lastName", json!(persona.last_name));
    add("fullname", "firstName", json!(persona.first_name));
    add("fullname", "middleName", json!(persona.middle_name));
    add("birthdate", "birthDate", json!(persona.birth_date));
    add("birthplace", "birthPlace", json!("г. Миасс Челябинской области"));
    add("gender", "gender", json!(persona.gender));
    add("id_doc", "citizenship", json!("RUS"));
    if persona.has_snils() {
        add("snils", "snils", json!(persona.snils()));
        add("inn", "inn", json!(persona.inn()));
    }
    if persona.level != AccountLevel::Child {
        add("id_doc", "rIdDoc", json!(records::identity_document(persona)));
    }
    for (address, name) in embed.iter().filter_map(|part| Collection::address_of(part)) {
        // What the scopes do not open is left out, as a field would be.
        if let Ok(collection) = Collection::find(address, access) {
            data[name] = collection.json(&format!("{base}/{address}"), true);
        }
    }
    data
}
