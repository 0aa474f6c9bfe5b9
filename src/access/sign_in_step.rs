//! What an operator's sign-in asks for next: one rule for all its pages.

use super::{OperatorAccount, OperatorStage};

/// A step of a sign-in after the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInStep {
    /// To come in through Gosuslugi as the operator's own journal profile.
    Esia,
    /// The code of the second factor.
    Code,
    /// A password of one's own in the place of one that somebody handed out.
    NewPassword,
    /// A second factor.
    NewFactor,
    /// Nothing more.
    OnDuty,
}

/// What a proof beside the password must be, and is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proofs {
    /// The settings ask everybody for a second factor.
    pub factor_required: bool,
    /// This browser has just come in through Gosuslugi as the operator's profile.
    pub through_esia: bool,
}

/// What comes next in a session of `stage`. Proofs come before anything is set up: with a password alone
/// nobody changes it, nor chooses a second factor in the place of one that is there.
pub fn next(stage: OperatorStage, account: &OperatorAccount, proofs: Proofs) -> SignInStep {
    match stage {
        OperatorStage::Full => SignInStep::OnDuty,
        // Where no code is asked for, the page of ESIA itself takes the session on.
        OperatorStage::Password
            if account.operator.needs_esia && !(proofs.through_esia && account.second_factor.is_some()) =>
        {
            SignInStep::Esia
        }
        OperatorStage::Password if account.second_factor.is_some() => SignInStep::Code,
        OperatorStage::Password | OperatorStage::Enrolling => to_set_up(account, proofs.factor_required),
    }
}

/// What is still to be set up once all proofs are given.
pub fn to_set_up(account: &OperatorAccount, factor_required: bool) -> SignInStep {
    if account.must_change_password {
        SignInStep::NewPassword
    } else if factor_required && account.second_factor.is_none() {
        SignInStep::NewFactor
    } else {
        SignInStep::OnDuty
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Area, Operator, OperatorId, OperatorRole, StoredFactor};
    use super::*;
    use crate::directory::territory::RegionId;

    fn account(needs_esia: bool, has_factor: bool, must_change_password: bool) -> OperatorAccount {
        let operator = Operator {
            id: OperatorId(1),
            login: "anna".into(),
            name: "Анна".into(),
            email: None,
            role: OperatorRole::Support,
            area: Area::Region(RegionId(1)),
            profile: None,
            needs_esia,
            disabled_at: None,
        };
        let second_factor = has_factor.then(|| StoredFactor { sealed: Vec::new(), used_step: None });
        OperatorAccount {
            operator,
            uid: String::new(),
            password_hash: None,
            must_change_password,
            second_factor,
        }
    }

    #[test]
    fn t41_every_proof_comes_before_duty_and_before_anything_is_set_up() {
        use OperatorStage::{Enrolling, Full, Password};
        use SignInStep::{Code, Esia, NewFactor, NewPassword, OnDuty};
        // stage, needs ESIA, has a factor, must change the password; factor required, through ESIA.
        let table = [
            (Password, (false, false, false), (false, false), OnDuty),
            (Password, (false, false, false), (true, false), NewFactor),
            (Password, (false, false, true), (true, false), NewPassword),
            (Password, (false, true, true), (true, false), Code),
            (Password, (false, true, false), (false, false), Code),
            (Password, (true, true, false), (true, false), Esia),
            (Password, (true, true, false), (true, true), Code),
            (Password, (true, false, true), (true, false), Esia),
            (Password, (true, false, true), (true, true), Esia),
            (Password, (true, false, false), (false, true), Esia),
            (Enrolling, (true, false, true), (true, false), NewPassword),
            (Enrolling, (false, false, false), (true, false), NewFactor),
            (Enrolling, (false, true, false), (true, false), OnDuty),
            (Full, (true, true, true), (true, false), OnDuty),
        ];
        for (stage, (esia, factor, change), (factor_required, through_esia), step) in table {
            let proofs = Proofs { factor_required, through_esia };
            assert_eq!(
                next(stage, &account(esia, factor, change), proofs),
                step,
                "{stage:?} {esia} {factor} {change} {proofs:?}"
            );
        }
    }
}
