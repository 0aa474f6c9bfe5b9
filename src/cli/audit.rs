//! `privyazka audit verify|export`: the chain of the audit, and the events of a period.

use std::io::Write as _;

use chrono::NaiveDate;
use clap::Subcommand;

use super::{Failure, FileArg, other};
use crate::audit::chain::Anchor;
use crate::audit::export::{Export, ExportFormat};
use crate::audit::history::AuditDays;
use crate::audit::verify::{Expectation, Report, verify};
use crate::audit::{self, Actor, DataEvent, RequestMeta};
use crate::platform::clock::Clock;
use crate::store::Store;
use crate::store::audit_events::Scope;

#[derive(Debug, Subcommand)]
pub(super) enum AuditCommand {
    /// Walks the chain of hashes and names the first record that is wrong; exit code 3 if one is. The service
    /// may run meanwhile
    #[command(
        after_help = "Example: privyazka audit verify --config /etc/privyazka/privyazka.toml --anchor \
                            12345:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    Verify(VerifyArgs),
    /// Writes the events of a period to standard output; the export itself becomes an event
    Export(ExportArgs),
}

#[derive(Debug, clap::Args)]
pub(super) struct VerifyArgs {
    #[command(flatten)]
    file: FileArg,
    /// A place that the log or a letter noted; shows whether the tail was cut off. May be repeated
    #[arg(long, value_name = "NUMBER:HASH")]
    anchor: Vec<Anchor>,
    /// A place verified before; only what follows it is walked
    #[arg(long, value_name = "NUMBER:HASH")]
    from: Option<Anchor>,
}

#[derive(Debug, clap::Args)]
pub(super) struct ExportArgs {
    #[command(flatten)]
    file: FileArg,
    /// First day, by the region's clock
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: NaiveDate,
    /// Last day
    #[arg(long, value_name = "YYYY-MM-DD")]
    to: NaiveDate,
    /// csv for a spreadsheet, jsonl with every value as it was sealed
    #[arg(long, value_enum, default_value_t = ExportFormat::Csv)]
    format: ExportFormat,
}

pub(super) fn run(command: AuditCommand) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().map_err(other)?;
    runtime.block_on(async {
        match command {
            AuditCommand::Verify(args) => run_verify(args).await,
            AuditCommand::Export(args) => run_export(args).await,
        }
    })
}

async fn run_verify(args: VerifyArgs) -> Result<(), Failure> {
    let settings = args.file.load()?;
    let store = Store::open_unmigrated(&settings.database).map_err(other)?;
    let expected = Expectation { anchors: args.anchor, from: args.from };
    let report = verify(&store, &expected).await.map_err(other)?;
    print(&report);
    match report.breach {
        None => Ok(()),
        Some(breach) => Err(Failure::Found(breach.to_string())),
    }
}

fn print(report: &Report) {
    println!("begins after: {}", report.begin);
    println!("verified: {} records", report.walked);
    println!("head: {}", report.head);
    println!("unsealed: {} events", report.unsealed);
    for anchor in &report.too_old {
        println!("not compared: anchor {anchor} lies before the beginning");
    }
}

async fn run_export(args: ExportArgs) -> Result<(), Failure> {
    let settings = args.file.load()?;
    let days = AuditDays { from: args.from, to: args.to };
    if days.count() == 0 {
        return Err(Failure::Other(anyhow::anyhow!("--to lies before --from")));
    }
    let store = Store::open_unmigrated(&settings.database).map_err(other)?;
    let event = DataEvent::AuditExported { from: args.from, to: args.to, format: args.format.as_str() };
    let now = Clock::system().now();
    let recorded =
        move |db: &mut _| audit::record(db, now, event.clone(), Actor::System, None, &RequestMeta::default());
    store.write(recorded).await.map_err(other)?;
    let period = days.period(settings.region.utc_offset_minutes);
    let mut export = Export::new(store, Scope::All, period, args.format);
    let mut out = std::io::stdout().lock();
    while let Some(lines) = export.next_lines().await.map_err(other)? {
        out.write_all(&lines).map_err(other)?;
    }
    out.flush().map_err(other)?;
    eprintln!("{} events", export.count);
    Ok(())
}
