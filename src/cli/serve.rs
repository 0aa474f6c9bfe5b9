//! `privyazka serve`: the service for real use.

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
        tracing::info!(address = %app.address, admin = %app.admin_address, "listening");
        until_told_to_stop().await.map_err(other)?;
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

/// Waits for SIGTERM or SIGINT. A second signal ends the process at once.
pub(super) async fn until_told_to_stop() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        std::process::exit(1);
    });
    Ok(())
}
