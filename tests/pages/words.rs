//! The words: every text is in `docs/microcopy.md`, and every page keeps to its rules.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use privyazka::web::sample::HOSTILE;

use crate::html::{self, Piece};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_str().unwrap().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found
}

fn is_russian(text: &str) -> bool {
    text.chars().any(|c| matches!(c, 'а'..='я' | 'А'..='Я' | 'ё' | 'Ё'))
}

fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Texts of a template: between tags and expressions, in attributes, and literals handed to macros.
fn texts_of_template(source: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let mut plain = String::new();
    let mut rest = source;
    while let Some(start) = rest.find('{') {
        plain.push_str(&rest[..start]);
        let close = match rest.as_bytes().get(start + 1) {
            Some(b'{') => "}}",
            Some(b'%') => "%}",
            Some(b'#') => "#}",
            _ => panic!("a brace alone: {}", &rest[start..]),
        };
        let end = rest[start..].find(close).unwrap() + start;
        if close != "#}" {
            texts.extend(rest[start..end].split('"').skip(1).step_by(2).map(str::to_owned));
        }
        plain.push('\u{1}');
        rest = &rest[end + 2..];
    }
    plain.push_str(rest);
    for tag in plain.split('<') {
        let (inside, after) = tag.split_once('>').unwrap_or(("", tag));
        texts.extend(
            inside.split('"').skip(1).step_by(2).flat_map(|value| value.split('\u{1}')).map(str::to_owned),
        );
        texts.extend(after.split('\u{1}').map(str::to_owned));
    }
    texts
}

/// Texts of a catalog in Rust: string literals outside comments and tests, cut at their parameters.
fn texts_of_catalog(source: &str) -> Vec<String> {
    let source = source.split("#[cfg(test)]").next().unwrap();
    let code: Vec<&str> = source.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n").replace("\\\"", "\u{2}");
    code.split('"')
        .skip(1)
        .step_by(2)
        .flat_map(|literal| {
            let literal = literal.replace("\\\n", " ").replace('\u{2}', "\"");
            literal.split(['{', '}']).step_by(2).map(str::to_owned).collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn every_text_is_in_the_document_of_texts() {
    let document = collapsed(&fs::read_to_string(root().join("docs/microcopy.md")).unwrap());
    let mut texts = Vec::new();
    for folder in ["templates/layouts", "templates/components", "templates/pages"] {
        for path in files(folder, ".html") {
            let name = path.strip_prefix(root()).unwrap().display().to_string();
            let source = fs::read_to_string(&path).unwrap();
            texts.extend(texts_of_template(&source).into_iter().map(|text| (name.clone(), text)));
        }
    }
    let mut catalogs: Vec<PathBuf> = ["src/web/problem.rs", "src/error_code.rs", "src/error_code/advice.rs"]
        .map(|name| root().join(name))
        .into();
    catalogs
        .extend(files("src/web", ".rs").into_iter().filter(|path| path.to_string_lossy().contains("view")));
    for path in catalogs {
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        let source = fs::read_to_string(&path).unwrap();
        texts.extend(texts_of_catalog(&source).into_iter().map(|text| (name.clone(), text)));
    }
    let ends: &[char] = &[' ', '.', ',', ':', ';', '—', '(', ')', '«', '»', '\u{a0}'];
    let mut seen = 0;
    let mut missing = BTreeSet::new();
    for (name, text) in texts.iter().filter(|(_, text)| is_russian(text)) {
        let text = collapsed(text);
        let text = text.trim_matches(ends);
        seen += 1;
        if !document.contains(text) {
            missing.insert(format!("{name}: {text}"));
        }
    }
    assert!(seen > 300, "only {seen} texts were found");
    assert!(
        missing.is_empty(),
        "not in docs/microcopy.md:\n{}",
        missing.into_iter().collect::<Vec<_>>().join("\n")
    );
}

/// What is read on a page: text, and attributes that are read out.
fn shown(page: &str) -> Vec<String> {
    let mut shown = Vec::new();
    for piece in html::pieces(page) {
        match piece {
            Piece::Text(text) => shown.push(collapsed(&text)),
            Piece::Open(tag) => {
                for key in
                    ["aria-label", "title", "data-show", "data-hide", "data-wait", "data-failed", "data-one"]
                {
                    shown.extend(tag.get(key).map(str::to_owned));
                }
            }
            Piece::Close(_) => {}
        }
    }
    shown
}

/// Beginnings of words that need ё and are sometimes written with е.
const NEEDS_YO: [&str; 11] = [
    "учетн",
    "ребенк",
    "ребенок",
    "подтвержденн",
    "упрощенн",
    "введенн",
    "населенн",
    "вернет",
    "подойдет",
    "пришлем",
    "разберет",
];
/// The same as whole words: longer ones are right with е.
const NEEDS_YO_WHOLE: [&str; 8] = ["еще", "ее", "завершен", "отключен", "прошел", "дает", "берет", "причем"];

#[test]
fn pages_keep_to_the_rules_of_the_language() {
    for rendered in crate::documents().filter(|rendered| rendered.state != "hostile") {
        for text in shown(&rendered.html) {
            let at = format!("{} {}: {text}", rendered.page, rendered.state);
            let lower = text.to_lowercase();
            assert!(!text.contains('!') || text.contains(HOSTILE), "{at}");
            for word in ["аккаунт", "пожалуйста", "ошибка!", "кликните", "esia", "есиа"]
            {
                assert!(!lower.contains(word), "{at}: «{word}»");
            }
            for word in lower.split(|c: char| !c.is_alphabetic()) {
                let wrong =
                    NEEDS_YO.iter().any(|start| word.starts_with(start)) || NEEDS_YO_WHOLE.contains(&word);
                assert!(!wrong, "{at}: «{word}» needs ё");
            }
            for form in ["Вы ", "Вас ", "Вам ", "Вами ", "Ваш ", "Ваша ", "Ваше ", "Ваши ", "Вашей ", "Вашу "]
            {
                for (position, _) in text.match_indices(form) {
                    let before = text[..position].trim_end();
                    let begins = before.is_empty() || before.ends_with(['.', '?', ':', '—', '«', '…']);
                    assert!(begins, "{at}: «{}» inside a sentence", form.trim());
                }
            }
        }
    }
}
