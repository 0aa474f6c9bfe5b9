//! The second factor at work: its code at a sign-in, and setting it up.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use super::sign_in::refuse;
use super::totp::TotpSecret;
use super::{
    Entered, OneTimeCode, Operator, OperatorAccount, OperatorId, OperatorSession, OperatorSignIn,
    OperatorStage, SignInStep, StoredFactor, Visit,
};
use crate::audit::{self, Actor, OperatorEvent};
use crate::platform::clock::Timestamp;
use crate::platform::secret::{Cell, Token};
use crate::sign_in::throttle::{Admission, minutes_until, operator_try_key};
use crate::store::sealed_values::SealedColumn;
use crate::store::{Db, StoreError, operator_browsers, operator_sessions, operators, second_factors};

/// What a code is answered with.
#[derive(Clone, Debug)]
pub enum CodeGiven {
    /// Right.
    Right(Entered),
    /// Wrong, used before, or of another time.
    Wrong,
    /// Too many wrong ones; not looked at.
    Delayed {
        /// When to try again.
        minutes: u32,
    },
    /// No code is asked for in this session.
    NotAsked,
}

/// What a look at a code came to.
pub(super) enum CodeLook {
    /// Right, and used up.
    Right,
    /// Wrong, used before, or of another time.
    Wrong {
        /// Whether a wait begins with it.
        last_before_delay: bool,
    },
    /// Too many wrong ones; not looked at.
    Delayed {
        /// When to try again.
        minutes: u32,
    },
}

/// A secret that an operator may take as the own second factor. Nothing is stored before a code proves that
/// it arrived: the page carries it, encrypted for this operator.
pub struct FactorOffer {
    /// The secret for typing.
    pub secret: Zeroizing<String>,
    /// The same as an app reads it.
    pub uri: Zeroizing<String>,
    /// The same for the form.
    pub sealed: String,
}

impl std::fmt::Debug for FactorOffer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FactorOffer(…)")
    }
}

/// What the first code of an offered secret is answered with.
#[derive(Clone, Debug)]
pub enum FactorSet {
    /// The factor is set up.
    Done {
        /// The session under its new token.
        entered: Entered,
        /// To be shown once.
        codes: Vec<OneTimeCode>,
    },
    /// The code is not one of the offered secret.
    Wrong,
    /// The offer is not this operator's, or nothing is to be set up in this session.
    Gone,
}

impl OperatorSignIn {
    /// Looks at the code that a session still waits for, or at a recovery code in its place.
    ///
    /// # Errors
    /// The database's, or a second factor that does not open.
    pub async fn give_code(
        &self,
        session: &OperatorSession,
        typed: String,
        through_esia: bool,
        visit: Visit,
    ) -> Result<CodeGiven, StoreError> {
        let typed = Zeroizing::new(typed);
        let (this, session, now, token) =
            (self.clone(), session.clone(), self.clock.now(), Token::generate());
        // A wrong code commits too: it was counted.
        self.store
            .write(move |db| this.give_code_in(db, &session, &typed, through_esia, &visit, &token, now))
            .await
    }

