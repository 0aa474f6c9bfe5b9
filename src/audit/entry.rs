//! An event as the table keeps it: what is chained, shown and exported.

use crate::platform::clock::Timestamp;

/// A stored event, each field as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Number of the event.
    pub id: i64,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// Kind, area:thing:action.
    pub kind: String,
    /// Who did it, [`super::Actor::to_text`].
    pub actor: String,
    /// Number of the profile it is about.
    pub profile: Option<i64>,
    /// JSON, ids and codes.
    pub details: String,
    /// Request id.
    pub request_id: String,
    /// Network address; empty for the service's own deeds.
    pub address: String,
    /// Organisation whose area it belongs to.
    pub organisation: Option<i64>,
    /// Municipality whose area it belongs to.
    pub municipality: Option<i64>,
}

/// A span of time.
#[derive(Clone, Copy, Debug)]
pub struct Period {
    /// The first moment.
    pub from: Timestamp,
    /// The first moment after it.
    pub until: Timestamp,
}
