//! Russian dates, times, counted nouns and numbers for pages and letters.

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, Utc};

const MONTHS: [&str; 12] = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
];

/// «1 марта 2026 года».
pub fn date(date: NaiveDate) -> String {
    let month = MONTHS.get(date.month0() as usize).copied().unwrap_or_default();
    format!("{} {month} {} года", date.day(), date.year())
}

/// «01.03.2026», for tables that compare.
pub fn short_date(date: NaiveDate) -> String {
    date.format("%d.%m.%Y").to_string()
}

/// Date of a moment in the region.
pub fn moment_date(moment: DateTime<Utc>, offset_minutes: i32) -> String {
    date(local(moment, offset_minutes).date())
}

/// «14:05» of a moment in the region.
pub fn moment_time(moment: DateTime<Utc>, offset_minutes: i32) -> String {
    local(moment, offset_minutes).format("%H:%M").to_string()
}

/// «1 марта 2026 года в 14:05 (UTC+5)»: without the zone nobody can tell when it was.
pub fn moment(moment: DateTime<Utc>, offset_minutes: i32) -> String {
    format!(
        "{} в {} ({})",
        moment_date(moment, offset_minutes),
        moment_time(moment, offset_minutes),
        offset_name(offset_minutes)
    )
}

/// «UTC+5», «UTC−3:30», «UTC».
pub fn offset_name(offset_minutes: i32) -> String {
    if offset_minutes == 0 {
        return "UTC".into();
    }
    let sign = if offset_minutes < 0 { '−' } else { '+' };
    let (hours, minutes) = (offset_minutes.abs() / 60, offset_minutes.abs() % 60);
    if minutes == 0 { format!("UTC{sign}{hours}") } else { format!("UTC{sign}{hours}:{minutes:02}") }
}

fn local(moment: DateTime<Utc>, offset_minutes: i32) -> NaiveDateTime {
    moment.naive_utc() + Duration::minutes(offset_minutes.into())
}

/// The three forms of a noun after a number: 1 профиль, 2 профиля, 5 профилей.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plural {
    one: &'static str,
    few: &'static str,
    many: &'static str,
}

impl Plural {
    /// профиль.
    pub const PROFILE: Self = Self::new("профиль", "профиля", "профилей");
    /// день.
    pub const DAY: Self = Self::new("день", "дня", "дней");
    /// «через 1 минуту», «больше …» is the genitive: [`Plural::MINUTE_GENITIVE`].
    pub const MINUTE_ACCUSATIVE: Self = Self::new("минуту", "минуты", "минут");
    /// «больше 1 минуты», «больше 20 минут».
    pub const MINUTE_GENITIVE: Self = Self::new("минуты", "минут", "минут");
    /// «в течение 1 рабочего дня», «в течение 3 рабочих дней».
    pub const WORKING_DAY_GENITIVE: Self = Self::new("рабочего дня", "рабочих дней", "рабочих дней");
    /// сеанс.
    pub const SESSION: Self = Self::new("сеанс", "сеанса", "сеансов");
    /// организация.
    pub const ORGANISATION: Self = Self::new("организация", "организации", "организаций");
    /// «в течение 1 часа», «в течение 24 часов».
    pub const HOUR_GENITIVE: Self = Self::new("часа", "часов", "часов");
    /// час.
    pub const HOUR: Self = Self::new("час", "часа", "часов");
    /// код.
    pub const CODE: Self = Self::new("код", "кода", "кодов");
    /// результат.
    pub const RESULT: Self = Self::new("результат", "результата", "результатов");

    const fn new(one: &'static str, few: &'static str, many: &'static str) -> Self {
        Self { one, few, many }
    }

    /// The form for a number.
    pub fn form(self, number: u64) -> &'static str {
        match (number % 10, number % 100) {
            (_, 11..=14) => self.many,
            (1, _) => self.one,
            (2..=4, _) => self.few,
            _ => self.many,
        }
    }
}

/// «27 организаций»: number with thin spaces, no-break space, noun.
pub fn counted(number: u64, noun: Plural) -> String {
    format!("{}\u{a0}{}", thousands(number), noun.form(number))
}

/// «1 234 567» with thin spaces; four digits stay together, as is usual in Russian print.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let first = digits.len() % 3;
    let mut text = String::with_capacity(digits.len() + 6);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && i % 3 == first {
            text.push('\u{2009}');
        }
        text.push(digit);
    }
    text
}

/// A telephone as `tel:` wants it: digits and a leading plus. A Russian long-distance 8 becomes +7,
/// except before 800, which is dialled as it is written.
pub fn dial(phone: &str) -> String {
    let plus = phone.trim_start().starts_with('+');
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    match digits.strip_prefix('8') {
        Some(rest) if !plus && digits.len() == 11 && !rest.starts_with("800") => format!("+7{rest}"),
        _ if plus => format!("+{digits}"),
        _ => digits,
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;

    use super::*;

    #[test]
    fn dates_are_written_out_in_the_genitive() {
        let on = |y, m, d| date(NaiveDate::from_ymd_opt(y, m, d).unwrap());
        assert_eq!(on(2026, 3, 1), "1 марта 2026 года");
        assert_eq!(on(2023, 11, 18), "18 ноября 2023 года");
        assert_eq!(on(2025, 12, 31), "31 декабря 2025 года");
        assert_eq!(short_date(NaiveDate::from_ymd_opt(1985, 5, 7).unwrap()), "07.05.1985");
    }

    #[test]
    fn a_moment_is_shown_in_the_time_of_the_region() {
        let late = Utc.with_ymd_and_hms(2025, 12, 31, 20, 5, 0).unwrap();
        assert_eq!(moment(late, 300), "1 января 2026 года в 01:05 (UTC+5)");
        assert_eq!(moment(late, 0), "31 декабря 2025 года в 20:05 (UTC)");
        assert_eq!(moment(late, -210), "31 декабря 2025 года в 16:35 (UTC−3:30)");
    }

    #[test]
    fn nouns_agree_with_their_number() {
        let cases = [
            (0, "профилей"),
            (1, "профиль"),
            (2, "профиля"),
            (4, "профиля"),
            (5, "профилей"),
            (11, "профилей"),
            (12, "профилей"),
            (14, "профилей"),
            (20, "профилей"),
            (21, "профиль"),
            (22, "профиля"),
            (111, "профилей"),
            (101, "профиль"),
            (1012, "профилей"),
        ];
        for (number, form) in cases {
            assert_eq!(Plural::PROFILE.form(number), form, "{number}");
        }
        assert_eq!(counted(1, Plural::MINUTE_ACCUSATIVE), "1\u{a0}минуту");
        assert_eq!(counted(27, Plural::ORGANISATION), "27\u{a0}организаций");
    }

    #[test]
    fn long_numbers_get_thin_spaces() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(5268), "5268");
        assert_eq!(thousands(12345), "12\u{2009}345");
        assert_eq!(thousands(123_456), "123\u{2009}456");
        assert_eq!(thousands(1_234_567), "1\u{2009}234\u{2009}567");
    }

    #[test]
    fn telephones_can_be_dialled() {
        assert_eq!(dial("8 800 100-70-10"), "88001007010");
        assert_eq!(dial("8 (351) 263-00-00"), "+73512630000");
        assert_eq!(dial("+7 351 263-00-00"), "+73512630000");
        assert_eq!(dial("2-63-00\"><b>"), "26300");
    }
}
