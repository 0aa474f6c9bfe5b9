//! The rules of linking in a few lines, one thing after another: what the service must be like.

use std::collections::BTreeMap;

use privyazka::error_code::OutcomeCode;
use privyazka::federation::Outcome;
use privyazka::helpdesk::links::approval::ApprovalState;
use privyazka::helpdesk::links::bulk::finding::Finding;
use privyazka::helpdesk::links::link_desk::Refusal;
use privyazka::linking::LinkStatus;
use privyazka::linking::undo::UndoResult;

use crate::desk_model::{Deed, Done, ModelDeed, ModelLetter, ModelRequest};

/// The tabs of a round: profile and ESIA account of the trip that waits in it.
pub const TABS: [(usize, usize); 4] = [(0, 0), (0, 1), (1, 0), (0, 0)];

/// Something a person, an operator or the organisation does. Links, requests and letters are named in the order
/// in which they came into being.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Confirms the trip of a tab.
    Confirm(usize),
    /// Removes the link of a profile.
    Unlink(usize),
    /// Comes through ESIA with an account.
    SignIn(usize),
    /// «Выйти везде» of a profile.
    EndSessions(usize),
    /// The organisation blocks a profile.
    Block(usize),
    /// Redeems the linking code of a profile.
    Redeem(usize),
    /// «Это был не я» by the letter about a link.
    Dispute(usize),
    /// An operator's deed.
    Desk(usize, Deed),
    /// The line of the list that is carried out.
    Line,
}

/// What they are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Linked,
    Over(Outcome),
    Unlinked,
    NotLinked,
    SignedIn(usize),
    Choose,
    Refused(OutcomeCode),
    Ended(usize),
    Done,
    LinkingOnly,
    WrongCode,
    Blocked,
    /// What came of a letter's address, and whether there is a case.
    Undone(UndoResult, bool),
    Desk(Result<Done, Refusal>),
    /// How many lines were carried out.
    Lines(usize),
}

/// What can be seen afterwards, for each of the two profiles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The linked ESIA account.
    pub link: [Option<(usize, LinkStatus)>; 2],
    /// Living sessions.
    pub living: [usize; 2],
    /// Audit events by kind.
    pub events: BTreeMap<(usize, String), usize>,
    /// Letters: about which of the profile's links, of which kind, whether cancelled.
    pub letters: BTreeMap<(usize, usize, String, bool), usize>,
    /// The recorded outcome of each tab's trip.
    pub trips: [Option<Outcome>; TABS.len()],
    /// Requests for approval, the oldest first.
    pub requests: [Vec<ApprovalState>; 2],
    /// What came of the letters' addresses.
    pub undone: Vec<Option<UndoResult>>,
    /// Whether the linking code may still work.
    pub codes: [bool; 2],
    /// What the line of the list came to.
    pub line: Option<Finding>,
}

#[derive(Clone, Copy, Debug)]
pub struct ModelLink {
    pub profile: usize,
    pub account: usize,
    pub status: LinkStatus,
    pub chosen: bool,
    pub disputed: bool,
    pub last_deed: Option<ModelDeed>,
}

/// The state of one round.
#[derive(Clone, Debug)]
pub struct Model {
    pub same_person: bool,
    /// Whether a second operator must agree.
    pub guarded: [bool; 2],
    /// All that ever were, the oldest first.
    pub links: Vec<ModelLink>,
    pub tab_alive: [bool; TABS.len()],
    /// Sessions begun otherwise than in a tab, by profile.
    pub entered: [usize; 2],
    pub blocked: [bool; 2],
    pub requests: Vec<ModelRequest>,
    pub letters: Vec<ModelLetter>,
    /// The link on the line of the list.
    pub line: Option<usize>,
    pub seen: Seen,
}

impl Model {
    /// Two profiles, of one person or of two, each tab in a session of its own.
    pub fn new(same_person: bool, guarded: [bool; 2]) -> Self {
        Self {
            same_person,
            guarded,
            links: Vec::new(),
            tab_alive: [true; TABS.len()],
            entered: [0; 2],
            blocked: [false; 2],
            requests: Vec::new(),
            letters: Vec::new(),
            line: None,
            seen: Seen::default(),
        }
    }

    /// What can be seen now.
    pub fn seen(&self) -> Seen {
        let mut seen = self.seen.clone();
        for profile in 0..2 {
            seen.link[profile] = self.held(profile).map(|at| (self.links[at].account, self.links[at].status));
            seen.living[profile] = self.living(profile);
            let requests = self.requests.iter().filter(|request| request.profile == profile);
            seen.requests[profile] = requests.map(|request| request.state).collect();
        }
        seen.undone = self.letters.iter().map(|letter| letter.result).collect();
        seen
    }

    /// Does one thing.
    pub fn apply(&mut self, act: Act) -> Answer {
        match act {
            Act::Confirm(tab) => self.confirm(tab),
            Act::Unlink(profile) => self.unlink(profile),
            Act::SignIn(account) => self.sign_in(account),
            Act::EndSessions(profile) => Answer::Ended(self.end_sessions(profile)),
            Act::Block(profile) => {
                self.blocked[profile] = true;
                Answer::Done
            }
            Act::Redeem(profile) => self.redeem(profile),
            Act::Dispute(letter) => self.dispute(letter),
            Act::Desk(by, deed) => Answer::Desk(self.do_deed(by, deed)),
            Act::Line => self.carry_line_out(),
        }
    }

