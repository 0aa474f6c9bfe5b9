//! View of the audit.

use askama::Template;
use askama_web::WebTemplate;

use super::question::Asked;
use crate::audit::event::EventArea;
use crate::web::helpdesk::Desk;
use crate::web::page::Page;

/// `/helpdesk/audit`.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/audit.html")]
pub struct AuditPage {
    /// Common part.
    pub page: Page,
    /// Header and navigation.
    pub desk: Desk,
    /// What was asked for.
    pub asked: Asked,
    /// The events; none while the question is wrong.
    pub rows: Option<Vec<EventRow>>,
    /// Address of older ones.
    pub older: Option<String>,
}

/// A line of the table.
pub struct EventRow {
    /// On what day, by the region's clock.
    pub day: String,
    /// At what time of it, with the zone.
    pub time: String,
    /// Area in words.
    pub of: &'static str,
    /// Kind.
    pub kind: String,
    /// Who did it, in words.
    pub who: String,
    /// Their number, if an operator.
    pub operator: Option<i64>,
    /// The profile it is about.
    pub profile: Option<i64>,
    /// Details, a name and a value each; empty without any.
    pub details: String,
    /// Network address.
    pub address: String,
    /// Number of the record that seals it; none yet in its first second.
    pub seal: Option<i64>,
}

impl AuditPage {
    fn areas(&self) -> [EventArea; EventArea::ALL.len()] {
        EventArea::ALL
    }
}
