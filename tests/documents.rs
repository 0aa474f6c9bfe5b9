//! What the documents list is what the code has: settings, audit events, proofs of threats.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot read its own input fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use privyazka::access::{Area, OperatorId, OperatorRole, Permission};
use privyazka::audit::chain::Anchor;
use privyazka::audit::event::{Destruction, EventArea};
use privyazka::audit::{
    AttemptEvent, AuditEvent, BulkEvent, CaseEvent, DataEvent, DeskEvent, IssueEvent, LinkEvent,
    OperatorEvent, PasswordEvent, PeopleEvent, SessionEvent,
};
use privyazka::config::Settings;
use privyazka::directory::OrganisationId;
use privyazka::directory::territory::RegionId;
use privyazka::helpdesk::cases::case::{CaseId, CaseSource, CaseState};
use privyazka::helpdesk::links::approval::{ApprovalKind, ApprovalState};
use privyazka::helpdesk::links::bulk::list::ListState;
use privyazka::helpdesk::links::unlink_request::UnlinkReason;
use privyazka::linking::LinkId;
use privyazka::linking::undo::UndoResult;
use privyazka::platform::clock::Timestamp;
use privyazka::sign_in::SignInWay;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The cells of every row whose first cell begins with `mark`.
fn rows(document: &str, mark: &str) -> Vec<Vec<String>> {
    document
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix('|'))
        .filter(|line| line.starts_with(mark))
        .map(|line| line.split(" | ").map(|cell| cell.trim().to_owned()).collect())
        .collect()
}

