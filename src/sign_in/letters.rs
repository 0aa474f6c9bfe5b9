//! The letters of sign-in, and the one place where they are handed to the outbox.

use crate::directory::ProfileId;
use crate::linking::UndoLinks;
use crate::mail::letter::{self, Letter};
use crate::mail::outbox::{About, Outbox, Recipient};
use crate::platform::clock::Timestamp;
use crate::platform::secret::Token;
use crate::store::{Db, StoreError, links, organisations, profiles};

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

/// Hands letters to the outbox, in the caller's transaction. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Letters {
    outbox: Outbox,
    recovery_address: String,
    undo: UndoLinks,
}

impl Letters {
    /// Letters in `outbox`; a recovery token is appended to `recovery_address`, which ends with a slash
    /// (`{public_url}/login/recover/`).
    pub fn new(outbox: Outbox, recovery_address: String, undo: UndoLinks) -> Self {
        Self { outbox, recovery_address, undo }
    }

    /// Keeps a letter to `profile` in the transaction that `db` is in; nothing for one without e-mail.
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
        let Some(owner) = profiles::find(db, profile)? else { return Ok(()) };
        let Some(email) = owner.email else { return Ok(()) };
        let organisation = organisations::find_short_name(db, owner.organisation)?.unwrap_or_default();
        let letter = match letter {
            SignInLetter::NewSignInPlace { place } => {
                // The link through which somebody may have come; a password may have been enough.
                let link = links::find_held(db, profile)?.map(|link| link.id);
                let undo = self.undo.issue(db, profile, link, now)?;
                let place = place.clone();
                Letter::NewSignInPlace(letter::NewSignInPlace { organisation, at: now, place, undo })
            }
            SignInLetter::PasswordRecovery { token, minutes } => {
                let address = format!("{}{}", self.recovery_address, token.expose());
                Letter::PasswordRecovery(letter::PasswordRecovery {
                    organisation,
                    address,
                    minutes: *minutes,
                })
            }
        };
        let to = Recipient { email, name: owner.name.address() };
        self.outbox.enqueue(db, &to, About { profile: Some(profile), link: None }, &letter, now)
    }

    /// Tells the dispatcher, after the commit, that there may be something to send.
    pub fn wake(&self) {
        self.outbox.wake();
    }
}
