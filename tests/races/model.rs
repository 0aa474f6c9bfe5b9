//! The rules of linking in a few lines, one thing after another: what the service must be like.

use privyazka::error_code::OutcomeCode;
use privyazka::federation::Outcome;

/// The tabs of a round: profile and ESIA account of the trip that waits in it.
pub const TABS: [(usize, usize); 4] = [(0, 0), (0, 1), (1, 0), (0, 0)];

/// Something a person (or the organisation) does.
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
}

/// What can be seen afterwards, for each of the two profiles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The linked ESIA account.
    pub link: [Option<usize>; 2],
    /// Living sessions.
    pub living: [usize; 2],
    /// Audit events of links made and removed.
    pub created: [usize; 2],
    pub removed: [usize; 2],
    /// Letters «linked» that wait, those that were cancelled, and letters «unlinked».
    pub waiting: [usize; 2],
    pub cancelled: [usize; 2],
    pub unlinked: [usize; 2],
    /// The recorded outcome of each tab's trip.
    pub trips: [Option<Outcome>; TABS.len()],
}

#[derive(Clone, Copy, Debug)]
struct ModelLink {
    profile: usize,
    account: usize,
    chosen: bool,
}

/// The state of one round.
#[derive(Clone, Debug)]
pub struct Model {
    same_person: bool,
    links: Vec<ModelLink>,
    tab_alive: [bool; TABS.len()],
    /// Sessions begun through ESIA, by profile.
    entered: [usize; 2],
    blocked: [bool; 2],
    seen: Seen,
}

impl Model {
    /// Two profiles, of one person or of two, each tab in a session of its own.
    pub fn new(same_person: bool) -> Self {
        Self {
            same_person,
            links: Vec::new(),
            tab_alive: [true; TABS.len()],
            entered: [0; 2],
            blocked: [false; 2],
            seen: Seen::default(),
        }
    }

    /// What can be seen now.
    pub fn seen(&self) -> Seen {
        let mut seen = self.seen.clone();
        for link in &self.links {
            seen.link[link.profile] = Some(link.account);
        }
        for profile in 0..2 {
            seen.living[profile] = self.living(profile);
        }
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
        }
    }

    fn confirm(&mut self, tab: usize) -> Answer {
        let (profile, account) = TABS[tab];
        if let Some(outcome) = self.seen.trips[tab] {
            return Answer::Over(outcome);
        }
        let held = self.links.iter().find(|link| link.profile == profile);
        let elsewhere = self.links.iter().any(|link| link.account == account && link.profile != profile);
        let outcome = if !self.tab_alive[tab] {
            Outcome::Refused(OutcomeCode::AnotherSession)
        } else if self.blocked[profile] {
            Outcome::Refused(OutcomeCode::Blocked)
        } else if let Some(held) = held {
            if held.account == account {
                Outcome::LinkedAlready
            } else {
                Outcome::Refused(OutcomeCode::ProfileHasOther)
            }
        } else if elsewhere && !self.same_person {
            Outcome::Refused(OutcomeCode::AlreadyLinkedOther)
        } else {
            self.links.push(ModelLink { profile, account, chosen: false });
            self.seen.created[profile] += 1;
            self.seen.waiting[profile] += 1;
            Outcome::Linked
        };
        self.seen.trips[tab] = Some(outcome);
        if outcome == Outcome::Linked { Answer::Linked } else { Answer::Over(outcome) }
    }

    fn unlink(&mut self, profile: usize) -> Answer {
        let Some(at) = self.links.iter().position(|link| link.profile == profile) else {
            return Answer::NotLinked;
        };
        self.links.remove(at);
        self.seen.removed[profile] += 1;
        self.seen.unlinked[profile] += 1;
        self.seen.cancelled[profile] += std::mem::take(&mut self.seen.waiting[profile]);
        for (tab, (of, _)) in TABS.iter().enumerate() {
            if *of == profile {
                self.seen.trips[tab].get_or_insert(Outcome::Withdrawn);
            }
        }
        self.end_sessions(profile);
        Answer::Unlinked
    }

    fn sign_in(&mut self, account: usize) -> Answer {
        let mut linked: Vec<_> = self.links.iter_mut().filter(|link| link.account == account).collect();
        if linked.is_empty() {
            return Answer::Refused(OutcomeCode::NotLinked);
        }
        linked.retain(|link| !self.blocked[link.profile]);
        let only = linked.len() == 1;
        if linked.is_empty() {
            return Answer::Refused(OutcomeCode::Blocked);
        }
        let Some(link) = linked.into_iter().find(|link| only || link.chosen) else { return Answer::Choose };
        link.chosen = true;
        self.entered[link.profile] += 1;
        Answer::SignedIn(link.profile)
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
}
