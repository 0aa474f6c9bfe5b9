//! How the name, birth date and SNILS that ESIA vouches for compare with the journal's.

use chrono::NaiveDate;

use crate::identity::PersonName;

/// How one fact compares on the two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// Both sides have it, and it is the same.
    Same,
    /// Both sides have it, and it differs.
    Differs,
    /// The journal lacks it.
    MissingInJournal,
    /// ESIA did not send it.
    MissingInEsia,
    /// Neither side has it.
    MissingOnBoth,
}

impl Comparison {
    const ALL: [Self; 5] =
        [Self::Same, Self::Differs, Self::MissingInJournal, Self::MissingInEsia, Self::MissingOnBoth];

    /// Stable name for the audit.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Differs => "differs",
            Self::MissingInJournal => "missing_in_journal",
            Self::MissingInEsia => "missing_in_esia",
            Self::MissingOnBoth => "missing_on_both",
        }
    }

    /// Reads the stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|comparison| comparison.as_str() == name)
    }

    /// Compares two optional values with `same`.
    pub fn of<T>(journal: Option<T>, esia: Option<T>, same: impl FnOnce(&T, &T) -> bool) -> Self {
        match (&journal, &esia) {
            (Some(journal), Some(esia)) if same(journal, esia) => Self::Same,
            (Some(_), Some(_)) => Self::Differs,
            (None, Some(_)) => Self::MissingInJournal,
            (Some(_), None) => Self::MissingInEsia,
            (None, None) => Self::MissingOnBoth,
        }
    }
}

/// All facts of a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MatchFacts {
    /// Surname.
    pub last_name: Comparison,
    /// Given name.
    pub first_name: Comparison,
    /// Patronymic; one that is missing counts as the same.
    pub middle_name: Comparison,
    /// Date of birth.
    pub birth_date: Comparison,
    /// SNILS.
    pub snils: Comparison,
}

/// One side of a comparison. The SNILS is its keyed hash, so that no digit needs to be opened.
#[derive(Clone, Copy, Debug)]
pub struct Person<'a> {
    /// Name.
    pub name: &'a PersonName,
    /// Date of birth.
    pub birth_date: Option<NaiveDate>,
    /// Keyed hash of the SNILS.
    pub snils_hash: Option<[u8; 32]>,
}

impl MatchFacts {
    /// Every fact with its stable name for the audit, in the order of the page.
    pub fn named(&self) -> [(&'static str, Comparison); 5] {
        [
            ("last_name", self.last_name),
            ("first_name", self.first_name),
            ("middle_name", self.middle_name),
            ("birth_date", self.birth_date),
            ("snils", self.snils),
        ]
    }

    /// Reads what [`MatchFacts::named`] gave; `find` gives the comparison's name by the fact's.
    pub fn from_named<'a>(find: impl Fn(&str) -> Option<&'a str>) -> Option<Self> {
        let fact = |name| find(name).and_then(Comparison::from_name);
        Some(Self {
            last_name: fact("last_name")?,
            first_name: fact("first_name")?,
            middle_name: fact("middle_name")?,
            birth_date: fact("birth_date")?,
            snils: fact("snils")?,
        })
    }

    /// Compares the journal's person with ESIA's.
    pub fn compare(journal: Person<'_>, esia: Person<'_>) -> Self {
        Self {
            last_name: compare_part(Some(&journal.name.last), Some(&esia.name.last)),
            first_name: compare_part(Some(&journal.name.first), Some(&esia.name.first)),
            middle_name: compare_part(journal.name.middle.as_deref(), esia.name.middle.as_deref()),
            birth_date: Comparison::of(journal.birth_date, esia.birth_date, PartialEq::eq),
            snils: Comparison::of(journal.snils_hash, esia.snils_hash, PartialEq::eq),
        }
    }
}

fn compare_part(journal: Option<&str>, esia: Option<&str>) -> Comparison {
    let present = |part: Option<&str>| part.map(normalise).filter(|part| !part.is_empty());
    Comparison::of(present(journal), present(esia), PartialEq::eq)
}

