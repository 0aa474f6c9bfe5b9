//! The linking decision: facts in, [`Decision`] out. Pure, and tested as one table.
//!
//! Three questions in this order, the first refusal wins: whose are profile and ESIA account already;
//! do the data match; is the level of the ESIA account high enough. New rule: a fact, a line here, a row
//! in the table test and in `docs/linking.md`.

use chrono::{Months, NaiveDate};

use super::link::LinkStatus;
use super::name_match::{Comparison, MatchFacts};
use crate::config::linking::{LinkingSettings, PartialMatch};
use crate::directory::Role;
use crate::error_code::OutcomeCode;
use crate::identity::AssuranceLevel;

/// How well the two sides fit together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grade {
    /// Equal SNILS and nothing against it, or no SNILS in the journal and equal full name and birth date.
    Exact,
    /// Nothing contradicts, but something is missing or the surname changed under an equal SNILS.
    Partial,
    /// Something contradicts: the outcome says what.
    Conflict(OutcomeCode),
}

impl Grade {
    /// Stable name for the audit.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Partial => "partial",
            Self::Conflict(_) => "conflict",
        }
    }
}

/// The grade of a match; the gravest that fits wins.
pub fn grade(facts: &MatchFacts) -> Grade {
    use Comparison::{Differs, MissingInJournal, MissingOnBoth, Same};
    let snils_equal = facts.snils == Same;
    if facts.snils == Differs {
        return Grade::Conflict(OutcomeCode::SnilsDiffers);
    }
    if facts.birth_date == Differs {
        return Grade::Conflict(OutcomeCode::BirthDateDiffers);
    }
    if facts.first_name != Same {
        return Grade::Conflict(OutcomeCode::NameMismatch);
    }
    let name_changed = facts.last_name != Same || facts.middle_name == Differs;
    if name_changed && !snils_equal {
        return Grade::Conflict(OutcomeCode::NameMismatch);
    }
    let journal_has_no_snils = matches!(facts.snils, MissingInJournal | MissingOnBoth);
    if !name_changed && facts.birth_date == Same && (snils_equal || journal_has_no_snils) {
        Grade::Exact
    } else {
        Grade::Partial
    }
}

/// Whose the ESIA account is already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubjectOwner {
    /// Linked to no profile.
    Nobody,
    /// Linked to profiles of the same person only.
    SamePerson,
    /// Linked to a profile of another person.
    AnotherPerson,
}

/// The link that holds the profile's slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeldLink {
    /// Whether it leads to the same ESIA account.
    pub same_subject: bool,
    /// Its status.
    pub status: LinkStatus,
}

/// Everything the decision depends on.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// The link that holds the profile's slot, if any.
    pub held: Option<HeldLink>,
    /// Whose the ESIA account is.
    pub owner: SubjectOwner,
    /// The match.
    pub matched: MatchFacts,
    /// Level of the ESIA account.
    pub level: AssuranceLevel,
    /// Roles of the profile.
    pub roles: &'a [Role],
    /// Birth date that both sides agree on, or the one that is known.
    pub birth_date: Option<NaiveDate>,
    /// Today in the region.
    pub today: NaiveDate,
    /// Whether the session came through the linking-only door.
    pub linking_only: bool,
    /// Whether the profile has a password that can be asked for again.
    pub has_password: bool,
}

/// What the person is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The same two are linked already: nothing to do.
    AlreadyLinked,
    /// The person may link.
    Confirm {
        /// Grade of the match, never a conflict.
        grade: Grade,
        /// Whether the password must be given again.
        password: bool,
    },
    /// Not possible; the outcome says why and what to do.
    Refuse(OutcomeCode),
}

/// Decides what a person who came back from ESIA may do.
pub fn decide(facts: &Facts<'_>, settings: &LinkingSettings) -> Decision {
    if let Some(held) = facts.held {
        return match (held.status, held.same_subject) {
            (LinkStatus::Frozen | LinkStatus::Suspended, _) => Decision::Refuse(OutcomeCode::LinkFrozen),
            (_, true) => Decision::AlreadyLinked,
            (_, false) => Decision::Refuse(OutcomeCode::ProfileHasOther),
        };
    }
    if facts.owner == SubjectOwner::AnotherPerson {
        return Decision::Refuse(OutcomeCode::AlreadyLinkedOther);
    }
    let grade = grade(&facts.matched);
    if let Grade::Conflict(code) = grade {
        return Decision::Refuse(code);
    }
    if let Err(code) = check_level(facts.level, facts.roles, facts.birth_date, facts.today, settings) {
        return Decision::Refuse(code);
    }
    if grade == Grade::Exact {
        return Decision::Confirm { grade, password: false };
    }
    let password = facts.linking_only || !is_supported_by_data(&facts.matched);
    if settings.partial == PartialMatch::Refuse || (password && !facts.has_password) {
        return Decision::Refuse(match facts.matched.snils {
            Comparison::MissingInJournal | Comparison::MissingOnBoth => OutcomeCode::SnilsMissing,
            _ => OutcomeCode::NameMismatch,
        });
    }
    Decision::Confirm { grade, password }
}

/// Whether anything but the name supports the match.
fn is_supported_by_data(facts: &MatchFacts) -> bool {
    facts.snils == Comparison::Same || facts.birth_date == Comparison::Same
}

/// Whether the level of the ESIA account suffices for every role of the profile.
///
/// # Errors
/// 104, or 114 for a pupil under 14 who has no child account.
pub fn check_level(
    level: AssuranceLevel,
    roles: &[Role],
    birth_date: Option<NaiveDate>,
    today: NaiveDate,
    settings: &LinkingSettings,
) -> Result<(), OutcomeCode> {
    roles.iter().try_for_each(|role| {
        let is_child =
            *role == Role::Pupil && birth_date.is_some_and(|born| is_child_on(today, born, settings));
        if level == AssuranceLevel::Child {
            return if is_child { Ok(()) } else { Err(OutcomeCode::LevelLow) };
        }
        if rank(level) >= rank(required(*role, settings)) {
            Ok(())
        } else if is_child {
            Err(OutcomeCode::Child)
        } else {
            Err(OutcomeCode::LevelLow)
        }
    })
}

/// Under 14, or within the grace after the 14th birthday.
fn is_child_on(today: NaiveDate, born: NaiveDate, settings: &LinkingSettings) -> bool {
    let grace = chrono::Duration::from_std(settings.child_grace).unwrap_or_default();
    born.checked_add_months(Months::new(14 * 12)).is_some_and(|birthday| today < birthday + grace)
}

fn required(role: Role, settings: &LinkingSettings) -> AssuranceLevel {
    match role {
        Role::Staff => settings.staff_level,
        Role::Authority => settings.authority_level,
        Role::Parent => settings.parent_level,
        Role::Pupil => settings.pupil_level,
    }
}

/// Higher is more. A child account is none of the three and handled apart.
fn rank(level: AssuranceLevel) -> u8 {
    match level {
        AssuranceLevel::Child => 0,
        AssuranceLevel::Simplified => 1,
        AssuranceLevel::Standard => 2,
        AssuranceLevel::Confirmed => 3,
    }
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;
