//! The phase of the roll-out on a day.

use chrono::{Duration, NaiveDate};

use crate::config::rollout::RolloutSettings;
use crate::platform::clock::Timestamp;

/// Which ways in are open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Password and Gosuslugi alike.
    Both,
    /// Both, with Gosuslugi first on the page.
    Prefer,
    /// Gosuslugi only; the password opens at most the linking-only door.
    Only {
        /// First day of it.
        since: NaiveDate,
    },
}

impl Phase {
    /// The phase on a day of the region. The last one that has begun holds, whatever the order of dates.
    pub fn on(settings: &RolloutSettings, today: NaiveDate) -> Self {
        match (settings.esia_only_from, settings.prefer_esia_from) {
            (Some(since), _) if since <= today => Self::Only { since },
            (_, Some(since)) if since <= today => Self::Prefer,
            _ => Self::Both,
        }
    }

    /// Whether a password opens the journal.
    pub fn password_opens_journal(self) -> bool {
        !matches!(self, Self::Only { .. })
    }
}

/// The first day of linking, while it has not come.
pub fn linking_opens(settings: &RolloutSettings, today: NaiveDate) -> Option<NaiveDate> {
    settings.linking_from.filter(|day| today < *day)
}

/// Days on which the password still opens the journal after today: 0 on the last day; `None` without a
/// date or once it has come.
pub fn days_left(settings: &RolloutSettings, today: NaiveDate) -> Option<i64> {
    let days = settings.esia_only_from?.signed_duration_since(today).num_days();
    (days > 0).then_some(days - 1)
}

/// The day in a region whose time is `utc_offset_minutes` ahead of UTC.
pub fn local_date(now: Timestamp, utc_offset_minutes: i32) -> NaiveDate {
    (now.naive_utc() + Duration::minutes(utc_offset_minutes.into())).date()
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn settings(prefer: Option<&str>, only: Option<&str>) -> RolloutSettings {
        RolloutSettings {
            esia_only_from: only.map(day),
            prefer_esia_from: prefer.map(day),
            ..RolloutSettings::default()
        }
    }

    #[test]
    fn phases_begin_on_their_day() {
        let only = Phase::Only { since: day("2027-01-11") };
        let dated = settings(Some("2026-12-01"), Some("2027-01-11"));
        let table = [
            (&dated, "2026-11-30", Phase::Both, Some(41)),
            (&dated, "2026-12-01", Phase::Prefer, Some(40)),
            (&dated, "2027-01-10", Phase::Prefer, Some(0)),
            (&dated, "2027-01-11", only, None),
            (&dated, "2030-01-01", only, None),
            (&settings(None, None), "2030-01-01", Phase::Both, None),
            (&settings(None, Some("2027-01-11")), "2027-01-10", Phase::Both, Some(0)),
            (&settings(Some("2028-01-01"), Some("2027-01-11")), "2027-06-01", only, None),
        ];
        for (settings, today, phase, left) in table {
            assert_eq!(Phase::on(settings, day(today)), phase, "{today}");
            assert_eq!(days_left(settings, day(today)), left, "{today}");
            assert_eq!(phase.password_opens_journal(), !matches!(phase, Phase::Only { .. }));
        }
    }

    #[test]
    fn linking_opens_on_its_day() {
        let dated = RolloutSettings { linking_from: Some(day("2026-12-01")), ..RolloutSettings::default() };
        for (settings, today, opens) in [
            (&dated, "2026-11-30", Some(day("2026-12-01"))),
            (&dated, "2026-12-01", None),
            (&dated, "2027-12-01", None),
            (&RolloutSettings::default(), "2026-11-30", None),
        ] {
            assert_eq!(linking_opens(settings, day(today)), opens, "{today}");
        }
    }

    #[test]
    fn the_day_begins_at_midnight_of_the_region() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert_eq!(local_date(at("2026-12-31T18:59:59Z"), 300), day("2026-12-31"));
        assert_eq!(local_date(at("2026-12-31T19:00:00Z"), 300), day("2027-01-01"));
        assert_eq!(local_date(at("2027-01-01T02:00:00Z"), -180), day("2026-12-31"));
    }
}
