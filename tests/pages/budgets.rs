//! Sizes as they travel.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};
use privyazka::web::static_files;

use crate::documents;

const KIB: usize = 1024;

fn total(ending: &str) -> usize {
    let sizes: Vec<usize> = static_files::contents()
        .filter(|(name, _, _)| name.ends_with(ending))
        .map(|(_, _, sent)| sent.len())
        .collect();
    assert!(!sizes.is_empty(), "no {ending}");
    sizes.into_iter().sum()
}

#[test]
fn static_files_keep_to_their_budgets() {
    assert!(total(".css") <= 8 * KIB, "css: {}", total(".css"));
    assert!(total(".js") <= 6 * KIB, "js: {}", total(".js"));
    assert!(total(".woff2") <= 40 * KIB, "fonts: {}", total(".woff2"));
}

#[test]
fn every_page_keeps_to_its_budget() {
    for rendered in documents() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(rendered.html.as_bytes()).unwrap();
        let size = encoder.finish().unwrap().len();
        assert!(size <= 30 * KIB, "{} {}: {size}", rendered.page, rendered.state);
    }
}