    fn confirm(&mut self, tab: usize) -> Answer {
        let (profile, account) = TABS[tab];
        if let Some(outcome) = self.seen.trips[tab] {
            return Answer::Over(outcome);
        }
        let held = self.held(profile).map(|at| self.links[at]);
        let outcome = if !self.tab_alive[tab] {
            Outcome::Refused(OutcomeCode::AnotherSession)
        } else if self.blocked[profile] {
            Outcome::Refused(OutcomeCode::Blocked)
        } else if let Some(held) = held {
            match held.status {
                LinkStatus::Frozen => Outcome::Refused(OutcomeCode::LinkFrozen),
                _ if held.account == account => Outcome::LinkedAlready,
                _ => Outcome::Refused(OutcomeCode::ProfileHasOther),
            }
        } else if self.is_of_another(profile, account) {
            Outcome::Refused(OutcomeCode::AlreadyLinkedOther)
        } else {
            let status = LinkStatus::Active;
            self.links.push(ModelLink {
                profile,
                account,
                status,
                chosen: false,
                disputed: false,
                last_deed: None,
            });
            self.note(profile, "link:account:created");
            self.write(self.links.len() - 1, "linked");
            self.seen.codes[profile] = false;
            Outcome::Linked
        };
        self.seen.trips[tab] = Some(outcome);
        if outcome == Outcome::Linked { Answer::Linked } else { Answer::Over(outcome) }
    }

    fn unlink(&mut self, profile: usize) -> Answer {
        let Some(at) = self.held(profile) else { return Answer::NotLinked };
        if self.links[at].status == LinkStatus::Frozen {
            return Answer::Refused(OutcomeCode::LinkFrozen);
        }
        self.note(profile, "link:account:removed_by_owner");
        self.remove(at);
        self.write(at, "unlinked_self");
        Answer::Unlinked
    }

    fn sign_in(&mut self, account: usize) -> Answer {
        let of_account = |link: &ModelLink| link.account == account && link.status != LinkStatus::Removed;
        let mut linked: Vec<_> = self.links.iter_mut().filter(|link| of_account(link)).collect();
        linked.sort_by_key(|link| !link.chosen);
        let obstacle = match linked.first() {
            None => OutcomeCode::NotLinked,
            Some(first) if first.status == LinkStatus::Frozen => OutcomeCode::LinkFrozen,
            Some(_) => OutcomeCode::Blocked,
        };
        linked.retain(|link| link.status == LinkStatus::Active && !self.blocked[link.profile]);
        let only = linked.len() == 1;
        if linked.is_empty() {
            return Answer::Refused(obstacle);
        }
        let Some(link) = linked.into_iter().find(|link| only || link.chosen) else { return Answer::Choose };
        link.chosen = true;
        self.entered[link.profile] += 1;
        Answer::SignedIn(link.profile)
    }

    fn redeem(&mut self, profile: usize) -> Answer {
        if !self.seen.codes[profile] || self.held(profile).is_some() {
            return Answer::WrongCode;
        }
        if self.blocked[profile] {
            return Answer::Blocked;
        }
        self.seen.codes[profile] = false;
        self.entered[profile] += 1;
        Answer::LinkingOnly
    }

    fn end_sessions(&mut self, profile: usize) -> usize {
        let ended = self.living(profile);
        for (tab, (of, _)) in TABS.iter().enumerate() {
            self.tab_alive[tab] &= *of != profile;
        }
        self.entered[profile] = 0;
        ended
    }

    fn living(&self, profile: usize) -> usize {
        let tabs = TABS.iter().zip(self.tab_alive).filter(|((of, _), alive)| *of == profile && *alive);
        tabs.count() + self.entered[profile]
    }

    /// The link that holds a profile's slot.
    pub fn held(&self, profile: usize) -> Option<usize> {
        self.links.iter().position(|link| link.profile == profile && link.status != LinkStatus::Removed)
    }

    /// Whether another person has the account.
    pub fn is_of_another(&self, profile: usize, account: usize) -> bool {
        let elsewhere = self.held(1 - profile).is_some_and(|at| self.links[at].account == account);
        elsewhere && !self.same_person
    }

    /// Takes a link away with all that hangs on it.
    pub fn remove(&mut self, link: usize) {
        let profile = self.links[link].profile;
        self.links[link].status = LinkStatus::Removed;
        for at in 0..self.requests.len() {
            if self.requests[at].link == link {
                self.end_request(at, ApprovalState::Void);
            }
        }
        let of_profile = self.number(link);
        let waiting: Vec<_> = self.seen.letters.keys().cloned().collect();
        for (about, number, kind, _) in waiting.into_iter().filter(|key| !key.3) {
            if (about, number) == (profile, of_profile) {
                let times = self.seen.letters.remove(&(about, number, kind.clone(), false));
                *self.seen.letters.entry((about, number, kind, true)).or_default() += times.unwrap_or(0);
            }
        }
        self.end_access(profile);
    }

    /// Ends whatever was begun for a profile.
    pub fn end_access(&mut self, profile: usize) {
        for (tab, (of, _)) in TABS.iter().enumerate() {
            if *of == profile {
                self.seen.trips[tab].get_or_insert(Outcome::Withdrawn);
            }
        }
        self.seen.codes[profile] = false;
        self.end_sessions(profile);
    }

    /// Counts an event.
    pub fn note(&mut self, profile: usize, kind: &str) {
        *self.seen.events.entry((profile, kind.to_owned())).or_default() += 1;
    }

    /// Counts a letter about a link.
    pub fn write(&mut self, link: usize, kind: &str) {
        let key = (self.links[link].profile, self.number(link), kind.to_owned(), false);
        *self.seen.letters.entry(key).or_default() += 1;
    }

    /// Which of its profile's links it is.
    fn number(&self, link: usize) -> usize {
        let profile = self.links[link].profile;
        self.links[..link].iter().filter(|link| link.profile == profile).count()
    }
}
