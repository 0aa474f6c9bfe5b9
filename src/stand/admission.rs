//! Which accounts a relying party lets in: `person_filter`, and organisation scopes.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::organisation::Organisation;
use super::parameters::Parameters;
use super::persona::{AccountLevel, Persona};
use super::refusal::Refusal;
use super::state::Trip;

/// What `person_filter` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PersonFilter {
    Confirmed,
    Children,
    NoChildren,
}

impl PersonFilter {
    /// The filter, where there is one: its name in base64, whichever of the four forms.
    pub fn read(parameters: &Parameters) -> Result<Option<Self>, Refusal> {
        let encoded = parameters.get("person_filter");
        if encoded.is_empty() {
            return Ok(None);
        }
        let name = URL_SAFE_NO_PAD.decode(super::client_secret::canonical_base64(encoded)).ok();
        match name.as_deref() {
            Some(b"conf_acc") => Ok(Some(Self::Confirmed)),
            Some(b"acc_kid") => Ok(Some(Self::Children)),
            Some(b"acc_not_kid") => Ok(Some(Self::NoChildren)),
            _ => Err(Refusal::Malformed("person_filter")),
        }
    }

    fn lets_in(self, level: AccountLevel) -> bool {
        match self {
            Self::Confirmed => level == AccountLevel::Confirmed,
            Self::Children => level == AccountLevel::Child,
            Self::NoChildren => level != AccountLevel::Child,
        }
    }
}

/// That this person may go on with this request.
pub(super) fn check(trip: &Trip, persona: &Persona) -> Result<(), Refusal> {
    if trip.filter.is_some_and(|filter| !filter.lets_in(persona.level)) {
        return Err(Refusal::NotConfirmed);
    }
    if !trip.organisations.is_empty() && Organisation::of_employee(persona.oid).is_none() {
        return Err(Refusal::NotEmployee);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_one_of_three_words_in_base64() {
        let read = |value: &str| PersonFilter::read(&Parameters::parse(value.as_bytes()));
        assert_eq!(read(""), Ok(None));
        assert_eq!(read("person_filter=Y29uZl9hY2M="), Ok(Some(PersonFilter::Confirmed)));
        assert_eq!(read("person_filter=YWNjX2tpZA"), Ok(Some(PersonFilter::Children)));
        assert_eq!(read("person_filter=YWNjX25vdF9raWQ"), Ok(Some(PersonFilter::NoChildren)));
        for bad in ["conf_acc", "eA", "Y29uZl9hY2MK"] {
            let refused = Err(Refusal::Malformed("person_filter"));
            assert_eq!(read(&format!("person_filter={bad}")), refused, "{bad}");
        }
    }

    #[test]
    fn each_filter_lets_in_its_levels() {
        use AccountLevel::{Child, Confirmed, Simplified};
        for (filter, confirmed, simplified, child) in [
            (PersonFilter::Confirmed, true, false, false),
            (PersonFilter::Children, false, false, true),
            (PersonFilter::NoChildren, true, true, false),
        ] {
            let lets_in = [Confirmed, Simplified, Child].map(|level| filter.lets_in(level));
            assert_eq!(lets_in, [confirmed, simplified, child], "{filter:?}");
        }
    }
}
