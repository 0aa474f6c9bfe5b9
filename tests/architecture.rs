//! The rules of `docs/architecture.md` that a compiler does not check, read off the sources as text.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot read its sources shall panic"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Files without input and output: rules and values. A new noun is added here; one that is named but not
/// written yet is checked from the day it comes.
const NOUNS: &[&str] = &[
    "access/area.rs",
    "access/one_time_code.rs",
    "access/operator.rs",
    "access/operator_session.rs",
    "access/permission.rs",
    "access/sign_in_step.rs",
    "access/totp.rs",
    "audit/actor.rs",
    "audit/breach.rs",
    "audit/chain.rs",
    "audit/entry.rs",
    "audit/event/",
    "directory/letters.rs",
    "directory/login.rs",
    "directory/municipality.rs",
    "directory/name_words.rs",
    "directory/organisation.rs",
    "directory/profile.rs",
    "directory/role.rs",
    "error_code.rs",
    "federation/authorization_request.rs",
    "helpdesk/links/approval.rs",
    "helpdesk/links/bulk/finding.rs",
    "helpdesk/links/bulk/list.rs",
    "helpdesk/links/bulk/read_list.rs",
    "helpdesk/cases/case.rs",
    "helpdesk/cases/plain_text.rs",
    "helpdesk/people/link_state.rs",
    "helpdesk/people/search_query.rs",
    "helpdesk/links/deed.rs",
    "helpdesk/issuing/recipient.rs",
    "helpdesk/basis.rs",
    "helpdesk/links/unlink_request.rs",
    "helpdesk/cases/working_days.rs",
    "identity/",
    "linking/link.rs",
    "linking/name_match.rs",
    "linking/policy.rs",
    "linking/undo.rs",
    "mail/letter.rs",
    "rollout/",
    "russian.rs",
    "sign_in/browser_session.rs",
    "sign_in/linking_code.rs",
    "sign_in/one_time_password.rs",
    "statistics/coverage.rs",
];

/// More than this is two subjects in one file.
const LINES: usize = 400;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Files below `folder` whose names end in `ending`, by their path below it. Nothing when there is none.
fn files(folder: &str, ending: &str) -> Vec<(String, PathBuf)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if path.file_name().unwrap() != "node_modules" {
                    walk(&path, found);
                }
            } else {
                found.push(path);
            }
        }
    }
    let folder = root().join(folder);
    let mut found = Vec::new();
    walk(&folder, &mut found);
    found.sort();
    found
        .into_iter()
        .map(|path| (path.strip_prefix(&folder).unwrap().display().to_string(), path))
        .filter(|(name, _)| name.ends_with(ending))
        .collect()
}

/// The modules of our own and the crates that a source names. Comments and unit tests do not count.
struct Source {
    name: String,
    code: String,
}

impl Source {
    fn new(name: impl Into<String>, text: &str) -> Self {
        let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        let lines = text.lines().map(|line| line.split("//").next().unwrap_or_default());
        Self { name: name.into(), code: lines.collect::<Vec<_>>().join("\n") }
    }

    fn all() -> Vec<Self> {
        let sources: Vec<_> = files("src", ".rs")
            .into_iter()
            .map(|(name, path)| Self::new(name, &std::fs::read_to_string(path).unwrap()))
            .collect();
        assert!(sources.len() > 20, "the sources are not where this test looks");
        sources
    }

    /// What follows `crate::`, one by one or in braces, up to the next `::`.
    fn modules(&self) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        for (at, path) in self.code.match_indices("crate::") {
            let after = &self.code[at + path.len()..];
            match after.strip_prefix('{') {
                None => _ = found.insert(first_word(after)),
                Some(group) => {
                    found.extend(members(group).into_iter().map(first_word).filter(|word| !word.is_empty()));
                }
            }
        }
        found
    }

    /// Whether a word stands in the code as a word of its own.
    fn names(&self, word: &str) -> bool {
        self.code.match_indices(word).any(|(at, _)| {
            let is_word = |c: char| c.is_alphanumeric() || c == '_';
            !self.code[..at].ends_with(is_word) && !self.code[at + word.len()..].starts_with(is_word)
        })
    }

    fn is_in(&self, places: &[&str]) -> bool {
        places
            .iter()
            .any(|place| self.name == *place || (place.ends_with('/') && self.name.starts_with(place)))
    }
}

