//! Views of the settings. Values arrive ready to show; no view asks a service.

mod linking;
mod settings;
mod unlinking;

pub use linking::{
    BeforeRedirectPage, CompareRow, ConfirmKind, ConfirmPage, LinkedAgainPage, LinkedPage, RequestedData,
    RowLabel, Verdict,
};
pub use settings::{
    LinkCard, OtherProfile, ProfileFacts, ProveAgainPage, SessionRow, SessionsPage, SettingsPage, Way,
};
pub use unlinking::{OwnerReason, UnlinkKind, UnlinkPage, UnlinkedPage};
