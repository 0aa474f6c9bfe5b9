//! Composition root: settings and outside handles become services, a server, and background tasks.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::web::Data;
use anyhow::Context as _;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::access::manage::OperatorManagement;
use crate::access::{OperatorSessions, OperatorSignIn};
use crate::audit::AuditKeeper;
use crate::audit::history::AuditHistory;
use crate::config::{ConfigError, Settings};
use crate::directory::catalog::DirectoryCatalog;
use crate::esia::EsiaClient;
use crate::federation::Federation;
use crate::helpdesk::Cases;
use crate::helpdesk::PeopleDesk;
use crate::helpdesk::issuing::issue_codes::CodeDesk;
use crate::helpdesk::issuing::issue_password::PasswordDesk;
use crate::helpdesk::links::bulk::carry_out::ListWorker;
use crate::helpdesk::links::dispute::Disputes;
use crate::helpdesk::links::link_desk::LinkDesk;
use crate::housekeeping::Housekeeping;
use crate::linking::{Linking, UndoLinks};
use crate::mail::{Dispatcher, Outbox, Transport};
use crate::platform::clock::Clock;
use crate::platform::secret::Keys;
use crate::sign_in::{
    AddressCeiling, CodeSignIn, EsiaSignIn, HashingPool, Letters, PasswordRecovery, PasswordSignIn, Sessions,
};
use crate::store::key_checks::{self, Standing};
use crate::store::{Store, migrate};
use crate::web;
use crate::web::extract::UploadPlaces;
use crate::web::sign_in::esia::TripCeiling;
use crate::web::site::Site;
use crate::web::support::handler::CaseCeiling;

/// What only the demo has.
#[derive(Clone, Debug)]
pub struct DemoExtras {
    /// Folder of the letters, shown at `/demo/mail`.
    pub mail_folder: PathBuf,
}

/// All services, built once.
#[derive(Clone, Debug)]
pub struct Services {
    /// The database.
    pub store: Store,
    /// What pages know of the deployment.
    pub site: Data<Site>,
    /// Browser sessions.
    pub sessions: Sessions,
    /// Sign-in with a password.
    pub password_sign_in: PasswordSignIn,
    /// The linking-only door with a code.
    pub code_sign_in: CodeSignIn,
    /// Password recovery.
    pub recovery: PasswordRecovery,
    /// Sign-in through ESIA.
    pub esia_sign_in: EsiaSignIn,
    /// Trips to ESIA that one network address may begin.
    pub trips: TripCeiling,
    /// Trips to ESIA.
    pub federation: Federation,
    /// Linking and unlinking.
    pub linking: Linking,
    /// Sessions of operators.
    pub operator_sessions: OperatorSessions,
    /// Sign-in of operators.
    pub operator_sign_in: OperatorSignIn,
    /// Operators, for their administrators.
    pub operator_management: OperatorManagement,
    /// Cases of the helpdesk.
    pub cases: Cases,
    /// What operators do to links.
    pub link_desk: LinkDesk,
    /// «Это был не я».
    pub disputes: Disputes,
    /// Cases that one network address may open.
    pub case_ceiling: CaseCeiling,
    /// Search, cards and sessions of people, for operators.
    pub people_desk: PeopleDesk,
    /// The audit as operators read it.
    pub audit_history: AuditHistory,
    /// Files that operators may hand in at once.
    pub uploads: UploadPlaces,
    /// Linking codes that operators hand out.
    pub codes: CodeDesk,
    /// Passwords that they hand out.
    pub passwords: PasswordDesk,
    /// Letters.
    pub outbox: Outbox,
    /// Settings, for those handlers that show them.
    pub settings: Arc<Settings>,
    /// What only the demo has.
    pub demo: Option<DemoExtras>,
}

/// A running service.
#[derive(Debug)]
pub struct RunningApp {
    /// Address of the public listener.
    pub address: SocketAddr,
    /// Address of the admin listener.
    pub admin_address: SocketAddr,
    /// The services, for tests and the demo.
    pub services: Services,
    servers: Vec<ServerHandle>,
    tasks: Vec<JoinHandle<()>>,
    stop: watch::Sender<bool>,
}

/// Files held in memory at once, each within the bounds of a list.
const UPLOADS: usize = 2;
/// Requests in progress at a shutdown get this long.
const SHUTDOWN_SECONDS: u64 = 25;

