//! Keys in DER, as OpenSSL's GOST engine and RFC 9215 write them.

use const_oid::ObjectIdentifier;
use der::asn1::{Any, BitString, OctetString, OctetStringRef};
use der::{Decode as _, Encode as _, Reader as _, Sequence};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use zeroize::Zeroizing;

use super::key_error::KeyError;
use super::parameter_set::ParameterSet;
use super::{KEY_ALGORITHM, STREEBOG_256};

/// The parameters of a key's algorithm identifier.
#[derive(Clone, Copy, Debug, Sequence)]
struct KeyParameters {
    parameter_set: ObjectIdentifier,
    #[asn1(optional = "true")]
    digest: Option<ObjectIdentifier>,
}

/// PKCS#8 as far as it concerns us: attributes and a public key may follow.
struct PrivateKeyInfo<'a> {
    algorithm: AlgorithmIdentifierOwned,
    key: &'a [u8],
}

impl<'a> der::DecodeValue<'a> for PrivateKeyInfo<'a> {
    fn decode_value<R: der::Reader<'a>>(reader: &mut R, header: der::Header) -> der::Result<Self> {
        reader.read_nested(header.length, |reader| {
            let version = u8::decode(reader)?;
            if version > 1 {
                return Err(der::Tag::Integer.value_error());
            }
            let algorithm = AlgorithmIdentifierOwned::decode(reader)?;
            let key = OctetStringRef::decode(reader)?.as_bytes();
            while !reader.is_finished() {
                reader.tlv_bytes()?;
            }
            Ok(Self { algorithm, key })
        })
    }
}

impl der::FixedTag for PrivateKeyInfo<'_> {
    const TAG: der::Tag = der::Tag::Sequence;
}

/// The set and the 64 octets of a public key.
pub(super) fn read_spki(info: &SubjectPublicKeyInfoOwned) -> Result<(ParameterSet, [u8; 64]), KeyError> {
    let set = read_algorithm(&info.algorithm)?;
    let bits = info.subject_public_key.as_bytes().ok_or(KeyError::Form)?;
    let octets = OctetStringRef::from_der(bits).map_err(|_| KeyError::Form)?;
    Ok((set, octets.as_bytes().try_into().map_err(|_| KeyError::Form)?))
}

/// The structure that holds a public key.
pub(super) fn write_spki(set: ParameterSet, octets: &[u8; 64]) -> der::Result<Vec<u8>> {
    let wrapped = OctetString::new(octets.as_slice())?.to_der()?;
    SubjectPublicKeyInfoOwned {
        algorithm: algorithm(set)?,
        subject_public_key: BitString::from_bytes(&wrapped)?,
    }
    .to_der()
}

/// The set and the 32 octets of a private key. The octets stand as they are or in an OCTET STRING of
/// their own; both are found in the field.
pub(super) fn read_pkcs8(der: &[u8]) -> Result<(ParameterSet, Zeroizing<[u8; 32]>), KeyError> {
    let info = PrivateKeyInfo::from_der(der).map_err(|_| KeyError::Form)?;
    let set = read_algorithm(&info.algorithm)?;
    let octets = match info.key {
        [0x04, 0x20, inner @ ..] if inner.len() == 32 => inner,
        octets => octets,
    };
    Ok((set, Zeroizing::new(octets.try_into().map_err(|_| KeyError::Form)?)))
}

/// The structure that holds a private key.
pub(super) fn write_pkcs8(set: ParameterSet, octets: &[u8; 32]) -> der::Result<Zeroizing<Vec<u8>>> {
    // All lengths are below 128, so each is one octet.
    let algorithm = algorithm(set)?.to_der()?;
    let mut content = Zeroizing::new(Vec::with_capacity(128));
    content.extend_from_slice(&[0x02, 0x01, 0x00]);
    content.extend_from_slice(&algorithm);
    content.extend_from_slice(&[0x04, 0x20]);
    content.extend_from_slice(octets);
    let mut info = Zeroizing::new(Vec::with_capacity(128));
    info.extend_from_slice(&[0x30, u8::try_from(content.len()).map_err(|_| der::ErrorKind::Overflow)?]);
    info.extend_from_slice(&content);
    Ok(info)
}

fn read_algorithm(algorithm: &AlgorithmIdentifierOwned) -> Result<ParameterSet, KeyError> {
    if algorithm.oid != KEY_ALGORITHM {
        return Err(KeyError::Algorithm);
    }
    let parameters = algorithm.parameters.as_ref().ok_or(KeyError::ParameterSet)?;
    let parameters: KeyParameters = parameters.decode_as().map_err(|_| KeyError::ParameterSet)?;
    if parameters.digest.is_some_and(|digest| digest != STREEBOG_256) {
        return Err(KeyError::ParameterSet);
    }
    ParameterSet::from_oid(parameters.parameter_set).ok_or(KeyError::ParameterSet)
}

fn algorithm(set: ParameterSet) -> der::Result<AlgorithmIdentifierOwned> {
    let digest = set.names_digest().then_some(STREEBOG_256);
    let parameters = KeyParameters { parameter_set: set.oid(), digest };
    Ok(AlgorithmIdentifierOwned { oid: KEY_ALGORITHM, parameters: Some(Any::encode_from(&parameters)?) })
}
