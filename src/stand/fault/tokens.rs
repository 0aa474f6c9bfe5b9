//! Faults of the tokens themselves: header, claims, signature.

use serde_json::{Value, json};

use super::Row;
use super::token::remove;

/// What is wrong with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the table says what each does")]
pub enum TokensFault {
    WrongSignature,
    WrongKey,
    SignatureDropped,
    AlgorithmNone,
    AlgorithmHmac,
    AlgorithmOther,
    AlgorithmMissing,
    ExtensionCritical,
    UseSwapped,
    WrongIssuer,
    IssuerHttps,
    WrongAudience,
    AudienceList,
    WrongClient,
    Expired,
    NotYetValid,
    IssuedInFuture,
    IssuedLongAgo,
    TimesText,
    TimesMissing,
    SubjectText,
    SubjectWord,
    SubjectMissing,
    SubjectHuge,
    SubjectNegative,
    SubjectFraction,
    SubjectDiffers,
    Organisation,
    OtherPerson,
    LevelUntrusted,
    LevelChild,
    LevelTextTrue,
    LevelUnknown,
    ClaimTwice,
    IdTokenHuge,
    IdTokenOpaque,
    AccessTokenOpaque,
    OldForms,
    CertificateNamed,
}

impl TokensFault {
    /// All of them with their names.
    pub const ALL: &[Row<Self>] = &[
        (Self::WrongSignature, "wrong-signature", "The id_token's signature is of nobody."),
        (Self::WrongKey, "wrong-key", "Both tokens are signed with a key whose certificate nobody knows."),
        (Self::SignatureDropped, "signature-dropped", "The id_token has no signature, its header is right."),
        (Self::AlgorithmNone, "algorithm-none", "The id_token says `none` and has no signature."),
        (
            Self::AlgorithmHmac,
            "algorithm-hmac",
            "The id_token says `HS256`; the stand's certificate is the secret.",
        ),
        (
            Self::AlgorithmOther,
            "algorithm-other",
            "The id_token says `RS512`, its signature is the usual one.",
        ),
        (Self::AlgorithmMissing, "algorithm-missing", "The id_token's header names no algorithm."),
        (
            Self::ExtensionCritical,
            "extension-critical",
            "The id_token's header has an extension that must be understood.",
        ),
        (Self::UseSwapped, "use-swapped", "The id_token's header says that it is an access token."),
        (Self::WrongIssuer, "wrong-issuer", "Both tokens name another issuer."),
        (Self::IssuerHttps, "issuer-https", "Both tokens write the issuer with `https`."),
        (Self::WrongAudience, "wrong-audience", "The id_token is for another system."),
        (Self::AudienceList, "audience-list", "The id_token's audience is a list with another system in it."),
        (Self::WrongClient, "wrong-client", "The access token is for another system."),
        (Self::Expired, "expired", "Both tokens ran out yesterday."),
        (Self::NotYetValid, "not-yet-valid", "Both tokens are valid from tomorrow on."),
        (
            Self::IssuedInFuture,
            "issued-in-future",
            "Both tokens were issued tomorrow, and are valid already.",
        ),
        (Self::IssuedLongAgo, "issued-long-ago", "Both tokens are older than the request, and still valid."),
        (Self::TimesText, "times-text", "The id_token's times are text."),
        (Self::TimesMissing, "times-missing", "The id_token has no `exp`."),
        (Self::SubjectText, "subject-text", "The id_token's subject is its number as text."),
        (Self::SubjectWord, "subject-word", "The id_token's subject is a word."),
        (Self::SubjectMissing, "subject-missing", "The id_token has no subject."),
        (Self::SubjectHuge, "subject-huge", "The id_token's subject is a number of 40 digits."),
        (Self::SubjectNegative, "subject-negative", "The id_token's subject is a negative number."),
        (Self::SubjectFraction, "subject-fraction", "The id_token's subject is a number with a fraction."),
        (
            Self::SubjectDiffers,
            "subject-differs",
            "The id_token's subject and its account are of different people.",
        ),
        (Self::Organisation, "organisation", "The id_token is about an organisation."),
        (Self::OtherPerson, "other-person", "The access token is about another person than the id_token."),
        (Self::LevelUntrusted, "level-untrusted", "The id_token says that the account is not confirmed."),
        (Self::LevelChild, "level-child", "The id_token says that the account is a child's."),
        (Self::LevelTextTrue, "level-text-true", "`is_tru` is the text `true`."),
        (Self::LevelUnknown, "level-unknown", "`lvl` is one that no source knows."),
        (Self::ClaimTwice, "claim-twice", "The id_token has its subject twice, first another person's."),
        (Self::IdTokenHuge, "id-token-huge", "The id_token has 64 KiB."),
        (Self::IdTokenOpaque, "id-token-opaque", "The id_token is no signed token."),
        (Self::AccessTokenOpaque, "access-token-opaque", "The access token is no signed token."),
        (
            Self::OldForms,
            "old-forms",
            "The id_token is written as years ago: `auth_time` in milliseconds, a session of 64 digits, no `lvl`.",
        ),
        (
            Self::CertificateNamed,
            "certificate-named",
            "Header fields that name keys, among them `kid` and `jku`; the signature is right.",
        ),
    ];

