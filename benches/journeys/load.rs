//! Runs flows and tells what they cost.

use std::time::{Duration, Instant};

use futures_util::StreamExt as _;

use super::browser::Trouble;
use super::flows::{Crowd, Flow};
use super::service::Service;

/// What a number of flows cost.
#[derive(Clone, Debug)]
pub struct Measured {
    /// Processor milliseconds of the service for one flow.
    pub cpu: f64,
    /// The same of the database server.
    pub database_cpu: Option<f64>,
    /// Latencies of whole flows, sorted.
    pub latencies: Vec<Duration>,
    /// Flows a second.
    pub rate: f64,
    /// Flows that did not get to their end, and the first one's reason.
    pub failed: (usize, Option<Trouble>),
}

impl Measured {
    /// The latency below which this share of the flows stayed, milliseconds.
    pub fn quantile(&self, share: f64) -> f64 {
        quantile(&self.latencies, share)
    }

    /// «p50 / p99».
    pub fn spread(&self) -> String {
        format!("p50 {:.1}, p99 {:.1} ms", self.quantile(0.5), self.quantile(0.99))
    }

    /// A remark if anything failed.
    pub fn failures(&self) -> String {
        match &self.failed {
            (0, _) => String::new(),
            (count, why) => format!("; {count} FAILED: {}", why.as_deref().unwrap_or_default()),
        }
    }
}

/// The latency below which this share stayed, milliseconds.
pub fn quantile(sorted: &[Duration], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a position in a list"
    )]
    let at = (last as f64 * share).round() as usize;
    sorted.get(at).map_or(0.0, |latency| latency.as_secs_f64() * 1000.0)
}

/// `count` flows, `concurrent` at a time, after a few that warm up.
pub async fn run(
    service: &Service,
    crowd: &Crowd<'_>,
    flow: Flow,
    count: usize,
    concurrent: usize,
) -> Measured {
    let warm = count.div_ceil(20).min(concurrent.max(8));
    drain(crowd, flow, warm, concurrent).await;
    service.settle().await;
    let (cpu, database_cpu, begun) = (service.cpu(), service.database_cpu(), Instant::now());
    let (mut latencies, failed) = drain(crowd, flow, count, concurrent).await;
    let elapsed = begun.elapsed();
    service.settle().await;
    latencies.sort();
    #[allow(clippy::cast_precision_loss, reason = "a few thousand")]
    let flows = count as f64;
    let per_flow = |spent: Duration| spent.as_secs_f64() * 1000.0 / flows;
    Measured {
        cpu: per_flow(service.cpu() - cpu),
        database_cpu: service.database_cpu().zip(database_cpu).map(|(now, before)| per_flow(now - before)),
        latencies,
        rate: flows / elapsed.as_secs_f64(),
        failed,
    }
}

/// The flows alone: latencies, and how many failed and why the first did.
async fn drain(
    crowd: &Crowd<'_>,
    flow: Flow,
    count: usize,
    concurrent: usize,
) -> (Vec<Duration>, (usize, Option<Trouble>)) {
    let mut latencies = Vec::with_capacity(count);
    let mut failed = (0, None);
    let mut flows = futures_util::stream::iter(0..count)
        .map(|_| async {
            let begun = Instant::now();
            crowd.go(flow).await.map(|()| begun.elapsed())
        })
        .buffer_unordered(concurrent);
    while let Some(result) = flows.next().await {
        match result {
            Ok(latency) => latencies.push(latency),
            Err(why) => {
                failed.0 += 1;
                failed.1.get_or_insert(why);
            }
        }
    }
    (latencies, failed)
}

/// Repeats a flow one at a time until told to stop; its latencies, sorted.
pub async fn watch(crowd: &Crowd<'_>, flow: Flow, stop: &std::cell::Cell<bool>) -> Vec<Duration> {
    let mut latencies = Vec::new();
    while !stop.get() {
        let begun = Instant::now();
        match crowd.go(flow).await {
            Ok(()) => latencies.push(begun.elapsed()),
            // A failed one counts as one that nobody would have waited for.
            Err(_) => latencies.push(Duration::from_secs(60)),
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    latencies.sort();
    latencies
}
