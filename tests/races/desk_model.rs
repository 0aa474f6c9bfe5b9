//! The same for the helpdesk: what operators do to links, and what a letter's address does.

use privyazka::federation::Outcome;
use privyazka::helpdesk::links::approval::{ApprovalState, MayNotDecide};
use privyazka::helpdesk::links::bulk::finding::Finding;
use privyazka::helpdesk::links::deed::{DeedKind, NotReversible};
use privyazka::helpdesk::links::link_desk::Refusal;
use privyazka::linking::LinkStatus;
use privyazka::linking::undo::UndoResult;

use crate::model::{Answer, Model, TABS};

/// What an operator does: to a link or about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    Unlink(usize),
    Freeze(usize),
    Unfreeze(usize),
    Restore(usize),
    Approve(usize),
    Refuse(usize),
    Withdraw(usize),
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    Removed,
    Asked,
    Kept,
}

#[derive(Clone, Copy, Debug)]
pub struct ModelDeed {
    kind: DeedKind,
    /// Which of the two operators had a hand in it.
    hands: [bool; 2],
    was_disputed: bool,
}

#[derive(Clone, Copy, Debug)]
pub struct ModelRequest {
    pub profile: usize,
    pub link: usize,
    pub asked_by: usize,
    pub state: ApprovalState,
}

#[derive(Clone, Copy, Debug)]
pub struct ModelLetter {
    pub link: usize,
    pub result: Option<UndoResult>,
    pub case: bool,
}

/// What is made ready once a round has its past.
#[derive(Debug)]
pub struct Readiness {
    /// Tabs opened anew.
    pub tabs: [bool; TABS.len()],
    /// Profiles that are handed a code.
    pub codes: [bool; 2],
    /// The profile on the line of a list.
    pub line: Option<usize>,
}

impl Model {
    /// Makes ready: a trip waits in each tab, there is a letter about each link, a code for whoever has no link,
    /// and a list that a second operator has agreed to.
    pub fn make_ready(&mut self) -> Readiness {
        let mut tabs = [false; TABS.len()];
        for (tab, (profile, _)) in TABS.iter().enumerate() {
            tabs[tab] = self.seen.trips[tab].is_some() || !self.tab_alive[tab];
            if tabs[tab] {
                self.entered[*profile] += usize::from(self.tab_alive[tab]);
                self.tab_alive[tab] = true;
                self.seen.trips[tab] = None::<Outcome>;
            }
        }
        let letter = |link| ModelLetter { link, result: None, case: false };
        self.letters = (0..self.links.len()).map(letter).collect();
        self.seen.codes = [0, 1].map(|profile| self.held(profile).is_none());
        let active = |at: &usize| self.links[*at].status == LinkStatus::Active;
        self.line = (0..2)
            .filter(|profile| !self.guarded[*profile])
            .find_map(|profile| self.held(profile).filter(active));
        self.seen.line = self.line.map(|_| Finding::Ready);
        let line = self.line.map(|link| self.links[link].profile);
        Readiness { tabs, codes: self.seen.codes, line }
    }

    pub fn do_deed(&mut self, by: usize, deed: Deed) -> Result<Done, Refusal> {
        match deed {
            Deed::Unlink(link) => self.unlink_for(by, link),
            Deed::Freeze(link) => {
                self.expect(link, LinkStatus::Active)?;
                self.freeze(link);
                self.keep(link, DeedKind::Freeze, &[by], false);
                self.note(self.links[link].profile, "link:account:frozen");
                self.write(link, "link_frozen");
                Ok(Done::Kept)
            }
            Deed::Unfreeze(link) => {
                self.expect(link, LinkStatus::Frozen)?;
                self.expect_another(link, by)?;
                self.links[link].status = LinkStatus::Active;
                self.keep(link, DeedKind::Unfreeze, &[by], true);
                for letter in self.letters.iter_mut().filter(|letter| letter.link == link) {
                    letter.result.get_or_insert(UndoResult::Settled);
                }
                self.note(self.links[link].profile, "link:account:unfrozen");
                self.write(link, "link_unfrozen");
                Ok(Done::Kept)
            }
            Deed::Restore(link) => self.restore(by, link),
            Deed::Approve(request) => {
                self.expect_decision(by, request)?;
                let ModelRequest { link, asked_by, .. } = self.requests[request];
                self.end_request(request, ApprovalState::Approved);
                self.remove_by(&[by, asked_by], link);
                Ok(Done::Removed)
            }
            Deed::Refuse(request) => {
                self.expect_decision(by, request)?;
                self.end_request(request, ApprovalState::Refused);
                Ok(Done::Kept)
            }
            Deed::Withdraw(request) => {
                if self.requests[request].asked_by != by {
                    return Err(Refusal::NotFound);
                }
                self.expect_pending(request)?;
                self.end_request(request, ApprovalState::Withdrawn);
                Ok(Done::Kept)
            }
        }
    }

