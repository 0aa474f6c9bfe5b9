//! Which role may do what: the one table of rights (`docs/security.md`, T37). Deny by default.

use super::OperatorRole;
use super::OperatorRole::{Administrator, Analyst, Senior, Support};

/// Something an operator may be allowed to do, within the area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Own account of the console: start page, second factor, password, sign-out.
    OwnAccount,
    /// Search people and open their cards.
    SeePeople,
    /// End sessions of a profile.
    EndSessions,
    /// Unlink with a reason, ask for an approval, take an unlink back within its time.
    Unlink,
    /// Freeze a disputed link.
    Freeze,
    /// Decide about a frozen link.
    Unfreeze,
    /// Approve what a colleague asked for.
    Approve,
    /// Hand out linking codes and one-time passwords, print slips.
    IssueCodes,
    /// Work on cases.
    Cases,
    /// Unlink a list of profiles, with a second operator.
    BulkUnlink,
    /// Create, change and disable operators below oneself.
    ManageOperators,
    /// Read and export the audit.
    ReadAudit,
    /// Statistics.
    Statistics,
}

impl Permission {
    /// All of them, in the order of the table in `docs/helpdesk.md`.
    pub const ALL: [Self; 13] = [
        Self::OwnAccount,
        Self::SeePeople,
        Self::EndSessions,
        Self::Unlink,
        Self::Freeze,
        Self::Unfreeze,
        Self::Approve,
        Self::IssueCodes,
        Self::Cases,
        Self::BulkUnlink,
        Self::ManageOperators,
        Self::ReadAudit,
        Self::Statistics,
    ];

    /// The roles that have it.
    pub fn roles(self) -> &'static [OperatorRole] {
        match self {
            Self::OwnAccount => &OperatorRole::ALL,
            Self::SeePeople
            | Self::EndSessions
            | Self::Unlink
            | Self::Freeze
            | Self::IssueCodes
            | Self::Cases => &[Support, Senior, Administrator],
            Self::Unfreeze | Self::Approve | Self::BulkUnlink => &[Senior, Administrator],
            Self::ManageOperators | Self::ReadAudit => &[Administrator],
            Self::Statistics => &[Senior, Analyst, Administrator],
        }
    }

    /// Whether a role has it.
    pub fn is_given_to(self, role: OperatorRole) -> bool {
        self.roles().contains(&role)
    }
}
