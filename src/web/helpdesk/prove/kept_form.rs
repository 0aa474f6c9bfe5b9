//! A form that waits for a fresh proof.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::platform::secret::Cell;
use crate::web::extract::OnDuty;
use crate::web::site::Site;

/// Characters of a kept form at most: with the proof it must fit into a form of its own.
const MAX_SEALED: usize = 48 * 1024;

/// Where a form was sent and what was in it. What people typed names people: `Debug` shows the path only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptForm {
    /// The path.
    pub path: String,
    /// The fields but for the token.
    pub fields: BTreeMap<String, String>,
}

impl fmt::Debug for KeptForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeptForm({})", self.path)
    }
}

impl KeptForm {
    /// As a page carries it: readable by nobody, and good in the operator's session only. `None` if it is too
    /// large to be carried.
    pub fn seal(&self, site: &Site, on_duty: &OnDuty) -> Option<String> {
        let plain = serde_json::to_vec(self).ok()?;
        let sealed = URL_SAFE_NO_PAD.encode(site.sealer().seal(cell(&session(on_duty)), &plain));
        (sealed.len() <= MAX_SEALED).then_some(sealed)
    }

    /// Reads it back; `None` unless it was kept in this session.
    pub fn open(sealed: &str, site: &Site, on_duty: &OnDuty) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let plain = site.sealer().open(cell(&session(on_duty)), &bytes).ok()?;
        serde_json::from_slice(&plain).ok()
    }
}

/// The session outlives the change of its token.
fn session(on_duty: &OnDuty) -> String {
    on_duty.session.id.0.to_string()
}

fn cell(session: &str) -> Cell<'_> {
    Cell { table: "operator_sessions", column: "kept_form", row: session }
}
