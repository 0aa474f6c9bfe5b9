//! The database: reachable, of this program's schema, filled under this key.

use std::path::Path;

use super::Finding;
use crate::config::Settings;
use crate::platform::secret::Keys;
use crate::store::key_checks::{self, Standing};
use crate::store::{Store, migrate};

pub(super) async fn look(settings: &Settings) -> Vec<Finding> {
    let url = match settings.database.address() {
        Ok(url) => url,
        Err(error) => return vec![unreachable(&error)],
    };
    if let Some(path) = url.strip_prefix("sqlite://")
        && !Path::new(path).exists()
    {
        // Opening it would make it.
        let advice = "the first start makes it; if there should be one, look at the path";
        return vec![Finding::warning("database.url", format!("{path} does not exist yet"), advice)];
    }
    let database = settings.database.clone();
    let opened = tokio::task::spawn_blocking(move || Store::open_unmigrated(&database)).await;
    let store = match opened {
        Ok(Ok(store)) => store,
        Ok(Err(error)) => return vec![unreachable(&error)],
        Err(error) => return vec![unreachable(&error)],
    };
    let pending = store.read(|db| Ok((migrate::has_pending(db)?, migrate::is_new(db)?))).await;
    match pending {
        Err(error) => vec![unreachable(&error)],
        Ok((_, true)) => {
            vec![Finding::warning("database", "answers; it is empty", "the first start fills in the tables")]
        }
        Ok((true, false)) => {
            let advice = "the next start runs them; beforehand: `privyazka migrate up`";
            vec![Finding::warning("database", "answers; migrations are pending", advice)]
        }
        Ok((false, false)) => vec![
            Finding::good("database", "answers, and its schema is this program's"),
            master_key(settings, &store).await,
        ],
    }
}

fn unreachable(error: &dyn std::fmt::Display) -> Finding {
    let advice = "look at the server, at database.url, and at the rights of the service's user";
    Finding::problem("database.url", error.to_string(), advice)
}

async fn master_key(settings: &Settings, store: &Store) -> Finding {
    let about = "secrets.key_file";
    let secrets = settings.secrets.clone();
    let read = tokio::task::spawn_blocking(move || {
        Keys::read(&secrets.key_file, secrets.previous_key_file.as_deref())
    });
    let keys = match read.await {
        Ok(Ok(keys)) => keys,
        Ok(Err(error)) => return Finding::problem(about, error.to_string(), "32 bytes, mode 0600"),
        Err(error) => return Finding::problem(about, error.to_string(), "32 bytes, mode 0600"),
    };
    match store.read(move |db| key_checks::look(db, &keys)).await {
        Err(error) => unreachable(&error),
        Ok(Standing { foreign: true, .. }) => Finding::problem(
            about,
            "the database was filled under another key",
            "bring back the key of this database; while a key is being changed, name it in \
             secrets.previous_key_file",
        ),
        Ok(Standing { previous: true, .. }) => Finding::warning(
            about,
            "a change of the key is not done",
            "run `privyazka keys rotate` to its end; keep both keys until then",
        ),
        Ok(_) => Finding::good(about, "is the key of this database"),
    }
}
