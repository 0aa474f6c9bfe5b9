//! A fresh proof inside an operator's session (`docs/security.md`, T36): everything that a sign-in asks for,
//! asked again. Less would let whoever sits down at an open session do what a sign-in would have kept from
//! them.

use std::net::IpAddr;

use super::second_factor::CodeLook;
use super::{Entered, OperatorId, OperatorSession, OperatorSignIn, OperatorStage, Visit};
use crate::audit::{self, Actor, OperatorEvent};
use crate::platform::clock::Timestamp;
use crate::platform::secret::Token;
use crate::sign_in::{Password, Proof};
use crate::store::{Db, StoreError, operators};

/// What an operator gives to prove who they are once more.
pub struct GivenProofs {
    /// The password.
    pub password: Password,
    /// The code of the second factor, or a recovery code; empty for who has none.
    pub code: String,
    /// Whether this browser has just come in through Gosuslugi as the operator's own profile.
    pub through_esia: bool,
}

/// What the proofs are answered with.
#[derive(Clone, Debug)]
pub enum FreshProof {
    /// All are right; the session goes on under a new token.
    Given(Entered),
    /// The password is wrong.
    PasswordWrong,
    /// No code was given, and one is needed.
    CodeMissing,
    /// The code is wrong, used before, or of another time.
    CodeWrong,
    /// Too many wrong ones; not looked at.
    Delayed {
        /// When to try again.
        minutes: u32,
    },
    /// The operator needs their ESIA account besides, and has not come in through it.
    EsiaMissing,
    /// All places for argon2 are taken, or the network address has used up its share.
    Overloaded,
    /// The session ended meanwhile.
    Gone,
}

impl OperatorSignIn {
    /// Looks at the proofs of a session on duty. Their times begin anew if all are right.
    ///
    /// # Errors
    /// The database's, or a second factor that does not open.
    pub async fn prove_all_again(
        &self,
        session: &OperatorSession,
        given: GivenProofs,
        visit: Visit,
        address: IpAddr,
    ) -> Result<FreshProof, StoreError> {
        match self.prove_again(session, given.password, &visit, address).await? {
            Proof::Given => {}
            Proof::Wrong => {
                let (operator, now) = (session.operator, self.clock.now());
                let event = OperatorEvent::ProofRefused { reason: "credentials" };
                let meta = visit.meta;
                self.store
                    .write(move |db| {
                        audit::record(db, now, event.clone(), Actor::Operator(operator), None, &meta)
                    })
                    .await?;
                return Ok(FreshProof::PasswordWrong);
            }
            Proof::Delayed { minutes } => return Ok(FreshProof::Delayed { minutes }),
            Proof::Overloaded => return Ok(FreshProof::Overloaded),
        }
        let (this, session, now, token) =
            (self.clone(), session.clone(), self.clock.now(), Token::generate());
        let (code, through_esia) = (zeroize::Zeroizing::new(given.code), given.through_esia);
        // A wrong code commits too: it was counted.
        self.store
            .write(move |db| this.take_proofs(db, &session, (&code, through_esia), &visit, &token, now))
            .await
    }

    /// Whether an operator is asked for a code.
    ///
    /// # Errors
    /// The database's.
    pub async fn has_factor(&self, operator: OperatorId) -> Result<bool, StoreError> {
        let account = self.store.read(move |db| operators::find_account(db, operator)).await?;
        Ok(account.is_some_and(|account| account.second_factor.is_some()))
    }

    fn take_proofs(
        &self,
        db: &mut Db,
        session: &OperatorSession,
        (code, through_esia): (&str, bool),
        visit: &Visit,
        token: &Token,
        now: Timestamp,
    ) -> Result<FreshProof, StoreError> {
        let operator = session.operator;
        let account = operators::find_and_hold(db, operator)?;
        let Some(account) = account
            .filter(|account| account.operator.disabled_at.is_none() && session.stage == OperatorStage::Full)
        else {
            return Ok(FreshProof::Gone);
        };
        let refuse = |db: &mut Db, reason| {
            let event = OperatorEvent::ProofRefused { reason };
            audit::record(db, now, event, Actor::Operator(operator), None, &visit.meta)
        };
        if account.operator.needs_esia && !through_esia {
            return Ok(FreshProof::EsiaMissing);
        }
        if account.second_factor.is_some() {
            if code.trim().is_empty() {
                return Ok(FreshProof::CodeMissing);
            }
            match self.look_at_code(db, &account, code, visit, now)? {
                CodeLook::Right => {}
                CodeLook::Wrong { last_before_delay } => {
                    refuse(db, if last_before_delay { "delayed" } else { "code" })?;
                    return Ok(FreshProof::CodeWrong);
                }
                CodeLook::Delayed { minutes } => return Ok(FreshProof::Delayed { minutes }),
            }
        }
        let Some(entered) = self.go_on(db, session, &account, visit, token, now)? else {
            return Ok(FreshProof::Gone);
        };
        audit::record(db, now, OperatorEvent::ProofGiven, Actor::Operator(operator), None, &visit.meta)?;
        Ok(FreshProof::Given(entered))
    }
}
