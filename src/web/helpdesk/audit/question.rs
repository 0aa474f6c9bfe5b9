//! What was asked for, read from the address or the form.

use chrono::{Datelike as _, Days, NaiveDate};
use serde::Deserialize;

use crate::audit::event::EventArea;
use crate::audit::history::{AuditDays, AuditQuestion, LONGEST_EXPORT, LONGEST_LOOK};
use crate::platform::clock::Timestamp;
use crate::web::paths;
use crate::web::problem::Problem;

/// Days shown where none were asked for, today included.
const WEEK: u64 = 7;

/// The fields as they came; numbers and days only, so that the address holds nothing personal.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    pub(super) from: String,
    #[serde(default)]
    pub(super) to: String,
    #[serde(default)]
    pub(super) of: String,
    #[serde(default)]
    pub(super) operator: String,
    #[serde(default)]
    pub(super) profile: String,
    #[serde(default)]
    pub(super) before: String,
}

/// The days of a file.
#[derive(Debug, Deserialize)]
pub struct AskedFile {
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
}

impl Asked {
    /// Address of the same question for what is older than a row.
    pub(super) fn older_than(&self, at: Timestamp, id: i64) -> String {
        format!("{}&before={}.{id}", self.address(), at.timestamp_micros())
    }

    /// Address of the same question.
    pub(super) fn address(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let fields = [
            ("from", &self.from),
            ("to", &self.to),
            ("of", &self.of),
            ("operator", &self.operator),
            ("profile", &self.profile),
        ];
        query.extend_pairs(fields.into_iter().filter(|(_, value)| !value.is_empty()));
        format!("{}?{}", paths::HELPDESK_AUDIT, query.finish())
    }

    /// The same days, deeds of one operator only.
    pub(super) fn of_operator(&self, operator: &i64) -> String {
        Self { operator: operator.to_string(), profile: String::new(), of: String::new(), ..self.clone() }
            .address()
    }

    /// The same days, events about one profile only.
    pub(super) fn about(&self, profile: &i64) -> String {
        Self { profile: profile.to_string(), operator: String::new(), of: String::new(), ..self.clone() }
            .address()
    }
}

/// The fields with days where none were given, and the question, or what is wrong with it.
pub(super) fn read_question(
    mut asked: Asked,
    today: NaiveDate,
) -> (Asked, Result<AuditQuestion, Vec<Problem>>) {
    if asked.from.is_empty() && asked.to.is_empty() {
        let week = last_week(today);
        (asked.from, asked.to) = (shown(week.from), shown(week.to));
    }
    let mut problems = Vec::new();
    let days = days(&asked.from, &asked.to, LONGEST_LOOK);
    if days.is_none() {
        problems.push(Problem::AuditDays);
    }
    let mut number = |text: &str, problem| match text.trim() {
        "" => None,
        text => {
            let number = text.parse().ok().filter(|number: &i64| *number > 0);
            if number.is_none() {
                problems.push(problem);
            }
            number
        }
    };
    let operator = number(&asked.operator, Problem::AuditOperator);
    let profile = number(&asked.profile, Problem::AuditProfile);
    let question = match days {
        Some(days) if problems.is_empty() => Ok(AuditQuestion {
            days,
            of: EventArea::from_name(&asked.of),
            operator,
            profile,
            before: place(&asked.before),
        }),
        _ => Err(problems),
    };
    (asked, question)
}

/// The days of a file; the last week where none are given.
pub(super) fn read_file(asked: &AskedFile, today: NaiveDate) -> Option<AuditDays> {
    if asked.from.is_empty() && asked.to.is_empty() {
        return Some(last_week(today));
    }
    days(&asked.from, &asked.to, LONGEST_EXPORT)
}

fn last_week(today: NaiveDate) -> AuditDays {
    AuditDays { from: today.checked_sub_days(Days::new(WEEK - 1)).unwrap_or(today), to: today }
}

/// As the form shows a day.
fn shown(day: NaiveDate) -> String {
    day.format("%d.%m.%Y").to_string()
}

fn days(from: &str, to: &str, longest: u64) -> Option<AuditDays> {
    let day = |text: &str| {
        let formats = ["%d.%m.%Y", "%Y-%m-%d"];
        let day = formats.iter().find_map(|format| NaiveDate::parse_from_str(text.trim(), format).ok());
        // What the databases can compare, and no more than four digits of a year.
        day.filter(|day| (2000..=9998).contains(&day.year()))
    };
    let days = AuditDays { from: day(from)?, to: day(to)? };
    (1..=longest).contains(&days.count()).then_some(days)
}

/// Moment and number of a row; what is no such thing begins anew.
fn place(text: &str) -> Option<(Timestamp, i64)> {
    let (micros, id) = text.split_once('.')?;
    Some((Timestamp::from_timestamp_micros(micros.parse().ok()?)?, id.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, 31).unwrap()
    }

    #[test]
    fn without_days_it_is_the_last_week() {
        let (asked, question) = read_question(Asked::default(), today());
        assert_eq!((asked.from.as_str(), asked.to.as_str()), ("25.03.2026", "31.03.2026"));
        assert_eq!(question.unwrap().days.count(), 7);
    }

    #[test]
    fn what_cannot_be_asked_is_named() {
        let asked = |from: &str, to: &str, operator: &str, profile: &str| Asked {
            from: from.into(),
            to: to.into(),
            operator: operator.into(),
            profile: profile.into(),
            ..Asked::default()
        };
        for (asked, problems) in [
            (asked("2026-03-01", "2026-03-31", "", ""), vec![]),
            (asked("01.03.2026", "31.03.2026 ", "", ""), vec![]),
            (asked("01.03.99999", "01.03.99999", "", ""), vec![Problem::AuditDays]),
            (asked("2026-03-01", "2026-04-01", "", ""), vec![Problem::AuditDays]),
            (asked("2026-03-02", "2026-03-01", "", ""), vec![Problem::AuditDays]),
            (asked("2026-03-02", "", "", ""), vec![Problem::AuditDays]),
            (
                asked("вчера", "2026-03-01", "x", "-1"),
                vec![Problem::AuditDays, Problem::AuditOperator, Problem::AuditProfile],
            ),
            (asked("2026-03-01", "2026-03-01", "3", "17"), vec![]),
        ] {
            let found = read_question(asked.clone(), today()).1.err().unwrap_or_default();
            assert_eq!(found, problems, "{asked:?}");
        }
        for text in ["", ".", "1", "x.1", "1.x", "99999999999999999999.1"] {
            assert_eq!(place(text), None, "{text}");
        }
        assert_eq!(place("1000000.7"), Some((Timestamp::from_timestamp(1, 0).unwrap(), 7)));
    }
}
