//! A bounded place for argon2 (`docs/security.md`, T68).
//!
//! A few computations run at once, a few more wait, the rest is refused at once: 19 MiB and tens of
//! milliseconds of a core each would otherwise let a flood of sign-ins take the machine. They have threads
//! of their own: the database's never wait behind them. Their priority is that of the rest: with a lower one
//! nobody could sign in on a machine that something else keeps busy.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::password::{self, HashingError, Password, Workspace};

/// All places are taken: answer 503 with `Retry-After`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are being checked")]
pub struct Overloaded {
    /// When another try is worth while.
    pub retry_after: Duration,
}

/// What an unknown login is checked against, so that it takes as long as a known one. Written down instead
/// of computed at every start; that it could match something would not matter, because nobody has it.
const NOBODYS_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5cyBwYXNzd29yZA$\
                            bm9ib2R5IGhhcyB0aGlzIHBhc3N3b3JkLCBldmVyICE";

const RETRY_AFTER: Duration = Duration::from_secs(3);

/// A place in the pool: the right to one computation, running or waiting.
#[derive(Debug)]
pub struct Place(#[expect(dead_code, reason = "held until it is dropped")] OwnedSemaphorePermit);

/// What checking a password told.
#[derive(Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it is the right one.
    pub matches: bool,
    /// The right password under today's parameters, if the stored hash is weaker.
    pub upgraded: Option<String>,
}

impl fmt::Debug for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verdict").field("matches", &self.matches).finish_non_exhaustive()
    }
}

/// Runs argon2 off the async threads, a bounded number at once. Clones share the bound; the threads end
/// with the last of them.
#[derive(Clone)]
pub struct HashingPool(Arc<Shared>);

type Job = Box<dyn FnOnce(&mut Workspace) + Send>;

struct Shared {
    places: Arc<Semaphore>,
    jobs: mpsc::Sender<Job>,
    computed: Arc<AtomicU64>,
}

impl fmt::Debug for HashingPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HashingPool")
    }
}

impl HashingPool {
    /// A pool of `parallel` computations (0: one per core) with `queue` more waiting.
    ///
    /// # Errors
    /// A thread cannot be started.
    pub fn new(parallel: usize, queue: usize) -> std::io::Result<Self> {
        let threads = if parallel == 0 {
            std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
        } else {
            parallel
        };
        let (jobs, waiting) = mpsc::channel();
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..threads {
            let waiting = Arc::clone(&waiting);
            std::thread::Builder::new().name("argon2".into()).spawn(move || work(&waiting))?;
        }
        let places = threads.saturating_add(queue).min(Semaphore::MAX_PERMITS);
        let places = Arc::new(Semaphore::new(places));
        Ok(Self(Arc::new(Shared { places, jobs, computed: Arc::default() })))
    }

    /// Takes a place without waiting; before anything is counted or computed for this sign-in.
    ///
    /// # Errors
    /// All places are taken.
    pub fn take_place(&self) -> Result<Place, Overloaded> {
        let taken = Arc::clone(&self.0.places).try_acquire_owned();
        taken.map(Place).map_err(|_| Overloaded { retry_after: RETRY_AFTER })
    }

    /// Checks `password` against `stored`, or against a hash that nobody has if there is none; both take the
    /// same time.
    pub async fn verify(&self, place: Place, stored: Option<String>, password: Password) -> Verdict {
        let job = move |workspace: &mut Workspace| {
            let known = stored.is_some();
            let against = stored.as_deref().unwrap_or(NOBODYS_HASH);
            let matches = password::matches_in(workspace, &password, against) && known;
            let upgraded = (matches && password::needs_rehash(against))
                .then(|| password::hash(&password).ok())
                .flatten();
            Verdict { matches, upgraded }
        };
        self.run(place, job).await.unwrap_or(Verdict { matches: false, upgraded: None })
    }

    /// Hashes a new password.
    ///
    /// # Errors
    /// The password is too long.
    pub async fn hash(&self, place: Place, password: Password) -> Result<String, HashingError> {
        self.run(place, move |_| password::hash(&password)).await.unwrap_or(Err(HashingError))
    }

    /// How many computations were made; for metrics.
    pub fn computed(&self) -> u64 {
        self.0.computed.load(Ordering::Relaxed)
    }

    /// The place travels with the job: a browser that hangs up does not free what still computes. What it
    /// leaves in the queue is not computed.
    async fn run<T: Send + 'static>(
        &self,
        place: Place,
        job: impl FnOnce(&mut Workspace) -> T + Send + 'static,
    ) -> Option<T> {
        let (reply, answer) = oneshot::channel();
        let computed = Arc::clone(&self.0.computed);
        let work = move |workspace: &mut Workspace| {
            if !reply.is_closed() {
                computed.fetch_add(1, Ordering::Relaxed);
                let result = job(workspace);
                drop(place);
                let _ = reply.send(result);
            }
        };
        self.0.jobs.send(Box::new(work)).ok()?;
        answer.await.inspect_err(|_| tracing::error!("a password computation panicked")).ok()
    }
}

