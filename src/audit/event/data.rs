//! Events of the data itself: what was destroyed, read or handed out.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::AuditEvent;
use crate::audit::chain::Anchor;

/// Kind of the record that a checkpoint of the chain needs.
pub const AUDIT_DESTROYED: &str = "data:audit:destroyed";

/// What became of kept data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DataEvent {
    /// Trips to ESIA were destroyed.
    AttemptsDestroyed(Destruction),
    /// Sessions were destroyed.
    SessionsDestroyed(Destruction),
    /// Letters that were never sent were destroyed, their entries stay.
    LetterBodiesDestroyed(Destruction),
    /// Entries of letters were destroyed.
    LettersDestroyed(Destruction),
    /// Lines of lists of links to be removed were destroyed.
    ListsDestroyed(Destruction),
    /// Closed cases were destroyed.
    CasesDestroyed(Destruction),
    /// Deeds of operators, and requests for them, were destroyed.
    DeedsDestroyed(Destruction),
    /// Linking codes, one-time addresses and reasons of an issue were destroyed.
    CodesDestroyed(Destruction),
    /// The audit's own events were destroyed, from the beginning of the chain.
    AuditDestroyed {
        /// What and why.
        destruction: Destruction,
        /// The last seal that went; the chain begins after it.
        until: Anchor,
    },
    /// Everything that is kept about a profile was handed out.
    ProfileExported,
    /// Events were looked at in the console.
    AuditRead {
        /// First day.
        from: NaiveDate,
        /// Last day.
        to: NaiveDate,
        /// First part of the kinds asked for; all without.
        kinds: Option<&'static str>,
        /// Number of the operator whose deeds were asked for.
        operator: Option<i64>,
        /// Number of the profile that was asked for, in the operator's area or not.
        profile: Option<i64>,
    },
    /// Events of a period were handed out.
    AuditExported {
        /// First day.
        from: NaiveDate,
        /// Last day.
        to: NaiveDate,
        /// `csv` or `jsonl`.
        format: &'static str,
    },
}

/// A record of destruction, as РКН order 179 asks for: whose data, why, by which job. What and when are the
/// event's kind and moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destruction {
    /// The setting that says how long such data is kept.
    pub setting: &'static str,
    /// Its value in days.
    pub days: i64,
    /// How many rows.
    pub rows: usize,
    /// Numbers of the profiles they were about.
    pub profiles: Vec<i64>,
}

impl Destruction {
    fn details(&self) -> Value {
        json!({
            "job": "housekeeping",
            "reason": "expired",
            "setting": self.setting,
            "days": self.days,
            "rows": self.rows,
            "profiles": self.profiles,
        })
    }
}

impl DataEvent {
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::AttemptsDestroyed(_) => "data:attempts:destroyed",
            Self::SessionsDestroyed(_) => "data:sessions:destroyed",
            Self::LetterBodiesDestroyed(_) => "data:letter_bodies:destroyed",
            Self::LettersDestroyed(_) => "data:letters:destroyed",
            Self::ListsDestroyed(_) => "data:lists:destroyed",
            Self::CasesDestroyed(_) => "data:cases:destroyed",
            Self::DeedsDestroyed(_) => "data:deeds:destroyed",
            Self::CodesDestroyed(_) => "data:codes:destroyed",
            Self::AuditDestroyed { .. } => AUDIT_DESTROYED,
            Self::ProfileExported => "data:profile:exported",
            Self::AuditRead { .. } => "data:audit:read",
            Self::AuditExported { .. } => "data:audit:exported",
        }
    }

    pub(super) fn details(&self) -> Value {
        match self {
            Self::AttemptsDestroyed(destruction)
            | Self::SessionsDestroyed(destruction)
            | Self::LetterBodiesDestroyed(destruction)
            | Self::LettersDestroyed(destruction)
            | Self::CasesDestroyed(destruction)
            | Self::DeedsDestroyed(destruction)
            | Self::CodesDestroyed(destruction)
            | Self::ListsDestroyed(destruction) => destruction.details(),
            Self::AuditDestroyed { destruction, until } => {
                let mut details = destruction.details();
                details["until"] = until.to_string().into();
                details
            }
            Self::ProfileExported => json!({}),
            Self::AuditRead { from, to, kinds, operator, profile } => {
                json!({"from": from, "to": to, "kinds": kinds, "operator": operator, "profile": profile})
            }
            Self::AuditExported { from, to, format } => json!({"from": from, "to": to, "format": format}),
        }
    }
}

impl From<DataEvent> for AuditEvent {
    fn from(event: DataEvent) -> Self {
        Self::Data(event)
    }
}
