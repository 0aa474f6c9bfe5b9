//! What can be wrong with the chain, in words for the terminal.

use std::fmt;

use super::chain::Anchor;

/// The first thing that is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breach {
    /// Event or seal is not what was sealed.
    Changed {
        /// Number of the seal.
        sequence: i64,
        /// Number of the event.
        event: i64,
    },
    /// Two records stand in each other's place.
    Swapped {
        /// The first of the two.
        sequence: i64,
        /// The other.
        with: i64,
    },
    /// The event of a seal is gone.
    EventMissing {
        /// Number of the seal.
        sequence: i64,
        /// Number of the event.
        event: i64,
    },
    /// Seals are gone.
    SealsMissing {
        /// The first of them.
        first: i64,
        /// The last of them.
        last: i64,
    },
    /// The row holds what the program cannot read.
    Unreadable {
        /// Number of the seal.
        sequence: i64,
    },
    /// The chain ends before a place that an anchor knows.
    TailCut {
        /// The anchor.
        anchor: Anchor,
        /// Where the chain ends.
        head: Anchor,
    },
    /// The chain agrees with itself, but not with an anchor: it was written anew.
    Rewritten {
        /// The anchor.
        anchor: Anchor,
    },
    /// An event is neither sealed nor waits for it.
    Outside {
        /// Number of the event.
        event: i64,
    },
    /// An event that waited for its seal is gone.
    WaitingMissing {
        /// Number of the event.
        event: i64,
    },
    /// The chain begins at a checkpoint that no record of destruction knows.
    CheckpointUnrecorded {
        /// The checkpoint.
        checkpoint: Anchor,
    },
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed { sequence, event } => {
                write!(f, "record {sequence}, event {event}: changed")
            }
            Self::Swapped { sequence, with } => {
                write!(f, "record {sequence}: swapped with record {with}")
            }
            Self::EventMissing { sequence, event } => {
                write!(f, "record {sequence}: event {event} is missing")
            }
            Self::SealsMissing { first, last } if first == last => write!(f, "record {first}: missing"),
            Self::SealsMissing { first, last } => write!(f, "records {first} to {last}: missing"),
            Self::Unreadable { sequence } => write!(f, "record {sequence}: unreadable"),
            Self::TailCut { anchor, head } => {
                let (first, last) = (head.sequence + 1, anchor.sequence);
                write!(f, "records {first} to {last}: the tail is cut off; anchor {anchor} knows them")
            }
            Self::Rewritten { anchor } => {
                write!(
                    f,
                    "record {}: another one than anchor {anchor} knows; the chain was rewritten",
                    anchor.sequence
                )
            }
            Self::Outside { event } => {
                write!(f, "event {event}: neither sealed nor waiting for its seal")
            }
            Self::WaitingMissing { event } => {
                write!(f, "event {event}: waited for its seal and is missing")
            }
            Self::CheckpointUnrecorded { checkpoint } => write!(
                f,
                "records up to {}: missing; no record of destruction covers them",
                checkpoint.sequence
            ),
        }
    }
}
