//! Carries approved lists out, in the background: a line is a transaction of its own, the very unlink that an
//! operator does by hand, with its event and its letter.
//!
//! The transaction of a line holds the list's row, takes the next line behind the list's position and moves the
//! position. So whatever stops, dies or works at the same time: no line is done twice, none is left out, and
//! there is nothing to clean up. After a start, work goes on where it was.

use std::time::Duration;

use tokio::sync::watch;

use super::finding::{Finding, LineFacts};
use super::list::{ListId, ListLine, ListState, UnlinkList};
use crate::access::{Operator, Permission, rights};
use crate::audit::{Actor, RequestMeta};
use crate::directory::ProfileStatus;
use crate::helpdesk::links::link_desk::{LinkDesk, Refusal};
use crate::helpdesk::links::unlink_for_profile::{Grounds, Unlinked};
use crate::store::{Db, StoreError, bulk_unlink_lines, bulk_unlinks, links};

/// Lines of one list before the next list has its turn, so that a short one does not wait for a long one.
const TURN: usize = 20;
/// How often to look for work without being woken: another node may have been asked.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Pause after a failure of the database.
const REST: Duration = Duration::from_secs(1);

/// Carries lists out.
#[derive(Clone, Debug)]
pub struct ListWorker(LinkDesk);

/// What a transaction came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// A line is carried out.
    Line,
    /// There is nothing more to do.
    Over,
}

impl ListWorker {
    /// Over the desk that unlinks.
    pub fn new(desk: LinkDesk) -> Self {
        Self(desk)
    }

    /// Works until told to stop. A line under way is finished by the database or not at all.
    pub async fn run(self, mut stopped: watch::Receiver<bool>) {
        loop {
            let round = tokio::select! {
                _ = stopped.changed() => return,
                round = self.round() => round,
            };
            let pause = match round {
                Ok(0) => LOOK_EVERY,
                Ok(_) => continue,
                Err(error) => {
                    tracing::warn!(%error, "lists wait: they cannot be carried out now");
                    REST
                }
            };
            tokio::select! {
                _ = stopped.changed() => return,
                () = self.0.lists.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// A turn of each list; how many lines were carried out.
    ///
    /// # Errors
    /// The database's; what was carried out before stays.
    pub async fn round(&self) -> Result<usize, StoreError> {
        let mut lines = 0;
        for list in self.0.linking.store.read(bulk_unlinks::list_running).await? {
            for _ in 0..TURN {
                if self.step(list).await? == Step::Over {
                    break;
                }
                lines += 1;
            }
            self.0.linking.outbox.wake();
        }
        Ok(lines)
    }

    /// One line. What a database may get over is the caller's; any other failure is this line's, or the list
    /// would stay at it for ever.
    async fn step(&self, list: ListId) -> Result<Step, StoreError> {
        let (desk, store) = (self.0.clone(), &self.0.linking.store);
        let attempt = move |db: &mut Db| desk.step_in(db, list);
        let mut done = store.write(attempt.clone()).await;
        // A number that was taken at the same moment: the second run draws another.
        if matches!(done, Err(StoreError::Conflict(_))) {
            done = store.write(attempt).await;
        }
        match done {
            Err(error @ StoreError::Unavailable(_)) => Err(error),
            Err(error) => {
                tracing::error!(list = list.0, %error, "a line of a list could not be carried out");
                store.write(move |db| skip_in(db, list)).await
            }
            done => done,
        }
    }
}

impl LinkDesk {
    fn step_in(&self, db: &mut Db, id: ListId) -> Result<Step, StoreError> {
        let Some(list) = bulk_unlinks::find_running_and_hold(db, id)? else { return Ok(Step::Over) };
        // Whoever asked and whoever agreed answer for every line of it, until the last.
        let asker = rights::find_permitted(db, list.asked_by, Permission::BulkUnlink)?;
        let approver = match list.approved_by {
            Some(approver) => rights::find_permitted(db, approver, Permission::BulkUnlink)?,
            None => None,
        };
        let approver = approver.filter(|operator| operator.may(Permission::Approve));
        let (Some(asker), Some(approver)) = (asker, approver) else {
            return self.finish_running(db, &list, ListState::Halted);
        };
        let Some(line) = bulk_unlink_lines::find_next_to_do(db, id, list.position)? else {
            return self.finish_running(db, &list, ListState::Done);
        };
        let finding = self.carry_line_out(db, &list, &line, (&asker, &approver))?;
        settle(db, id, &line, finding)?;
        Ok(Step::Line)
    }

    /// Looks at the profile as it is now, and removes the link if it still is the one that was shown.
    fn carry_line_out(
        &self,
        db: &mut Db,
        list: &UnlinkList,
        line: &ListLine,
        (asker, approver): (&Operator, &Operator),
    ) -> Result<Finding, StoreError> {
        let Some(profile) = line.profile else { return Ok(Finding::NotFound) };
        let meta = RequestMeta::default();
        let scene = match self.enter(db, approver.id, Permission::BulkUnlink, profile, None, &meta)? {
            Ok(scene) => scene,
            Err(Refusal::OwnProfile) => return Ok(Finding::OwnProfile),
            Err(_) => return Ok(Finding::NotFound),
        };
        if rights::find_permitted_profile(db, asker.id, Permission::BulkUnlink, profile)?.is_none() {
            return Ok(Finding::NotFound);
        }
        let held = links::find_held(db, profile)?.filter(|link| Some(link.id) == line.link);
        let Some(link) = held else { return Ok(Finding::Changed) };
        let finding = Finding::of(LineFacts {
            own: asker.profile == Some(profile),
            guarded: self.is_guarded(db, &scene.profile)?,
            closed: scene.profile.status == ProfileStatus::Closed,
            link: Some(link.status),
        });
        if !finding.is_to_do() {
            return Ok(finding);
        }
        let basis = self.list_basis(list)?;
        let grounds = Grounds {
            reason: list.reason,
            basis: &basis,
            asked_by: Some(asker.id),
            list: Some(&list.number),
        };
        match self.remove(db, &scene, &link, &grounds)? {
            Ok(Unlinked::Done { .. }) => Ok(Finding::Unlinked),
            Ok(_) | Err(_) => Ok(Finding::Changed),
        }
    }

    fn finish_running(&self, db: &mut Db, list: &UnlinkList, to: ListState) -> Result<Step, StoreError> {
        let actor = list.approved_by.map_or(Actor::System, Actor::Operator);
        // It cannot have changed: the list's row is held.
        let _: Result<(), Refusal> =
            self.end_list(db, list, (ListState::Running, to), actor, &RequestMeta::default())?;
        Ok(Step::Over)
    }
}

/// Leaves the next line as failed.
fn skip_in(db: &mut Db, id: ListId) -> Result<Step, StoreError> {
    let Some(list) = bulk_unlinks::find_running_and_hold(db, id)? else { return Ok(Step::Over) };
    let Some(line) = bulk_unlink_lines::find_next_to_do(db, id, list.position)? else {
        return Ok(Step::Over);
    };
    settle(db, id, &line, Finding::Failed)?;
    Ok(Step::Line)
}

fn settle(db: &mut Db, id: ListId, line: &ListLine, finding: Finding) -> Result<(), StoreError> {
    bulk_unlink_lines::settle(db, id, line.line, finding)?;
    bulk_unlinks::advance(db, id, line.line, finding == Finding::Unlinked)
}