    #[allow(
        clippy::too_many_arguments,
        reason = "the step, the request, and what a retried transaction needs"
    )]
    fn give_code_in(
        &self,
        db: &mut Db,
        session: &OperatorSession,
        typed: &str,
        through_esia: bool,
        visit: &Visit,
        token: &Token,
        now: Timestamp,
    ) -> Result<CodeGiven, StoreError> {
        let account = operators::find_and_hold(db, session.operator)?;
        let Some(account) = account.filter(|account| account.operator.disabled_at.is_none()) else {
            return Ok(CodeGiven::NotAsked);
        };
        if self.step(session, &account, through_esia) != SignInStep::Code {
            return Ok(CodeGiven::NotAsked);
        }
        match self.look_at_code(db, &account, typed, visit, now)? {
            CodeLook::Right => {}
            CodeLook::Wrong { last_before_delay } => {
                let reason = if last_before_delay { "delayed" } else { "code" };
                refuse(db, Some(session.operator), reason, &visit.meta, now)?;
                return Ok(CodeGiven::Wrong);
            }
            CodeLook::Delayed { minutes } => return Ok(CodeGiven::Delayed { minutes }),
        }
        let entered = self.go_on(db, session, &account, visit, token, now)?;
        Ok(entered.map_or(CodeGiven::NotAsked, CodeGiven::Right))
    }

    /// Looks at a code under the count of wrong ones, and uses it up if it is right.
    pub(super) fn look_at_code(
        &self,
        db: &mut Db,
        account: &OperatorAccount,
        typed: &str,
        visit: &Visit,
        now: Timestamp,
    ) -> Result<CodeLook, StoreError> {
        let operator = account.operator.id;
        let known = operator_browsers::is_known(db, operator, &visit.browser)?;
        // No login holds a control character, so no login's count is met here.
        let key = operator_try_key(&format!("\0code {}", operator.0), Some(&visit.browser).filter(|_| known));
        let last_before_delay = match self.throttle.admit(db, &key, now)? {
            Admission::Delayed { until } => {
                return Ok(CodeLook::Delayed { minutes: minutes_until(until, now) });
            }
            Admission::Counted { last_before_delay } => last_before_delay,
        };
        if !self.take_code(db, account, typed, visit, now)? {
            return Ok(CodeLook::Wrong { last_before_delay });
        }
        self.throttle.forget(db, &key)?;
        Ok(CodeLook::Right)
    }

    /// Uses the code up; whether it was right.
    fn take_code(
        &self,
        db: &mut Db,
        account: &OperatorAccount,
        typed: &str,
        visit: &Visit,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let Some(factor) = &account.second_factor else { return Ok(false) };
        let operator = account.operator.id;
        let opened = self.keys.sealer.open(SealedColumn::Totp.cell(&account.uid), &factor.sealed);
        let opened = Zeroizing::new(opened.map_err(|_| StoreError::Corrupt("operators.totp_sealed"))?);
        let secret = TotpSecret::from_bytes(&opened).ok_or(StoreError::Corrupt("operators.totp_sealed"))?;
        if let Some(step) = secret.step_of(typed, now, factor.used_step) {
            return second_factors::use_step(db, operator, step);
        }
        let Some(code) = OneTimeCode::read(typed) else { return Ok(false) };
        if !second_factors::use_recovery_code(db, operator, &code, now)? {
            return Ok(false);
        }
        let left = second_factors::count_recovery_codes(db, operator)?;
        let event = OperatorEvent::RecoveryCodeUsed { left };
        audit::record(db, now, event, Actor::Operator(operator), None, &visit.meta)?;
        Ok(true)
    }

    /// A fresh secret to be offered to an operator.
    pub fn offer_factor(&self, operator: &Operator) -> FactorOffer {
        self.written_offer(operator, &TotpSecret::generate())
    }

    /// The same secret again, from the form that carried it; `None` unless it is this operator's.
    pub fn reopen_offer(&self, operator: &Operator, sealed: &str) -> Option<FactorOffer> {
        Some(self.written_offer(operator, &self.offered(operator.id, sealed)?))
    }

    fn written_offer(&self, operator: &Operator, secret: &TotpSecret) -> FactorOffer {
        let row = operator.id.0.to_string();
        let sealed = self.keys.sealer.seal(offer_cell(&row), secret.as_bytes());
        FactorOffer {
            secret: secret.to_base32(),
            uri: secret.to_uri(&self.issuer, &operator.login),
            sealed: URL_SAFE_NO_PAD.encode(sealed),
        }
    }

    fn offered(&self, operator: OperatorId, sealed: &str) -> Option<TotpSecret> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let opened = self.keys.sealer.open(offer_cell(&operator.0.to_string()), &bytes).ok()?;
        TotpSecret::from_bytes(&Zeroizing::new(opened))
    }

    /// Takes the offered secret as the operator's second factor once a code proves that it arrived. Ends the
    /// operator's other sessions.
    ///
    /// # Errors
    /// The database's.
    pub async fn set_factor(
        &self,
        session: &OperatorSession,
        sealed: &str,
        typed: &str,
        visit: Visit,
    ) -> Result<FactorSet, StoreError> {
        let Some(secret) = self.offered(session.operator, sealed) else { return Ok(FactorSet::Gone) };
        let (this, session, now, token) =
            (self.clone(), session.clone(), self.clock.now(), Token::generate());
        let Some(step) = secret.step_of(typed, now, None) else { return Ok(FactorSet::Wrong) };
        let codes = OneTimeCode::generate_set();
        let written = codes.iter().map(OneTimeCode::digest).collect::<Vec<_>>();
        let entered = self.store.write(move |db| {
            let Some(mut account) = operators::find_and_hold(db, session.operator)? else { return Ok(None) };
            let asked = this.step(&session, &account, false) == SignInStep::NewFactor;
            if !asked && session.stage != OperatorStage::Full {
                return Ok(None);
            }
            let operator = account.operator.id;
            let sealed = this.keys.sealer.seal(SealedColumn::Totp.cell(&account.uid), secret.as_bytes());
            account.second_factor = Some(StoredFactor { sealed: sealed.clone(), used_step: Some(step) });
            let entered = this.go_on(db, &session, &account, &visit, &token, now)?;
            if entered.is_none() {
                return Ok(None);
            }
            second_factors::set(db, operator, &sealed, step, &written, now)?;
            operator_sessions::end_all_of_operator(db, operator, Some(session.id), now, "second_factor")?;
            let event = OperatorEvent::FactorSet;
            audit::record(db, now, event, Actor::Operator(operator), None, &visit.meta)?;
            Ok(entered)
        });
        Ok(entered.await?.map_or(FactorSet::Gone, |entered| FactorSet::Done { entered, codes }))
    }

    /// How many recovery codes an operator has left; `None` without a second factor.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_recovery_codes(&self, operator: OperatorId) -> Result<Option<i64>, StoreError> {
        self.store
            .read(move |db| {
                let account = operators::find_account(db, operator)?;
                match account.and_then(|account| account.second_factor) {
                    Some(_) => second_factors::count_recovery_codes(db, operator).map(Some),
                    None => Ok(None),
                }
            })
            .await
    }
}

/// Where an offer belongs: to no row, for none is there yet.
fn offer_cell(operator: &str) -> Cell<'_> {
    Cell { table: "operators", column: "totp_offer", row: operator }
}
