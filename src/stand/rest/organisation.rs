//! An organisation as the provider writes it.

use serde_json::{Value, json};

use crate::stand::organisation::Organisation;

/// Its public data.
pub(super) fn json(organisation: &Organisation) -> Value {
    json!({
        "oid": organisation.oid,
        "fullName": organisation.full_name,
        "shortName": organisation.short_name,
        "ogrn": organisation.ogrn,
        "inn": organisation.inn,
        "type": "LEGAL",
        "isLiquidated": false,
    })
}
