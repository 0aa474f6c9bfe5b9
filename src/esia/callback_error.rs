//! What ESIA's refusals mean for us, by their code (`docs/esia.md`, errors).
//!
//! ESIA reports the same codes in the callback and in the answer to the token request. The texts are
//! data of a stranger: they are classified, never shown.

/// The meaning of `error` and `error_description`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallbackError {
    /// The person declined.
    Refused,
    /// The account's level is too low for what we asked.
    LevelLow,
    /// ESIA has trouble or is being serviced.
    Unavailable,
    /// Our key, certificate, clock, scopes or registration is not what ESIA expects.
    OurFault,
    /// The person entered as an organisation.
    OrganisationAccount,
    /// The code was used, has expired, or is not ours.
    InvalidGrant,
    /// Anything else.
    Other,
}

/// Words of ESIA's that blame our certificate, signature or scopes, sometimes without a code before them.
const BLAMES_US: [&str; 4] = [
    "OAuthErrorEnum.clientSecretWrong",
    "OAuthErrorEnum.noGrants",
    "GCAErrorEnum.certificateInvalid",
    "SecurityErrorEnum.scopeNotAllowed",
];

/// Classifies a refusal: by ESIA's own code where there is a known one, then by words of ESIA's that leave
/// no doubt, otherwise by the OAuth name.
pub fn classify(error: &str, description: Option<&str>) -> CallbackError {
    let code = description.and_then(esia_code);
    if let Some(meaning) = code.and_then(by_code) {
        return meaning;
    }
    if description.is_some_and(|text| BLAMES_US.iter().any(|words| text.contains(words))) {
        return CallbackError::OurFault;
    }
    match by_name(error) {
        // "Access denied" alone is the person's refusal; with a code that nobody knows it may be anything.
        CallbackError::Refused if code.is_some() => CallbackError::Other,
        meaning => meaning,
    }
}

/// The number of `ESIA-NNNNNN` at the start of a description: harmless to log, unlike the text around it.
pub fn esia_code(description: &str) -> Option<u32> {
    let digits = description.trim_start().strip_prefix("ESIA-")?.get(..6)?;
    if digits.bytes().all(|b| b.is_ascii_digit()) { digits.parse().ok() } else { None }
}

fn by_code(code: u32) -> Option<CallbackError> {
    Some(match code {
        7_004 => CallbackError::Refused,
        7_007 | 7_008 => CallbackError::Unavailable,
        7_011 => CallbackError::InvalidGrant,
        7_055 => CallbackError::LevelLow,
        7_062 => CallbackError::OrganisationAccount,
        // Certificate, parameters, scopes, clock, redirect address, signature, client authentication.
        7_002 | 7_003 | 7_005 | 7_006 | 7_009 | 7_012..=7_015 | 7_019 | 7_023 => CallbackError::OurFault,
        7_038..=7_040 | 7_053 | 7_060 | 7_061 | 7_194 | 8_010 | 5_029 => CallbackError::OurFault,
        // Two-factor and QR sign-in: nothing we or the person did wrong here.
        7_046 | 7_110 => CallbackError::Other,
        _ => return None,
    })
}

fn by_name(error: &str) -> CallbackError {
    match error {
        "access_denied" => CallbackError::Refused,
        "server_error" | "temporarily_unavailable" => CallbackError::Unavailable,
        "invalid_grant" => CallbackError::InvalidGrant,
        "invalid_request"
        | "invalid_client"
        | "invalid_scope"
        | "unauthorized_client"
        | "unsupported_response_type"
        | "unsupported_grant_type" => CallbackError::OurFault,
        _ => CallbackError::Other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn t08_a_refusal_is_classified_by_its_code_and_only_then_by_its_name() {
        use CallbackError::*;
        for (error, description, expected) in [
            ("access_denied", Some("ESIA-007004: The resource owner or server denied the request."), Refused),
            ("access_denied", Some("ESIA-007055: "), LevelLow),
            ("access_denied", Some("ESIA-007019: OAuthErrorEnum.noGrants"), OurFault),
            ("access_denied", Some("ESIA-007053: OAuthErrorEnum.clientSecretWrong"), OurFault),
            ("access_denied", Some("ESIA-007046: two-factor"), Other),
            ("access_denied", Some("ESIA-999999: unheard of"), Other),
            ("server_error", Some("ESIA-999999: unheard of"), Unavailable),
            ("invalid_request", Some("ESIA-036707: consents"), OurFault),
            ("invalid_request", Some("GCAErrorEnum.certificateInvalid"), OurFault),
            ("access_denied", Some("GCAErrorEnum.certificateInvalid"), OurFault),
            ("access_denied", Some("OAuthErrorEnum.clientSecretWrong"), OurFault),
            ("access_denied", Some("ESIA-007004: not GCAErrorEnum.certificateInvalid"), Refused),
            ("access_denied", None, Refused),
            ("access_denied", Some("no code here"), Refused),
            ("invalid_request", Some("ESIA-007062: role"), OrganisationAccount),
            ("invalid_request", Some("ESIA-007015: clock"), OurFault),
            ("invalid_request", Some("ESIA-007002"), OurFault),
            ("invalid_request", Some("ESIA-007023: x"), OurFault),
            ("unauthorized_client", Some("ESIA-007005: x"), OurFault),
            ("server_error", Some("ESIA-007007: x"), Unavailable),
            ("temporarily_unavailable", Some("ESIA-007008: x"), Unavailable),
            ("server_error", None, Unavailable),
            ("invalid_grant", Some("ESIA-007011: x"), InvalidGrant),
            ("invalid_grant", None, InvalidGrant),
            ("", None, Other),
            ("ACCESS_DENIED", None, Other),
            ("<script>", Some("<script>ESIA-007004"), Other),
        ] {
            assert_eq!(classify(error, description), expected, "{error} {description:?}");
        }
    }

    #[test]
    fn only_six_ascii_digits_at_the_start_are_a_code() {
        assert_eq!(esia_code("ESIA-007004"), Some(7_004));
        for bad in
            ["ESIA-00700", "ESIA-00700x", "esia-007004", "ESIA-００７００４", "ESIA-+07004", "ESIA-00700é"]
        {
            assert_eq!(esia_code(bad), None, "{bad}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(10_000)))]
        #[test]
        fn t82_no_text_breaks_the_classification(error in "\\PC{0,40}", description in "(ESIA-)?\\PC{0,60}") {
            let by_text = classify(&error, Some(&description));
            if esia_code(&description).is_none() {
                prop_assert_eq!(by_text, classify(&error, None));
            }
        }
    }
}