    /// Spoils a token before it is signed.
    pub(in crate::stand) fn spoil(self, of: TokenKind, draft: &mut Draft) {
        let (header, claims) = (&mut draft.header, &mut draft.claims);
        let is_id = of == TokenKind::Id;
        let account = "urn:esia:sbj";
        match self {
            Self::WrongKey => draft.signing = Signing::Stranger,
            Self::WrongIssuer => claims["iss"] = json!("http://other.stand.example/"),
            Self::IssuerHttps => {
                let issuer = claims["iss"].as_str().unwrap_or_default().replacen("http:", "https:", 1);
                claims["iss"] = json!(issuer);
            }
            Self::Expired => shift(claims, &["iat", "nbf", "exp"], -DAY),
            Self::NotYetValid => shift(claims, &["nbf", "exp"], DAY),
            Self::IssuedInFuture => shift(claims, &["iat", "exp"], DAY),
            Self::IssuedLongAgo => shift(claims, &["iat", "nbf"], -DAY),
            Self::CertificateNamed => {
                header["kid"] = json!("../../other.crt");
                header["jku"] = json!("http://other.stand.example/keys");
            }
            Self::WrongClient if !is_id => claims["client_id"] = json!("OTHER_SYSTEM"),
            // The access token is made for another person where its person is chosen.
            Self::WrongClient | Self::OtherPerson => {}
            Self::AccessTokenOpaque if !is_id => draft.signing = Signing::Opaque,
            Self::AccessTokenOpaque => {}
            _ if !is_id => {}
            Self::WrongSignature => draft.signing = Signing::Spoiled,
            Self::SignatureDropped => draft.signing = Signing::Absent,
            Self::AlgorithmNone => {
                header["alg"] = json!("none");
                draft.signing = Signing::Absent;
            }
            Self::AlgorithmHmac => {
                header["alg"] = json!("HS256");
                draft.signing = Signing::Hmac;
            }
            Self::AlgorithmOther => header["alg"] = json!("RS512"),
            Self::AlgorithmMissing => remove(header, "alg"),
            Self::ExtensionCritical => header["crit"] = json!(["exp"]),
            Self::UseSwapped => header["sbt"] = json!("access"),
            Self::WrongAudience => claims["aud"] = json!("OTHER_SYSTEM"),
            Self::AudienceList => claims["aud"] = json!([claims["aud"], "OTHER_SYSTEM"]),
            Self::TimesText => {
                for name in ["iat", "nbf", "exp"] {
                    claims[name] = json!(claims[name].to_string());
                }
            }
            Self::TimesMissing => remove(claims, "exp"),
            Self::SubjectText => claims["sub"] = json!(claims["sub"].to_string()),
            Self::SubjectWord => claims["sub"] = json!("OID.somebody"),
            Self::SubjectMissing => remove(claims, "sub"),
            // A number of JSON that no integer type holds.
            Self::SubjectHuge => claims["sub"] = json!(1e39),
            Self::SubjectNegative => claims["sub"] = json!(-1),
            Self::SubjectFraction => claims["sub"] = json!(1_000_000_001.5),
            Self::SubjectDiffers => claims[account]["urn:esia:sbj:oid"] = json!(1_000_000_999),
            Self::Organisation => claims[account]["urn:esia:sbj:typ"] = json!("L"),
            Self::LevelUntrusted => {
                remove(&mut claims[account], "urn:esia:sbj:is_tru");
                claims[account]["urn:esia:sbj:lvl"] = json!("P");
            }
            Self::LevelChild => {
                remove(&mut claims[account], "urn:esia:sbj:is_tru");
                claims[account]["urn:esia:sbj:lvl"] = json!("KD");
            }
            Self::LevelTextTrue => claims[account]["urn:esia:sbj:is_tru"] = json!("true"),
            Self::LevelUnknown => claims[account]["urn:esia:sbj:lvl"] = json!("XX"),
            Self::ClaimTwice => draft.prefix = "\"sub\":1000000999,",
            Self::IdTokenHuge => claims["params"] = json!("x".repeat(48 * 1024)),
            Self::IdTokenOpaque => draft.signing = Signing::Opaque,
            Self::OldForms => {
                let seconds = claims["auth_time"].as_i64().unwrap_or_default();
                claims["auth_time"] = json!(seconds * 1_000);
                claims["urn:esia:sid"] = json!("0123456789abcdef".repeat(4));
                remove(&mut claims[account], "urn:esia:sbj:lvl");
            }
        }
    }
}

const DAY: i64 = 86_400;

fn shift(claims: &mut Value, names: &[&str], seconds: i64) {
    for name in names {
        claims[*name] = json!(claims[*name].as_i64().unwrap_or_default() + seconds);
    }
}

/// Which token is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::stand) enum TokenKind {
    Id,
    Access,
}

/// How a token is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::stand) enum Signing {
    Right,
    /// With a key whose certificate is not published.
    Stranger,
    /// Right length and alphabet, wrong number.
    Spoiled,
    /// The part is empty.
    Absent,
    /// HMAC with the certificate as the secret.
    Hmac,
    /// Not a token at all.
    Opaque,
}

/// A token before it is signed.
#[derive(Debug)]
pub(in crate::stand) struct Draft {
    pub header: Value,
    pub claims: Value,
    /// Text of JSON after the claims' opening brace.
    pub prefix: &'static str,
    pub signing: Signing,
}

impl Draft {
    pub fn new(header: Value, claims: Value) -> Self {
        Self { header, claims, prefix: "", signing: Signing::Right }
    }
}
