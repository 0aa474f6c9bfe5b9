//! The decision as a table, and every combination of its facts against the rules in words.

use std::time::Duration;

use super::*;
use Comparison::{Differs, MissingInEsia, MissingInJournal, MissingOnBoth, Same};

const COMPARISONS: [Comparison; 5] = [Same, Differs, MissingInJournal, MissingInEsia, MissingOnBoth];

fn facts_of(
    last_name: Comparison,
    first_name: Comparison,
    middle_name: Comparison,
    birth_date: Comparison,
    snils: Comparison,
) -> MatchFacts {
    MatchFacts { last_name, first_name, middle_name, birth_date, snils }
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn exact() -> Facts<'static> {
    Facts {
        held: None,
        owner: SubjectOwner::Nobody,
        matched: facts_of(Same, Same, Same, Same, Same),
        level: AssuranceLevel::Confirmed,
        roles: &[Role::Staff],
        birth_date: Some(day(1985, 3, 14)),
        today: day(2026, 11, 21),
        linking_only: false,
        has_password: true,
    }
}

#[test]
fn grades_of_typical_matches() {
    let conflict = Grade::Conflict;
    for (name, facts, expected) in [
        ("all equal", facts_of(Same, Same, Same, Same, Same), Grade::Exact),
        ("no patronymic in ESIA", facts_of(Same, Same, MissingInEsia, Same, Same), Grade::Exact),
        ("no SNILS in the journal", facts_of(Same, Same, Same, Same, MissingInJournal), Grade::Exact),
        ("no SNILS at all", facts_of(Same, Same, Same, Same, MissingOnBoth), Grade::Exact),
        ("no SNILS in ESIA", facts_of(Same, Same, Same, Same, MissingInEsia), Grade::Partial),
        ("married", facts_of(Differs, Same, Same, Same, Same), Grade::Partial),
        ("patronymic corrected", facts_of(Same, Same, Differs, Same, Same), Grade::Partial),
        ("no birth date in the journal", facts_of(Same, Same, Same, MissingInJournal, Same), Grade::Partial),
        ("only the name", facts_of(Same, Same, Same, MissingInJournal, MissingInJournal), Grade::Partial),
        ("another SNILS", facts_of(Same, Same, Same, Same, Differs), conflict(OutcomeCode::SnilsDiffers)),
        ("a day off", facts_of(Same, Same, Same, Differs, Same), conflict(OutcomeCode::BirthDateDiffers)),
        (
            "another given name",
            facts_of(Same, Differs, Same, Same, Same),
            conflict(OutcomeCode::NameMismatch),
        ),
        (
            "another surname, no SNILS",
            facts_of(Differs, Same, Same, Same, MissingInJournal),
            conflict(OutcomeCode::NameMismatch),
        ),
        (
            "another patronymic, no SNILS",
            facts_of(Same, Same, Differs, Same, MissingInJournal),
            conflict(OutcomeCode::NameMismatch),
        ),
        (
            "the child's card, the parent's account",
            facts_of(Same, Differs, Differs, Differs, Differs),
            conflict(OutcomeCode::SnilsDiffers),
        ),
    ] {
        assert_eq!(grade(&facts), expected, "{name}");
    }
}

/// All 3125 combinations of the five facts, judged by the rules of `docs/linking.md` put in other words.
#[test]
fn every_combination_gets_the_gravest_grade_that_fits() {
    let mut seen = [0; 3];
    for last in COMPARISONS {
        for first in COMPARISONS {
            for middle in COMPARISONS {
                for birth in COMPARISONS {
                    for snils in COMPARISONS {
                        let facts = facts_of(last, first, middle, birth, snils);
                        let contradicted = snils == Differs
                            || first != Same
                            || birth == Differs
                            || (snils != Same && (last != Same || middle == Differs));
                        let whole = last == Same && middle != Differs && birth == Same;
                        let complete = whole && !matches!(snils, MissingInEsia | Differs);
                        let found = grade(&facts);
                        match found {
                            Grade::Conflict(_) => assert!(contradicted, "{facts:?}"),
                            Grade::Exact => assert!(!contradicted && complete, "{facts:?}"),
                            Grade::Partial => assert!(!contradicted && !complete, "{facts:?}"),
                        }
                        seen[match found {
                            Grade::Exact => 0,
                            Grade::Partial => 1,
                            Grade::Conflict(_) => 2,
                        }] += 1;
                    }
                }
            }
        }
    }
    assert_eq!(seen.iter().sum::<u32>(), 3125);
    assert!(seen.iter().all(|&count| count > 0), "{seen:?}");
}