/// What stands between backquotes.
fn quoted(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn destruction() -> Destruction {
    Destruction { setting: "retention.attempts", days: 90, rows: 1, profiles: vec![1] }
}

fn day() -> chrono::NaiveDate {
    chrono::NaiveDate::MIN
}

#[test]
fn the_document_of_events_lists_every_kind_with_its_details() {
    let (role, area) = (OperatorRole::Support, Area::Region(RegionId(1)));
    let samples: Vec<AuditEvent> = vec![
        SessionEvent::SignedIn { way: SignInWay::Password, linking_only: false }.into(),
        SessionEvent::SignInRefused { reason: "credentials" }.into(),
        SessionEvent::NewPlace.into(),
        SessionEvent::SignedOut.into(),
        SessionEvent::Ended { count: 1, reason: "owner" }.into(),
        SessionEvent::ProfileSwitched.into(),
        PasswordEvent::RecoveryRequested.into(),
        PasswordEvent::Recovered.into(),
        PasswordEvent::OneTimeReplaced.into(),
        IssueEvent::PersonLookedAt.into(),
        IssueEvent::ListLookedAt { organisation: OrganisationId(1), count: 25 }.into(),
        IssueEvent::Code { issue: 1, until: Timestamp::UNIX_EPOCH }.into(),
        IssueEvent::OneTimePassword { issue: 1, until: Timestamp::UNIX_EPOCH }.into(),
        AttemptEvent::Refused { reference: "AAAA-0000".into(), code: 109, matched: None }.into(),
        LinkEvent::Created {
            link: LinkId(1),
            reference: "AAAA-0000".into(),
            grade: "exact",
            matched: None,
            way: "password",
        }
        .into(),
        LinkEvent::RemovedByOwner { link: LinkId(1), reason: None }.into(),
        OperatorEvent::SignedIn.into(),
        OperatorEvent::SignInRefused { operator: None, reason: "credentials" }.into(),
        OperatorEvent::ProofGiven.into(),
        OperatorEvent::ProofRefused { reason: "code" }.into(),
        OperatorEvent::RecoveryCodeUsed { left: 9 }.into(),
        OperatorEvent::FactorSet.into(),
        OperatorEvent::PasswordChanged.into(),
        OperatorEvent::Created { operator: OperatorId(1), role, area }.into(),
        OperatorEvent::Changed { operator: OperatorId(1), role, area }.into(),
        OperatorEvent::Disabled { operator: OperatorId(1), sessions: 1 }.into(),
        OperatorEvent::Enabled { operator: OperatorId(1) }.into(),
        OperatorEvent::Reset { operator: OperatorId(1), sessions: 1 }.into(),
        OperatorEvent::SignedOut.into(),
        DeskEvent::PageRefused { route: "GET /helpdesk/profiles/{id}".into(), named: Some("17".into()) }
            .into(),
        CaseEvent::Opened {
            case: CaseId(1),
            number: "AAAA-0000".into(),
            source: CaseSource::Report,
            outcome: None,
        }
        .into(),
        CaseEvent::Read { case: CaseId(1) }.into(),
        CaseEvent::Moved { case: CaseId(1), state: CaseState::Closed }.into(),
        CaseEvent::Noted { case: CaseId(1) }.into(),
        CaseEvent::Answered { case: CaseId(1), state: CaseState::Closed }.into(),
        DataEvent::AttemptsDestroyed(destruction()).into(),
        DataEvent::SessionsDestroyed(destruction()).into(),
        DataEvent::LetterBodiesDestroyed(destruction()).into(),
        DataEvent::LettersDestroyed(destruction()).into(),
        DataEvent::CasesDestroyed(destruction()).into(),
        DataEvent::DeedsDestroyed(destruction()).into(),
        DataEvent::CodesDestroyed(destruction()).into(),
        DataEvent::ListsDestroyed(destruction()).into(),
        DataEvent::AuditDestroyed { destruction: destruction(), until: Anchor::START }.into(),
        DataEvent::ProfileExported.into(),
        DataEvent::AuditRead { from: day(), to: day(), kinds: None, operator: None, profile: None }.into(),
        DataEvent::AuditExported { from: day(), to: day(), format: "csv" }.into(),
        PeopleEvent::Searched { sorts: vec!["name"], found: 3, more: false }.into(),
        PeopleEvent::CardOpened.into(),
        PeopleEvent::CardMissing { asked: 17 }.into(),
        LinkEvent::RemovedByOperator {
            link: LinkId(1),
            reason: UnlinkReason::Left,
            record: "AAAA-0000".into(),
            asked_by: None,
            list: None,
        }
        .into(),
        BulkEvent::Uploaded { list: "AAAA-0000".into(), lines: 3, to_do: 2 }.into(),
        BulkEvent::Viewed { list: "AAAA-0000".into() }.into(),
        BulkEvent::Ended { list: "AAAA-0000".into(), state: ListState::Done, unlinked: 2, left: 0 }.into(),
        BulkEvent::Exported { list: "AAAA-0000".into() }.into(),
        LinkEvent::Restored { link: LinkId(1), record: "AAAA-0000".into(), reverts: "AAAA-0001".into() }
            .into(),
        LinkEvent::Frozen { link: LinkId(1), record: "AAAA-0000".into() }.into(),
        LinkEvent::Unfrozen { link: LinkId(1), record: "AAAA-0000".into() }.into(),
        LinkEvent::Disputed { link: None, result: UndoResult::NoLink, case: "AAAA-0000".into() }.into(),
        DeskEvent::ApprovalRequested { kind: ApprovalKind::Unlink, number: "AAAA-0000".into(), link: None }
            .into(),
        DeskEvent::ApprovalEnded {
            kind: ApprovalKind::Unlink,
            number: "AAAA-0000".into(),
            state: ApprovalState::Approved,
        }
        .into(),
        DeskEvent::Refused { deed: "unlink", reason: "stale" }.into(),
    ];
    for event in &samples {
        assert!(
            EventArea::of_kind(event.kind()).is_some(),
            "{}: the console cannot choose its area",
            event.kind()
        );
    }
    // A variant without a sample above still has its name in the source.
    let areas = std::fs::read_dir(root().join("src/audit/event")).unwrap();
    let areas: Vec<String> =
        areas.map(|area| std::fs::read_to_string(area.unwrap().path()).unwrap()).collect();
    let named: BTreeSet<String> = areas
        .iter()
        .flat_map(|area| area.split('"').skip(1).step_by(2))
        .filter(|literal| literal.matches(':').count() == 2)
        .map(str::to_owned)
        .collect();
    let sampled: BTreeMap<String, BTreeSet<String>> = samples
        .iter()
        .map(|event| {
            let details = event.details();
            let keys = details.as_object().expect("details are an object").keys().cloned();
            (event.kind().to_owned(), keys.collect())
        })
        .collect();
    assert_eq!(sampled.keys().cloned().collect::<BTreeSet<_>>(), named, "an event lacks its sample here");
    let listed: BTreeMap<String, BTreeSet<String>> = rows(&text("docs/audit-events.md"), "`")
        .iter()
        .map(|row| (quoted(&row[0]).remove(0), quoted(&row[1]).into_iter().collect()))
        .collect();
    assert_eq!(listed, sampled);
}

#[test]
fn the_operators_manual_has_the_table_of_rights() {
    let roles =
        [OperatorRole::Support, OperatorRole::Senior, OperatorRole::Analyst, OperatorRole::Administrator];
    let document = text("docs/helpdesk.md");
    let rows: Vec<_> = rows(&document, "`").into_iter().filter(|row| row.len() == 6).collect();
    let known: Vec<_> = Permission::ALL.iter().map(|permission| format!("{permission:?}")).collect();
    let listed: Vec<_> = rows.iter().map(|row| quoted(&row[0]).remove(0)).collect();
    assert_eq!(listed, known);
    for (row, permission) in rows.iter().zip(Permission::ALL) {
        for (cell, role) in row[2..].iter().zip(roles) {
            assert_eq!(cell == "да", permission.is_given_to(role), "{permission:?} {role:?}: {cell}");
        }
    }
}

/// The keys of the settings, read off their structs: `section.key`.
fn known_settings() -> BTreeSet<String> {
    let fields = |source: &str, of: &str| -> Vec<String> {
        let body = source.split(of).nth(1).unwrap_or_else(|| panic!("no {of}"));
        let body = body.split("\n}").next().unwrap();
        let fields = body.lines().filter_map(|line| line.strip_prefix("    pub "));
        fields.map(|line| line.split(':').next().unwrap().to_owned()).collect()
    };
    fields(&text("src/config/mod.rs"), "pub struct Settings {")
        .into_iter()
        .flat_map(|section| {
            let source = text(&format!("src/config/{section}.rs"));
            let keys = fields(&source, "Settings {");
            assert!(!keys.is_empty(), "{section}");
            keys.into_iter().map(move |key| format!("{section}.{key}"))
        })
        .collect()
}

/// The keys of the sample file, those that are commented out included, with their values.
fn sample_settings(sample: &str) -> BTreeMap<String, String> {
    let (mut section, mut found) = (String::new(), BTreeMap::new());
    for line in sample.lines() {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']').to_owned();
        } else if let Some((key, value)) = line.trim_start_matches("# ").split_once(" = ")
            && key.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit())
        {
            found.insert(format!("{section}.{key}"), value.to_owned());
        }
    }
    found
}