    fn unlink_for(&mut self, by: usize, link: usize) -> Result<Done, Refusal> {
        let profile = self.links[link].profile;
        if self.held(profile) != Some(link) {
            return Err(Refusal::Stale);
        }
        if !self.guarded[profile] {
            self.remove_by(&[by], link);
            return Ok(Done::Removed);
        }
        let pending = ApprovalState::Pending;
        if self.requests.iter().any(|request| request.link == link && request.state == pending) {
            return Err(Refusal::AskedAlready);
        }
        self.requests.push(ModelRequest { profile, link, asked_by: by, state: pending });
        self.note(profile, "approval:request:made");
        Ok(Done::Asked)
    }

    fn remove_by(&mut self, hands: &[usize], link: usize) {
        let was_disputed = self.links[link].status == LinkStatus::Frozen;
        self.remove(link);
        self.keep(link, DeedKind::Unlink, hands, was_disputed);
        self.note(self.links[link].profile, "link:account:removed_by_operator");
        self.write(link, "unlinked_op");
    }

    fn restore(&mut self, by: usize, link: usize) -> Result<Done, Refusal> {
        let found = self.links[link];
        let unlink = found.last_deed.filter(|deed| deed.kind == DeedKind::Unlink);
        let obstacle = match unlink {
            Some(unlink) if found.status == LinkStatus::Removed => {
                if unlink.was_disputed || found.disputed {
                    Some(NotReversible::Disputed)
                } else if self.blocked[found.profile] {
                    Some(NotReversible::ChangedHands)
                } else if self.held(found.profile).is_some() {
                    Some(NotReversible::SlotTaken)
                } else if self.is_of_another(found.profile, found.account) {
                    Some(NotReversible::AccountOfAnother)
                } else {
                    None
                }
            }
            _ => Some(NotReversible::NotByOperator),
        };
        if let Some(obstacle) = obstacle {
            return Err(Refusal::NotReversible(obstacle));
        }
        self.expect_another(link, by)?;
        self.links[link].status = LinkStatus::Active;
        self.keep(link, DeedKind::Restore, &[by], false);
        self.note(found.profile, "link:account:restored");
        self.write(link, "link_restored");
        Ok(Done::Kept)
    }

    pub fn dispute(&mut self, letter: usize) -> Answer {
        let ModelLetter { link, result, case } = self.letters[letter];
        if let Some(result) = result {
            return Answer::Undone(result, case);
        }
        let profile = self.links[link].profile;
        let result = match self.links[link].status {
            LinkStatus::Removed => UndoResult::Gone,
            LinkStatus::Frozen => UndoResult::FrozenBefore,
            _ => UndoResult::Frozen,
        };
        if result == UndoResult::Frozen {
            self.freeze(link);
        } else {
            self.end_access(profile);
        }
        if !std::mem::replace(&mut self.links[link].disputed, true) {
            self.note(profile, "case:report:opened");
        }
        self.letters[letter] = ModelLetter { link, result: Some(result), case: true };
        self.note(profile, "link:account:disputed");
        self.write(link, "link_disputed");
        Answer::Undone(result, true)
    }

    /// The first operator handed the list in, the second agreed.
    pub fn carry_line_out(&mut self) -> Answer {
        let Some(link) = self.line.take() else { return Answer::Lines(0) };
        let finding = match self.links[link].status {
            LinkStatus::Removed => Finding::Changed,
            LinkStatus::Frozen => Finding::Disputed,
            _ => {
                self.remove_by(&[0, 1], link);
                Finding::Unlinked
            }
        };
        self.seen.line = Some(finding);
        Answer::Lines(1)
    }

    /// Ends a request if it waits.
    pub fn end_request(&mut self, request: usize, state: ApprovalState) {
        if self.requests[request].state == ApprovalState::Pending {
            self.requests[request].state = state;
            self.note(self.requests[request].profile, "approval:request:ended");
        }
    }

    fn freeze(&mut self, link: usize) {
        self.links[link].status = LinkStatus::Frozen;
        self.end_access(self.links[link].profile);
    }

    fn keep(&mut self, link: usize, kind: DeedKind, by: &[usize], was_disputed: bool) {
        let hands = [0, 1].map(|operator| by.contains(&operator));
        self.links[link].last_deed = Some(ModelDeed { kind, hands, was_disputed });
    }

    fn expect(&self, link: usize, status: LinkStatus) -> Result<(), Refusal> {
        if self.links[link].status == status { Ok(()) } else { Err(Refusal::Stale) }
    }

    /// What two operators did together, neither undoes alone.
    fn expect_another(&self, link: usize, by: usize) -> Result<(), Refusal> {
        let link = &self.links[link];
        let own = link.last_deed.is_some_and(|deed| deed.hands[by]);
        if own && self.guarded[link.profile] { Err(Refusal::AnotherOperator) } else { Ok(()) }
    }

    fn expect_pending(&self, request: usize) -> Result<(), Refusal> {
        match self.requests[request].state {
            ApprovalState::Pending => Ok(()),
            _ => Err(Refusal::MayNotDecide(MayNotDecide::Over)),
        }
    }

    fn expect_decision(&self, by: usize, request: usize) -> Result<(), Refusal> {
        self.expect_pending(request)?;
        let own = self.requests[request].asked_by == by;
        if own { Err(Refusal::MayNotDecide(MayNotDecide::OwnRequest)) } else { Ok(()) }
    }
}
