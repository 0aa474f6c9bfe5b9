//! Form tokens: a POST is ours only if its form was made for this session or this visitor.
//!
//! The token is derived from what the browser's cookie holds, so nothing is stored; it changes with
//! every change of the session's token.

use std::sync::Arc;

use super::BrowserSession;
use crate::platform::secret::{Digest, Keys};

/// Makes and checks form tokens. Cheap to clone.
#[derive(Clone, Debug)]
pub struct FormTokens {
    keys: Arc<Keys>,
}

/// Whose form it is.
#[derive(Clone, Copy, Debug)]
pub enum FormOwner<'a> {
    /// Somebody signed in.
    Session(&'a BrowserSession),
    /// An operator of the helpdesk, known by the digest of their session's token.
    Operator(&'a Digest),
    /// Somebody who is not, known by the digest of the browser's random cookie.
    Visitor(&'a Digest),
}

impl FormOwner<'_> {
    fn parts(&self) -> [&[u8]; 2] {
        match self {
            Self::Session(session) => [b"session", session.token_digest.as_bytes()],
            Self::Operator(session) => [b"operator", session.as_bytes()],
            Self::Visitor(browser) => [b"visitor", browser.as_bytes()],
        }
    }
}

impl FormTokens {
    /// Tokens under the key of forms.
    pub fn new(keys: Arc<Keys>) -> Self {
        Self { keys }
    }

    /// The token to put into a form.
    pub fn issue(&self, owner: FormOwner<'_>) -> String {
        self.keys.forms.text_code(&owner.parts())
    }

    /// Whether a form's token is the owner's; takes the same time wherever they differ.
    pub fn verify(&self, owner: FormOwner<'_>, token: &str) -> bool {
        self.keys.forms.verify_text(&owner.parts(), token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::secret::MasterKey;

    fn tokens(key: u8) -> FormTokens {
        FormTokens::new(Arc::new(MasterKey::from_bytes([key; 32]).derive()))
    }

    #[test]
    fn a_token_fits_its_owner_only() {
        let (one, two) = (Digest::of(b"one"), Digest::of(b"two"));
        let token = tokens(1).issue(FormOwner::Visitor(&one));
        assert!(tokens(1).verify(FormOwner::Visitor(&one), &token));
        assert!(!tokens(1).verify(FormOwner::Visitor(&two), &token));
        assert!(!tokens(2).verify(FormOwner::Visitor(&one), &token));
        assert!(!tokens(1).verify(FormOwner::Operator(&one), &token), "another kind of owner");
        for wrong in ["", "x", &token[..token.len() - 1], &format!("{token}A")] {
            assert!(!tokens(1).verify(FormOwner::Visitor(&one), wrong), "{wrong}");
        }
    }
}
