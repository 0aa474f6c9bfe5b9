//! The closed list of letters, a struct each with what its text needs.
//!
//! New letter: a struct and a variant here, its views in [`super::render`], a folder under
//! `templates/emails/` with `subject.txt`, `body.txt` and `body.html`, a sample, a line in `docs/mail.md`.

use std::fmt;

use crate::audit::chain::{Anchor, ChainHash};
use crate::platform::clock::Timestamp;

/// One letter. `Debug` shows the kind only: the fields are personal or secret.
#[derive(Clone, PartialEq, Eq)]
pub enum Letter {
    /// An account was linked.
    Linked(Linked),
    /// The owner removed the link.
    UnlinkedSelf(UnlinkedSelf),
    /// Somebody asked for a new password.
    PasswordRecovery(PasswordRecovery),
    /// A session began in a browser this profile was not seen in.
    NewSignInPlace(NewSignInPlace),
    /// Somebody tried to link an account that belongs to this profile's owner.
    Attempt(Attempt),
    /// Where the chain of the audit stands, for who keeps such letters.
    AuditAnchor(AuditAnchor),
}

/// «Учётная запись Госуслуг привязана».
#[derive(Clone, PartialEq, Eq)]
pub struct Linked {
    /// Short name of the profile's organisation.
    pub organisation: String,
    /// When it was linked.
    pub at: Timestamp,
}

/// «Учётная запись Госуслуг отвязана».
#[derive(Clone, PartialEq, Eq)]
pub struct UnlinkedSelf {
    /// Short name of the profile's organisation.
    pub organisation: String,
    /// When the link was removed.
    pub at: Timestamp,
}

/// «Восстановление пароля».
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordRecovery {
    /// Short name of the profile's organisation.
    pub organisation: String,
    /// Absolute one-time address where the new password is set.
    pub address: String,
    /// How long the address works, in whole minutes.
    pub minutes: i64,
}

/// «Вход с нового устройства».
#[derive(Clone, PartialEq, Eq)]
pub struct NewSignInPlace {
    /// Short name of the profile's organisation.
    pub organisation: String,
    /// When the session began.
    pub at: Timestamp,
    /// Browser and system as the list of sessions names them, for example «Firefox, Windows».
    pub place: String,
}

/// «Попытка привязать вашу учётную запись». Says nothing of who tried.
#[derive(Clone, PartialEq, Eq)]
pub struct Attempt {
    /// When it was tried.
    pub at: Timestamp,
}

/// «Контрольная запись журнала».
#[derive(Clone, PartialEq, Eq)]
pub struct AuditAnchor {
    /// Number and hash of the last seal.
    pub anchor: Anchor,
    /// When it was looked at.
    pub at: Timestamp,
}

impl Letter {
    /// Stable name: the folder of its templates and the `kind` of its outbox entry.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Linked(_) => "linked",
            Self::UnlinkedSelf(_) => "unlinked_self",
            Self::PasswordRecovery(_) => "password_recovery",
            Self::NewSignInPlace(_) => "new_sign_in_place",
            Self::Attempt(_) => "attempt",
            Self::AuditAnchor(_) => "audit_anchor",
        }
    }

    /// One of each, for the tests that look at every letter.
    pub fn samples() -> Vec<Self> {
        let at = Timestamp::UNIX_EPOCH + chrono::Duration::seconds(1_772_355_900);
        let organisation = "МАОУ СОШ № 12".to_owned();
        vec![
            Self::Linked(Linked { organisation: organisation.clone(), at }),
            Self::UnlinkedSelf(UnlinkedSelf { organisation: organisation.clone(), at }),
            Self::PasswordRecovery(PasswordRecovery {
                organisation: organisation.clone(),
                address: "https://journal.example.ru/recovery/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
                    .into(),
                minutes: 60,
            }),
            Self::NewSignInPlace(NewSignInPlace { organisation, at, place: "Firefox, Windows".into() }),
            Self::Attempt(Attempt { at }),
            Self::AuditAnchor(AuditAnchor {
                anchor: Anchor { sequence: 12_345, hash: ChainHash([0xab; 32]) },
                at,
            }),
        ]
    }
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Letter({})", self.kind())
    }
}
