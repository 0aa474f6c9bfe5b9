//! `privyazka serve`: the service for real use.

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{Failure, other};
use crate::app;
use crate::config::Settings;
use crate::platform::clock::Clock;
use crate::platform::telemetry;

pub(super) fn run(settings: Settings) -> Result<(), Failure> {
    settings.check_safe()?;
    telemetry::start(settings.server.log_format);
    actix_web::rt::System::new().block_on(async move {
        refuse_demo_people(&settings).await?;
        let app = app::start(settings, Clock::system(), None).await.map_err(Failure::from_start)?;
        let signals = StopSignals::listen().map_err(other)?;
        tracing::info!(address = %app.address, admin = %app.admin_address, "listening");
        signals.wait().await;
        app.stop().await;
        Ok(())
    })
}

/// A database with demo people has known passwords (`docs/security.md`, T62). Looked at before anything
/// listens: a service that answers for a moment and then refuses has let somebody in.
async fn refuse_demo_people(settings: &Settings) -> Result<(), Failure> {
    let (store, _) = app::open_store(settings).await.map_err(Failure::from_start)?;
    let found = store.read(crate::store::profiles::has_demo_people).await.map_err(other)?;
    if found {
        return Err(Failure::Settings(crate::config::ConfigError::Unsafe {
            key: "database.url",
            reason: "the database holds the demo's people, whose passwords are public".into(),
        }));
    }
    Ok(())
}

/// SIGTERM and SIGINT, noticed from [`StopSignals::listen`] on.
pub(super) struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignals {
    /// Before anybody is told that the service runs: a signal that comes sooner ends the process as it stands.
    pub(super) fn listen() -> std::io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Waits for the first one. A second one ends the process at once.
    pub(super) async fn wait(mut self) {
        self.next().await;
        tokio::spawn(async move {
            self.next().await;
            std::process::exit(1);
        });
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
