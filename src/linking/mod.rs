//! Linking policy and links.
//!
//! `policy.rs` decides, purely; the verbs gather its facts and carry the decision out in one transaction
//! with the audit event and the letter. New rule: `policy.rs` and its table.

pub mod assess;
pub mod link;
pub mod link_account;
pub mod name_match;
pub mod policy;
pub mod preview_link;
pub mod remove_link;
pub mod undo;
pub mod undo_links;
pub mod unlink_account;

pub use link::{Link, LinkId, LinkStatus};
pub use undo_links::UndoLinks;

use std::sync::Arc;

use chrono::NaiveDate;

use crate::config::Settings;
use crate::config::linking::LinkingSettings;
use crate::config::region::RegionSettings;
use crate::config::rollout::RolloutSettings;
use crate::mail::Outbox;
use crate::platform::clock::{Clock, Timestamp};
use crate::platform::secret::Keys;
use crate::rollout::{days_left, linking_opens};
use crate::sign_in::Sessions;
use crate::store::Store;

/// The service that links and unlinks. Built once; clones share everything.
#[derive(Clone, Debug)]
pub struct Linking {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) keys: Arc<Keys>,
    pub(crate) outbox: Outbox,
    pub(crate) sessions: Sessions,
    pub(crate) undo: UndoLinks,
    pub(crate) settings: Arc<LinkingSettings>,
    pub(crate) rollout: Arc<RolloutSettings>,
    pub(crate) region: Arc<RegionSettings>,
}

impl Linking {
    /// Puts the service together over the store and the clock of `sessions`.
    pub fn new(
        sessions: Sessions,
        keys: Arc<Keys>,
        outbox: Outbox,
        undo: UndoLinks,
        settings: &Settings,
    ) -> Self {
        Self {
            store: sessions.store().clone(),
            clock: sessions.clock().clone(),
            keys,
            outbox,
            sessions,
            undo,
            settings: Arc::new(settings.linking.clone()),
            rollout: Arc::new(settings.rollout.clone()),
            region: Arc::new(settings.region.clone()),
        }
    }

    /// Whether the password opens a session that can only link, once it opens nothing else.
    pub fn linking_door(&self) -> bool {
        self.rollout.linking_door
    }

    /// Whether operators hand out linking codes, and the door takes them.
    pub fn linking_codes(&self) -> bool {
        self.rollout.linking_codes
    }

    /// First day without passwords, and the days on which they still work after today; none if no day is
    /// set or it has come.
    pub fn password_end(&self, now: Timestamp) -> Option<(NaiveDate, i64)> {
        let days = days_left(&self.rollout, self.today(now))?;
        self.rollout.esia_only_from.map(|ends| (ends, days))
    }

    /// The first day of linking, while it has not come.
    pub fn opens(&self, now: Timestamp) -> Option<NaiveDate> {
        linking_opens(&self.rollout, self.today(now))
    }

    /// Life of one trip to ESIA.
    pub fn attempt_life(&self) -> chrono::Duration {
        chrono::Duration::from_std(self.settings.attempt_life).unwrap_or(chrono::Duration::minutes(20))
    }

    /// The keys, for showing the person their own masked SNILS.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }
}
