//! Whether ESIA answers (`docs/security.md`, T71). When it does not, people are told at once instead of
//! waiting for each deadline, and a probe finds out when it is back.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit, watch};

use crate::platform::metrics;

/// So many exchanges in a row without an answer, and ESIA counts as down. One or two happen to a healthy
/// ESIA; five hardly do, and five people have then waited in vain.
const FAILURES: u32 = 5;
/// Exchanges at a time. Each waits without a thread and holds some tens of kilobytes; an ESIA that takes
/// three seconds for an answer still serves a hundred and seventy people a second.
const AT_A_TIME: usize = 512;
/// The longest wait for a turn: with the page for 107 behind it, what a dead ESIA may cost a person.
const WAIT_FOR_TURN: Duration = Duration::from_secs(2);

/// What the last exchanges tell. A value of its own, so that the rule can be read and tested alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Health {
    /// Answers; so many of the last exchanges in a row did not.
    Up { failures: u32 },
    /// Does not answer; nobody is sent there until a probe is answered.
    Down,
}

impl Health {
    /// After an exchange that ESIA answered, with whatever, or did not. One that began before ESIA went
    /// down and is answered after all says as much as a probe.
    fn after_exchange(self, answered: bool) -> Self {
        match (self, answered) {
            (_, true) => Self::Up { failures: 0 },
            (Self::Up { failures }, false) if failures + 1 < FAILURES => Self::Up { failures: failures + 1 },
            (_, false) => Self::Down,
        }
    }

    /// After a probe. An answered one is no proof that exchanges work: the next that fails ends the trial.
    fn after_probe(self, answered: bool) -> Self {
        match (self, answered) {
            (Self::Down, true) => Self::Up { failures: FAILURES - 1 },
            (health, _) => health,
        }
    }
}

/// Health of one ESIA environment, shared by everything that calls it.
#[derive(Clone, Debug)]
pub struct Availability {
    health: Arc<watch::Sender<Health>>,
    turns: Arc<Semaphore>,
}

/// No exchange may begin: ESIA is down, or too many wait for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refused;

impl Availability {
    pub(super) fn new() -> Self {
        metrics::note_esia_up(true);
        let (health, _) = watch::channel(Health::Up { failures: 0 });
        Self { health: Arc::new(health), turns: Arc::new(Semaphore::new(AT_A_TIME)) }
    }

    /// Whether people may be sent to ESIA.
    pub fn is_up(&self) -> bool {
        *self.health.borrow() != Health::Down
    }

    /// Returns once ESIA counts as down.
    pub async fn down(&self) {
        // The sender lives in `self`, so the wait ends by the change alone.
        let _ = self.health.subscribe().wait_for(|health| *health == Health::Down).await;
    }

    /// Returns once ESIA counts as up.
    pub async fn up(&self) {
        let _ = self.health.subscribe().wait_for(|health| *health != Health::Down).await;
    }

    /// A turn for one exchange; to be held until it is over.
    pub(super) async fn turn(&self) -> Result<SemaphorePermit<'_>, Refused> {
        self.turn_within(WAIT_FOR_TURN).await
    }

    async fn turn_within(&self, patience: Duration) -> Result<SemaphorePermit<'_>, Refused> {
        if !self.is_up() {
            return Err(Refused);
        }
        let turn = tokio::time::timeout(patience, self.turns.acquire()).await;
        turn.map_err(|_| Refused)?.map_err(|_| Refused)
    }

    pub(super) fn note_exchange(&self, answered: bool) {
        self.change(|health| health.after_exchange(answered));
    }

    pub(super) fn note_probe(&self, answered: bool) {
        self.change(|health| health.after_probe(answered));
    }

    fn change(&self, rule: impl Fn(Health) -> Health) {
        self.health.send_if_modified(|health| {
            let (before, after) = (*health, rule(*health));
            *health = after;
            match (before, after) {
                (Health::Up { .. }, Health::Down) => {
                    metrics::note_esia_up(false);
                    tracing::error!("ESIA does not answer: nobody is sent there until it does");
                }
                (Health::Down, Health::Up { .. }) => {
                    metrics::note_esia_up(true);
                    tracing::info!("ESIA answers again");
                }
                _ => {}
            }
            before != after
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(events: &str) -> Health {
        events.chars().fold(Health::Up { failures: 0 }, |health, event| match event {
            '+' => health.after_exchange(true),
            '-' => health.after_exchange(false),
            'P' => health.after_probe(true),
            'p' => health.after_probe(false),
            _ => panic!("{event}"),
        })
    }

    #[test]
    fn t71_five_failures_in_a_row_and_no_fewer() {
        let up = |failures| Health::Up { failures };
        for (events, health) in [
            ("", up(0)),
            ("----", up(4)),
            ("-----", Health::Down),
            ("----+----", up(4)),
            ("-----p", Health::Down),
            ("-----P", up(4)),
            ("-----P-", Health::Down),
            ("-----P+", up(0)),
            ("-----+", up(0)),
            ("------", Health::Down),
            ("--P", up(2)),
            ("--p", up(2)),
        ] {
            assert_eq!(after(events), health, "{events}");
        }
    }

    #[tokio::test]
    async fn t71_no_turn_is_given_when_all_are_taken_or_esia_is_down() {
        let availability = Availability::new();
        let mut held = Vec::new();
        for _ in 0..AT_A_TIME {
            held.push(availability.turn().await.unwrap());
        }
        assert_eq!(availability.turn_within(Duration::ZERO).await.err(), Some(Refused));
        held.pop();
        assert!(availability.turn_within(Duration::ZERO).await.is_ok());

        (0..FAILURES).for_each(|_| availability.note_exchange(false));
        availability.down().await;
        assert_eq!(availability.turn().await.err(), Some(Refused));
        availability.note_probe(true);
        availability.up().await;
        assert!(availability.is_up() && availability.turn().await.is_ok());
    }
}