/// Case, ё/е, hyphens and extra spaces do not make another name: «Римский – Корсаков» is
/// «римский-корсаков», and a double surname written with a space is the same surname.
fn normalise(part: &str) -> String {
    let mut out = String::with_capacity(part.len());
    for c in part.to_lowercase().chars() {
        match c {
            'ё' => out.push('е'),
            // Hyphens of every kind, dashes and apostrophes separate or decorate; they do not distinguish.
            '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\'' | '’' | '`' => {}
            c if c.is_whitespace() => {}
            c => out.push(c),
        }
    }
    out
}

/// Whether two journal profiles belong to one person: equal SNILS, or, where one has none, equal full
/// name and birth date. Where that cannot be told, they count as two people.
pub fn is_same_person(one: Person<'_>, other: Person<'_>) -> bool {
    let facts = MatchFacts::compare(one, other);
    match facts.snils {
        Comparison::Same => true,
        Comparison::Differs => false,
        _ => {
            facts.birth_date == Comparison::Same
                && facts.last_name == Comparison::Same
                && facts.first_name == Comparison::Same
                && facts.middle_name != Comparison::Differs
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spelling_does_not_make_another_name() {
        for (one, other, same) in [
            ("Соловьёв", "СОЛОВЬЕВ", true),
            ("Римский-Корсаков", "Римский – Корсаков", true),
            ("Римский Корсаков", "римский-корсаков", true),
            (" Иванова ", "Иванова", true),
            ("О'Нил", "ОНил", true),
            ("Иванов", "Иванова", false),
            ("Смирнова", "Смирнова-Петрова", false),
        ] {
            let found = compare_part(Some(one), Some(other)) == Comparison::Same;
            assert_eq!(found, same, "{one} / {other}");
        }
        assert_eq!(compare_part(Some(" "), Some("Анна")), Comparison::MissingInJournal);
        assert_eq!(compare_part(None, None), Comparison::MissingOnBoth);
    }

    #[test]
    fn two_profiles_are_one_person_by_snils_or_by_name_and_birth_date() {
        let anna = PersonName::new("Смирнова", "Анна", Some("Викторовна"));
        let married = PersonName::new("Кузнецова", "Анна", Some("Викторовна"));
        let born = NaiveDate::from_ymd_opt(1985, 3, 14);
        let later = NaiveDate::from_ymd_opt(1985, 3, 15);
        let (a, b) = (Some([1; 32]), Some([2; 32]));
        let person = |name, birth_date, snils_hash| Person { name, birth_date, snils_hash };
        for (one, other, same) in [
            (person(&anna, born, a), person(&married, None, a), true),
            (person(&anna, born, a), person(&anna, born, b), false),
            (person(&anna, born, None), person(&anna, born, b), true),
            (person(&anna, born, None), person(&anna, later, None), false),
            (person(&anna, None, None), person(&anna, born, None), false),
            (person(&anna, born, None), person(&married, born, None), false),
        ] {
            assert_eq!(is_same_person(one, other), same);
            assert_eq!(is_same_person(other, one), same);
        }
    }

    #[test]
    fn facts_are_read_back_by_their_names() {
        let [last_name, first_name, middle_name, birth_date, snils] = Comparison::ALL;
        let facts = MatchFacts { last_name, first_name, middle_name, birth_date, snils };
        let named = facts.named().map(|(name, comparison)| (name, comparison.as_str()));
        let find = |name: &str| named.iter().find(|one| one.0 == name).map(|one| one.1);
        assert_eq!(MatchFacts::from_named(find), Some(facts));
        assert_eq!(MatchFacts::from_named(|_| Some("other")), None);
        assert_eq!(MatchFacts::from_named(|_| None), None);
    }

    proptest! {
        #[test]
        fn a_name_is_the_same_as_itself_in_capitals(name in "[А-ЯЁа-яё]{1,12}(-[А-ЯЁа-яё]{1,12})?") {
            prop_assert_eq!(compare_part(Some(&name), Some(&name.to_uppercase())), Comparison::Same);
        }
    }
}
