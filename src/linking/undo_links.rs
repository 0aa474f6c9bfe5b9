//! Issues the one-time addresses «Это был не я» for letters.

use std::time::Duration as StdDuration;

use chrono::Duration;

use super::LinkId;
use crate::directory::ProfileId;
use crate::platform::clock::Timestamp;
use crate::platform::secret::Token;
use crate::store::{Db, StoreError, undo_tokens};

/// Issues addresses. Cheap to clone.
#[derive(Clone, Debug)]
pub struct UndoLinks {
    address: String,
    life: Duration,
}

impl UndoLinks {
    /// A token is appended to `address`, which ends with a slash; it works for `life`.
    pub fn new(address: String, life: StdDuration) -> Self {
        Self { address, life: Duration::from_std(life).unwrap_or(Duration::days(14)) }
    }

    /// A fresh address for one letter about `link`, in the letter's transaction. The database keeps its digest
    /// only; the address itself is in the sealed letter until that is sent.
    ///
    /// # Errors
    /// The database's.
    pub fn issue(
        &self,
        db: &mut Db,
        profile: ProfileId,
        link: Option<LinkId>,
        now: Timestamp,
    ) -> Result<String, StoreError> {
        let token = Token::generate();
        undo_tokens::insert(db, &token.digest(), profile, link, now, now + self.life)?;
        Ok(format!("{}{}", self.address, token.expose()))
    }
}
