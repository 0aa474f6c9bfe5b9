//! Self-signed certificates of GOST keys, which no library at hand makes.

use std::str::FromStr;
use std::time::Duration;

use der::asn1::{BitString, OctetString, UtcTime};
use der::oid::AssociatedOid;
use der::{Decode, Encode};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::{KeyUsage, KeyUsages};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::time::{Time, Validity};
use x509_cert::{Certificate, TbsCertificate, Version};

use super::credentials::ORGANISATION_MARKER;
use crate::gost::{SIGNATURE_ALGORITHM, SigningKey};
use crate::platform::random;

/// 1 January 2020 and 31 December 2049, as those of the RSA certificates.
const VALID: (u64, u64) = (1_577_836_800, 2_524_521_600);

/// The DER of a certificate that the key vouches for itself with. It bears the mark of the training.
pub(super) fn self_signed(common_name: &str, key: &SigningKey) -> der::Result<Vec<u8>> {
    let name = Name::from_str(&format!("CN={common_name},O={ORGANISATION_MARKER},C=RU"))?;
    let moment = |seconds| UtcTime::from_unix_duration(Duration::from_secs(seconds)).map(Time::UtcTime);
    let usage = KeyUsage(KeyUsages::DigitalSignature.into());
    // A positive number: the first bit is the sign.
    let mut serial = random::bytes::<16>();
    serial[0] = serial[0] & 0x7f | 0x40;
    let tbs_certificate = TbsCertificate {
        version: Version::V3,
        serial_number: SerialNumber::new(&serial)?,
        signature: algorithm(),
        issuer: name.clone(),
        validity: Validity { not_before: moment(VALID.0)?, not_after: moment(VALID.1)? },
        subject: name,
        subject_public_key_info: SubjectPublicKeyInfoOwned::from_der(&key.public_key().to_spki_der()?)?,
        issuer_unique_id: None,
        subject_unique_id: None,
        extensions: Some(vec![Extension {
            extn_id: KeyUsage::OID,
            critical: true,
            extn_value: OctetString::new(usage.to_der()?)?,
        }]),
    };
    let signature = BitString::from_bytes(&key.sign(&tbs_certificate.to_der()?))?;
    Certificate { tbs_certificate, signature_algorithm: algorithm(), signature }.to_der()
}

fn algorithm() -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid: SIGNATURE_ALGORITHM, parameters: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gost::{ParameterSet, PublicKey};

    #[test]
    fn a_certificate_is_signed_by_the_key_in_it() {
        for set in [ParameterSet::CryptoProXchA, ParameterSet::Tc26A, ParameterSet::Tc26B] {
            let key = SigningKey::generate(set).unwrap();
            let der = self_signed("TEST", &key).unwrap();
            let read = Certificate::from_der(&der).unwrap();
            let public = PublicKey::from_certificate(&read).unwrap();
            assert_eq!(&public, key.public_key());
            let signature = read.signature.raw_bytes().try_into().unwrap();
            assert!(public.verify(&read.tbs_certificate.to_der().unwrap(), signature));
        }
    }
}
