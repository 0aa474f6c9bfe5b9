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

    /// Reads what [`Actor::to_text`] gave.
    pub fn from_text(text: &str) -> Option<Self> {
        match text.split_once(':') {
            None if text == "anonymous" => Some(Self::Anonymous),
            None if text == "system" => Some(Self::System),
            Some(("profile", id)) => id.parse().ok().map(|id| Self::Person(ProfileId(id))),
            Some(("operator", id)) => id.parse().ok().map(|id| Self::Operator(OperatorId(id))),
            _ => None,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_actor_is_read_back() {
        for actor in
            [Actor::Anonymous, Actor::System, Actor::Person(ProfileId(17)), Actor::Operator(OperatorId(3))]
        {
            assert_eq!(Actor::from_text(&actor.to_text()), Some(actor));
        }
        for text in ["", "profile:", "profile:x", "robot:1", "anonymous:1"] {
            assert_eq!(Actor::from_text(text), None, "{text:?}");
        }
    }
}
