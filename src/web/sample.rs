//! Samples of every view, for the test that renders them all (`tests/pages`) and for looking at them.
//!
//! To add a page: implement [`Sampled`] for its view in `web/<area>/samples.rs` and name it in that file's
//! `all()`. The linker drops all of this from the programs.

use askama::Template;

use super::page::{Contacts, Page, SignedInUser};

/// A view with example contents.
pub trait Sampled: Template + Sized {
    /// Area and page, as in the path of its template: `sign_in/login`.
    const PAGE: &'static str;

    /// Every state the page can be in, each with a short name.
    fn samples() -> Vec<(&'static str, Self)>;

    /// The page with as much on it as there can be and `text` in place of every piece of data that comes
    /// from outside.
    fn filled(text: &str) -> Self;
}

/// One rendered sample.
pub struct Rendered {
    /// Area and page.
    pub page: &'static str,
    /// Name of the state.
    pub state: String,
    /// The page.
    pub html: String,
}

/// Text that would add elements, end attributes and start scripts if a template let it.
pub const HOSTILE: &str = "\"'><b onclick=alert(1)>жир</b><script>alert(1)</script>{{7*7}}\u{202e}&amp;";
/// Text that does nothing.
pub const HARMLESS: &str = "слово";

/// Renders every sample of a view, the filled ones as `hostile` and `harmless`.
pub fn render<V: Sampled>() -> Vec<Rendered> {
    V::samples()
        .into_iter()
        .chain([("hostile", V::filled(HOSTILE)), ("harmless", V::filled(HARMLESS))])
        .map(|(state, view)| Rendered {
            page: V::PAGE,
            state: state.to_owned(),
            html: view.render().unwrap_or_else(|error| format!("did not render: {error}")),
        })
        .collect()
}

/// Every sample of every view.
pub fn all() -> Vec<Rendered> {
    [
        super::sign_in::samples::all(),
        super::settings::samples::all(),
        super::outcome::samples::all(),
        super::support::samples::all(),
        super::system::samples::all(),
        super::demo::samples::all(),
        super::helpdesk::samples::all(),
        super::undo::samples::all(),
        super::helpdesk::issue::samples::all(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A page nobody is signed in to.
pub(crate) fn entrance() -> Page {
    Page {
        contacts: Contacts {
            region: "Челябинская область".into(),
            phone: "8 800 000-00-00".into(),
            hours: "по рабочим дням с 8:00 до 20:00".into(),
        },
        csrf: "c2FtcGxlLXRva2Vu".into(),
        ..Page::default()
    }
}

/// A page of a signed-in teacher.
pub(crate) fn signed_in() -> Page {
    Page {
        user: Some(SignedInUser {
            name: "Смирнова А. В.".into(),
            organisation: "МБОУ \"СОШ № 12\"".into(),
            other_profiles: true,
            on_settings: false,
            idle_seconds: 1800,
        }),
        ..entrance()
    }
}

/// A page whose every piece of data is `text`.
pub(crate) fn filled(text: &str) -> Page {
    let text = text.to_owned();
    Page {
        user: Some(SignedInUser {
            name: text.clone(),
            organisation: text.clone(),
            other_profiles: true,
            on_settings: false,
            idle_seconds: 1800,
        }),
        contacts: Contacts { region: text.clone(), phone: text.clone(), hours: text.clone() },
        csrf: text,
        demo: true,
        ..Page::default()
    }
}
