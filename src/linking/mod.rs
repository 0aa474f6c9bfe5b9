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
pub mod unlink_account;

pub use link::{Link, LinkId, LinkStatus};

use std::sync::Arc;

use crate::config::linking::LinkingSettings;
use crate::config::region::RegionSettings;
use crate::config::rollout::RolloutSettings;
use crate::mail::Outbox;
use crate::platform::clock::Clock;
use crate::platform::secret::Keys;
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
    pub(crate) settings: Arc<LinkingSettings>,
    pub(crate) rollout: Arc<RolloutSettings>,
    pub(crate) region: Arc<RegionSettings>,
}

impl Linking {
    /// Puts the service together.
    pub fn new(
        store: Store,
        clock: Clock,
        keys: Arc<Keys>,
        outbox: Outbox,
        sessions: Sessions,
        settings: LinkingSettings,
        rollout: RolloutSettings,
        region: RegionSettings,
    ) -> Self {
        Self {
            store,
            clock,
            keys,
            outbox,
            sessions,
            settings: Arc::new(settings),
            rollout: Arc::new(rollout),
            region: Arc::new(region),
        }
    }
}
