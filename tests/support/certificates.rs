//! Certificates for servers of the tests, good ones and such that prove nothing.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;

/// A certification authority.
pub type Authority = CertifiedIssuer<'static, KeyPair>;

/// A new authority that nobody trusts yet.
pub fn authority() -> Authority {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    // A name of its own: OpenSSL looks for authorities by name.
    params.distinguished_name = named(&format!("Authority {:?}", &key.public_key_raw()[..8]));
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, key).unwrap()
}

/// OpenSSL takes a certificate whose issuer has its own name for one that vouches for itself.
fn named(name: &str) -> DistinguishedName {
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    distinguished
}

/// A server's certificate and its key.
pub struct ServerCertificate {
    certificate: rcgen::Certificate,
    key: KeyPair,
}

impl ServerCertificate {
    /// For `name`, valid from 2019 until `year`, vouched for by `authority`, or by nobody but itself.
    pub fn new(authority: Option<&Authority>, name: &str, year: i32) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        params.distinguished_name = named(name);
        params.not_before = rcgen::date_time_ymd(2019, 1, 1);
        params.not_after = rcgen::date_time_ymd(year, 1, 1);
        let certificate = match authority {
            Some(authority) => params.signed_by(&key, authority),
            None => params.self_signed(&key),
        };
        Self { certificate: certificate.unwrap(), key }
    }

    /// Certificate and key as PEM.
    pub fn pem(&self) -> (String, String) {
        (self.certificate.pem(), self.key.serialize_pem())
    }

    /// What a TLS server needs.
    pub fn config(&self) -> Arc<ServerConfig> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![self.certificate.der().clone()],
                PrivateKeyDer::try_from(self.key.serialize_der()).unwrap(),
            );
        Arc::new(config.unwrap())
    }
}