/// Builds the services and starts the listeners and background tasks.
///
/// # Errors
/// The database, a key, a certificate or an address cannot be used; the text says which.
pub async fn start(settings: Settings, clock: Clock, demo: Option<DemoExtras>) -> anyhow::Result<RunningApp> {
    let settings = Arc::new(settings);
    // Keys, certificates and the system's authorities are read while the database is opened.
    let (for_outside, for_esia) = (Arc::clone(&settings), clock.clone());
    let outside = tokio::task::spawn_blocking(move || outside(&for_outside, for_esia));
    let (store, keys) = open_store(&settings).await?;
    let catalog = Arc::new(DirectoryCatalog::load(&store).await?);
    let (esia, transport) = outside.await??;
    test_signer(&esia).await?;
    let outbox = Outbox::new(Arc::clone(&keys), settings.region.clone(), settings.mail.sender()?);
    let dispatcher = Dispatcher::new(store.clone(), Arc::clone(&keys), transport, clock.clone(), &outbox);

    let offset = settings.region.utc_offset_minutes;
    let sessions = Sessions::new(store.clone(), clock.clone(), settings.sign_in.clone());
    let hashing = HashingPool::new(settings.sign_in.argon2_parallel, settings.sign_in.argon2_queue)?;
    let recovery_address = settings.server.absolute(&web::paths::recover_with(""));
    let undo_address = settings.server.absolute(&web::paths::undo(""));
    let undo = UndoLinks::new(undo_address, settings.linking.undo_life);
    let letters = Letters::new(outbox.clone(), recovery_address, undo.clone());
    let password_sign_in = PasswordSignIn::new(
        sessions.clone(),
        hashing.clone(),
        letters.clone(),
        &settings.sign_in,
        settings.rollout.clone(),
        offset,
    );
    let operator_sessions = OperatorSessions::new(store.clone(), clock.clone(), &settings);
    let operator_management =
        OperatorManagement::new(store.clone(), clock.clone(), hashing.clone(), Arc::clone(&catalog));
    let operator_sign_in =
        OperatorSignIn::new(operator_sessions.clone(), Arc::clone(&keys), hashing.clone(), &settings);
    let recovery =
        PasswordRecovery::new(sessions.clone(), hashing.clone(), letters.clone(), &settings.sign_in);
    let code_sign_in = CodeSignIn::new(sessions.clone(), Arc::clone(&keys), letters.clone(), &settings);
    let esia_sign_in = EsiaSignIn::new(sessions.clone(), letters, settings.linking.clone(), offset);
    let people_desk = PeopleDesk::new(sessions.clone(), Arc::clone(&keys));
    let linking = Linking::new(sessions.clone(), Arc::clone(&keys), outbox.clone(), undo, &settings);
    let codes = CodeDesk::new(&sessions, Arc::clone(&keys), outbox.clone(), &settings);
    let passwords = PasswordDesk::new(codes.clone(), linking.clone(), sessions.clone(), hashing, &settings);
    let federation = Federation::new(
        store.clone(),
        clock.clone(),
        Arc::clone(&keys),
        esia,
        linking.clone(),
        esia_sign_in.clone(),
        settings.esia.request_timeout,
    );
    let cases = Cases::new(
        store.clone(),
        clock.clone(),
        Arc::clone(&keys),
        outbox.clone(),
        settings.helpdesk.clone(),
        offset,
    );
    let link_desk = LinkDesk::new(linking.clone(), &settings.linking);
    let disputes = Disputes::new(linking.clone(), cases.clone());
    let site = Site::new(&settings, clock.clone(), Arc::clone(&keys), Arc::clone(&catalog), demo.is_some());
    let watched = federation.esia().clone();
    let services = Services {
        store: store.clone(),
        site: Data::new(site),
        sessions,
        password_sign_in,
        code_sign_in,
        recovery,
        esia_sign_in,
        trips: TripCeiling(AddressCeiling::per_minute(settings.sign_in.trips_per_address)),
        federation,
        linking,
        operator_sessions,
        people_desk,
        operator_sign_in,
        operator_management,
        cases,
        link_desk,
        disputes,
        case_ceiling: CaseCeiling(AddressCeiling::per_minute(settings.helpdesk.cases_per_address)),
        audit_history: AuditHistory::new(store.clone(), clock.clone(), offset),
        uploads: UploadPlaces::new(UPLOADS),
        codes,
        passwords,
        outbox,
        settings: Arc::clone(&settings),
        demo,
    };

    let (stop, stopped) = watch::channel(false);
    let mut app = listen(services, stop).await?;
    let mut told = stopped.clone();
    app.tasks.push(tokio::spawn(async move {
        tokio::select! {
            () = watched.watch() => {}
            _ = told.changed() => {}
        }
    }));
    let mut told = stopped.clone();
    app.tasks.push(tokio::spawn(async move {
        dispatcher.run(async move { drop(told.changed().await) }).await;
    }));
    let services = &app.services;
    let keeper =
        AuditKeeper::new(store.clone(), clock.clone(), services.outbox.clone(), settings.audit.clone());
    app.tasks.push(tokio::spawn(keeper.run(stopped.clone())));
    let lists = ListWorker::new(services.link_desk.clone());
    app.tasks.push(tokio::spawn(lists.run(stopped.clone())));
    let counters = vec![
        services.password_sign_in.ceiling().clone(),
        services.recovery.ceiling().clone(),
        services.code_sign_in.ceiling().clone(),
        services.trips.0.clone(),
        services.operator_sign_in.ceiling().clone(),
        services.case_ceiling.0.clone(),
    ];
    let housekeeping = Housekeeping::new(store, clock, catalog, counters, settings.retention.clone());
    app.tasks.push(tokio::spawn(housekeeping.run(stopped)));
    Ok(app)
}

