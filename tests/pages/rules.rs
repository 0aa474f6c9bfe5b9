//! What holds for every page in every state (`docs/microcopy.md`, the interface guide's rules as tests).

use std::collections::HashSet;

use privyazka::web::sample::Rendered;
use privyazka::web::static_files;

use crate::documents;
use crate::html::{self, Piece, Tag};

fn each(check: impl Fn(&Rendered, &[Tag])) {
    let mut count = 0;
    for rendered in documents() {
        check(&rendered, &html::tags(&rendered.html));
        count += 1;
    }
    assert!(count > 100, "only {count} samples were rendered");
}

fn named<'a>(tags: &'a [Tag], name: &'a str) -> impl Iterator<Item = &'a Tag> {
    tags.iter().filter(move |tag| tag.name == name)
}

#[test]
fn every_page_has_one_heading_of_the_first_rank_and_a_title_of_the_right_form() {
    each(|rendered, tags| {
        let at = format!("{} {}", rendered.page, rendered.state);
        assert_eq!(named(tags, "h1").count(), 1, "{at}");
        assert_eq!(named(tags, "main").count(), 1, "{at}");
        assert!(!html::text_of(&rendered.html, "h1").is_empty(), "{at}");
        let title = html::text_of(&rendered.html, "title");
        let name =
            title.strip_suffix(" — Сетевой город. Образование").unwrap_or_else(|| panic!("{at}: {title}"));
        let has_summary = tags.iter().any(|tag| tag.get("id") == Some("error-summary"));
        assert_eq!(name.starts_with("Ошибка: "), has_summary, "{at}: {title}");
        assert!(!name.trim_start_matches("Ошибка: ").is_empty(), "{at}");
        assert_eq!(named(tags, "html").next().and_then(|tag| tag.get("lang")), Some("ru"), "{at}");
    });
}

#[test]
fn headings_do_not_skip_a_rank() {
    each(|rendered, tags| {
        let mut rank = 0;
        let after_main = tags.iter().skip_while(|tag| tag.name != "h1");
        for tag in after_main {
            let Some(level) = tag.name.strip_prefix('h').and_then(|level| level.parse::<u8>().ok()) else {
                continue;
            };
            assert!(level <= rank + 1, "{} {}: h{level} after h{rank}", rendered.page, rendered.state);
            rank = level;
        }
    });
}

#[test]
fn nothing_is_inline_that_the_security_policy_would_drop() {
    each(|rendered, tags| {
        for tag in tags {
            let at = format!("{} {}: <{}>", rendered.page, rendered.state, tag.name);
            assert_ne!(tag.name, "style", "{at}");
            for (key, value) in &tag.attributes {
                assert!(key != "style" && !key.starts_with("on"), "{at} has {key}");
                assert!(!value.trim_start().to_lowercase().starts_with("javascript:"), "{at} {key}={value}");
                if key == "src" || (tag.name == "link" && key == "href") {
                    assert!(value.starts_with("/static/"), "{at} loads {value}");
                }
            }
        }
        let pieces = html::pieces(&rendered.html);
        for pair in pieces.windows(2) {
            if let [Piece::Open(tag), Piece::Text(_)] = pair {
                assert_ne!(tag.name, "script", "{} {}", rendered.page, rendered.state);
            }
        }
    });
}

#[test]
fn every_static_address_is_one_that_is_served() {
    let known: HashSet<&str> =
        static_files::contents().map(|(name, _, _)| static_files::address(name)).collect();
    each(|rendered, tags| {
        for (_, value) in tags.iter().flat_map(|tag| &tag.attributes) {
            if value.starts_with("/static/") {
                assert!(known.contains(value.as_str()), "{} {}: {value}", rendered.page, rendered.state);
            }
        }
    });
}

#[test]
fn ids_are_unique_and_every_reference_to_one_is_answered() {
    each(|rendered, tags| {
        let at = format!("{} {}", rendered.page, rendered.state);
        let ids: Vec<&str> = tags.iter().filter_map(|tag| tag.get("id")).collect();
        let set: HashSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), set.len(), "{at}: {ids:?}");
        for tag in tags {
            for key in ["for", "form", "aria-labelledby", "aria-describedby", "aria-controls"] {
                for id in tag.get(key).unwrap_or_default().split_whitespace() {
                    assert!(set.contains(id), "{at}: <{}> {key}={id}", tag.name);
                }
            }
            let fragment = tag.get("href").and_then(|address| address.strip_prefix('#'));
            // Data of the filled samples name no field.
            if let Some(id) = fragment {
                let answered =
                    set.contains(id) || rendered.state == "hostile" || rendered.state == "harmless";
                assert!(answered, "{at}: link to #{id}");
            }
        }
    });
}

