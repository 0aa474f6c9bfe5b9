//! Samples of the views of signing in.

mod leaving;
mod login;
mod recovery;

use super::view::*;
use crate::web::sample::{self, Rendered};

/// Every sample of this area.
pub fn all() -> Vec<Rendered> {
    [
        sample::render::<LoginPage>(),
        sample::render::<OptionsFragment>(),
        sample::render::<OrganisationSearchPage>(),
        sample::render::<LinkDoorPage>(),
        sample::render::<RecoverPage>(),
        sample::render::<RecoverSentPage>(),
        sample::render::<NewPasswordPage>(),
        sample::render::<OwnPasswordPage>(),
        sample::render::<RecoverDonePage>(),
        sample::render::<RecoverExpiredPage>(),
        sample::render::<ChooseProfilePage>(),
        sample::render::<GoodbyePage>(),
        sample::render::<SessionEndedPage>(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
