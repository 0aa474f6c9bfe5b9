//! The letters of sign-in, and the one place where they are handed to the outbox.

use std::fmt;
use std::sync::Arc;

use crate::directory::ProfileId;
use crate::platform::clock::Timestamp;
use crate::platform::secret::Token;
use crate::store::{Db, StoreError};

/// What sign-in writes about.
#[derive(Clone, Debug)]
pub enum SignInLetter {
    /// Somebody signed in from a browser this profile was not seen in.
    NewSignInPlace {
        /// Browser and system in words.
        place: String,
    },
    /// The way to a new password.
    PasswordRecovery {
        /// For the one-time address.
        token: Token,
        /// How long the address works.
        minutes: i64,
    },
}

type Enqueue = dyn Fn(&mut Db, ProfileId, &SignInLetter, Timestamp) -> Result<(), StoreError> + Send + Sync;

/// Hands letters to the outbox, in the caller's transaction.
#[derive(Clone)]
pub struct Letters(Arc<Enqueue>);

impl fmt::Debug for Letters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Letters")
    }
}

impl Letters {
    /// Letters that `enqueue` keeps. It looks up the recipient and does nothing for one without address.
    pub fn new(
        enqueue: impl Fn(&mut Db, ProfileId, &SignInLetter, Timestamp) -> Result<(), StoreError>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        Self(Arc::new(enqueue))
    }

    /// Keeps a letter to `profile` in the transaction that `db` is in.
    ///
    /// # Errors
    /// The database's; the deed must not stand without its letter.
    pub fn enqueue(
        &self,
        db: &mut Db,
        profile: ProfileId,
        letter: &SignInLetter,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        (self.0)(db, profile, letter, now)
    }
}
