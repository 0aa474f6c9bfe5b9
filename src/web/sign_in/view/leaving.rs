//! Choosing a profile and leaving.

use askama::Template;
use askama_web::WebTemplate;

use crate::russian::{self, Plural};
use crate::web::page::Page;

/// `/login/profile`: several profiles belong to the ESIA account.
#[derive(Template, WebTemplate)]
#[template(path = "pages/sign_in/choose_profile.html")]
pub struct ChooseProfilePage {
    /// Common part; signed in when switching.
    pub page: Page,
    /// The profiles, in the order to show.
    pub profiles: Vec<ProfileChoice>,
}

impl ChooseProfilePage {
    fn count(&self) -> String {
        russian::counted(self.profiles.len() as u64, Plural::PROFILE)
    }
}

/// One profile of the chooser.
pub struct ProfileChoice {
    /// Value of the field `profile`.
    pub id: String,
    /// Full name.
    pub name: String,
    /// «родитель».
    pub role: String,
    /// Short name of the organisation.
    pub organisation: String,
    /// Class or post; may be empty.
    pub detail: String,
    /// The profile in use, or the last one used.
    pub selected: bool,
}

/// `/goodbye`: what really ended.
#[derive(Template, WebTemplate)]
#[template(path = "pages/sign_in/goodbye.html")]
pub struct GoodbyePage {
    /// Common part.
    pub page: Page,
    /// What is known of ESIA's session.
    pub esia: EsiaEnd,
}

/// ESIA's session after ours has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EsiaEnd {
    /// This browser came by password; ESIA is not concerned.
    NotUsed,
    /// It may go on; this address ends it.
    MayRemain {
        /// Our own address that redirects to ESIA's logout.
        leave: String,
    },
    /// The person came back from ESIA's logout.
    Left,
}

/// «Сеанс завершён» where a page of its own is better than a banner.
#[derive(Template, WebTemplate)]
#[template(path = "pages/sign_in/session_ended.html")]
pub struct SessionEndedPage {
    /// Common part.
    pub page: Page,
    /// Sign-in page that leads back to where the person was.
    pub sign_in: String,
}
