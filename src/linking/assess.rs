//! Gathers the facts of one possible link and asks the policy; inside whatever transaction calls it.

use chrono::NaiveDate;

use super::link::Link;
use super::name_match::{MatchFacts, Person, is_same_person};
use super::policy::{self, Decision, Facts, HeldLink, SubjectOwner};
use super::{LinkStatus, Linking};
use crate::directory::{Profile, ProfileId, ProfileStatus, snils_vault};
use crate::error_code::OutcomeCode;
use crate::identity::VerifiedIdentity;
use crate::platform::clock::Timestamp;
use crate::rollout::local_date;
use crate::store::{Db, StoreError, links, profiles};

/// A possible link with everything the decision was made from.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// The journal's side; none if the profile is gone.
    pub profile: Option<Profile>,
    /// How the two sides compare; none if the profile is gone.
    pub matched: Option<MatchFacts>,
    /// What may be done.
    pub decision: Decision,
}

impl Linking {
    /// Judges whether `profile` may be linked to `identity` as things stand in `db`.
    ///
    /// # Errors
    /// The database's: a failed look-up is never taken for "nobody has it".
    pub fn assess(
        &self,
        db: &mut Db,
        profile: ProfileId,
        identity: &VerifiedIdentity,
        linking_only: bool,
        now: Timestamp,
    ) -> Result<Assessment, StoreError> {
        let Some(profile) = profiles::find(db, profile)? else {
            let decision = Decision::Refuse(OutcomeCode::ProfileClosed);
            return Ok(Assessment { profile: None, matched: None, decision });
        };
        let held = links::find_held(db, profile.id)?;
        let of_subject = links::list_of_subject(db, &identity.issuer, identity.subject)?;
        let owner = self.subject_owner(db, &profile, &of_subject)?;
        let esia = Person {
            name: &identity.name,
            birth_date: identity.birth_date,
            snils_hash: identity.snils.as_ref().map(|snils| snils_vault::snils_hash(&self.keys, snils)),
        };
        let matched = MatchFacts::compare(self.journal_person(&profile)?, esia);
        let facts = Facts {
            held: held.as_ref().map(|link| HeldLink {
                same_subject: link.issuer == identity.issuer && link.subject == identity.subject,
                status: link.status,
            }),
            owner,
            matched,
            level: identity.level,
            roles: &profile.roles,
            birth_date: profile.birth_date.or(identity.birth_date),
            today: self.today(now),
            linking_only,
            has_password: profile.has_password,
        };
        let decision = match profile.status {
            // Who is linked already is told so whatever the day.
            ProfileStatus::Active if held.is_none() && self.opens(now).is_some() => {
                Decision::Refuse(OutcomeCode::PhaseClosed)
            }
            ProfileStatus::Active => policy::decide(&facts, &self.settings),
            ProfileStatus::Blocked => Decision::Refuse(OutcomeCode::Blocked),
            ProfileStatus::Closed => Decision::Refuse(OutcomeCode::ProfileClosed),
        };
        Ok(Assessment { matched: Some(matched), decision, profile: Some(profile) })
    }

    /// The journal's side of a comparison.
    fn journal_person<'a>(&self, profile: &'a Profile) -> Result<Person<'a>, StoreError> {
        let hash = |snils| snils_vault::comparable_hash(&self.keys, &profile.uid, snils);
        let snils_hash = profile.snils.as_ref().map(hash).transpose();
        Ok(Person {
            name: &profile.name,
            birth_date: profile.birth_date,
            snils_hash: snils_hash.map_err(|_| StoreError::Corrupt("profiles.snils_sealed"))?,
        })
    }

    fn subject_owner(
        &self,
        db: &mut Db,
        profile: &Profile,
        of_subject: &[Link],
    ) -> Result<SubjectOwner, StoreError> {
        let others: Vec<_> = of_subject
            .iter()
            .filter(|link| link.profile != profile.id && link.status != LinkStatus::Removed)
            .map(|link| link.profile)
            .collect();
        if others.is_empty() {
            return Ok(SubjectOwner::Nobody);
        }
        let own = self.journal_person(profile)?;
        for other in &profiles::list(db, &others)? {
            if !is_same_person(own, self.journal_person(other)?) {
                return Ok(SubjectOwner::AnotherPerson);
            }
        }
        Ok(SubjectOwner::SamePerson)
    }

    /// Whether the ESIA account of a link belongs to another person than this profile's by now. Locks of both
    /// sides are the caller's.
    ///
    /// # Errors
    /// The database's.
    pub fn is_of_another(&self, db: &mut Db, profile: &Profile, link: &Link) -> Result<bool, StoreError> {
        let of_subject = links::list_of_esia_subject(db, link.esia_subject)?;
        Ok(self.subject_owner(db, profile, &of_subject)? == SubjectOwner::AnotherPerson)
    }

    /// Today's date in the region.
    pub fn today(&self, now: Timestamp) -> NaiveDate {
        local_date(now, self.region.utc_offset_minutes)
    }
}
