//! The CMS container of the `v1` interface: SignedData, detached, our certificate included, signed
//! attributes contentType, signingTime and messageDigest (RFC 5652).
//!
//! Assembled from the structures of the `cms` crate; why not its builder: `docs/adr/0003-esia-client.md`.

use std::time::Duration;

use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedAttributes, SignedData, SignerIdentifier, SignerInfo,
    SignerInfos,
};
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5911::{ID_CONTENT_TYPE, ID_DATA, ID_MESSAGE_DIGEST, ID_SIGNED_DATA, ID_SIGNING_TIME};
use der::asn1::{Any, GeneralizedTime, OctetString, SetOfVec, UtcTime};
use der::{Encode as _, EncodeValue, Tagged};
use x509_cert::attr::Attribute;

use super::signer::{SignError, Signer};
use crate::platform::clock::Timestamp;

/// The DER of a ContentInfo that signs `content` without holding it.
pub(super) async fn sign_detached(
    signer: &Signer,
    content: &[u8],
    at: Timestamp,
) -> Result<Vec<u8>, SignError> {
    let attributes = signed_attributes(&signer.key().digest(content), at).map_err(unwritable)?;
    // What is signed is the attributes as a SET OF, not with the tag they carry inside SignerInfo.
    let signature = signer.sign(&attributes.to_der().map_err(unwritable)?).await?;
    assemble(signer, attributes, signature).map_err(unwritable)
}

fn unwritable(_: der::Error) -> SignError {
    SignError::Failed("CMS cannot be written")
}

fn signed_attributes(digest: &[u8], at: Timestamp) -> der::Result<SignedAttributes> {
    let since_epoch = Duration::from_secs(u64::try_from(at.timestamp()).unwrap_or_default());
    // Up to 2049 the time is a UTCTime, after that a GeneralizedTime (RFC 5652, 11.3).
    let signing_time = UtcTime::from_unix_duration(since_epoch)
        .and_then(|time| Any::encode_from(&time))
        .or_else(|_| Any::encode_from(&GeneralizedTime::from_unix_duration(since_epoch)?))?;
    SetOfVec::try_from(vec![
        attribute(ID_CONTENT_TYPE, &ID_DATA)?,
        Attribute { oid: ID_SIGNING_TIME, values: SetOfVec::try_from(vec![signing_time])? },
        attribute(ID_MESSAGE_DIGEST, &OctetString::new(digest)?)?,
    ])
}

fn attribute(oid: ObjectIdentifier, value: &(impl EncodeValue + Tagged)) -> der::Result<Attribute> {
    Ok(Attribute { oid, values: SetOfVec::try_from(vec![Any::encode_from(value)?])? })
}

fn assemble(signer: &Signer, attributes: SignedAttributes, signature: Vec<u8>) -> der::Result<Vec<u8>> {
    let certificate = signer.certificate();
    let signer_info = SignerInfo {
        version: CmsVersion::V1,
        sid: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
            issuer: certificate.tbs_certificate.issuer.clone(),
            serial_number: certificate.tbs_certificate.serial_number.clone(),
        }),
        digest_alg: signer.key().digest_algorithm(),
        signed_attrs: Some(attributes),
        signature_algorithm: signer.key().signature_algorithm(),
        signature: OctetString::new(signature)?,
        unsigned_attrs: None,
    };
    let signed_data = SignedData {
        version: CmsVersion::V1,
        digest_algorithms: SetOfVec::try_from(vec![signer.key().digest_algorithm()])?,
        encap_content_info: EncapsulatedContentInfo { econtent_type: ID_DATA, econtent: None },
        certificates: Some(CertificateSet::try_from(vec![CertificateChoices::Certificate(
            certificate.clone(),
        )])?),
        crls: None,
        signer_infos: SignerInfos::try_from(vec![signer_info])?,
    };
    ContentInfo { content_type: ID_SIGNED_DATA, content: Any::encode_from(&signed_data)? }.to_der()
}
