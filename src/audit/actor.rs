//! Who did something, and through which request.

use crate::access::OperatorId;
use crate::directory::ProfileId;

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Nobody we know (a refused sign-in, a recovery).
    Anonymous,
    /// The person of this profile.
    Person(ProfileId),
    /// An operator.
    Operator(OperatorId),
    /// The service itself (housekeeping).
    System,
}

impl Actor {
    /// For the store: `anonymous`, `system`, `profile:17`, `operator:3`.
    pub fn to_text(self) -> String {
        match self {
            Self::Anonymous => "anonymous".into(),
            Self::System => "system".into(),
            Self::Person(ProfileId(id)) => format!("profile:{id}"),
            Self::Operator(OperatorId(id)) => format!("operator:{id}"),
        }
    }
}

/// Facts of the request that caused the event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestMeta {
    /// Request id, as in the logs and on error pages.
    pub request_id: String,
    /// Network address of the browser; empty for the service's own deeds.
    pub address: String,
}