/// Opens the database with the keys it needs.
///
/// # Errors
/// A key file cannot be used, the database cannot be opened, or it was filled under another key; then
/// nothing in it is changed.
pub async fn open_store(settings: &Settings) -> anyhow::Result<(Store, Arc<Keys>)> {
    let (secrets, database) = (settings.secrets.clone(), settings.database.clone());
    let opened = tokio::task::spawn_blocking(move || {
        let keys = Arc::new(Keys::read(&secrets.key_file, secrets.previous_key_file.as_deref())?);
        let mut standing = Standing::default();
        // Before the migrations, which are a change already.
        let store = Store::open_after(&database, |db| {
            if !migrate::is_new(db)? {
                standing = key_checks::look(db, &keys)?;
            }
            refuse_foreign_key(standing)
        })?;
        anyhow::Ok((store, keys, standing))
    });
    let (store, keys, standing) = opened.await??;
    if !standing.current {
        let registered = Arc::clone(&keys);
        refuse_foreign_key(store.write(move |db| key_checks::register(db, &registered)).await?)?;
    }
    Ok((store, keys))
}

fn refuse_foreign_key(standing: Standing) -> anyhow::Result<()> {
    let text = match standing {
        Standing { foreign: false, .. } => return Ok(()),
        Standing { current: false, previous: false, .. } => {
            "secrets.key_file is not the key that this database was filled under; nothing was changed"
        }
        _ => {
            "a change of the master key is not done: this database still needs the key before; name it in \
             secrets.previous_key_file and run `privyazka keys rotate`; nothing was changed"
        }
    };
    Err(ConfigError::Invalid(text.to_owned()).into())
}

/// The clients of other systems. Blocks.
fn outside(settings: &Settings, clock: Clock) -> anyhow::Result<(EsiaClient, Transport)> {
    let redirect_uri = match &settings.esia.redirect_uri {
        Some(uri) => uri.clone(),
        None => settings.server.absolute(web::paths::CALLBACK).parse()?,
    };
    let esia = EsiaClient::new(&settings.esia, redirect_uri, clock)?;
    Ok((esia, Transport::from_settings(&settings.mail)?))
}

/// A signer that does not answer may come while everything else already works; one that signs wrongly will
/// not mend itself, and nobody could be sent to ESIA.
async fn test_signer(esia: &EsiaClient) -> anyhow::Result<()> {
    match esia.test_signer().await {
        Err(error) if error.may_pass() => {
            tracing::error!(%error, "nobody can be sent to ESIA until the signer answers");
            Ok(())
        }
        result => result.context("esia.signer"),
    }
}

async fn listen(services: Services, stop: watch::Sender<bool>) -> anyhow::Result<RunningApp> {
    let server = services.settings.server.clone();
    let workers = match server.workers {
        0 => std::thread::available_parallelism().map_or(2, std::num::NonZero::get),
        workers => workers,
    };
    // Blocking threads are for the database: one more than it has connections would only wait for one.
    let blocking = usize::try_from(services.settings.database.pool_size)?.max(1);
    let public = bind(server.listen)?;
    let admin = bind(server.admin_listen)?;
    let (address, admin_address) = (public.local_addr()?, admin.local_addr()?);
    let for_public = services.clone();
    let public = actix_web::HttpServer::new(move || web::routes::public(for_public.clone()))
        .workers(workers)
        .worker_max_blocking_threads(blocking)
        .client_request_timeout(Duration::from_secs(5))
        .keep_alive(Duration::from_secs(30))
        .max_connections(4096)
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .disable_signals()
        .listen(public)?
        .run();
    let for_admin = services.clone();
    let admin = actix_web::HttpServer::new(move || web::routes::admin(for_admin.clone()))
        .workers(1)
        .disable_signals()
        .listen(admin)?
        .run();
    let servers = vec![public.handle(), admin.handle()];
    let serve = |server: actix_web::dev::Server| {
        tokio::spawn(async move {
            if let Err(error) = server.await {
                tracing::error!(%error, "a listener ended");
            }
        })
    };
    let tasks = vec![serve(public), serve(admin)];
    Ok(RunningApp { address, admin_address, services, servers, tasks, stop })
}

fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).map_err(|error| anyhow::anyhow!("cannot listen on {address}: {error}"))
}

impl RunningApp {
    /// Stops accepting, finishes what is in progress, gives leases back.
    pub async fn stop(self) {
        for server in &self.servers {
            server.stop(true).await;
        }
        let _ = self.stop.send(true);
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a background task panicked");
            }
        }
    }
}