#[test]
fn sample_file_and_document_have_every_setting() {
    let sample = text("docs/privyazka.example.toml");
    let (known, in_sample) = (known_settings(), sample_settings(&sample));
    assert!(known.len() > 40, "the reader of settings finds only {}", known.len());
    assert_eq!(in_sample.keys().cloned().collect::<BTreeSet<_>>(), known, "docs/privyazka.example.toml");
    let document = rows(&text("docs/settings.md"), "`");
    let listed: BTreeSet<String> = document.iter().map(|row| quoted(&row[0]).remove(0)).collect();
    assert_eq!(listed, known, "docs/settings.md");
    for row in document {
        let key = quoted(&row[0]).remove(0);
        if let Some(default) = quoted(&row[1]).first() {
            assert_eq!(in_sample[&key].trim_matches('"'), default.trim_matches('"'), "default of {key}");
        }
    }
}

#[test]
fn the_sample_file_loads_with_and_without_its_comments_and_holds_the_defaults() {
    let sample = text("docs/privyazka.example.toml");
    let uncommented: Vec<&str> = sample
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(setting) if setting.contains(" = ") => setting,
            _ => line,
        })
        .collect();
    Settings::from_toml(&uncommented.join("\n")).expect("every key is known and well-formed");
    let settings = Settings::from_toml(&sample).expect("the sample is well-formed");
    // What may be left out is left out of this file: then the defaults speak.
    let sections: Vec<&str> = sample.split_inclusive("\n[").collect();
    let needed = ["server", "database", "esia", "mail", "secrets"];
    let short: String = sections
        .iter()
        .filter(|section| needed.iter().any(|name| section.trim_start_matches('[').starts_with(name)))
        .map(|section| format!("[{}\n", section.trim_start_matches('[').trim_end_matches("\n[")))
        .collect();
    let bare = Settings::from_toml(&short).expect("the other sections may be left out");
    assert_eq!(format!("{:?}", settings.sign_in), format!("{:?}", bare.sign_in));
    assert_eq!(format!("{:?}", settings.rollout), format!("{:?}", bare.rollout));
    assert_eq!(format!("{:?}", settings.linking), format!("{:?}", bare.linking));
    assert_eq!(format!("{:?}", settings.access), format!("{:?}", bare.access));
    assert_eq!(format!("{:?}", settings.region), format!("{:?}", bare.region));
    assert_eq!(format!("{:?}", settings.audit), format!("{:?}", bare.audit));
    assert_eq!(format!("{:?}", settings.retention), format!("{:?}", bare.retention));
}

