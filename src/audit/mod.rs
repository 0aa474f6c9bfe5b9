//! What happened, for the person, the helpdesk and the law. Append-only.
//!
//! [`record()`] runs in the transaction of the deed. New event: a variant in the file of its area in
//! `event/`, its sample in `tests/documents.rs` and its row in `docs/audit-events.md`.

pub mod actor;
pub mod event;
pub mod record;

pub use actor::{Actor, RequestMeta};
pub use event::{AttemptEvent, AuditEvent, CaseEvent, LinkEvent, OperatorEvent, PasswordEvent, SessionEvent};
pub use record::record;
