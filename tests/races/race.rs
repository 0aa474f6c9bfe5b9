//! Runs things at the same moment.

use std::sync::Barrier;
use std::time::Duration;

use privyazka::platform::random;

use crate::support::database::block_on;

/// Runs every future on a thread and a runtime of its own, as the workers of the service do, all begun
/// together; their results in the same order.
pub fn race<T: Send, F: Future<Output = T> + Send>(runners: Vec<F>) -> Vec<T> {
    let start = Barrier::new(runners.len());
    std::thread::scope(|scope| {
        let threads: Vec<_> = runners
            .into_iter()
            .map(|runner| {
                let start = &start;
                scope.spawn(move || {
                    start.wait();
                    block_on(runner)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("a runner does not panic")).collect()
    })
}

/// The same, each begun up to `spread` later, so that the order differs from round to round.
pub fn race_spread<T: Send, F: Future<Output = T> + Send>(runners: Vec<F>, spread: Duration) -> Vec<T> {
    let late = |runner: F| async move {
        let delay = spread.mul_f64(f64::from(u16::from_le_bytes(random::bytes())) / f64::from(u16::MAX));
        tokio::time::sleep(delay).await;
        runner.await
    };
    race(runners.into_iter().map(late).collect())
}
