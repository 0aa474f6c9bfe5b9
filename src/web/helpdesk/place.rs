//! A page of the helpdesk to come back to, after a sign-in or a fresh proof (`docs/security.md`, T46).

use super::rights::{self, Proof};
use crate::identity::reference;
use crate::web::paths;

/// A page. A closed list: one of the patterns in the table of rights, with the number that stands in its
/// braces. An address from input is never followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pattern: &'static str,
    argument: Option<Argument>,
}

/// What stands in the braces of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Argument {
    Id(u64),
    /// A number as people read it out.
    Reference([u8; 9]),
}

impl Default for Place {
    fn default() -> Self {
        Self { pattern: paths::HELPDESK, argument: None }
    }
}

impl Place {
    /// The page of a path, or of the longest part of it that is a page: what a form is sent to lies below the
    /// page that shows the form. Anything else is the start page.
    pub fn of_path(path: &str) -> Self {
        nearest(path, |_| true)
    }

    /// Reads the name; anything else is the start page.
    pub fn from_name(name: &str) -> Self {
        let place = Self::of_path(&format!("{}/{}", paths::HELPDESK, name.replace('.', "/")));
        if place.name() == name { place } else { Self::default() }
    }

    /// Name in the query `?next=`: the path below the start page, with full stops.
    pub fn name(self) -> String {
        let path = self.path();
        let below = path.strip_prefix(paths::HELPDESK).and_then(|below| below.strip_prefix('/'));
        below.map_or_else(|| "start".to_owned(), |below| below.replace('/', "."))
    }

    /// Its address.
    pub fn path(self) -> String {
        let argument = match self.argument {
            None => return self.pattern.to_owned(),
            Some(Argument::Id(id)) => id.to_string(),
            Some(Argument::Reference(letters)) => letters.iter().copied().map(char::from).collect(),
        };
        let written = |part: &str| if part.starts_with('{') { argument.clone() } else { part.to_owned() };
        self.pattern.split('/').map(written).collect::<Vec<_>>().join("/")
    }

    /// The page at or above this one that asks for no fresh proof: where somebody goes who gives none.
    pub fn without_proof(self) -> String {
        nearest(&self.path(), |proof| proof == Proof::Session).path()
    }

    /// The address of another page that leads here in the end.
    pub fn after(self, page: &str) -> String {
        if self == Self::default() { page.to_owned() } else { format!("{page}?next={}", self.name()) }
    }
}

/// The number that stands in the braces of a pattern; none where a path has other words there.
pub fn named_in(pattern: &str, path: &str) -> Option<String> {
    let at = pattern.split('/').position(|part| part.starts_with('{'))?;
    path.split('/').nth(at).filter(|part| argument(part).is_some()).map(str::to_owned)
}

fn nearest(mut path: &str, is_wanted: impl Fn(Proof) -> bool) -> Place {
    loop {
        let pages = rights::ROUTES.iter().filter(|row| row.0 == "GET" && row.1 != paths::HELPDESK_PROVE);
        let found = pages.filter(|row| is_wanted(row.3)).find_map(|row| matching(row.1, path));
        match (found, path.rsplit_once('/')) {
            (Some(place), _) => return place,
            (None, Some((above, _))) => path = above,
            (None, None) => return Place::default(),
        }
    }
}

fn matching(pattern: &'static str, path: &str) -> Option<Place> {
    let mut place = Place { pattern, argument: None };
    let (mut wanted, mut found) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), found.next()) {
            (None, None) => return Some(place),
            (Some(wanted), Some(found)) if wanted.starts_with('{') => {
                // A pattern with two numbers has no place here yet.
                place.argument = Some(argument(found).filter(|_| place.argument.is_none())?);
            }
            (Some(wanted), Some(found)) if wanted == found => {}
            _ => return None,
        }
    }
}

fn argument(text: &str) -> Option<Argument> {
    let id = text.parse::<u64>().ok().filter(|id| id.to_string() == text);
    let letters = || text.as_bytes().try_into().ok().filter(|_| reference::is_reference(text));
    id.map(Argument::Id).or_else(|| letters().map(Argument::Reference))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::helpdesk::Section;

    #[test]
    fn t46_a_path_or_a_name_leads_to_a_page_of_the_table_and_nowhere_else() {
        for (path, name) in [
            ("/helpdesk", "start"),
            ("/helpdesk/audit", "audit"),
            ("/helpdesk/profiles/17", "profiles.17"),
            ("/helpdesk/profiles/17/unlink", "profiles.17.unlink"),
            ("/helpdesk/operators/3", "operators.3"),
            ("/helpdesk/cases/K7Q2-9XWD", "cases.K7Q2-9XWD"),
        ] {
            let place = Place::of_path(path);
            assert_eq!((place.path().as_str(), place.name().as_str()), (path, name));
            assert_eq!(Place::from_name(name), place);
        }
        for (path, page) in [
            ("/helpdesk/profiles/17/unlink/confirm", "/helpdesk/profiles/17/unlink"),
            ("/helpdesk/operators/3/reset", "/helpdesk/operators/3"),
            ("/helpdesk/audit/export", "/helpdesk/audit"),
            ("/helpdesk/profiles/x", "/helpdesk/profiles"),
            ("/helpdesk/login/code", "/helpdesk"),
            ("/helpdesk/prove", "/helpdesk"),
            ("/settings", "/helpdesk"),
            ("", "/helpdesk"),
        ] {
            assert_eq!(Place::of_path(path).path(), page, "{path}");
        }
        for section in Section::ALL {
            assert_eq!(Place::of_path(section.path()).path(), section.path());
        }
        for text in [
            "//evil.example",
            "https://evil.example",
            "..evil.example",
            ".evil",
            "profiles.17.unlink.confirm",
            "profiles.017",
            "profiles.-1",
            "profiles.99999999999999999999",
            "profiles/17",
            "cases.<b>-9XWD",
            "start.x",
            "people",
            "",
        ] {
            assert_eq!(Place::from_name(text), Place::default(), "{text:?}");
        }
    }

    #[test]
    fn who_gives_no_proof_is_led_to_a_page_that_asks_for_none() {
        for (path, page) in [
            ("/helpdesk/profiles/17/unlink", "/helpdesk/profiles/17"),
            ("/helpdesk/operators/new", "/helpdesk/operators"),
            ("/helpdesk/account/factor", "/helpdesk/account"),
            ("/helpdesk/audit", "/helpdesk/audit"),
        ] {
            assert_eq!(Place::of_path(path).without_proof(), page);
        }
    }

    #[test]
    fn the_start_page_needs_no_query() {
        assert_eq!(Place::default().after("/helpdesk/login/code"), "/helpdesk/login/code");
        let card = Place::of_path("/helpdesk/profiles/17");
        assert_eq!(card.after("/helpdesk/login/code"), "/helpdesk/login/code?next=profiles.17");
    }
}
