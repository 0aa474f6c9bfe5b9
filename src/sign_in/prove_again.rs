//! A fresh proof inside a session: the password again, under the same count of tries as a sign-in.

use std::net::IpAddr;

use super::throttle::{Admission, minutes_until, try_key};
use super::{BrowserSession, Password, PasswordSignIn};
use crate::directory::{Profile, login_key};
use crate::platform::secret::Digest;
use crate::store::{StoreError, browser_sessions, known_browsers, one_time_passwords, profiles};

/// What a password given again is answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Right; the session's proof is fresh now.
    Given,
    /// Wrong.
    Wrong,
    /// Too many wrong ones; not looked at.
    Delayed {
        /// When to try again.
        minutes: u32,
    },
    /// All places for argon2 are taken, or the network address has used up its share.
    Overloaded,
}

impl PasswordSignIn {
    /// Checks the password of the session's own profile and notes the fresh proof.
    ///
    /// # Errors
    /// The database's.
    pub async fn prove_again(
        &self,
        session: &BrowserSession,
        profile: &Profile,
        password: Password,
        browser: Digest,
        address: IpAddr,
    ) -> Result<Proof, StoreError> {
        let (Ok(()), Ok(place)) = (self.ceiling.check(address), self.pool.take_place()) else {
            return Ok(Proof::Overloaded);
        };
        let (now, throttle) = (self.clock.now(), self.throttle.clone());
        let (id, organisation, login) = (profile.id, profile.organisation, login_key(&profile.login));
        let (key, stored) = self
            .store
            .read(move |db| {
                let known = known_browsers::is_known(db, id, &browser)?;
                let key = try_key(organisation, &login, Some(&browser).filter(|_| known));
                let stored = profiles::find_for_sign_in(db, organisation, &login)?;
                // A password that an operator handed out proves nothing of its owner.
                let own = one_time_passwords::find_expiry(db, id)?.is_none();
                Ok((key, stored.filter(|_| own).and_then(|profile| profile.password_hash)))
            })
            .await?;
        if let Admission::Delayed { until } = self.admit(key, now).await? {
            return Ok(Proof::Delayed { minutes: minutes_until(until, now) });
        }
        if !self.pool.verify(place, stored, password).await.matches {
            return Ok(Proof::Wrong);
        }
        let session = session.id;
        self.store
            .write(move |db| {
                throttle.forget(db, &key)?;
                browser_sessions::set_authenticated(db, session, now)
            })
            .await?;
        Ok(Proof::Given)
    }
}
