//! `/public/…`: the certificates that tokens are verified with, as files and as the archive in which the
//! provider publishes its own.

use actix_web::{HttpResponse, web};
use flate2::Crc;

use super::Stand;
use super::keys::TokenAlgorithm;

/// `GET /public/certificate.crt`: for tokens signed by RSA.
pub(super) async fn rsa(stand: web::Data<Stand>) -> HttpResponse {
    pem(&stand, TokenAlgorithm::Rs256)
}

/// `GET /public/certificate-gost.crt`: for tokens signed by GOST.
pub(super) async fn gost(stand: web::Data<Stand>) -> HttpResponse {
    pem(&stand, TokenAlgorithm::Gost)
}

fn pem(stand: &Stand, algorithm: TokenAlgorithm) -> HttpResponse {
    let pem = stand.keys.published(algorithm).pem.clone();
    HttpResponse::Ok().content_type("application/x-pem-file").body(pem)
}

/// `GET /public/esia.zip`: both in DER.
pub(super) async fn archive(stand: web::Data<Stand>) -> HttpResponse {
    let der = |algorithm| stand.keys.published(algorithm).der.as_slice();
    let files = [
        ("training-stand-RSA.cer", der(TokenAlgorithm::Rs256)),
        ("training-stand-GOST.cer", der(TokenAlgorithm::Gost)),
    ];
    HttpResponse::Ok().content_type("application/zip").body(zip(&files))
}

/// A zip archive of small files, stored as they are: two certificates are no reason for a library.
fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let mut crc = Crc::new();
        crc.update(content);
        // Version 2.0, stored, 1 January 1980; sums and lengths; no extra fields.
        let mut head = Vec::new();
        head.extend_from_slice(&[20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0]);
        head.extend_from_slice(&crc.sum().to_le_bytes());
        head.extend_from_slice(&number(content.len()));
        head.extend_from_slice(&number(content.len()));
        head.extend_from_slice(&number(name.len())[..2]);
        head.extend_from_slice(&[0, 0]);
        let offset = number(archive.len());
        archive.extend_from_slice(b"PK\x03\x04");
        archive.extend_from_slice(&head);
        archive.extend_from_slice(name.as_bytes());
        archive.extend_from_slice(content);
        directory.extend_from_slice(b"PK\x01\x02\x14\x00");
        directory.extend_from_slice(&head);
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&offset);
        directory.extend_from_slice(name.as_bytes());
    }
    let (count, offset) = (number(files.len()), number(archive.len()));
    archive.extend_from_slice(&directory);
    archive.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    archive.extend_from_slice(&count[..2]);
    archive.extend_from_slice(&count[..2]);
    archive.extend_from_slice(&number(directory.len()));
    archive.extend_from_slice(&offset);
    archive.extend_from_slice(&[0, 0]);
    archive
}

/// Four octets, little-endian; certificates are far below what they can tell.
fn number(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The archive that a reader must see, octet for octet; Python's reader opened it.
    #[test]
    fn an_archive_has_a_local_and_a_central_head_for_each_file() {
        let archive = zip(&[("a", b"one"), ("bc", b"")]);
        let local = |at: usize, name: &str| {
            archive[at..].starts_with(b"PK\x03\x04") && archive[at + 30..].starts_with(name.as_bytes())
        };
        assert!(local(0, "aone") && local(34, "bc"));
        let end = archive.len() - 22;
        assert!(archive[end..].starts_with(b"PK\x05\x06"));
        let read = |at: usize| u32::from_le_bytes(archive[at..at + 4].try_into().unwrap()) as usize;
        let (length, offset) = (read(end + 12), read(end + 16));
        assert_eq!(offset + length, end);
        assert_eq!(archive[offset..].windows(4).filter(|four| four == b"PK\x01\x02").count(), 2);
        assert_eq!(read(offset + 16), 0x7a6c_86f1, "CRC-32 of the content");
        assert_eq!((read(offset + 20), read(offset + 24)), (3, 3));
        assert_eq!(read(offset + 47 + 42), 34, "where the second file begins");
    }
}
