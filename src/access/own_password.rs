//! An operator's own password: given again before something that matters, and changed.

use std::net::IpAddr;
use std::time::Duration;

use super::{Entered, OperatorAccount, OperatorSession, OperatorSignIn, OperatorStage, SignInStep, Visit};
use crate::audit::{self, Actor, OperatorEvent};
use crate::directory::login_key;
use crate::platform::clock::Timestamp;
use crate::platform::secret::Token;
use crate::sign_in::throttle::{Admission, minutes_until, operator_try_key};
use crate::sign_in::{Overloaded, Password, PasswordProblem, Proof};
use crate::store::{Db, StoreError, operator_browsers, operator_sessions, operators};

/// What a new password is answered with.
#[derive(Clone, Debug)]
pub enum PasswordSet {
    /// Set; all other sessions of the operator ended.
    Set(Entered),
    /// It may not be one.
    Refused(PasswordProblem),
    /// It is the one there is.
    Same,
    /// All places for argon2 are taken.
    Overloaded {
        /// When to try again.
        retry_after: Duration,
    },
    /// The session asks for no new password, or it was changed meanwhile.
    Gone,
}

impl OperatorSignIn {
    /// Checks the password of the session's own operator, under the same count of tries as a sign-in.
    ///
    /// # Errors
    /// The database's.
    pub async fn prove_again(
        &self,
        session: &OperatorSession,
        password: Password,
        visit: &Visit,
        address: IpAddr,
    ) -> Result<Proof, StoreError> {
        let (Ok(()), Ok(place)) = (self.ceiling.check(address), self.pool.take_place()) else {
            return Ok(Proof::Overloaded);
        };
        let (operator, browser, now) = (session.operator, visit.browser, self.clock.now());
        let throttle = self.throttle.clone();
        let admitted = self.store.write(move |db| {
            let Some(account) = operators::find_account(db, operator)? else { return Ok(None) };
            let known = operator_browsers::is_known(db, operator, &browser)?;
            let key = operator_try_key(&login_key(&account.operator.login), Some(&browser).filter(|_| known));
            Ok(Some((account.password_hash, key, throttle.admit(db, &key, now)?)))
        });
        let Some((stored, key, admission)) = admitted.await? else { return Ok(Proof::Wrong) };
        if let Admission::Delayed { until } = admission {
            return Ok(Proof::Delayed { minutes: minutes_until(until, now) });
        }
        if !self.pool.verify(place, stored, password).await.matches {
            return Ok(Proof::Wrong);
        }
        let throttle = self.throttle.clone();
        self.store.write(move |db| throttle.forget(db, &key)).await?;
        Ok(Proof::Given)
    }

    /// Sets an operator's new password, whose proofs are given. Ends the operator's other sessions.
    ///
    /// # Errors
    /// The database's.
    pub async fn set_password(
        &self,
        session: &OperatorSession,
        new: Password,
        visit: Visit,
    ) -> Result<PasswordSet, StoreError> {
        let operator = session.operator;
        let account = self.store.read(move |db| operators::find_account(db, operator)).await?;
        let Some(account) = account.filter(|account| self.may_set(session, account)) else {
            return Ok(PasswordSet::Gone);
        };
        if let Some(problem) = new.problem(&account.operator.login) {
            return Ok(PasswordSet::Refused(problem));
        }
        let overloaded = |Overloaded { retry_after }| PasswordSet::Overloaded { retry_after };
        let place = match self.pool.take_place() {
            Ok(place) => place,
            Err(error) => return Ok(overloaded(error)),
        };
        if self.pool.verify(place, account.password_hash.clone(), new.clone()).await.matches {
            return Ok(PasswordSet::Same);
        }
        let place = match self.pool.take_place() {
            Ok(place) => place,
            Err(error) => return Ok(overloaded(error)),
        };
        let hash = self.pool.hash(place, new).await;
        let hash = hash.map_err(|error| StoreError::Failed(error.to_string()))?;
        let (this, session, now, token) =
            (self.clone(), session.clone(), self.clock.now(), Token::generate());
        let entered = self.store.write(move |db| {
            this.set_password_in(db, &session, account.password_hash.as_deref(), &hash, &visit, &token, now)
        });
        Ok(entered.await?.map_or(PasswordSet::Gone, PasswordSet::Set))
    }

    fn may_set(&self, session: &OperatorSession, account: &OperatorAccount) -> bool {
        session.stage == OperatorStage::Full
            || self.step(session, account, false) == SignInStep::NewPassword
                && session.stage == OperatorStage::Enrolling
    }

    #[allow(
        clippy::too_many_arguments,
        reason = "the step, the request, and what a retried transaction needs"
    )]
    fn set_password_in(
        &self,
        db: &mut Db,
        session: &OperatorSession,
        before: Option<&str>,
        hash: &str,
        visit: &Visit,
        token: &Token,
        now: Timestamp,
    ) -> Result<Option<Entered>, StoreError> {
        let account = operators::find_and_hold(db, session.operator)?;
        let Some(mut account) = account.filter(|account| account.password_hash.as_deref() == before) else {
            return Ok(None);
        };
        let operator = account.operator.id;
        account.must_change_password = false;
        let Some(entered) = self.go_on(db, session, &account, visit, token, now)? else { return Ok(None) };
        operators::set_password(db, operator, hash, false)?;
        operator_sessions::end_all_of_operator(db, operator, Some(session.id), now, "password")?;
        let event = OperatorEvent::PasswordChanged;
        audit::record(db, now, event, Actor::Operator(operator), None, &visit.meta)?;
        Ok(Some(entered))
    }
}
