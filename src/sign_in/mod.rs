//! Browser sessions and the ways to begin and end one.

pub mod browser_session;

pub use browser_session::{BrowserSession, SessionId, SessionStage, SignInWay};
