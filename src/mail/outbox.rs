//! The outbox: a letter is kept in the transaction of the deed it tells of, and sent afterwards by
//! [`super::dispatch::Dispatcher`].

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use lettre::Message;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use tokio::sync::Notify;

use super::letter::Letter;
use super::transport::OutgoingLetter;
use super::{address, render};
use crate::config::region::RegionSettings;
use crate::directory::ProfileId;
use crate::linking::LinkId;
use crate::platform::clock::Timestamp;
use crate::platform::random;
use crate::platform::secret::{Cell, Keys};
use crate::store::outbox_entries::{self, NewEntry};
use crate::store::{Db, StoreError};

/// Whom a letter goes to. `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Address from the profile, as the journal has it.
    pub email: String,
    /// Form of address, «Анна Викторовна» ([`crate::identity::PersonName::address`]).
    pub name: String,
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recipient(…)")
    }
}

/// What a letter is about, so that it can be cancelled with the deed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// The profile.
    pub profile: Option<ProfileId>,
    /// The link.
    pub link: Option<LinkId>,
}

/// Keeps and cancels letters inside the caller's transaction. Clones share one signal.
#[derive(Clone)]
pub struct Outbox {
    keys: Arc<Keys>,
    region: Arc<RegionSettings>,
    sender: Mailbox,
    signal: Arc<Notify>,
}

impl fmt::Debug for Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Outbox")
    }
}

impl Outbox {
    /// An outbox whose letters come from `sender` ([`crate::config::mail::MailSettings::sender`]).
    pub fn new(keys: Arc<Keys>, region: RegionSettings, sender: Mailbox) -> Self {
        Self { keys, region: Arc::new(region), sender, signal: Arc::new(Notify::new()) }
    }

    /// Renders `letter` and keeps it in the caller's transaction; call [`Outbox::wake`] after the commit.
    ///
    /// An address no letter can go to is no failure of the deed: nothing is kept, a note is logged.
    ///
    /// # Errors
    /// The database's.
    pub fn enqueue(
        &self,
        db: &mut Db,
        to: &Recipient,
        about: About,
        letter: &Letter,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let Some((uid, sealed)) = self.prepare(to, about.profile, letter, now)? else { return Ok(()) };
        outbox_entries::insert(db, &entry(&uid, &sealed, about, letter, now))
    }

    /// The same for one letter to each of many profiles: a few statements, however many there are.
    ///
    /// # Errors
    /// The database's.
    pub fn enqueue_to_each(
        &self,
        db: &mut Db,
        recipients: &[(ProfileId, Recipient)],
        letter: &Letter,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut prepared = Vec::with_capacity(recipients.len());
        for (profile, to) in recipients {
            let about = About { profile: Some(*profile), link: None };
            if let Some((uid, sealed)) = self.prepare(to, about.profile, letter, now)? {
                prepared.push((uid, sealed, about));
            }
        }
        let entries: Vec<_> =
            prepared.iter().map(|(uid, sealed, about)| entry(uid, sealed, *about, letter, now)).collect();
        outbox_entries::insert_all(db, &entries)
    }

    /// Name and sealed text of an entry; none for an address no letter can go to.
    fn prepare(
        &self,
        to: &Recipient,
        profile: Option<ProfileId>,
        letter: &Letter,
        now: Timestamp,
    ) -> Result<Option<(String, Vec<u8>)>, StoreError> {
        let profile = profile.map(|profile| profile.0);
        let Some(address) = address::parse(&to.email) else {
            tracing::warn!(kind = letter.kind(), profile, "no letter: the profile's address is not usable");
            return Ok(None);
        };
        let uid = random::uuid().to_string();
        let composed = match self.compose(&uid, address, &to.name, letter, now) {
            Ok(composed) => composed,
            Err(reason) => {
                tracing::error!(kind = letter.kind(), profile, reason, "no letter: it cannot be composed");
                return Ok(None);
            }
        };
        let plain = serde_json::to_vec(&composed).map_err(|_| StoreError::Failed("letter as JSON".into()))?;
        let sealed = self.keys.sealer.seal(cell(&uid), &plain);
        Ok(Some((uid, sealed)))
    }

    /// Cancels the unsent letters about a link, in the caller's transaction; returns how many.
    ///
    /// # Errors
    /// The database's.
    pub fn cancel_about_link(&self, db: &mut Db, link: LinkId, now: Timestamp) -> Result<usize, StoreError> {
        outbox_entries::cancel_about_link(db, link, now)
    }

    /// Tells the dispatcher that letters were committed. Without it they go at its next look.
    pub fn wake(&self) {
        self.signal.notify_one();
    }

    /// What wakes the dispatcher.
    pub(super) fn signal(&self) -> Arc<Notify> {
        Arc::clone(&self.signal)
    }

    fn compose(
        &self,
        uid: &str,
        to: lettre::Address,
        name: &str,
        letter: &Letter,
        now: Timestamp,
    ) -> Result<OutgoingLetter, &'static str> {
        let rendered = render::render(letter, name, &self.region).map_err(|_| "template")?;
        let name = Some(render::one_line(name)).filter(|name| !name.is_empty());
        let recipient = to.to_string();
        let message = Message::builder()
            .from(self.sender.clone())
            .to(Mailbox::new(name, to))
            .subject(rendered.subject.as_str())
            .date(SystemTime::from(now))
            .message_id(Some(format!("<{uid}@{}>", self.sender.email.domain())))
            .header(AutoSubmitted)
            .multipart(MultiPart::alternative_plain_html(rendered.text.clone(), rendered.html))
            .map_err(|_| "message")?;
        Ok(OutgoingLetter {
            uid: uid.to_owned(),
            date: now,
            from: self.sender.email.to_string(),
            to: recipient,
            subject: rendered.subject,
            text: rendered.text,
            message: String::from_utf8(message.formatted()).map_err(|_| "encoding")?,
        })
    }
}

fn entry<'a>(
    uid: &'a str,
    letter_sealed: &'a [u8],
    about: About,
    letter: &Letter,
    now: Timestamp,
) -> NewEntry<'a> {
    NewEntry {
        uid,
        kind: letter.kind(),
        profile: about.profile,
        link: about.link,
        letter_sealed,
        created_at: now,
    }
}

/// The cell an entry's letter is sealed for.
pub(super) fn cell(uid: &str) -> Cell<'_> {
    Cell { table: "outbox_entries", column: "letter", row: uid }
}

/// `Auto-Submitted: auto-generated` (RFC 3834), so that holiday notes do not answer.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}