#[test]
fn the_decision_table() {
    let settings = LinkingSettings::default();
    let strict = LinkingSettings { partial: PartialMatch::Refuse, ..settings.clone() };
    let held = |same_subject, status| Some(HeldLink { same_subject, status });
    let partial = facts_of(Differs, Same, Same, Same, Same);
    let only_name = facts_of(Same, Same, Same, MissingInJournal, MissingInJournal);
    let confirm = |grade, password| Decision::Confirm { grade, password };
    let refuse = Decision::Refuse;
    for (name, facts, settings, expected) in [
        ("exact", exact(), &settings, confirm(Grade::Exact, false)),
        ("exact, strict region", exact(), &strict, confirm(Grade::Exact, false)),
        (
            "exact, linking door",
            Facts { linking_only: true, ..exact() },
            &settings,
            confirm(Grade::Exact, false),
        ),
        (
            "own other profile",
            Facts { owner: SubjectOwner::SamePerson, ..exact() },
            &settings,
            confirm(Grade::Exact, false),
        ),
        ("partial", Facts { matched: partial, ..exact() }, &settings, confirm(Grade::Partial, false)),
        (
            "partial, linking door",
            Facts { matched: partial, linking_only: true, ..exact() },
            &settings,
            confirm(Grade::Partial, true),
        ),
        (
            "partial, linking door by code, no password",
            Facts { matched: partial, linking_only: true, has_password: false, ..exact() },
            &settings,
            refuse(OutcomeCode::NameMismatch),
        ),
        (
            "partial, strict region",
            Facts { matched: partial, ..exact() },
            &strict,
            refuse(OutcomeCode::NameMismatch),
        ),
        ("only the name", Facts { matched: only_name, ..exact() }, &settings, confirm(Grade::Partial, true)),
        (
            "only the name, strict region",
            Facts { matched: only_name, ..exact() },
            &strict,
            refuse(OutcomeCode::SnilsMissing),
        ),
        (
            "only the name, no password",
            Facts { matched: only_name, has_password: false, ..exact() },
            &settings,
            refuse(OutcomeCode::SnilsMissing),
        ),
        (
            "linked already",
            Facts { held: held(true, LinkStatus::Active), ..exact() },
            &settings,
            Decision::AlreadyLinked,
        ),
        (
            "linked to another account",
            Facts { held: held(false, LinkStatus::Active), ..exact() },
            &settings,
            refuse(OutcomeCode::ProfileHasOther),
        ),
        (
            "frozen",
            Facts { held: held(true, LinkStatus::Frozen), ..exact() },
            &settings,
            refuse(OutcomeCode::LinkFrozen),
        ),
        (
            "suspended",
            Facts { held: held(false, LinkStatus::Suspended), ..exact() },
            &settings,
            refuse(OutcomeCode::LinkFrozen),
        ),
        (
            "somebody else's account",
            Facts { owner: SubjectOwner::AnotherPerson, ..exact() },
            &settings,
            refuse(OutcomeCode::AlreadyLinkedOther),
        ),
        (
            "somebody else's account and a conflict",
            Facts {
                owner: SubjectOwner::AnotherPerson,
                matched: facts_of(Same, Differs, Same, Same, Same),
                ..exact()
            },
            &settings,
            refuse(OutcomeCode::AlreadyLinkedOther),
        ),
        (
            "conflict before level",
            Facts {
                level: AssuranceLevel::Simplified,
                matched: facts_of(Same, Same, Same, Differs, Same),
                ..exact()
            },
            &settings,
            refuse(OutcomeCode::BirthDateDiffers),
        ),
        (
            "level low",
            Facts { level: AssuranceLevel::Simplified, ..exact() },
            &settings,
            refuse(OutcomeCode::LevelLow),
        ),
    ] {
        assert_eq!(decide(&facts, settings), expected, "{name}");
    }
}

#[test]
fn a_held_slot_never_ends_in_a_confirmation() {
    for status in [LinkStatus::Active, LinkStatus::Frozen, LinkStatus::Suspended] {
        for same_subject in [false, true] {
            for owner in [SubjectOwner::Nobody, SubjectOwner::SamePerson, SubjectOwner::AnotherPerson] {
                let facts = Facts { held: Some(HeldLink { same_subject, status }), owner, ..exact() };
                let decision = decide(&facts, &LinkingSettings::default());
                assert!(!matches!(decision, Decision::Confirm { .. }), "{facts:?}");
            }
        }
    }
}

#[test]
fn levels_by_role_and_age() {
    use AssuranceLevel::{Child, Confirmed, Simplified, Standard};
    let settings = LinkingSettings::default();
    let today = day(2026, 11, 21);
    let twelve = Some(day(2014, 5, 17));
    let fourteen_today = Some(day(2012, 11, 21));
    let in_grace = Some(day(2012, 8, 24)); // 89 days after the birthday
    let past_grace = Some(day(2012, 8, 23)); // 90 days
    let adult = Some(day(1985, 3, 14));
    let low = Err(OutcomeCode::LevelLow);
    for (roles, birth_date, level, expected) in [
        (&[Role::Staff][..], adult, Confirmed, Ok(())),
        (&[Role::Staff], adult, Standard, low),
        (&[Role::Staff], adult, Simplified, low),
        (&[Role::Staff], adult, Child, low),
        (&[Role::Parent], adult, Child, low),
        (&[Role::Pupil], twelve, Child, Ok(())),
        (&[Role::Pupil], twelve, Confirmed, Ok(())),
        (&[Role::Pupil], twelve, Simplified, Err(OutcomeCode::Child)),
        (&[Role::Pupil], fourteen_today, Child, Ok(())),
        (&[Role::Pupil], in_grace, Child, Ok(())),
        (&[Role::Pupil], past_grace, Child, low),
        (&[Role::Pupil], past_grace, Standard, low),
        (&[Role::Pupil], None, Child, low),
        (&[Role::Parent, Role::Staff], adult, Confirmed, Ok(())),
        (&[Role::Parent, Role::Pupil], twelve, Child, low),
    ] {
        let found = check_level(level, roles, birth_date, today, &settings);
        assert_eq!(found, expected, "{roles:?} {birth_date:?} {level:?}");
    }
    let lenient = LinkingSettings {
        staff_level: Standard,
        child_grace: Duration::from_secs(0),
        ..LinkingSettings::default()
    };
    assert_eq!(check_level(Standard, &[Role::Staff], adult, today, &lenient), Ok(()));
    assert_eq!(check_level(Child, &[Role::Pupil], fourteen_today, today, &lenient), low);
}
