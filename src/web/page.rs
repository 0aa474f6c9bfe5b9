//! What every page has besides its own content: who is signed in, whom to ask, how to show it, the one
//! banner, the problems of a form. Each view struct has it as its field `page`; the layouts read it.

use crate::web::problem::Problem;

/// The common part of every page.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The signed-in profile, for the header and the timeout dialog; none on entrance pages.
    pub user: Option<SignedInUser>,
    /// Whom to ask; from the settings of the region.
    pub contacts: Contacts,
    /// How the person asked to see pages; from the cookie.
    pub display: Display,
    /// The one banner. Not shown together with problems.
    pub banner: Option<Banner>,
    /// Problems of the form just sent. Not empty: a summary before h1 and the title begins «Ошибка: ».
    pub problems: Vec<Problem>,
    /// Token for every POST form of the page, the header's sign-out included.
    pub csrf: String,
    /// Shows the training bar with the way to the demo letters.
    pub demo: bool,
}

impl Page {
    /// The problem of one field, by the field's id.
    pub fn problem(&self, field: &str) -> Option<&Problem> {
        self.problems.iter().find(|problem| problem.field() == field)
    }
}

/// Header data of a signed-in person. `Debug` shows nothing personal.
#[derive(Clone)]
pub struct SignedInUser {
    /// Surname with initials.
    pub name: String,
    /// Short name of the organisation.
    pub organisation: String,
    /// The person has other profiles to switch to (`/login/profile`).
    pub other_profiles: bool,
    /// The page shown is `/settings`.
    pub on_settings: bool,
    /// Idle life of the session in seconds; the script warns five minutes before its end.
    pub idle_seconds: u64,
}

impl std::fmt::Debug for SignedInUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedInUser").field("idle_seconds", &self.idle_seconds).finish_non_exhaustive()
    }
}

/// Contacts of the region's support.
#[derive(Clone, Debug, Default)]
pub struct Contacts {
    /// Name of the region, under the product's name.
    pub region: String,
    /// Support telephone as written.
    pub phone: String,
    /// Support hours.
    pub hours: String,
}

/// How pages look for this browser. Kept in a cookie as [`Display::to_cookie`] writes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Display {
    /// Text size.
    pub size: Size,
    /// Colours.
    pub scheme: Scheme,
    /// Space between letters and lines.
    pub spacing: Spacing,
    /// Typeface.
    pub font: Font,
}

/// One setting of the display page: a closed list of choices with form value and class.
macro_rules! choices {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $value:literal, $class:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub enum $name { $($(#[$vmeta])* $variant,)+ }

        impl $name {
            /// All choices, as listed on the page.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Value in the form and in the cookie.
            pub fn value(self) -> &'static str {
                match self { $(Self::$variant => $value,)+ }
            }

            fn class(self) -> &'static str {
                match self { $(Self::$variant => $class,)+ }
            }

            /// Reads the form value; anything unknown is the usual choice.
            pub fn from_value(value: &str) -> Self {
                Self::ALL.iter().copied().find(|choice| choice.value() == value).unwrap_or_default()
            }
        }
    };
}

choices!(
    /// Text size.
    Size {
        /// As the browser has it.
        #[default]
        Normal = "normal", "";
        /// A quarter larger.
        Large = "large", "size-large";
        /// Half as large again.
        Largest = "largest", "size-largest";
    }
);
choices!(
    /// Colours.
    Scheme {
        /// As the device has it.
        #[default]
        Auto = "auto", "";
        /// Always light.
        Light = "light", "scheme-light";
        /// Always dark.
        Dark = "dark", "scheme-dark";
        /// White on black, nothing else.
        Black = "black", "scheme-black";
    }
);
choices!(
    /// Space between letters, words and lines.
    Spacing {
        /// Usual.
        #[default]
        Normal = "normal", "";
        /// Wide.
        Wide = "wide", "spacing-wide";
    }
);
choices!(
    /// Typeface.
    Font {
        /// Golos Text.
        #[default]
        Normal = "normal", "";
        /// With serifs.
        Serif = "serif", "font-serif";
    }
);

impl Display {
    /// Classes of `<html>`, empty when everything is usual.
    pub fn classes(&self) -> String {
        [self.size.class(), self.scheme.class(), self.spacing.class(), self.font.class()]
            .into_iter()
            .filter(|class| !class.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Value of the cookie, for example `large.auto.wide.normal`.
    pub fn to_cookie(&self) -> String {
        [self.size.value(), self.scheme.value(), self.spacing.value(), self.font.value()].join(".")
    }

    /// Reads the cookie; whatever is not understood is usual.
    pub fn from_cookie(value: &str) -> Self {
        let mut parts = value.split('.');
        let mut next = || parts.next().unwrap_or_default();
        Self {
            size: Size::from_value(next()),
            scheme: Scheme::from_value(next()),
            spacing: Spacing::from_value(next()),
            font: Font::from_value(next()),
        }
    }
}

/// The banner's kinds. The words are in `templates/components/banner.html`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Banner {
    /// The session ended by itself.
    SessionEnded,
    /// The address asked for needs a session.
    SignInFirst,
    /// ESIA does not answer now.
    EsiaUnavailable,
    /// The password stops opening the journal on a date: «1 марта 2026 года».
    PasswordEnds {
        /// The date.
        date: String,
    },
    /// The same, in days, for a profile not yet linked: «5 дней».
    LinkSoon {
        /// Number and word.
        days: String,
    },
    /// Today is the last day of passwords.
    LastDay,
    /// A new password was set.
    PasswordChanged,
    /// One other session was ended.
    SessionClosed,
    /// All sessions were ended.
    SignedOutEverywhere,
    /// Display settings were saved.
    DisplaySaved,
    /// The form's token had grown old; what was entered is kept.
    StaleForm,
    /// The deed was done before, at this time: «в 14:05».
    Repeated {
        /// When.
        time: String,
    },
}

impl Banner {
    /// Class: `info`, `success` or `warning`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::SessionEnded | Self::SignInFirst | Self::PasswordEnds { .. } | Self::Repeated { .. } => {
                "info"
            }
            Self::PasswordChanged | Self::SessionClosed | Self::SignedOutEverywhere | Self::DisplaySaved => {
                "success"
            }
            Self::EsiaUnavailable | Self::LinkSoon { .. } | Self::LastDay | Self::StaleForm => "warning",
        }
    }

    /// Name of the icon.
    pub fn icon(&self) -> &'static str {
        match self.kind() {
            "success" => "check-circle",
            "warning" => "alert",
            _ => "info",
        }
    }

    /// Whether it reports a deed just done and lives for one page; readers announce it.
    pub fn is_flash(&self) -> bool {
        self.kind() == "success"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_settings_survive_the_cookie() {
        for size in Size::ALL {
            for scheme in Scheme::ALL {
                let display =
                    Display { size: *size, scheme: *scheme, spacing: Spacing::Wide, font: Font::Serif };
                assert_eq!(Display::from_cookie(&display.to_cookie()), display);
            }
        }
    }

    #[test]
    fn a_strange_cookie_means_the_usual_look() {
        for cookie in ["", "large", "....", "x\" onload=\"y", "large.auto.wide.serif.more"] {
            let display = Display::from_cookie(cookie);
            assert!(!display.classes().contains('"'), "{cookie}");
        }
        assert_eq!(Display::from_cookie("nonsense"), Display::default());
        assert_eq!(Display::default().classes(), "");
    }
}
