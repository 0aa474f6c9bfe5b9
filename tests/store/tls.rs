//! T66: a PostgreSQL that cannot prove its name over TLS gets nothing, when the address asks for it as
//! `serve` insists.

use privyazka::config::database::DatabaseSettings;
use privyazka::store::{Store, StoreError};
use url::Url;

use super::data::text;
use super::support::certificates::{Authority, ServerCertificate, authority};
use super::support::database::block_on;
use super::support::postgres::Cluster;

/// Opens the cluster's database as `localhost` with `sslmode=verify-full`; whether the connection is
/// encrypted.
fn open(cluster: &Cluster, trusted: Option<&Authority>) -> Result<bool, StoreError> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    if let Some(authority) = trusted {
        std::fs::write(&file, authority.pem()).unwrap();
    }
    let mut url = Url::parse(&cluster.migrated_url()).unwrap();
    url.set_host(Some("localhost")).unwrap();
    url.query_pairs_mut()
        .append_pair("hostaddr", "127.0.0.1")
        .append_pair("sslmode", "verify-full")
        .append_pair("sslrootcert", &file.display().to_string());
    let store = Store::open(&DatabaseSettings::new(url))?;
    let query = "SELECT ssl::text AS value FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    block_on(store.read(move |db| text(db, query))).map(|encrypted| encrypted == "true")
}

#[test]
fn t66_a_postgresql_that_cannot_prove_its_name_is_refused() {
    let (ours, theirs) = (authority(), authority());
    let cluster = Cluster::of_one_test();
    let good = |authority| ServerCertificate::new(Some(authority), "localhost", 2200);
    let itself = ServerCertificate::new(None, "localhost", 2200);
    let other_name = ServerCertificate::new(Some(&ours), "db.example", 2200);
    let expired = ServerCertificate::new(Some(&ours), "localhost", 2020);
    for (what, certificate, trusted, reason) in [
        ("unknown authority", Some(&good(&theirs)), Some(&ours), "certificate verify failed"),
        ("no authority of ours", Some(&good(&ours)), None, "root certificate file"),
        ("vouched for by itself", Some(&itself), Some(&ours), "certificate verify failed"),
        ("wrong name", Some(&other_name), Some(&ours), "does not match host name"),
        ("expired", Some(&expired), Some(&ours), "certificate verify failed"),
        ("no TLS", None, Some(&ours), "does not support SSL"),
    ] {
        serve_with(&cluster, certificate);
        let error = open(&cluster, trusted).expect_err(what);
        assert!(matches!(error, StoreError::Unavailable(_)), "{what}: {error}");
        assert!(error.to_string().contains(reason), "{what}: {error}");
    }
    serve_with(&cluster, Some(&good(&ours)));
    assert!(open(&cluster, Some(&ours)).expect("our own authority by file is enough"));
}

fn serve_with(cluster: &Cluster, certificate: Option<&ServerCertificate>) {
    cluster.stop();
    let pem = certificate.map(ServerCertificate::pem);
    cluster.set_certificate(pem.as_ref().map(|(certificate, key)| (certificate.as_str(), key.as_str())));
    cluster.start_again();
}
