//! The closed list of audit events, named area:thing:action. `docs/audit-events.md` explains each.
//!
//! A file for each area with an enum of its own; [`AuditEvent`] is their sum.

mod area;
mod attempt;
mod bulk;
mod case;
mod data;
mod desk;
mod issue;
mod link;
mod operator;
mod password;
mod people;
mod session;

use serde_json::Value;

pub use area::EventArea;
pub use attempt::AttemptEvent;
pub use bulk::BulkEvent;
pub use case::CaseEvent;
pub use data::{AUDIT_DESTROYED, DataEvent, Destruction};
pub use desk::DeskEvent;
pub use issue::IssueEvent;
pub use link::LinkEvent;
pub use operator::OperatorEvent;
pub use password::PasswordEvent;
pub use people::PeopleEvent;
pub use session::SessionEvent;

/// One thing that happened. The details hold ids and codes, never personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditEvent {
    /// To sessions.
    Session(SessionEvent),
    /// To a password.
    Password(PasswordEvent),
    /// On a trip to ESIA.
    Attempt(AttemptEvent),
    /// To a link.
    Link(LinkEvent),
    /// To an operator's account.
    Operator(OperatorEvent),
    /// To a case of the helpdesk.
    Case(CaseEvent),
    /// To what is kept: destroyed, read or handed out.
    Data(DataEvent),
    /// An operator looked for people or at somebody.
    People(PeopleEvent),
    /// At the helpdesk's desk.
    Desk(DeskEvent),
    /// What an operator handed out.
    Issue(IssueEvent),
    /// To a list of links to be removed.
    Bulk(BulkEvent),
}

impl AuditEvent {
    /// Stable name, area:thing:action.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Session(event) => event.kind(),
            Self::Password(event) => event.kind(),
            Self::Attempt(event) => event.kind(),
            Self::Link(event) => event.kind(),
            Self::Operator(event) => event.kind(),
            Self::Case(event) => event.kind(),
            Self::Data(event) => event.kind(),
            Self::People(event) => event.kind(),
            Self::Desk(event) => event.kind(),
            Self::Issue(event) => event.kind(),
            Self::Bulk(event) => event.kind(),
        }
    }

    /// The rest as JSON, without personal data.
    pub fn details(&self) -> Value {
        match self {
            Self::Session(event) => event.details(),
            Self::Password(event) => event.details(),
            Self::Attempt(event) => event.details(),
            Self::Link(event) => event.details(),
            Self::Operator(event) => event.details(),
            Self::Case(event) => event.details(),
            Self::Data(event) => event.details(),
            Self::People(event) => event.details(),
            Self::Desk(event) => event.details(),
            Self::Issue(event) => event.details(),
            Self::Bulk(event) => event.details(),
        }
    }
}
