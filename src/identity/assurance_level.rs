//! How far ESIA has checked a person (`docs/esia.md`, account level).

/// Level of an ESIA account, lowest first. A child account is a kind of its own: made by a parent,
/// never confirmed, and good enough only where the rules say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssuranceLevel {
    /// Упрощённая: phone or e-mail only.
    Simplified,
    /// Стандартная: SNILS and passport checked by the registers.
    Standard,
    /// Подтверждённая: the person was seen.
    Confirmed,
    /// Детская: made by a parent with a confirmed account.
    Child,
}

impl AssuranceLevel {
    /// All levels.
    pub const ALL: [Self; 4] = [Self::Simplified, Self::Standard, Self::Confirmed, Self::Child];

    /// Stable name for the store and the settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Simplified => "simplified",
            Self::Standard => "standard",
            Self::Confirmed => "confirmed",
            Self::Child => "child",
        }
    }

    /// Reads the stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == name)
    }

    /// The adjective for pages: «подтверждённая» учётная запись.
    pub fn adjective(self) -> &'static str {
        match self {
            Self::Simplified => "упрощённая",
            Self::Standard => "стандартная",
            Self::Confirmed => "подтверждённая",
            Self::Child => "детская",
        }
    }
}
