//! SQLite's one writer: a thread that owns the connection and commits waiting writes together.

use std::panic::{AssertUnwindSafe, catch_unwind};

use diesel::connection::TransactionManager as _;
use tokio::sync::{mpsc, oneshot};

use super::transaction::{begin, commit, rollback};
use super::{Db, StoreError};

/// Writes that may wait; more are answered with "unavailable" (503).
const QUEUE: usize = 1024;
/// Writes that share one commit at most, so that the first of them never waits long.
const BATCH: usize = 128;

/// The sending end of the writer's queue.
#[derive(Clone)]
pub(super) struct Writer(mpsc::Sender<Box<dyn Job>>);

/// A write on its way through the writer's thread.
trait Job: Send {
    /// Runs the closure in what the writer has opened for it; says whether its changes shall stay.
    fn run(&mut self, db: &mut Db) -> bool;
    /// Answers the caller after the common commit, or after its failure.
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

struct TypedJob<T, F> {
    f: F,
    result: Option<Result<T, StoreError>>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Job for TypedJob<T, F>
where
    T: Send,
    F: FnMut(&mut Db) -> Result<T, StoreError> + Send,
{
    fn run(&mut self, db: &mut Db) -> bool {
        let result = catch_unwind(AssertUnwindSafe(|| (self.f)(db)))
            .unwrap_or_else(|_| Err(StoreError::Failed("a database task panicked".into())));
        let keep = result.is_ok();
        self.result = Some(result);
        keep
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        let result = match (self.result, committed) {
            (Some(Ok(value)), Ok(())) => Ok(value),
            (Some(Err(error)), _) | (_, Err(error)) => Err(error),
            (None, Ok(())) => Err(StoreError::Failed("a write was not run".into())),
        };
        // The caller may have gone; the write stands all the same.
        let _ = self.reply.send(result);
    }
}

impl Writer {
    /// Starts the thread; it ends when the last [`Writer`] is dropped. `reopen` makes another connection
    /// when the database has ended a transaction by itself and left this one in the middle.
    pub(super) fn start(
        mut db: Db,
        reopen: impl Fn() -> Result<Db, StoreError> + Send + 'static,
    ) -> Result<Self, StoreError> {
        let (sender, mut receiver) = mpsc::channel::<Box<dyn Job>>(QUEUE);
        std::thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(move || {
                while let Some(first) = receiver.blocking_recv() {
                    if depth(&mut db) != Some(0) {
                        match reopen() {
                            Ok(fresh) => db = fresh,
                            Err(error) => {
                                first.answer(Err(error));
                                continue;
                            }
                        }
                    }
                    commit_together(&mut db, first, &mut receiver);
                }
            })
            .map_err(|error| StoreError::Failed(format!("cannot start the writer: {error}")))?;
        Ok(Self(sender))
    }

    pub(super) async fn write<T, F>(&self, f: F) -> Result<T, StoreError>
    where
        F: FnMut(&mut Db) -> Result<T, StoreError> + Send + 'static,
        T: Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.0
            .try_send(Box::new(TypedJob { f, result: None, reply }))
            .map_err(|_| StoreError::Unavailable("too many writes are waiting".into()))?;
        answer.await.unwrap_or_else(|_| Err(StoreError::Failed("the writer stopped".into())))
    }
}

/// How many transactions and savepoints are open while a write runs that shares a commit: the transaction and
/// the write's own savepoint.
const IN_SAVEPOINT: u32 = 2;
/// The same for the first write: until another has joined it, the whole transaction is its own.
const ALONE: u32 = 1;

/// Runs `first` and whatever waits behind it in one transaction, then answers all of them.
///
/// The first needs no savepoint: what it did can be taken back with the transaction, and most writes have no
/// company. In a savepoint SQLite would copy every page before its first change, and look through all those
/// copies at the end of every statement that could fail half way; a long write would take the square of its
/// length.
fn commit_together(db: &mut Db, mut first: Box<dyn Job>, waiting: &mut mpsc::Receiver<Box<dyn Job>>) {
    if let Err(error) = begin(db) {
        // Whoever has waited behind it has waited as long: each in turn would wait for all before it.
        let error = StoreError::from(error);
        let mut failed = vec![first];
        while let Ok(job) = waiting.try_recv() {
            failed.push(job);
        }
        return answer_all(failed, &Err(error));
    }
    let keep = first.run(db);
    let closed = close_left_open(db, ALONE);
    if !keep {
        let _ = rollback(db);
        return first.answer(Ok(()));
    }
    let mut batch = vec![first];
    if let Err(error) = closed {
        return give_up(db, batch, &error);
    }
    while batch.len() < BATCH {
        let Ok(mut job) = waiting.try_recv() else { break };
        let ran = run_in_savepoint(db, job.as_mut());
        batch.push(job);
        if let Err(error) = ran {
            return give_up(db, batch, &error);
        }
    }
    let committed = commit(db).map_err(|error| {
        let _ = rollback(db);
        StoreError::from(error)
    });
    answer_all(batch, &committed);
}

/// Nothing in this transaction can be trusted; those who share it may try again.
fn give_up(db: &mut Db, batch: Vec<Box<dyn Job>>, error: &StoreError) {
    let _ = rollback(db);
    answer_all(batch, &Err(StoreError::Unavailable(format!("the commit was lost: {error}"))));
}

fn answer_all(batch: Vec<Box<dyn Job>>, committed: &Result<(), StoreError>) {
    for job in batch {
        job.answer(committed.clone());
    }
}

fn run_in_savepoint(db: &mut Db, job: &mut dyn Job) -> Result<(), StoreError> {
    crate::each!(&mut *db, |c| diesel::connection::AnsiTransactionManager::begin_transaction(c))?;
    let keep = job.run(db);
    close_left_open(db, IN_SAVEPOINT)?;
    if keep {
        commit(db)?
    } else {
        rollback(db)?
    }
    Ok(())
}

/// A panic may have left savepoints of the closure's own behind. Above ours there must be none, or the commit
/// would close a savepoint and keep nothing.
fn close_left_open(db: &mut Db, ours: u32) -> Result<(), StoreError> {
    while depth(db).is_some_and(|depth| depth > ours) {
        rollback(db)?;
    }
    if depth(db) == Some(ours) {
        Ok(())
    } else {
        Err(StoreError::Failed("a write ended the transaction it shares".into()))
    }
}

/// How many transactions and savepoints are open; `None` when the connection cannot tell any more.
fn depth(db: &mut Db) -> Option<u32> {
    let status =
        crate::each!(db, |c| diesel::connection::AnsiTransactionManager::transaction_manager_status_mut(c)
            .transaction_depth());
    status.ok().map(|depth| depth.map_or(0, std::num::NonZeroU32::get))
}
