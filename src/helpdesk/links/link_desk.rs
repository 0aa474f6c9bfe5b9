//! What operators do to links: the service, how every deed begins, and how it is kept.
//!
//! Each deed has a file of its own: [`super::unlink_for_profile`], [`super::decide_approval`],
//! [`super::restore_link`], [`super::freeze_link`]; lists have a folder, [`super::bulk`]. New deed: a kind in [`super::deed`], a file, an audit event.

use std::sync::Arc;

use chrono::Duration;
use tokio::sync::Notify;

use super::approval::MayNotDecide;
use super::deed::{Deed, DeedKind, NotReversible};
use super::unlink_request::UnlinkReason;
use crate::access::{Operator, OperatorId, Permission, rights};
use crate::audit::{self, Actor, DeskEvent, RequestMeta};
use crate::config::linking::LinkingSettings;
use crate::directory::{Profile, ProfileId, ProfileStatus, Role, snils_vault};
use crate::helpdesk::Basis;
use crate::identity::reference::new_reference;
use crate::linking::{Link, LinkId, Linking};
use crate::platform::clock::Timestamp;
use crate::platform::random;
use crate::platform::secret::{Digest, Keys, SecretError};
use crate::store::sealed_values::SealedColumn;
use crate::store::{Db, StoreError, credentials, links, operator_deeds, operators};

/// Why a deed was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// No right, another area, or nothing there: one and the same answer (`docs/security.md`, T38).
    NotFound,
    /// Nobody acts on their own profile.
    OwnProfile,
    /// The link is no longer as the page showed it.
    Stale,
    /// The list is no longer as the page showed it.
    ListChanged,
    /// A second operator is asked already.
    AskedAlready,
    /// Somebody else must do this: the operator had a hand in what it would undo.
    AnotherOperator,
    /// Whoever asked may no longer ask.
    AskerLostRight,
    /// The request cannot be decided by this operator, or no longer.
    MayNotDecide(MayNotDecide),
    /// The unlink cannot be taken back.
    NotReversible(NotReversible),
}

impl Refusal {
    /// Short stable reason for the audit.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::OwnProfile | Self::MayNotDecide(MayNotDecide::OwnProfile) => "own_profile",
            Self::Stale | Self::ListChanged => "stale",
            Self::AskedAlready => "asked_already",
            Self::AnotherOperator => "another_operator",
            Self::AskerLostRight => "asker_lost_right",
            Self::MayNotDecide(MayNotDecide::OwnRequest) => "own_request",
            Self::MayNotDecide(MayNotDecide::Over) => "over",
            Self::NotReversible(_) => "not_reversible",
        }
    }
}

/// A deed's answer: done or refused; and apart from both, the database's failure.
pub type DeskResult<T> = Result<Result<T, Refusal>, StoreError>;

/// Does what operators do to links. Cheap to clone.
#[derive(Clone, Debug)]
pub struct LinkDesk {
    pub(super) linking: Linking,
    pub(super) reversal_hours: u32,
    pub(super) approval_hours: u32,
    /// Rings when a list may be carried out.
    pub(super) lists: Arc<Notify>,
}

/// Who acts on what, in one transaction.
pub(super) struct Scene<'a> {
    pub(super) operator: Operator,
    pub(super) profile: Profile,
    pub(super) now: Timestamp,
    pub(super) meta: &'a RequestMeta,
}

/// A deed about to be kept.
pub(super) struct NewDeed<'a> {
    pub(super) kind: DeedKind,
    pub(super) link: LinkId,
    pub(super) asked_by: Option<OperatorId>,
    pub(super) reason: Option<UnlinkReason>,
    pub(super) basis: &'a Basis,
    pub(super) was_disputed: bool,
}

impl LinkDesk {
    /// The desk over the service that links.
    pub fn new(linking: Linking, settings: &LinkingSettings) -> Self {
        let LinkingSettings { reversal_hours, approval_hours, .. } = *settings;
        Self { linking, reversal_hours, approval_hours, lists: Arc::new(Notify::new()) }
    }

    /// Hours that a request waits for a second operator.
    pub fn approval_hours(&self) -> u32 {
        self.approval_hours
    }

    /// Hours within which an unlink may be taken back.
    pub fn reversal_hours(&self) -> u32 {
        self.reversal_hours
    }

    /// An unlink before this moment can no longer be taken back.
    pub fn reversible_since(&self) -> Timestamp {
        self.linking.clock.now() - self.reversal_life()
    }

    pub(super) fn approval_life(&self) -> Duration {
        Duration::hours(self.approval_hours.into())
    }

    pub(super) fn reversal_life(&self) -> Duration {
        Duration::hours(self.reversal_hours.into())
    }

