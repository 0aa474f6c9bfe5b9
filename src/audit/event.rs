//! The closed list of audit events, named area:thing:action. `docs/audit-events.md` explains each.

use serde_json::{Value, json};

use crate::linking::LinkId;
use crate::sign_in::SignInWay;

/// One thing that happened. The details hold ids and codes, never personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditEvent {
    /// Somebody signed in.
    SignedIn {
        /// How.
        way: SignInWay,
        /// Through the linking-only door.
        linking_only: bool,
    },
    /// A sign-in was refused.
    SignInRefused {
        /// Short stable reason: `credentials`, `delayed` (the failure that begins a wait), `blocked`, `closed`,
        /// `phase` (the password no longer opens anything).
        reason: &'static str,
    },
    /// A session began in a browser this profile was not seen in.
    NewSignInPlace,
    /// The person signed out.
    SignedOut,
    /// Sessions were ended from the list, by an unlink or by a new password.
    SessionsEnded {
        /// How many.
        count: usize,
        /// Short stable reason: `owner`, `owner_all`, `unlink`, `password`.
        reason: &'static str,
    },
    /// The person went on as another profile of the same ESIA person.
    ProfileSwitched,
    /// A recovery letter was asked for.
    RecoveryRequested,
    /// A new password was set through a recovery letter.
    PasswordRecovered,
    /// A trip to ESIA ended without the wanted result.
    AttemptRefused {
        /// Reference of the trip.
        reference: String,
        /// Code of the outcome, as in `docs/error-codes.md`.
        code: u16,
    },
    /// A link was stored.
    Linked {
        /// The link.
        link: LinkId,
        /// Reference of the trip.
        reference: String,
        /// Grade of the match: `exact` or `partial`.
        grade: &'static str,
    },
    /// The owner removed the link.
    UnlinkedByOwner {
        /// The link.
        link: LinkId,
        /// What the owner chose as reason, if anything.
        reason: Option<&'static str>,
    },
}

impl AuditEvent {
    /// Stable name, area:thing:action.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::SignedIn { .. } => "session:sign_in:succeeded",
            Self::SignInRefused { .. } => "session:sign_in:refused",
            Self::NewSignInPlace => "session:place:new",
            Self::SignedOut => "session:sign_out:done",
            Self::SessionsEnded { .. } => "session:end:done",
            Self::ProfileSwitched => "session:profile:switched",
            Self::RecoveryRequested => "password:recovery:requested",
            Self::PasswordRecovered => "password:recovery:done",
            Self::AttemptRefused { .. } => "attempt:esia:refused",
            Self::Linked { .. } => "link:account:created",
            Self::UnlinkedByOwner { .. } => "link:account:removed_by_owner",
        }
    }

    /// The rest as JSON, without personal data.
    pub fn details(&self) -> Value {
        match self {
            Self::SignedIn { way, linking_only } => {
                json!({"way": way.as_str(), "linking_only": linking_only})
            }
            Self::SignInRefused { reason } => json!({"reason": reason}),
            Self::SessionsEnded { count, reason } => json!({"count": count, "reason": reason}),
            Self::AttemptRefused { reference, code } => json!({"reference": reference, "code": code}),
            Self::Linked { link, reference, grade } => {
                json!({"link": link, "reference": reference, "grade": grade})
            }
            Self::UnlinkedByOwner { link, reason } => json!({"link": link, "reason": reason}),
            Self::NewSignInPlace
            | Self::SignedOut
            | Self::ProfileSwitched
            | Self::RecoveryRequested
            | Self::PasswordRecovered => json!({}),
        }
    }
}
