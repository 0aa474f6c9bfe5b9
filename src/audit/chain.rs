//! The chain of hashes over the audit: each seal holds its place, its event and the seal before it.
//!
//! Format 1 (`docs/audit.md`). The hash is SHA-256 over the fields in the order of [`SealInput::hash`]: bytes
//! and texts after their length (32 bits, big-endian), numbers as 64 bits big-endian, moments as microseconds
//! since 1970, an absent number as length 0xFFFFFFFF, a present one after length 8. So no two events have the
//! same bytes.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest::{Context, SHA256};

use super::AuditEntry;
use crate::platform::clock::Timestamp;

/// Name of the format; the first field of every hash. A new format gets a new name.
const FORMAT: &str = "privyazka-audit-1";

/// SHA-256 of a seal.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ChainHash(pub [u8; 32]);

impl ChainHash {
    /// What stands for the seal before the first.
    pub const START: Self = Self([0; 32]);

    /// Reads what the store keeps.
    pub fn from_stored(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl fmt::Display for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A place in the chain and the hash that stands there: the head, a checkpoint, or what a letter said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// Number of the seal, from 1; 0 before the first.
    pub sequence: i64,
    /// Its hash.
    pub hash: ChainHash,
}

impl Anchor {
    /// Before the first seal.
    pub const START: Self = Self { sequence: 0, hash: ChainHash::START };
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.sequence, self.hash)
    }
}

impl FromStr for Anchor {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (sequence, hash) =
            text.split_once(':').ok_or("an anchor looks like 1234:64 hexadecimal digits")?;
        let sequence = sequence.parse().ok().filter(|number| *number > 0);
        let hash = hex::decode(hash).ok().and_then(|bytes| ChainHash::from_stored(&bytes));
        match (sequence, hash) {
            (Some(sequence), Some(hash)) => Ok(Self { sequence, hash }),
            (None, _) => Err("the number before the colon must be a positive integer"),
            (_, None) => Err("the hash after the colon must be 64 hexadecimal digits"),
        }
    }
}

/// One seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seal {
    /// Its place and hash.
    pub anchor: Anchor,
    /// The event it holds.
    pub event: i64,
    /// When it was set.
    pub sealed_at: Timestamp,
}

/// What a seal's hash is made of.
#[derive(Clone, Copy, Debug)]
pub struct SealInput<'a> {
    /// The seal before.
    pub previous: Anchor,
    /// When it is sealed.
    pub sealed_at: Timestamp,
    /// What is sealed.
    pub entry: &'a AuditEntry,
}

impl SealInput<'_> {
    /// The hash of the seal that follows `previous`.
    pub fn hash(&self) -> ChainHash {
        let entry = self.entry;
        let mut bytes = Canonical(Context::new(&SHA256));
        bytes.text(FORMAT);
        bytes.number(self.previous.sequence + 1);
        bytes.bytes(&self.previous.hash.0);
        bytes.moment(self.sealed_at);
        bytes.number(entry.id);
        bytes.moment(entry.occurred_at);
        bytes.text(&entry.kind);
        bytes.text(&entry.actor);
        bytes.optional(entry.profile);
        bytes.text(&entry.details);
        bytes.text(&entry.request_id);
        bytes.text(&entry.address);
        bytes.optional(entry.organisation);
        bytes.optional(entry.municipality);
        let mut hash = [0; 32];
        hash.copy_from_slice(bytes.0.finish().as_ref());
        ChainHash(hash)
    }

    /// The seal itself.
    pub fn seal(&self) -> Seal {
        let anchor = Anchor { sequence: self.previous.sequence + 1, hash: self.hash() };
        Seal { anchor, event: self.entry.id, sealed_at: self.sealed_at }
    }
}

/// Fields one after the other, so that where one ends is never in doubt.
struct Canonical(Context);

impl Canonical {
    fn bytes(&mut self, bytes: &[u8]) {
        // A field of 4 GiB does not fit a row of either database.
        self.0.update(&u32::try_from(bytes.len()).unwrap_or(u32::MAX - 1).to_be_bytes());
        self.0.update(bytes);
    }

    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn number(&mut self, number: i64) {
        self.0.update(&number.to_be_bytes());
    }

    fn moment(&mut self, moment: Timestamp) {
        self.number(moment.timestamp_micros());
    }

    fn optional(&mut self, number: Option<i64>) {
        match number {
            Some(number) => self.bytes(&number.to_be_bytes()),
            None => self.0.update(&u32::MAX.to_be_bytes()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(micros: i64) -> Timestamp {
        Timestamp::from_timestamp_micros(micros).unwrap()
    }

    fn entry() -> AuditEntry {
        AuditEntry {
            id: 7,
            occurred_at: moment(1_772_355_900_123_456),
            kind: "link:account:created".into(),
            actor: "profile:17".into(),
            profile: Some(17),
            details: r#"{"link":3}"#.into(),
            request_id: "r-1".into(),
            address: "192.0.2.1".into(),
            organisation: Some(2),
            municipality: None,
        }
    }

    fn hash(entry: &AuditEntry) -> ChainHash {
        SealInput { previous: Anchor::START, sealed_at: moment(1_772_355_901_000_000), entry }.hash()
    }

    /// Computed from the description of the format by another program: a change of the encoding shows here.
    #[test]
    fn t55_the_format_is_fixed() {
        assert_eq!(
            hash(&entry()).to_string(),
            "35605c6b70cbf6a44a40839aae0dc4a6d551c2807ede7a64d8fca0d4cb74a1fb"
        );
    }

    #[test]
    fn t55_every_field_and_its_place_matter() {
        type Change = fn(&mut AuditEntry);
        let changes: [Change; 13] = [
            |e| e.id += 1,
            |e| e.occurred_at += chrono::TimeDelta::microseconds(1),
            |e| e.kind.push('x'),
            |e| e.actor.push('x'),
            |e| e.profile = Some(18),
            |e| e.profile = None,
            |e| e.details.push(' '),
            |e| e.request_id.clear(),
            |e| e.address.push('0'),
            |e| e.organisation = None,
            |e| e.municipality = Some(0),
            |e| std::mem::swap(&mut e.kind, &mut e.actor),
            |e| {
                e.kind.push('p');
                e.actor.remove(0);
            },
        ];
        let mut seen = vec![hash(&entry())];
        for change in changes {
            let mut changed = entry();
            change(&mut changed);
            let hash = hash(&changed);
            assert!(!seen.contains(&hash), "{changed:?}");
            seen.push(hash);
        }
        let entry = entry();
        let here = SealInput { previous: Anchor::START, sealed_at: moment(0), entry: &entry };
        let later = SealInput { sealed_at: moment(1), ..here };
        let elsewhere = SealInput { previous: Anchor { sequence: 1, ..Anchor::START }, ..here };
        let after_another =
            SealInput { previous: Anchor { hash: ChainHash([1; 32]), ..Anchor::START }, ..here };
        for other in [later, elsewhere, after_another] {
            assert_ne!(other.hash(), here.hash());
        }
    }

    #[test]
    fn an_anchor_is_read_as_it_is_written() {
        let anchor = Anchor { sequence: 12, hash: ChainHash([0xab; 32]) };
        assert_eq!(anchor.to_string().parse(), Ok(anchor));
        for text in ["", "12", "12:", "0:00", ":ab", "x:00", &format!("-1:{}", anchor.hash), "12:zz"] {
            assert!(text.parse::<Anchor>().is_err(), "{text}");
        }
    }
}