fn first_word(text: &str) -> &str {
    text.trim_start().split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
}

/// The members of a group whose opening brace is gone.
fn members(group: &str) -> Vec<&str> {
    let (mut depth, mut from, mut found) = (0_u32, 0, Vec::new());
    for (at, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => {
                found.push(&group[from..at]);
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                found.push(&group[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    found
}

/// Fails with every breach at once.
fn assert_none(rule: &str, breaches: Vec<String>) {
    assert!(breaches.is_empty(), "{rule}:\n  {}", breaches.join("\n  "));
}

/// Sources of `places` (all with `[""]`) that name one of `modules`.
fn importers(in_places: impl Fn(&Source) -> bool, modules: &[&str]) -> Vec<String> {
    let sources = Source::all();
    let chosen = sources.iter().filter(|source| in_places(source));
    chosen
        .flat_map(|source| {
            let named = source.modules();
            modules
                .iter()
                .filter(|module| named.contains(*module))
                .map(|module| format!("src/{} names crate::{module}", source.name))
                .collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn the_reader_of_this_test_sees_imports_and_nothing_else() {
    let source = Source::new(
        "web/x.rs",
        "// crate::no\nuse crate::store::{Db, links};\nuse crate::{\n    config::esia::{A, B},\n    web,\n};\n\
         fn f() { crate::mail::send(); diesel_like(); } // crate::no\n#[cfg(test)]\nmod tests { use crate::no; }\n",
    );
    assert_eq!(source.modules(), BTreeSet::from(["config", "mail", "store", "web"]));
    assert!(!source.names("diesel") && !source.names("no") && source.names("mail"));
    assert!(source.is_in(&["web/"]) && source.is_in(&["web/x.rs"]) && !source.is_in(&["we", "web/x"]));
}

#[test]
fn nouns_do_no_input_and_output() {
    let is_noun = |source: &Source| source.is_in(NOUNS);
    let checked = Source::all().iter().filter(|source| is_noun(source)).count();
    assert!(checked >= 8, "only {checked} nouns found: has a folder been renamed?");
    let above = ["app", "cli", "esia", "federation", "housekeeping", "stand", "store", "web"];
    assert_none("a noun is pure", importers(is_noun, &above));
    let foreign = ["actix_web", "askama", "diesel", "lettre", "reqwest", "tokio"];
    let sources = Source::all();
    let breaches = sources.iter().filter(|source| is_noun(source)).flat_map(|source| {
        let named = foreign.iter().filter(|name| source.names(name));
        named.map(|name| format!("src/{} names {name}", source.name)).collect::<Vec<_>>()
    });
    assert_none("a noun is pure", breaches.collect());
}

#[test]
fn only_the_store_knows_diesel() {
    let sources = Source::all();
    let breaches = sources
        .iter()
        .filter(|source| !source.is_in(&["store/"]))
        .filter(|source| {
            source.names("diesel") || source.names("diesel_migrations") || source.code.contains("each!(")
        })
        .map(|source| format!("src/{}", source.name));
    assert_none("only src/store/ names diesel", breaches.collect());
}

#[test]
fn stand_and_client_do_not_meet() {
    assert_none(
        "the stand is a provider of its own",
        importers(|source| source.is_in(&["stand/"]), &["esia"]),
    );
    assert_none("the client knows no stand", importers(|source| source.is_in(&["esia/"]), &["stand"]));
}

#[test]
fn nothing_calls_back_up() {
    let top = ["web/", "app.rs", "app/", "cli/", "main.rs", "lib.rs"];
    let below = |source: &Source| !source.is_in(&top);
    assert_none("only the top knows web, app and cli", importers(below, &["web", "app", "cli"]));
    let floor = |source: &Source| source.is_in(&["platform/", "identity/", "config/", "gost/"]);
    let rest = [
        "access",
        "audit",
        "directory",
        "esia",
        "federation",
        "helpdesk",
        "linking",
        "mail",
        "rollout",
        "sign_in",
        "stand",
        "statistics",
        "store",
    ];
    assert_none("the floor stands on nothing", importers(floor, &rest));
}

#[test]
fn a_file_has_one_subject() {
    let breaches = ["src", "tests", "benches"]
        .iter()
        .flat_map(|folder| files(folder, ".rs").into_iter().map(move |(name, path)| (folder, name, path)))
        .filter_map(|(folder, name, path)| {
            let lines = std::fs::read_to_string(path).unwrap().lines().count();
            (lines > LINES).then(|| format!("{folder}/{name}: {lines} lines"))
        });
    assert_none("a file longer than this is two", breaches.collect());
}

#[test]
fn migrations_come_in_pairs() {
    let names = |database: &str| {
        let found: Vec<String> =
            files(&format!("migrations/{database}"), ".sql").into_iter().map(|(name, _)| name).collect();
        assert!(!found.is_empty(), "no migrations for {database}");
        found
    };
    let (sqlite, postgres) = (names("sqlite"), names("postgres"));
    assert_eq!(sqlite, postgres, "both databases have the same migrations");
    for name in &sqlite {
        let (folder, file) = name.split_once('/').expect("a folder for each migration");
        let other = if file == "up.sql" { "down.sql" } else { "up.sql" };
        assert!(sqlite.contains(&format!("{folder}/{other}")), "{folder} lacks {other}");
    }
}

/// Texts for people whose links are checked.
fn documents() -> Vec<(String, PathBuf)> {
    let mut documents = files("docs", ".md");
    documents.iter_mut().for_each(|(name, _)| *name = format!("docs/{name}"));
    let top = ["README.md", "README.ru.md", "CONTRIBUTING.md", "CHANGELOG.md"];
    documents.extend(top.iter().map(|name| ((*name).to_owned(), root().join(name))));
    documents
}

/// Documents and pictures that are still being written; empty when the release is.
const COMING: &[&str] = &[];

/// The addresses of a document's links that lead to files of ours.
fn local_links(text: &str) -> Vec<&str> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', ' ', '#']).next())
        .filter(|link| !link.is_empty() && !link.contains("://") && !link.starts_with("mailto:"))
        .collect()
}

#[test]
fn documents_link_to_what_exists() {
    let mut checked = 0;
    let breaches = documents().into_iter().flat_map(|(name, path)| {
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        let folder = path.parent().unwrap().to_owned();
        let links: Vec<String> = local_links(&text).into_iter().map(str::to_owned).collect();
        checked += links.len();
        links
            .into_iter()
            .filter(move |link| !folder.join(link).exists())
            .filter(|link| !COMING.iter().any(|coming| coming.ends_with(link.trim_start_matches("docs/"))))
            .map(move |link| format!("{name} links to {link}"))
    });
    let breaches = breaches.collect();
    assert!(checked > 10, "the reader of links finds only {checked}");
    assert_none("a link leads nowhere", breaches);
}

#[test]
fn every_document_and_picture_can_be_found() {
    let linked: BTreeSet<PathBuf> = documents()
        .into_iter()
        .flat_map(|(_, path)| {
            let folder = path.parent().unwrap().to_owned();
            let text = std::fs::read_to_string(path).unwrap();
            local_links(&text)
                .into_iter()
                .filter_map(|link| folder.join(link).canonicalize().ok())
                .collect::<Vec<_>>()
        })
        .collect();
    let breaches = [files("docs", ".md"), files("docs", ".png")]
        .concat()
        .into_iter()
        .filter(|(_, path)| !linked.contains(&path.canonicalize().unwrap()))
        .map(|(name, _)| format!("docs/{name}"));
    assert_none("no document links to it", breaches.collect());
}

/// Who hears a document instead of seeing it, and who clones the repository.
#[test]
fn pictures_say_what_they_show_and_are_small() {
    let silent = documents().into_iter().flat_map(|(name, path)| {
        let text = std::fs::read_to_string(path).unwrap();
        let words = text.split("![").skip(1).filter_map(|rest| rest.split_once("](")).map(|(words, _)| words);
        let silent: Vec<_> = words.filter(|words| words.chars().count() < 10).map(str::to_owned).collect();
        silent.into_iter().map(move |words| format!("{name}: «{words}»"))
    });
    assert_none("a picture without words", silent.collect());
    let large =
        files("docs", ".png").into_iter().filter(|(_, path)| path.metadata().unwrap().len() > 60 * 1024);
    assert_none("a picture over 60 KiB", large.map(|(name, _)| name).collect());
}
