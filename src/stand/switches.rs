//! What tests turn and read. The public listener reaches none of it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::fault::Fault;
use super::persona::{AccountLevel, Persona};

/// Faults, automatic mode, counters.
#[derive(Default)]
pub(super) struct Switches {
    fault: Mutex<Option<Fault>>,
    automatic: Mutex<Option<&'static Persona>>,
    level: Mutex<Option<AccountLevel>>,
    token_requests: AtomicU64,
    person_requests: AtomicU64,
    followed_redirects: AtomicU64,
}

impl Switches {
    pub fn fault(&self) -> Option<Fault> {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn set_fault(&self, fault: Option<Fault>) {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }

    /// Who is taken to be signed in and to agree, so that no page is shown.
    pub fn automatic(&self) -> Option<&'static Persona> {
        *self.automatic.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn set_automatic(&self, persona: Option<&'static Persona>) {
        *self.automatic.lock().unwrap_or_else(PoisonError::into_inner) = persona;
    }

    /// The level that everybody has in the place of their own.
    pub fn level(&self) -> Option<AccountLevel> {
        *self.level.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn set_level(&self, level: Option<AccountLevel>) {
        *self.level.lock().unwrap_or_else(PoisonError::into_inner) = level;
    }

    /// The persona as they are to be at this moment.
    pub fn leveled(&self, persona: &'static Persona) -> &'static Persona {
        self.level().map_or(persona, |level| persona.with_level(level))
    }

    pub fn count_token_request(&self) {
        self.token_requests.fetch_add(1, Ordering::SeqCst);
    }

    pub fn count_person_request(&self) {
        self.person_requests.fetch_add(1, Ordering::SeqCst);
    }

    pub fn count_followed_redirect(&self) {
        self.followed_redirects.fetch_add(1, Ordering::SeqCst);
    }

    /// Token requests, person requests, redirects followed.
    pub fn counts(&self) -> (u64, u64, u64) {
        let read = |counter: &AtomicU64| counter.load(Ordering::SeqCst);
        (read(&self.token_requests), read(&self.person_requests), read(&self.followed_redirects))
    }
}
