//! How pages look for one browser: four settings, each a closed list of choices, kept in one cookie and
//! applied as classes of `<html>`.

/// The four settings.
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

/// Text size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    /// As the browser has it.
    #[default]
    Normal,
    /// A quarter larger.
    Large,
    /// Half as large again.
    Largest,
}

/// Colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scheme {
    /// As the device has it.
    #[default]
    Auto,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
    /// White on black, nothing else.
    Black,
}

/// Space between letters, words and lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Spacing {
    /// Usual.
    #[default]
    Normal,
    /// Wide.
    Wide,
}

/// Typeface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Font {
    /// Golos Text.
    #[default]
    Normal,
    /// With serifs.
    Serif,
}

/// One setting: what the form and the cookie call each choice, and its class.
trait Setting: Copy + Default + PartialEq + 'static {
    const CHOICES: &'static [(Self, &'static str, &'static str)];

    fn value(self) -> &'static str {
        Self::CHOICES.iter().find(|choice| choice.0 == self).map_or("", |choice| choice.1)
    }

    fn class(self) -> &'static str {
        Self::CHOICES.iter().find(|choice| choice.0 == self).map_or("", |choice| choice.2)
    }

    /// Anything unknown is the usual choice.
    fn read(value: &str) -> Self {
        Self::CHOICES.iter().find(|choice| choice.1 == value).map(|choice| choice.0).unwrap_or_default()
    }
}

impl Setting for Size {
    const CHOICES: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Normal, "normal", ""),
        (Self::Large, "large", "size-large"),
        (Self::Largest, "largest", "size-largest"),
    ];
}

impl Setting for Scheme {
    const CHOICES: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Auto, "auto", ""),
        (Self::Light, "light", "scheme-light"),
        (Self::Dark, "dark", "scheme-dark"),
        (Self::Black, "black", "scheme-black"),
    ];
}

impl Setting for Spacing {
    const CHOICES: &'static [(Self, &'static str, &'static str)] =
        &[(Self::Normal, "normal", ""), (Self::Wide, "wide", "spacing-wide")];
}

impl Setting for Font {
    const CHOICES: &'static [(Self, &'static str, &'static str)] =
        &[(Self::Normal, "normal", ""), (Self::Serif, "serif", "font-serif")];
}

impl Display {
    /// Reads the fields `size`, `scheme`, `spacing`, `font` of the form.
    pub fn from_values(size: &str, scheme: &str, spacing: &str, font: &str) -> Self {
        Self {
            size: Size::read(size),
            scheme: Scheme::read(scheme),
            spacing: Spacing::read(spacing),
            font: Font::read(font),
        }
    }

    /// Reads the cookie; whatever is not understood is usual.
    pub fn from_cookie(value: &str) -> Self {
        let mut parts = value.split('.');
        let mut next = || parts.next().unwrap_or_default();
        Self::from_values(next(), next(), next(), next())
    }

    /// Value of the cookie, for example `large.auto.wide.normal`.
    pub fn to_cookie(&self) -> String {
        [self.size.value(), self.scheme.value(), self.spacing.value(), self.font.value()].join(".")
    }

    /// Classes of `<html>`, empty when everything is usual.
    pub fn classes(&self) -> String {
        [self.size.class(), self.scheme.class(), self.spacing.class(), self.font.class()]
            .into_iter()
            .filter(|class| !class.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_survives_the_cookie_and_has_its_class() {
        for (size, _, size_class) in Size::CHOICES {
            for (scheme, _, scheme_class) in Scheme::CHOICES {
                let display =
                    Display { size: *size, scheme: *scheme, spacing: Spacing::Wide, font: Font::Serif };
                assert_eq!(Display::from_cookie(&display.to_cookie()), display);
                let classes = display.classes();
                for class in [*size_class, *scheme_class, "spacing-wide", "font-serif"] {
                    assert!(classes.contains(class), "{classes}");
                }
            }
        }
    }

    #[test]
    fn a_strange_cookie_means_the_usual_look() {
        for cookie in ["", "nonsense", "....", "x\" onload=\"y", "Large.AUTO"] {
            assert_eq!(Display::from_cookie(cookie), Display::default(), "{cookie}");
        }
        assert_eq!(Display::from_cookie("large").classes(), "size-large");
        assert_eq!(Display::default().classes(), "");
    }
}
