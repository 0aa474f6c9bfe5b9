//! Keys and certificates from files, PEM or DER.

use std::path::Path;

use der::Decode as _;
use x509_cert::Certificate;
use zeroize::Zeroizing;

use super::setup_error::EsiaSetupError;
use crate::config::esia::EsiaSettings;
use crate::gost;

const PEM_MARK: &[u8] = b"-----BEGIN ";
const CERTIFICATE_BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const CERTIFICATE_END: &str = "-----END CERTIFICATE-----";

/// A certificate with the octets it was read from: its hash is over those, and to write a certificate
/// anew may change them where its author was careless with DER.
#[derive(Clone, Debug)]
pub(super) struct CertificateFile {
    certificate: Certificate,
    der: Vec<u8>,
}

impl CertificateFile {
    fn from_der(der: Vec<u8>) -> der::Result<Self> {
        Ok(Self { certificate: Certificate::from_der(&der)?, der })
    }

    pub(super) fn parsed(&self) -> &Certificate {
        &self.certificate
    }

    /// Streebog-256 of the DER in upper-case hexadecimal digits, the name of a certificate at ESIA.
    pub(super) fn hash(&self) -> String {
        hex::encode_upper(gost::streebog256(&self.der))
    }
}

/// All certificates of a file, at least one: one in DER, one or more in PEM.
pub(super) fn read_certificates(path: &Path) -> Result<Vec<CertificateFile>, EsiaSetupError> {
    let content = read(path)?;
    let certificates = match std::str::from_utf8(&content) {
        Ok(text) if is_pem(&content) => pem_blocks(text)
            .map(|block| CertificateFile::from_der(der::pem::decode_vec(block.as_bytes())?.1))
            .collect(),
        _ => CertificateFile::from_der(content.to_vec()).map(|certificate| vec![certificate]),
    };
    match certificates {
        Ok(list) if !list.is_empty() => Ok(list),
        Ok(_) => Err(EsiaSetupError::file(path, "no certificate in the file")),
        Err(error) => Err(EsiaSetupError::file(path, format_args!("no readable certificate: {error}"))),
    }
}

/// The certificates of a PEM text; keys and remarks between them are passed over.
fn pem_blocks(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices(CERTIFICATE_BEGIN).map(|(at, _)| {
        let rest = &text[at..];
        let end = rest.find(CERTIFICATE_END).map_or(rest.len(), |end| end + CERTIFICATE_END.len());
        &rest[..end]
    })
}

/// The configured private key in PKCS#8, unencrypted, as DER; and the file it is from.
pub(super) fn read_private_key(
    settings: &EsiaSettings,
) -> Result<(&Path, Zeroizing<Vec<u8>>), EsiaSetupError> {
    let path = settings
        .private_key_file
        .as_deref()
        .ok_or_else(|| EsiaSetupError::Setting("esia.private_key_file: missing".to_owned()))?;
    let content = read(path)?;
    if !is_pem(&content) {
        return Ok((path, content));
    }
    match der::pem::decode_vec(&content) {
        Ok(("PRIVATE KEY", key)) => Ok((path, Zeroizing::new(key))),
        Ok((label, _)) => Err(EsiaSetupError::file(
            path,
            format_args!("\"{label}\" found, \"PRIVATE KEY\" (PKCS#8) needed"),
        )),
        Err(_) => Err(EsiaSetupError::file(path, "no readable PEM")),
    }
}

fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, EsiaSetupError> {
    std::fs::read(path).map(Zeroizing::new).map_err(|error| EsiaSetupError::file(path, error))
}

fn is_pem(content: &[u8]) -> bool {
    content.windows(PEM_MARK.len()).any(|window| window == PEM_MARK)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fixture(name: &str) -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
    }

    #[test]
    fn a_chain_keeps_its_order_and_what_stands_between_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let text = |name| std::fs::read_to_string(fixture(name)).unwrap();
        let chain = folder.path().join("chain.pem");
        let content =
            [&text("gost/xa.crt.pem"), "issued by:\n", &text("gost/a.key.pem"), &text("esia/esia.crt.pem")]
                .concat();
        std::fs::write(&chain, content).unwrap();
        let alone = |name| read_certificates(&fixture(name)).unwrap().swap_remove(0);
        let hashes: Vec<String> =
            read_certificates(&chain).unwrap().iter().map(CertificateFile::hash).collect();
        assert_eq!(hashes, [alone("gost/xa.crt.pem").hash(), alone("esia/esia.crt.pem").hash()]);
        let as_der = folder.path().join("own.der");
        std::fs::write(&as_der, &alone("gost/xa.crt.pem").der).unwrap();
        assert_eq!(read_certificates(&as_der).unwrap()[0].hash(), hashes[0]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(10_000)))]
        #[test]
        fn t82_damaged_certificates_break_no_reader(
            which in 0..2_usize, at in any::<prop::sample::Index>(), octet in any::<u8>(),
            cut in any::<prop::sample::Index>(), cuts in any::<bool>(),
        ) {
            let names = ["gost/xa.crt.pem", "esia/esia.crt.pem"];
            let pem = std::fs::read(fixture(names[which])).unwrap();
            let mut der = der::pem::decode_vec(&pem).unwrap().1;
            let place = at.index(der.len());
            der[place] = octet;
            if cuts {
                der.truncate(cut.index(der.len()));
            }
            if let Ok(read) = CertificateFile::from_der(der.clone()) {
                prop_assert_eq!(read.hash(), hex::encode_upper(gost::streebog256(&der)));
            }
            let mut text = String::from_utf8(pem).unwrap();
            text.truncate(cut.index(text.len()));
            for block in pem_blocks(&text) {
                let _ = der::pem::decode_vec(block.as_bytes());
            }
        }
    }
}
