//! Views of signing in and out. Values arrive ready to show; no view asks a service.

mod leaving;
mod login;
mod recovery;

pub use leaving::{ChooseProfilePage, EsiaEnd, GoodbyePage, ProfileChoice, SessionEndedPage};
pub use login::{
    DemoLogin, Entry, FoundOrganisation, Level, LevelList, LinkDoorPage, LoginPage, OptionsFragment,
    Organisation, OrganisationSearchPage, Phase, Tab,
};
pub use recovery::{
    NewPasswordPage, OwnPasswordPage, RecoverDonePage, RecoverExpiredPage, RecoverPage, RecoverSentPage,
};