    /// Runs a deed as one transaction. A refusal commits: what it has to record stands. A unique key that was
    /// taken at the same moment is seen by the second run.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        deed: &'static str,
        operator: OperatorId,
        profile: Option<ProfileId>,
        meta: RequestMeta,
        act: impl Fn(&Self, &mut Db, &RequestMeta) -> DeskResult<T> + Clone + Send + 'static,
    ) -> DeskResult<T> {
        let this = self.clone();
        let attempt = move |db: &mut Db| {
            let done = act(&this, db, &meta)?;
            if let Err(refusal) = done {
                let event = DeskEvent::Refused { deed, reason: refusal.as_str() };
                let now = this.linking.clock.now();
                // Of what the operator may not see, the event says only that they tried.
                let about = profile.filter(|_| refusal != Refusal::NotFound);
                audit::record(db, now, event, Actor::Operator(operator), about, &meta)?;
            }
            Ok(done)
        };
        let done = match self.linking.store.write(attempt.clone()).await {
            Err(StoreError::Conflict(_)) => self.linking.store.write(attempt).await,
            other => other,
        };
        self.linking.outbox.wake();
        done
    }

    /// Every deed about a profile begins here: right and area are asked, what the deed depends on is locked,
    /// in the order of all transactions (ESIA person, profile), and right and area are asked again.
    pub(super) fn enter<'a>(
        &self,
        db: &mut Db,
        operator: OperatorId,
        permission: Permission,
        profile: ProfileId,
        esia_person: Option<&Link>,
        meta: &'a RequestMeta,
    ) -> DeskResult<Scene<'a>> {
        let now = self.linking.clock.now();
        if rights::find_permitted_profile(db, operator, permission, profile)?.is_none() {
            return Ok(Err(Refusal::NotFound));
        }
        if let Some(link) = esia_person {
            links::lock_subject(db, &link.issuer, link.subject, now)?;
        }
        links::lock_profile(db, profile)?;
        let found = rights::find_permitted_profile(db, operator, permission, profile)?;
        let Some((operator, profile)) = found else { return Ok(Err(Refusal::NotFound)) };
        if operator.profile == Some(profile.id) {
            return Ok(Err(Refusal::OwnProfile));
        }
        Ok(Ok(Scene { operator, profile, now, meta }))
    }

    /// Keeps a deed with its number; of an unlink, also whom the profile belongs to.
    pub(super) fn keep(
        &self,
        db: &mut Db,
        scene: &Scene<'_>,
        new: &NewDeed<'_>,
    ) -> Result<String, StoreError> {
        let uid = random::uuid().to_string();
        let owner = match new.kind {
            DeedKind::Unlink => Some(self.owner_digest(db, &scene.profile)?),
            _ => None,
        };
        let deed = Deed {
            number: new_reference(),
            kind: new.kind,
            profile: scene.profile.id,
            link: new.link,
            operator: scene.operator.id,
            asked_by: new.asked_by,
            reason: new.reason,
            basis_sealed: seal_basis(&self.linking.keys, SealedColumn::DeedBasis, &uid, new.basis),
            was_disputed: new.was_disputed,
            owner,
            created_at: scene.now,
            uid,
        };
        operator_deeds::insert(db, &deed)?;
        Ok(deed.number)
    }

    /// Whether a second operator must agree before the way into a profile changes: authority staff, and
    /// operators of this service (`docs/security.md`, T40).
    pub(super) fn is_guarded(&self, db: &mut Db, profile: &Profile) -> Result<bool, StoreError> {
        Ok(profile.roles.contains(&Role::Authority) || operators::has_profile(db, profile.id)?)
    }

    /// Digest of whom the profile belongs to: person and password. It changes when the profile changes hands.
    fn owner_digest(&self, db: &mut Db, profile: &Profile) -> Result<Digest, StoreError> {
        let snils = match &profile.snils {
            Some(stored) => snils_vault::comparable_hash(&self.linking.keys, &profile.uid, stored)
                .map(|hash| hash.to_vec())
                .map_err(|_| StoreError::Corrupt("profiles.snils_sealed"))?,
            None => Vec::new(),
        };
        let password = credentials::find_and_hold(db, profile.id)?.and_then(|found| found.password_hash);
        let birth_date = profile.birth_date.map(|date| date.to_string());
        let name = profile.name.full();
        let parts: [&[u8]; 4] = [
            name.as_bytes(),
            birth_date.as_deref().unwrap_or_default().as_bytes(),
            &snils,
            password.as_deref().unwrap_or_default().as_bytes(),
        ];
        // Lengths between the parts, so that no two lists of parts are one text.
        let whole: Vec<u8> =
            parts.iter().flat_map(|part| [&(part.len() as u64).to_be_bytes(), *part].concat()).collect();
        Ok(Digest::of(&whole))
    }

    /// The same, if anybody may enter at all.
    pub(super) fn active_owner(&self, db: &mut Db, profile: &Profile) -> Result<Option<Digest>, StoreError> {
        match profile.status {
            ProfileStatus::Active => self.owner_digest(db, profile).map(Some),
            ProfileStatus::Blocked | ProfileStatus::Closed => Ok(None),
        }
    }
}

/// Seals what a deed or a request rests on, for the cell of its row.
pub(super) fn seal_basis(keys: &Keys, column: SealedColumn, uid: &str, basis: &Basis) -> Vec<u8> {
    keys.sealer.seal(column.cell(uid), basis.text().as_bytes())
}

/// What a deed or a request rests on, for operators.
///
/// # Errors
/// It opens with neither key.
pub fn open_basis(
    keys: &Keys,
    column: SealedColumn,
    uid: &str,
    sealed: &[u8],
) -> Result<String, SecretError> {
    let plain = keys.sealer.open(column.cell(uid), sealed)?;
    String::from_utf8(plain).map_err(|_| SecretError::Sealed)
}
