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
    /// An operator removed the link.
    UnlinkedOp(UnlinkedOp),
    /// An operator froze the link.
    LinkFrozen(LinkNotice),
    /// An operator let a frozen link sign in again.
    LinkUnfrozen(LinkReopened),
    /// An operator gave a removed link back.
    LinkRestored(LinkReopened),
    /// The person said «Это был не я».
    LinkDisputed(LinkNotice),
    /// An operator handed out a linking code.
    Code(Issued),
    /// An operator handed out a password.
    OneTimePassword(Issued),
    /// The helpdesk answers a case.
    CaseAnswer(CaseAnswer),
}

/// «Учётная запись Госуслуг привязана».
#[derive(Clone, PartialEq, Eq)]
pub struct Linked {
    /// Short name of the profile's organisation.
    pub organisation: String,
    /// When it was linked.
    pub at: Timestamp,
    /// Absolute one-time address of «Это был не я».
    pub undo: String,
}

/// «Учётная запись Госуслуг отвязана».
#[derive(Clone, PartialEq, Eq)]
pub struct UnlinkedSelf {
    /// Short name of the profile's organisation.
    pub organisation: String,
    /// When the link was removed.
    pub at: Timestamp,
    /// Absolute one-time address of «Это был не я».
    pub undo: String,
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
    /// Absolute one-time address of «Это был не я».
    pub undo: String,
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

/// «Учётную запись Госуслуг отвязала поддержка».
#[derive(Clone, PartialEq, Eq)]
pub struct UnlinkedOp {
    /// Short name of the profile's organisation.
    pub organisation: String,
    /// When the link was removed.
    pub at: Timestamp,
    /// Why, in words of the list.
    pub reason: &'static str,
    /// Number of the record.
    pub number: String,
    /// Absolute one-time address for whoever did not ask for it.
    pub undo: String,
}

/// Something happened to a link that ends what a person could do.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkNotice {
    /// Short name of the profile's organisation.
    pub organisation: String,
    /// When.
    pub at: Timestamp,
    /// Number of the record or of the case.
    pub number: String,
}

/// A link signs in again.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkReopened {
    /// Short name of the profile's organisation.
    pub organisation: String,
    /// When.
    pub at: Timestamp,
    /// Number of the record.
    pub number: String,
    /// Absolute one-time address for whoever did not ask for it.
    pub undo: String,
}

/// «Код привязки», «Одноразовый пароль». Neither holds what was handed out.
#[derive(Clone, PartialEq, Eq)]
pub struct Issued {
    /// Short name of the profile's organisation.
    pub organisation: String,
}

/// «Ответ на обращение».
#[derive(Clone, PartialEq, Eq)]
pub struct CaseAnswer {
    /// Number of the case.
    pub number: String,
    /// What the operator wrote, lines divided by `\n`.
    pub text: String,
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
            Self::UnlinkedOp(_) => "unlinked_op",
            Self::LinkFrozen(_) => "link_frozen",
            Self::LinkUnfrozen(_) => "link_unfrozen",
            Self::LinkRestored(_) => "link_restored",
            Self::LinkDisputed(_) => "link_disputed",
            Self::Code(_) => "code",
            Self::OneTimePassword(_) => "one_time_password",
            Self::CaseAnswer(_) => "case_answer",
        }
    }

    /// One of each, for the tests that look at every letter.
    pub fn samples() -> Vec<Self> {
        let at = Timestamp::UNIX_EPOCH + chrono::Duration::seconds(1_772_355_900);
        let organisation = "МАОУ СОШ № 12".to_owned();
        let undo = "https://journal.example.ru/undo/BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB".to_owned();
        let number = "K7Q2-9XWD".to_owned();
        let notice = LinkNotice { organisation: organisation.clone(), at, number: number.clone() };
        let reopened = LinkReopened {
            organisation: organisation.clone(),
            at,
            number: number.clone(),
            undo: undo.clone(),
        };
        vec![
            Self::Linked(Linked { organisation: organisation.clone(), at, undo: undo.clone() }),
            Self::UnlinkedSelf(UnlinkedSelf { organisation: organisation.clone(), at, undo: undo.clone() }),
            Self::PasswordRecovery(PasswordRecovery {
                organisation: organisation.clone(),
                address: "https://journal.example.ru/recovery/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
                    .into(),
                minutes: 60,
            }),
            Self::NewSignInPlace(NewSignInPlace {
                organisation: organisation.clone(),
                at,
                place: "Firefox, Windows".into(),
                undo: undo.clone(),
            }),
            Self::Attempt(Attempt { at }),
            Self::AuditAnchor(AuditAnchor {
                anchor: Anchor { sequence: 12_345, hash: ChainHash([0xab; 32]) },
                at,
            }),
            Self::UnlinkedOp(UnlinkedOp {
                organisation: organisation.clone(),
                at,
                reason: "Заявление пользователя",
                number,
                undo,
            }),
            Self::LinkFrozen(notice.clone()),
            Self::LinkUnfrozen(reopened.clone()),
            Self::LinkRestored(reopened),
            Self::LinkDisputed(notice),
            Self::Code(Issued { organisation: organisation.clone() }),
            Self::OneTimePassword(Issued { organisation }),
            Self::CaseAnswer(CaseAnswer {
                number: "K7Q2-9XWD".into(),
                text: "Мы исправили фамилию в журнале.\nПопробуйте привязать учётную запись ещё раз.".into(),
            }),
        ]
    }
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Letter({})", self.kind())
    }
}
