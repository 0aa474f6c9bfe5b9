//! Pages as files, to look at them in a browser.

use std::path::Path;

use privyazka::web::static_files;

/// Writes every sample as `area/page.state.html` and the static files at their addresses.
#[test]
fn writes_every_sample_where_asked() {
    let Some(dir) = std::env::var_os("PRIVYAZKA_PAGES") else { return };
    let dir = Path::new(&dir);
    for (name, content, _) in static_files::contents() {
        let to = dir.join(static_files::address(name).trim_start_matches('/'));
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::write(to, content).unwrap();
    }
    for rendered in crate::documents() {
        let to = dir.join(format!("{}.{}.html", rendered.page, rendered.state));
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::write(to, rendered.html).unwrap();
    }
}
