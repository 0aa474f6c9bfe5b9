//! The promised day of an answer, counted in working days.

use chrono::{Datelike, NaiveDate, Weekday};

/// The day that lies `days` working days after `from`: Saturdays, Sundays and `days_off` do not count, nor
/// does the day itself.
pub fn after(from: NaiveDate, days: u32, days_off: &[NaiveDate]) -> NaiveDate {
    let is_working =
        |day: &NaiveDate| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !days_off.contains(day);
    let following = from.iter_days().skip(1).filter(is_working);
    following.take(days as usize).last().unwrap_or(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekends_and_days_off_do_not_count() {
        let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).unwrap();
        // 20 November 2026 is a Friday.
        for (from, days, days_off, expected) in [
            (day(11, 16), 3, vec![], day(11, 19)),
            (day(11, 20), 1, vec![], day(11, 23)),
            (day(11, 21), 1, vec![], day(11, 23)),
            (day(11, 19), 3, vec![day(11, 23)], day(11, 25)),
            (day(11, 2), 2, vec![day(11, 4)], day(11, 5)),
            (day(11, 16), 0, vec![], day(11, 16)),
        ] {
            assert_eq!(after(from, days, &days_off), expected, "{from} + {days}");
        }
    }
}
