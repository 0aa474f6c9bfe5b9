//! Data from outside never becomes markup.

use privyazka::web::sample::{self, HOSTILE};

use crate::html;

#[test]
fn t44_data_full_of_markup_adds_no_element_and_no_attribute() {
    let all = sample::all();
    let mut pairs = 0;
    for hostile in all.iter().filter(|rendered| rendered.state == "hostile") {
        let harmless = all
            .iter()
            .find(|other| other.page == hostile.page && other.state == "harmless")
            .expect("every view has both");
        let shape = |page: &str| -> Vec<(String, Vec<String>)> {
            html::tags(page)
                .into_iter()
                .map(|tag| (tag.name, tag.attributes.into_iter().map(|(key, _)| key).collect()))
                .collect()
        };
        assert_eq!(shape(&hostile.html), shape(&harmless.html), "{}", hostile.page);
        assert!(!hostile.html.contains(HOSTILE), "{}", hostile.page);
        pairs += 1;
    }
    assert!(pairs >= 25, "only {pairs} views");
}

#[test]
fn t44_the_hostile_text_is_really_there_and_shown_as_text() {
    let page = sample::all()
        .into_iter()
        .find(|rendered| rendered.page == "settings/settings" && rendered.state == "hostile")
        .unwrap();
    assert!(page.html.contains("&#60;script&#62;alert(1)"), "{}", page.html);
    let shown = html::pieces(&page.html)
        .into_iter()
        .any(|piece| matches!(piece, html::Piece::Text(text) if text.contains("<script>alert(1)</script>")));
    assert!(shown);
}

#[test]
fn t44_no_template_switches_escaping_off() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let mut folders = vec![root.join("layouts"), root.join("components"), root.join("pages")];
    let mut read = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for filter in ["|safe", "| safe", "|escape(\"none\")", "| escape(\"none\")"] {
                assert!(!text.contains(filter), "{}", path.display());
            }
            read += 1;
        }
    }
    assert!(read > 30, "only {read} templates");
}
