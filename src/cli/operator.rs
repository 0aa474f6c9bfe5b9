//! `privyazka operator add|disable|enable|reset|list`: staff of the helpdesk; the first administrator comes from here.

use std::sync::Arc;

use clap::Subcommand;

use super::{Failure, FileArg, other};
use crate::access::manage::{Managed, Manager, OperatorManagement, Wanted};
use crate::access::{Area, Operator, OperatorRole};
use crate::app;
use crate::audit::RequestMeta;
use crate::config::ConfigError;
use crate::directory::catalog::{DirectoryCatalog, Snapshot};
use crate::directory::{OrganisationId, login_key};
use crate::platform::clock::Clock;
use crate::sign_in::HashingPool;
use crate::store::{Store, operators_in_area, profiles};

#[derive(Debug, Subcommand)]
pub(super) enum OperatorCommand {
    /// Adds an operator and prints a password for the first sign-in, once
    #[command(
        after_help = "Example: privyazka operator add --config FILE --login admin --name 'Иван Лунёв' \
                            --role administrator --area region"
    )]
    Add(AddArgs),
    /// Disables an operator at once, with all sessions
    Disable(LoginArg),
    /// Lets a disabled operator work again and prints a password for the next sign-in, once
    Enable(LoginArg),
    /// Takes password and second factor away and prints a password for the next sign-in, once
    Reset(LoginArg),
    /// Lists the operators
    List(FileArg),
}

#[derive(Debug, clap::Args)]
pub(super) struct AddArgs {
    #[command(flatten)]
    file: FileArg,
    /// Login of the console
    #[arg(long)]
    login: String,
    /// Full name, shown to colleagues
    #[arg(long)]
    name: String,
    /// E-mail
    #[arg(long)]
    email: Option<String>,
    /// What they may do
    #[arg(long, value_enum)]
    role: RoleArg,
    /// Where: `region` or `region:NAME`, `municipality:NAME`, `organisation:ID`
    #[arg(long)]
    area: String,
    /// Their own journal profile, `ORGANISATION-ID:LOGIN`: nobody acts on themselves
    #[arg(long, value_name = "PROFILE")]
    profile: Option<String>,
    /// Sign-in also needs the linked ESIA account of that profile
    #[arg(long, requires = "profile")]
    needs_esia: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct LoginArg {
    #[command(flatten)]
    file: FileArg,
    /// Login of the console
    #[arg(long)]
    login: String,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum RoleArg {
    Support,
    Senior,
    Analyst,
    Administrator,
}

impl From<RoleArg> for OperatorRole {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Support => Self::Support,
            RoleArg::Senior => Self::Senior,
            RoleArg::Analyst => Self::Analyst,
            RoleArg::Administrator => Self::Administrator,
        }
    }
}

/// The database and what manages operators in it.
struct Desk {
    store: Store,
    catalog: Arc<DirectoryCatalog>,
    management: OperatorManagement,
}

pub(super) fn run(command: OperatorCommand) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().map_err(other)?;
    runtime.block_on(async {
        match command {
            OperatorCommand::Add(args) => add(args).await,
            OperatorCommand::Disable(args) => disable(&args).await,
            OperatorCommand::Enable(args) => enable(&args).await,
            OperatorCommand::Reset(args) => reset(&args).await,
            OperatorCommand::List(file) => list(&file).await,
        }
    })
}

async fn open(file: &FileArg) -> Result<Desk, Failure> {
    let settings = file.load()?;
    let (store, _) = app::open_store(&settings).await.map_err(Failure::from_start)?;
    let catalog = Arc::new(DirectoryCatalog::load(&store).await.map_err(other)?);
    let pool = HashingPool::new(1, 0).map_err(other)?;
    let management = OperatorManagement::new(store.clone(), Clock::system(), pool, Arc::clone(&catalog));
    Ok(Desk { store, catalog, management })
}

/// The audit's address of what was done at this machine.
fn meta() -> RequestMeta {
    RequestMeta { request_id: "command-line".into(), address: String::new() }
}

fn usage(text: impl Into<String>) -> Failure {
    Failure::Settings(ConfigError::Invalid(text.into()))
}

async fn add(args: AddArgs) -> Result<(), Failure> {
    let desk = open(&args.file).await?;
    if args.login.trim().is_empty() || args.name.trim().is_empty() {
        return Err(usage("--login and --name must not be empty"));
    }
    if args.email.as_ref().is_some_and(|email| crate::mail::address::parse(email).is_none()) {
        return Err(usage("--email is no e-mail address"));
    }
    let area = read_area(&args.area, &desk.catalog.snapshot()).map_err(usage)?;
    let profile = match &args.profile {
        None => None,
        Some(text) => {
            let (organisation, login) = text
                .split_once(':')
                .and_then(|(id, login)| Some((OrganisationId(id.parse().ok()?), login_key(login))))
                .ok_or_else(|| usage("--profile is ORGANISATION-ID:LOGIN"))?;
            let found = desk.store.read(move |db| profiles::find_for_sign_in(db, organisation, &login));
            let found = found.await.map_err(other)?;
            Some(found.ok_or_else(|| usage("--profile: there is no such profile"))?.id)
        }
    };
    let wanted = Wanted {
        login: args.login.clone(),
        name: args.name,
        email: args.email,
        role: args.role.into(),
        area,
        profile,
        needs_esia: args.needs_esia,
    };
    let managed = desk.management.add(Manager::CommandLine, wanted, meta()).await.map_err(other)?;
    tell(managed, &args.login)
}

