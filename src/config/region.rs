//! Name and contacts of the region; what every page's footer and every refusal shows.

use serde::Deserialize;

/// `[region]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RegionSettings {
    /// Name, as in the select «Регион».
    pub name: String,
    /// Support telephone.
    pub support_phone: String,
    /// Support hours.
    pub support_hours: String,
    /// Support e-mail.
    pub support_email: String,
    /// Offset of the region's time from UTC in minutes, for dates on pages and in letters.
    pub utc_offset_minutes: i32,
    /// Name of that time, for example «по челябинскому времени».
    pub time_name: String,
}

impl Default for RegionSettings {
    fn default() -> Self {
        Self {
            name: "Челябинская область".into(),
            support_phone: "8 800 000-00-00".into(),
            support_hours: "по рабочим дням с 8:00 до 20:00".into(),
            support_email: "support@example.org".into(),
            utc_offset_minutes: 300,
            time_name: "по местному времени".into(),
        }
    }
}
