//! The assurance level, from what token and person data say together (`docs/esia.md`, account level).

use crate::identity::AssuranceLevel;

/// Everything ESIA says that bears on the level.
#[derive(Clone, Copy, Debug)]
pub(super) struct LevelFacts<'a> {
    /// `is_tru` of the id_token is JSON `true`.
    pub(super) token_trusted: bool,
    /// `lvl` of the id_token.
    pub(super) token_level: Option<&'a str>,
    /// `trusted` of the person data is JSON `true`.
    pub(super) person_trusted: bool,
    /// `kidAccCreatedByParent` of the person data is JSON `true`.
    pub(super) made_by_parent: bool,
    /// `verifying` of the person data is JSON `true`: the registers have not answered yet.
    pub(super) being_checked: bool,
    /// A well-formed SNILS came with the person data.
    pub(super) has_snils: bool,
    /// Whether an identity document came that ESIA has verified; unknown where documents were not asked for.
    pub(super) has_verified_document: Option<bool>,
}

/// The level, doubt always resolved downwards. No field names standard against simplified: ESIA checks SNILS
/// and identity document before it makes an account standard, so a SNILS that is not still being checked
/// counts as that, unless the documents say otherwise.
pub(super) fn assurance_level(facts: LevelFacts<'_>) -> AssuranceLevel {
    if facts.token_level == Some("KD") || facts.made_by_parent {
        return AssuranceLevel::Child;
    }
    let level_agrees = matches!(facts.token_level, None | Some("PR"));
    if facts.token_trusted && facts.person_trusted && level_agrees {
        AssuranceLevel::Confirmed
    } else if facts.has_snils && !facts.being_checked && facts.has_verified_document != Some(false) {
        AssuranceLevel::Standard
    } else {
        AssuranceLevel::Simplified
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t18_only_two_agreeing_witnesses_make_a_confirmed_account() {
        for bits in 0..128_u8 {
            let [token_trusted, person_trusted, made_by_parent, being_checked, has_snils, asked, verified] =
                std::array::from_fn(|bit| bits & (1 << bit) != 0);
            let has_verified_document = asked.then_some(verified);
            for token_level in [None, Some("PR"), Some("P"), Some("KD"), Some(""), Some("pr")] {
                let level = assurance_level(LevelFacts {
                    token_trusted,
                    token_level,
                    person_trusted,
                    made_by_parent,
                    being_checked,
                    has_snils,
                    has_verified_document,
                });
                let child = made_by_parent || token_level == Some("KD");
                let confirmed = token_trusted && person_trusted && [None, Some("PR")].contains(&token_level);
                let standard = has_snils && !being_checked && (!asked || verified);
                let expected = match (child, confirmed, standard) {
                    (true, ..) => AssuranceLevel::Child,
                    (false, true, _) => AssuranceLevel::Confirmed,
                    (false, false, true) => AssuranceLevel::Standard,
                    (false, false, false) => AssuranceLevel::Simplified,
                };
                assert_eq!(level, expected, "{bits:07b} {token_level:?}");
            }
        }
    }
}