/// A thread of the pool. It keeps its memory: asked of the system anew for every computation, it would cost
/// a part of each.
fn work(waiting: &Mutex<mpsc::Receiver<Job>>) {
    let mut workspace = Workspace::default();
    loop {
        let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        // Whoever waits for a job that panicked learns it from the answer that never comes.
        let _ = catch_unwind(AssertUnwindSafe(|| job(&mut workspace)));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::sync::mpsc;

    use argon2::password_hash::phc::PasswordHash;

    use super::*;

    #[tokio::test]
    async fn t68_no_more_run_at_once_than_allowed_and_the_rest_is_refused_at_once() {
        let pool = HashingPool::new(2, 3).unwrap();
        let running = Arc::new(AtomicUsize::new(0));
        let most = Arc::new(AtomicUsize::new(0));
        let mut gates = Vec::new();
        let mut jobs = Vec::new();
        for _ in 0..5 {
            let place = pool.take_place().unwrap();
            let (open, gate) = mpsc::channel::<()>();
            gates.push(open);
            let (pool, running, most) = (pool.clone(), Arc::clone(&running), Arc::clone(&most));
            jobs.push(tokio::spawn(async move {
                pool.run(place, move |_| {
                    most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    gate.recv().unwrap();
                    running.fetch_sub(1, Ordering::SeqCst);
                })
                .await
            }));
        }
        assert_eq!(pool.take_place().unwrap_err(), Overloaded { retry_after: RETRY_AFTER });
        for open in gates {
            open.send(()).unwrap();
        }
        for job in jobs {
            job.await.unwrap().unwrap();
        }
        assert!((1..=2).contains(&most.load(Ordering::SeqCst)));
        assert_eq!(pool.computed(), 5);
        assert!(pool.take_place().is_ok(), "places are free again");
    }

    #[tokio::test]
    async fn t68_a_browser_that_hangs_up_frees_no_place_while_its_job_still_runs() {
        let pool = HashingPool::new(1, 0).unwrap();
        let (open, gate) = mpsc::channel::<()>();
        let (began, begun) = oneshot::channel();
        let place = pool.take_place().unwrap();
        let of_browser = pool.clone();
        let request = tokio::spawn(async move {
            of_browser
                .run(place, move |_| {
                    let _ = began.send(());
                    gate.recv().unwrap();
                })
                .await
        });
        begun.await.unwrap();
        request.abort();
        assert!(request.await.unwrap_err().is_cancelled());
        assert!(pool.take_place().is_err(), "the computation goes on");
        open.send(()).unwrap();
        let freed = Arc::clone(&pool.0.places).acquire_owned().await;
        assert!(freed.is_ok());
    }

    #[tokio::test]
    async fn t67_an_unknown_login_costs_one_computation_and_matches_nothing() {
        // It costs what today's hashes cost only if it has their parameters.
        let todays = password::hash(&Password::new("whatever it is".into())).unwrap();
        let parameters = |hash: &str| hash.rsplitn(3, '$').last().unwrap().to_owned();
        assert_eq!(parameters(NOBODYS_HASH), parameters(&todays));
        let lengths = |hash: &str| hash.split('$').map(str::len).collect::<Vec<_>>();
        assert_eq!(lengths(NOBODYS_HASH), lengths(&todays));
        assert!(PasswordHash::new(NOBODYS_HASH).is_ok());
        let pool = HashingPool::new(1, 0).unwrap();
        let typed = Password::new("whatever it is".into());
        let unknown = pool.verify(pool.take_place().unwrap(), None, typed.clone()).await;
        assert_eq!(unknown, Verdict { matches: false, upgraded: None });
        assert_eq!(pool.computed(), 1);
        let stored = pool.hash(pool.take_place().unwrap(), typed.clone()).await.unwrap();
        let known = pool.verify(pool.take_place().unwrap(), Some(stored), typed).await;
        assert_eq!(known, Verdict { matches: true, upgraded: None });
        assert_eq!(pool.computed(), 3);
    }

    #[tokio::test]
    async fn t58_a_weaker_hash_comes_back_upgraded_but_only_for_the_right_password() {
        let pool = HashingPool::new(1, 0).unwrap();
        let weak = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
        let check = |text: &str| {
            pool.verify(pool.take_place().unwrap(), Some(weak.to_owned()), Password::new(text.to_owned()))
        };
        let upgraded = check("password").await.upgraded.unwrap();
        assert!(upgraded.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert_eq!(check("passwort").await, Verdict { matches: false, upgraded: None });
    }
}
