//! The audit of a period as a file: CSV to be read, JSON lines to be verified by another program.

use std::io::{self, Write};

use serde_json::json;

use super::chain::Seal;
use super::{AuditEntry, Period};
use crate::platform::clock::Timestamp;
use crate::platform::spreadsheet_cell::neutral;
use crate::store::audit_events::{self, Page, Scope};
use crate::store::{Store, StoreError};

/// Events read at once: what bounds the memory.
const PAGE: i64 = 1_000;

/// The form of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ExportFormat {
    /// For a spreadsheet; cells that a spreadsheet would compute are made harmless.
    Csv,
    /// One JSON object a line, every value as it was sealed.
    Jsonl,
}

impl ExportFormat {
    /// Stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
        }
    }
}

/// Why an export ended early.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The database's.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A line cannot be made.
    #[error("a line cannot be written: {0}")]
    Write(#[from] io::Error),
}

/// Names of the columns, in their order.
const COLUMNS: [&str; 13] = [
    "event",
    "occurred_at",
    "kind",
    "actor",
    "profile",
    "organisation",
    "municipality",
    "details",
    "request_id",
    "address",
    "sequence",
    "sealed_at",
    "hash",
];

/// A file in the making: asked for its lines piece by piece, oldest first.
#[derive(Debug)]
pub struct Export {
    store: Store,
    scope: Scope,
    period: Period,
    format: ExportFormat,
    begun: bool,
    after: Option<(Timestamp, i64)>,
    /// Events so far.
    pub count: u64,
}

impl Export {
    /// Of the events of a period.
    pub fn new(store: Store, scope: Scope, period: Period, format: ExportFormat) -> Self {
        Self { store, scope, period, format, begun: false, after: None, count: 0 }
    }

    /// The next lines; none after the last.
    ///
    /// # Errors
    /// The database cannot be read, or a line cannot be made.
    pub async fn next_lines(&mut self) -> Result<Option<Vec<u8>>, ExportError> {
        let mut lines = Vec::new();
        if !self.begun && self.format == ExportFormat::Csv {
            csv_lines(&mut lines, [COLUMNS.map(str::to_owned)])?;
        }
        self.begun = true;
        let (scope, period, page) = (self.scope, self.period, Page { after: self.after, limit: PAGE });
        let rows = self.store.read(move |db| audit_events::list_sealed(db, scope, period, page)).await?;
        if let Some((last, _)) = rows.last() {
            self.after = Some((last.occurred_at, last.id));
            self.count += rows.len() as u64;
        }
        match self.format {
            ExportFormat::Csv => csv_lines(&mut lines, rows.iter().map(|(entry, seal)| cells(entry, *seal)))?,
            ExportFormat::Jsonl => {
                for (entry, seal) in &rows {
                    writeln!(lines, "{}", json_line(entry, *seal))?;
                }
            }
        }
        Ok(Some(lines).filter(|lines| !lines.is_empty()))
    }
}

fn csv_lines(out: &mut impl Write, lines: impl IntoIterator<Item = [String; 13]>) -> io::Result<()> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    for line in lines {
        writer.write_record(&line).map_err(io::Error::other)?;
    }
    writer.flush()
}

fn moment(at: Timestamp) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
}

fn cells(entry: &AuditEntry, seal: Option<Seal>) -> [String; 13] {
    let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
    [
        entry.id.to_string(),
        moment(entry.occurred_at),
        neutral(&entry.kind).into_owned(),
        neutral(&entry.actor).into_owned(),
        number(entry.profile),
        number(entry.organisation),
        number(entry.municipality),
        neutral(&entry.details).into_owned(),
        neutral(&entry.request_id).into_owned(),
        neutral(&entry.address).into_owned(),
        number(seal.map(|seal| seal.anchor.sequence)),
        seal.map(|seal| moment(seal.sealed_at)).unwrap_or_default(),
        seal.map(|seal| seal.anchor.hash.to_string()).unwrap_or_default(),
    ]
}

fn json_line(entry: &AuditEntry, seal: Option<Seal>) -> serde_json::Value {
    json!({
        "event": entry.id,
        "occurred_at": moment(entry.occurred_at),
        "kind": entry.kind,
        "actor": entry.actor,
        "profile": entry.profile,
        "organisation": entry.organisation,
        "municipality": entry.municipality,
        "details": entry.details,
        "request_id": entry.request_id,
        "address": entry.address,
        "sequence": seal.map(|seal| seal.anchor.sequence),
        "sealed_at": seal.map(|seal| moment(seal.sealed_at)),
        "hash": seal.map(|seal| seal.anchor.hash.to_string()),
    })
}