/// The test functions `tNN_…` of the tree: number → files that have one.
fn proofs() -> BTreeMap<u8, BTreeSet<String>> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }
    let mut files = Vec::new();
    walk(&root().join("src"), &mut files);
    walk(&root().join("tests"), &mut files);
    let mut found: BTreeMap<u8, BTreeSet<String>> = BTreeMap::new();
    for path in files {
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        let source = std::fs::read_to_string(&path).unwrap();
        for line in source.lines() {
            let Some((_, function)) = line.split_once("fn t") else { continue };
            // `t16_t17_…` proves both.
            for part in format!("t{function}").split('_') {
                let number = part.strip_prefix('t').filter(|digits| digits.len() == 2);
                let Some(number) = number.and_then(|digits| digits.parse().ok()) else { break };
                found.entry(number).or_default().insert(name.clone());
            }
        }
    }
    found
}

/// `docs/security.md` names for each row the files that hold its tests. After adding some, write the
/// names anew: `PRIVYAZKA_UPDATE=1 cargo test --test documents`.
#[test]
fn every_threat_is_proved_or_says_why_not() {
    let (name, proofs) = ("docs/security.md", proofs());
    assert!(proofs.len() > 30, "the reader of tests finds only {}", proofs.len());
    let number = |row: &[String]| row[0].strip_prefix('T').and_then(|n| n.parse::<u8>().ok()).expect(&row[0]);
    if std::env::var_os("PRIVYAZKA_UPDATE").is_some() {
        let written: Vec<String> = text(name)
            .lines()
            .map(|line| match rows(line, "T").first() {
                Some(row) if row.len() == 5 => {
                    let files = proofs.get(&number(row)).cloned().unwrap_or_default();
                    let files: Vec<_> = files.iter().map(|file| format!("`{file}`")).collect();
                    let state = if row[3] == "built" && !files.is_empty() { "proved" } else { &row[3] };
                    let files = if files.is_empty() { "–".to_owned() } else { files.join(", ") };
                    format!("| {} | {} | {} | {state} | {files} |", row[0], row[1], row[2])
                }
                _ => line.to_owned(),
            })
            .collect();
        std::fs::write(root().join(name), written.join("\n") + "\n").unwrap();
    }
    let document = rows(&text(name), "T");
    let numbers: Vec<u8> = document.iter().map(|row| number(row)).collect();
    assert_eq!(numbers, (1..=82).collect::<Vec<u8>>(), "every row once and in order");
    for row in &document {
        assert_eq!(row.len(), 5, "{row:?}");
        let tests = proofs.get(&number(row)).cloned().unwrap_or_default();
        for file in quoted(&row[4]) {
            assert!(tests.contains(&file), "{}: {file} has no test of this number", row[0]);
        }
        match row[3].split_whitespace().next().unwrap_or_default() {
            "proved" | "part:" => assert!(!tests.is_empty(), "{}: no test carries its number", row[0]),
            "built" | "tool:" => {}
            "open:" | "later:" => assert!(row[3].len() > 12, "{}: without a reason", row[0]),
            other => panic!("{}: {other:?} is no state", row[0]),
        }
        for file in quoted(&row[2]).iter().filter(|file| file.contains('/')) {
            assert!(root().join(file).exists(), "{}: {file} is not there", row[0]);
        }
    }
}
