//! What happened, for the person, the helpdesk and the law. Append-only, and chained so that a change shows.
//!
//! [`record()`] runs in the transaction of the deed; [`sealer`] chains what was committed; [`verify`] walks
//! the chain (`docs/audit.md`). New event: a variant in the file of its area in `event/`, its sample in
//! `tests/documents.rs` and its row in `docs/audit-events.md`.

pub mod actor;
pub mod breach;
pub mod chain;
pub mod entry;
pub mod event;
pub mod export;
pub mod history;
pub mod keeper;
pub mod record;
pub mod sealer;
pub mod verify;

pub use actor::{Actor, RequestMeta};
pub use entry::{AuditEntry, Period};
pub use event::{
    AttemptEvent, AuditEvent, BulkEvent, CaseEvent, DataEvent, DeskEvent, IssueEvent, LinkEvent,
    OperatorEvent, PasswordEvent, PeopleEvent, SessionEvent,
};
pub use keeper::AuditKeeper;
pub use record::{record, record_of_each};
pub use sealer::Sealer;