async fn disable(args: &LoginArg) -> Result<(), Failure> {
    let desk = open(&args.file).await?;
    let target = find(&desk, &args.login).await?.id;
    let managed = desk.management.disable(Manager::CommandLine, target, meta()).await.map_err(other)?;
    tell(managed, &args.login)
}

async fn enable(args: &LoginArg) -> Result<(), Failure> {
    let desk = open(&args.file).await?;
    let target = find(&desk, &args.login).await?.id;
    let managed = desk.management.enable(Manager::CommandLine, target, meta()).await.map_err(other)?;
    tell(managed, &args.login)
}

async fn reset(args: &LoginArg) -> Result<(), Failure> {
    let desk = open(&args.file).await?;
    let target = find(&desk, &args.login).await?.id;
    let managed = desk.management.reset(Manager::CommandLine, target, meta()).await.map_err(other)?;
    tell(managed, &args.login)
}

async fn list(file: &FileArg) -> Result<(), Failure> {
    let desk = open(file).await?;
    let directory = desk.catalog.snapshot();
    for region in directory.regions() {
        let found = desk.management.list(Area::Region(region.id), 0, i64::MAX).await.map_err(other)?;
        for operator in found {
            let state = if operator.disabled_at.is_some() { "disabled" } else { "at work" };
            println!(
                "{}\t{}\t{}\t{}\t{state}",
                operator.login,
                operator.role.as_str(),
                area_text(operator.area, &directory),
                operator.name
            );
        }
    }
    Ok(())
}

async fn find(desk: &Desk, login: &str) -> Result<Operator, Failure> {
    let login = login.to_owned();
    let found = desk.store.read(move |db| operators_in_area::find_by_login(db, &login)).await;
    found.map_err(other)?.ok_or_else(|| usage("--login: there is no such operator"))
}

fn tell(managed: Managed, login: &str) -> Result<(), Failure> {
    match managed {
        Managed::Done => Ok(()),
        Managed::Password { password, .. } => {
            println!("{}", password.expose());
            eprintln!(
                "This password opens one sign-in of {login:?}, which asks for a new one. It is shown once."
            );
            Ok(())
        }
        Managed::AtWork => Err(usage("--login: the operator is at work already")),
        Managed::LoginTaken => Err(usage("--login is an operator's already")),
        Managed::NotFound => Err(usage("there is no such operator at work, or no such area")),
        Managed::LastAdministrator => {
            Err(Failure::Found("the region would have no administrator left".into()))
        }
        Managed::Overloaded => Err(Failure::Other(anyhow::anyhow!("the password could not be hashed"))),
    }
}

/// Reads `--area`.
fn read_area(text: &str, directory: &Snapshot) -> Result<Area, String> {
    let (kind, name) = text.split_once(':').unwrap_or((text, ""));
    let regions = directory.regions();
    match (kind, name) {
        ("region", "") => match regions {
            [one] => Ok(Area::Region(one.id)),
            [] => Err("--area: the directory has no region yet".into()),
            _ => Err("--area: name one of the regions, as region:NAME".into()),
        },
        ("region", name) => {
            let found = regions.iter().find(|region| region.name == name);
            found.map(|region| Area::Region(region.id)).ok_or(format!("--area: there is no region {name:?}"))
        }
        ("municipality", name) => {
            let mut all = regions.iter().flat_map(|region| directory.municipalities(region.id));
            let found = all.find(|one| one.name == name);
            found
                .map(|one| Area::Municipality(one.id))
                .ok_or(format!("--area: there is no municipality {name:?}"))
        }
        ("organisation", id) => {
            let id = id.parse().ok().map(OrganisationId);
            let found = id.filter(|id| directory.organisation(*id).is_some());
            found.map(Area::Organisation).ok_or("--area: there is no organisation of that id".into())
        }
        _ => Err("--area is region, region:NAME, municipality:NAME or organisation:ID".into()),
    }
}

fn area_text(area: Area, directory: &Snapshot) -> String {
    match area {
        Area::Region(id) => {
            format!("region:{}", directory.region(id).map(|one| one.name.as_str()).unwrap_or_default())
        }
        Area::Municipality(id) => {
            let name = directory.municipality(id).map(|one| one.name.as_str()).unwrap_or_default();
            format!("municipality:{name}")
        }
        Area::Organisation(id) => format!("organisation:{}", id.0),
    }
}
