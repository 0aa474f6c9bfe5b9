//! A relying party's CMS signature, put together by hand so that each part can be made wrong.

use std::fs;
use std::path::PathBuf;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{EncapsulatedContentInfo, SignedData, SignerIdentifier, SignerInfo};
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5911::{ID_CONTENT_TYPE, ID_DATA, ID_MESSAGE_DIGEST, ID_SIGNED_DATA};
use const_oid::db::rfc5912::{ID_SHA_256, RSA_ENCRYPTION};
use der::asn1::{OctetString, SetOfVec};
use der::{Any, Decode, DecodePem, Encode, SecretDocument};
use privyazka::gost::{KEY_ALGORITHM, ParameterSet, STREEBOG_256, SigningKey, streebog256};
use privyazka::stand::credentials::{ensure_client, ensure_client_gost};
use spki::AlgorithmIdentifierOwned;
use x509_cert::Certificate;
use x509_cert::attr::Attribute;

/// Keys are slow to make, so all tests share one folder of them.
pub fn credentials_dir() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("stand-credentials")
}

/// How a signature is put together.
#[derive(Clone, Default)]
pub struct Form {
    pub bare: bool,
    pub attached: Option<String>,
    pub stated_digest_of: Option<String>,
    pub foreign_key: bool,
    pub no_certificate: bool,
}

/// A relying party's key and certificate.
pub struct Signer {
    name: String,
    key: RsaKeyPair,
    certificate: Certificate,
}

impl Signer {
    pub fn of(client_id: &str) -> Self {
        let files = ensure_client(&credentials_dir(), client_id).unwrap();
        let key = fs::read_to_string(files.private_key_file).unwrap();
        let (_, key) = SecretDocument::from_pem(&key).unwrap();
        Self {
            name: client_id.to_owned(),
            key: RsaKeyPair::from_pkcs8(key.as_bytes()).unwrap(),
            certificate: Certificate::from_pem(fs::read(files.certificate_file).unwrap()).unwrap(),
        }
    }

    pub fn certificate_file(&self) -> PathBuf {
        ensure_client(&credentials_dir(), &self.name).unwrap().certificate_file
    }

    fn raw(&self, message: &[u8]) -> Vec<u8> {
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).unwrap();
        signature
    }

    /// CMS SignedData over the text.
    pub fn sign(&self, message: &str, form: &Form) -> Vec<u8> {
        let foreign = form.foreign_key.then(|| Self::of("FOREIGN"));
        let signer = Kind {
            digest: ID_SHA_256,
            signature: RSA_ENCRYPTION,
            digested: &|text| digest(&SHA256, text).as_ref().to_vec(),
            sign: &|signed| foreign.as_ref().unwrap_or(self).raw(signed),
        };
        cms(&self.certificate, &signer, message, form)
    }

    /// A signature without any CMS, as the newer addresses take it.
    pub fn bare_signature(&self, message: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.raw(message.as_bytes()))
    }
}

/// What differs between the algorithms of a CMS message.
struct Kind<'a> {
    digest: ObjectIdentifier,
    signature: ObjectIdentifier,
    digested: &'a dyn Fn(&[u8]) -> Vec<u8>,
    sign: &'a dyn Fn(&[u8]) -> Vec<u8>,
}

fn cms(certificate: &Certificate, kind: &Kind<'_>, message: &str, form: &Form) -> Vec<u8> {
    let digested = (kind.digested)(form.stated_digest_of.as_deref().unwrap_or(message).as_bytes());
    let octets = |bytes: &[u8]| any(&OctetString::new(bytes).unwrap());
    let attributes = SetOfVec::try_from(vec![
        attribute(ID_CONTENT_TYPE, any(&ID_DATA)),
        attribute(ID_MESSAGE_DIGEST, octets(&digested)),
    ])
    .unwrap();
    let signed = if form.bare { message.as_bytes().to_vec() } else { attributes.to_der().unwrap() };
    let algorithm = |oid| AlgorithmIdentifierOwned { oid, parameters: None };
    let signer = SignerInfo {
        version: CmsVersion::V1,
        sid: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
            issuer: certificate.tbs_certificate.issuer.clone(),
            serial_number: certificate.tbs_certificate.serial_number.clone(),
        }),
        digest_alg: algorithm(kind.digest),
        signed_attrs: (!form.bare).then_some(attributes),
        signature_algorithm: algorithm(kind.signature),
        signature: OctetString::new((kind.sign)(&signed)).unwrap(),
        unsigned_attrs: None,
    };
    let certificates = vec![CertificateChoices::Certificate(certificate.clone())];
    let content = SignedData {
        version: CmsVersion::V1,
        digest_algorithms: vec![algorithm(kind.digest)].try_into().unwrap(),
        encap_content_info: EncapsulatedContentInfo {
            econtent_type: ID_DATA,
            econtent: form.attached.as_ref().map(|text| octets(text.as_bytes())),
        },
        certificates: (!form.no_certificate).then(|| certificates.try_into().unwrap()),
        crls: None,
        signer_infos: vec![signer].try_into().unwrap(),
    };
    let info = ContentInfo { content_type: ID_SIGNED_DATA, content: any(&content) };
    info.to_der().unwrap()
}

/// A relying party's GOST key.
pub struct GostSigner {
    pub key: SigningKey,
    pub certificate_file: PathBuf,
    pub certificate: Certificate,
    pub certificate_hash: String,
}

impl GostSigner {
    pub fn of(client_id: &str, set: ParameterSet) -> Self {
        let files = ensure_client_gost(&credentials_dir(), client_id, set).unwrap();
        let read = |file: &PathBuf| der::pem::decode_vec(&fs::read(file).unwrap()).unwrap().1;
        let certificate = read(&files.certificate_file);
        Self {
            key: SigningKey::from_pkcs8_der(&read(&files.private_key_file)).unwrap(),
            certificate_hash: hex::encode_upper(streebog256(&certificate)),
            certificate: Certificate::from_der(&certificate).unwrap(),
            certificate_file: files.certificate_file,
        }
    }

    /// CMS SignedData over the text.
    pub fn cms(&self, message: &str, form: &Form) -> Vec<u8> {
        let kind = Kind {
            digest: STREEBOG_256,
            signature: KEY_ALGORITHM,
            digested: &|text| streebog256(text).to_vec(),
            sign: &|signed| self.key.sign(signed).to_vec(),
        };
        cms(&self.certificate, &kind, message, form)
    }
}

fn any(value: &impl Encode) -> Any {
    Any::from_der(&value.to_der().unwrap()).unwrap()
}

fn attribute(oid: ObjectIdentifier, value: Any) -> Attribute {
    Attribute { oid, values: SetOfVec::try_from(vec![value]).unwrap() }
}

/// The four ways to write base64.
pub fn base64_forms(bytes: &[u8]) -> [String; 4] {
    let standard = STANDARD.encode(bytes);
    let url = standard.replace('+', "-").replace('/', "_");
    let strip = |text: &str| text.trim_end_matches('=').to_owned();
    [strip(&standard), strip(&url), standard, url]
}