#[test]
fn every_field_has_a_label_and_every_icon_is_silent() {
    each(|rendered, tags| {
        let labelled: HashSet<&str> = named(tags, "label").filter_map(|label| label.get("for")).collect();
        for tag in tags {
            let at = format!("{} {}: {tag:?}", rendered.page, rendered.state);
            match tag.name.as_str() {
                "input" if tag.get("type") == Some("hidden") || tag.get("aria-hidden").is_some() => {}
                "input" | "select" | "textarea" => {
                    assert!(tag.get("id").is_some_and(|id| labelled.contains(id)), "{at}");
                }
                "svg" => {
                    assert_eq!(tag.get("aria-hidden"), Some("true"), "{at}");
                    assert_eq!(tag.get("focusable"), Some("false"), "{at}");
                }
                "button" => assert!(tag.get("type").is_some() && tag.get("disabled").is_none(), "{at}"),
                _ => {}
            }
        }
    });
}

#[test]
fn passwords_are_asked_for_as_people_and_their_managers_need() {
    each(|rendered, tags| {
        for tag in named(tags, "input").filter(|tag| tag.get("type") == Some("password")) {
            let at = format!("{} {}: {tag:?}", rendered.page, rendered.state);
            assert!(matches!(tag.get("autocomplete"), Some("current-password" | "new-password")), "{at}");
            assert_eq!(tag.get("spellcheck"), Some("false"), "{at}");
            assert_eq!(tag.get("autocapitalize"), Some("none"), "{at}");
            assert!(tag.get("maxlength").is_none() && tag.get("value").is_none(), "{at}");
        }
    });
}

#[test]
fn t45_every_post_form_carries_its_token_and_nothing_else_writes() {
    each(|rendered, _| {
        let mut open: Option<bool> = None;
        for piece in html::pieces(&rendered.html) {
            match piece {
                Piece::Open(tag) if tag.name == "form" => {
                    assert!(open.is_none(), "{}: a form inside a form", rendered.page);
                    open = (tag.get("method") == Some("post")).then_some(false);
                }
                Piece::Open(tag) if tag.name == "input" && tag.get("name") == Some("csrf") => {
                    assert!(open.is_some(), "{}: a token outside a POST form", rendered.page);
                    open = Some(true);
                }
                Piece::Close(name) if name == "form" => {
                    assert_ne!(open, Some(false), "{} {}: no token", rendered.page, rendered.state);
                    open = None;
                }
                _ => {}
            }
        }
    });
}

#[test]
fn the_way_to_esia_is_a_link_outside_every_form() {
    each(|rendered, _| {
        let mut inside = false;
        for piece in html::pieces(&rendered.html) {
            match piece {
                Piece::Open(tag) if tag.name == "form" => {
                    let action = tag.get("action").unwrap_or_default();
                    assert!(!action.starts_with("/login/esia") && !action.starts_with("/esia/"), "{action}");
                    inside = true;
                }
                Piece::Close(name) if name == "form" => inside = false,
                Piece::Open(tag) if tag.name == "a" => {
                    let to_esia = tag
                        .get("href")
                        .is_some_and(|to| to.starts_with("/login/esia") || to.starts_with("/esia/"));
                    assert!(!(inside && to_esia), "{} {}", rendered.page, rendered.state);
                }
                _ => {}
            }
        }
    });
}

#[test]
fn a_page_has_either_a_summary_of_problems_or_one_banner() {
    each(|rendered, tags| {
        let banners = tags.iter().filter(|tag| tag.get("id") == Some("banner-title")).count();
        let summaries = tags.iter().filter(|tag| tag.get("id") == Some("error-summary")).count();
        assert!(banners + summaries <= 1, "{} {}", rendered.page, rendered.state);
    });
}

#[test]
fn problem_and_system_pages_show_no_code_in_the_heading_and_say_whom_to_ask() {
    for rendered in
        documents().filter(|page| page.page == "outcome/outcome" || page.page == "system/error_page")
    {
        let at = format!("{} {}", rendered.page, rendered.state);
        let heading = html::text_of(&rendered.html, "h1");
        if rendered.state != "hostile" {
            assert!(!heading.chars().any(|c| c.is_ascii_digit()), "{at}: {heading}");
            assert!(rendered.html.contains("Поддержка: "), "{at}");
        }
    }
}
