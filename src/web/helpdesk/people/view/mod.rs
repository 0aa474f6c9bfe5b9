//! Views of the search and of the card. Values arrive ready to show.

mod card;
mod history;
mod search;

pub use card::{CardPage, Facts, LinkDeed, LinkFacts, SessionRow, Try, VerdictRow, Way};
pub use history::{HistoryRow, Who, event_words, letter_words, outcome_words};
pub use search::{OrganisationChoice, Outcome, PersonRow, SearchForm, SearchPage, State};
