//! What the model tells of, done for real: people's acts, and what can be seen afterwards.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use diesel::prelude::*;
use privyazka::access::OperatorId;
use privyazka::audit::RequestMeta;
use privyazka::directory::{ProfileId, ProfileStatus};
use privyazka::each;
use privyazka::helpdesk::links::approval::{ApprovalId, ApprovalState};
use privyazka::identity::VerifiedIdentity;
use privyazka::linking::LinkId;
use privyazka::linking::link_account::LinkResult;
use privyazka::linking::unlink_account::UnlinkResult;
use privyazka::platform::random;
use privyazka::platform::secret::{Digest, Token};
use privyazka::sign_in::{
    BrowserSession, CodeAttempt, CodeSignIn, EsiaSignInResult, Letters, LinkingCode, SignInOutcome,
};
use privyazka::store::schema::{approvals, audit_events, browser_sessions, links as rows, outbox_entries};
use privyazka::store::{Db, StoreError, linking_codes, links, profiles};

use crate::model::{Act, Answer, Model, Seen, TABS};
use crate::world::{Known, World, begin_session, insert_verified_trip, known, person};

/// Events that are counted.
const EVENTS: [&str; 10] = [
    "link:account:created",
    "link:account:removed_by_owner",
    "link:account:removed_by_operator",
    "link:account:frozen",
    "link:account:unfrozen",
    "link:account:restored",
    "link:account:disputed",
    "approval:request:made",
    "approval:request:ended",
    "case:report:opened",
];

/// Letters that are counted: those that tell of a link.
const LETTERS: [&str; 7] = [
    "linked",
    "unlinked_self",
    "unlinked_op",
    "link_frozen",
    "link_unfrozen",
    "link_restored",
    "link_disputed",
];

/// Two profiles, two ESIA accounts, a trip that waits in each tab, and two operators.
pub struct Round<'a> {
    pub world: &'a World,
    pub profiles: [ProfileId; 2],
    pub logins: [String; 2],
    pub accounts: [VerifiedIdentity; 2],
    pub tabs: Vec<(BrowserSession, String)>,
    pub operators: [OperatorId; 2],
    pub links: Vec<(ProfileId, LinkId)>,
    pub requests: Vec<ApprovalId>,
    pub letters: Vec<Token>,
    pub codes: [LinkingCode; 2],
    /// Number of the list.
    pub list: Option<String>,
}

impl<'a> Round<'a> {
    pub async fn new(world: &'a World, operators: [OperatorId; 2], number: u32, same_person: bool) -> Self {
        // Without SNILS in the journal both accounts fit the first profile. The second is told to be of the
        // same person by name and birth date, or cannot be told and counts as another's.
        let first = Known { snils: None, ..known(0) };
        let second = if same_person { first } else { Known::default() };
        let logins = [format!("first{number}"), format!("second{number}")];
        let new = [world.new_teacher(&logins[0], first), world.new_teacher(&logins[1], second)];
        let accounts = [person(2 * number), person(2 * number + 1)];
        let (sessions, keys, at_esia) = (world.sessions.clone(), Arc::clone(&world.keys), accounts.clone());
        let now = world.clock.now();
        // In one transaction: what is looked at comes afterwards.
        let (profiles, tabs) = world
            .write(move |db| {
                let profiles = profiles::insert_batch(db, &new)?;
                let profiles = [profiles[0], profiles[1]];
                let mut tabs = Vec::new();
                for (profile, account) in TABS {
                    let session = begin_session(db, &sessions, profiles[profile], now)?;
                    let trip = insert_verified_trip(db, &keys, &session, &at_esia[account], now)?;
                    tabs.push((session, trip));
                }
                Ok((profiles, tabs))
            })
            .await;
        let codes = [LinkingCode::generate(), LinkingCode::generate()];
        let (links, requests, letters, list) = (Vec::new(), Vec::new(), Vec::new(), None);
        Self { world, profiles, logins, accounts, tabs, operators, links, requests, letters, codes, list }
    }

    /// Does these one after another, here and on the model, and compares.
    pub async fn live_through(&mut self, model: &mut Model, acts: &[Act]) {
        for act in acts {
            assert_eq!(self.perform(*act).await, model.apply(*act), "alone: {act:?}");
            self.learn().await;
        }
    }

    /// Reads which links and requests there are by now.
    async fn learn(&mut self) {
        let of = self.profiles.map(|profile| profile.0);
        let (links, requests) = self
            .world
            .read(move |db| {
                let links = rows::table.filter(rows::profile_id.eq_any(of)).order(rows::id);
                let links: Vec<(i64, i64)> =
                    each!(&mut *db, |c| links.select((rows::profile_id, rows::id)).load(c))?;
                let requests = approvals::table.filter(approvals::profile_id.eq_any(of)).order(approvals::id);
                let requests: Vec<i64> = each!(db, |c| requests.select(approvals::id).load(c))?;
                Ok((links, requests))
            })
            .await;
        self.links = links.into_iter().map(|(profile, link)| (ProfileId(profile), LinkId(link))).collect();
        self.requests = requests.into_iter().map(ApprovalId).collect();
    }

    pub async fn perform(&self, act: Act) -> Answer {
        let world = self.world;
        match act {
            Act::Confirm(tab) => match world.confirm(&self.tabs[tab].0, &self.tabs[tab].1).await {
                LinkResult::Linked { .. } => Answer::Linked,
                LinkResult::Over(outcome) => Answer::Over(outcome),
                other => panic!("nothing is left to ask: {other:?}"),
            },
            Act::Unlink(profile) => {
                let meta = RequestMeta::default();
                match world.linking.unlink_own(self.profiles[profile], None, meta).await.unwrap() {
                    UnlinkResult::Unlinked { .. } => Answer::Unlinked,
                    UnlinkResult::NotLinked => Answer::NotLinked,
                    UnlinkResult::Refused(code) => Answer::Refused(code),
                }
            }
            Act::SignIn(account) => match world.sign_in(&self.accounts[account]).await {
                EsiaSignInResult::Refused(code) => Answer::Refused(code),
                EsiaSignInResult::Choose(_) => Answer::Choose,
                EsiaSignInResult::SignedIn(session) => {
                    let row = browser_sessions::table.find(session.0).select(browser_sessions::profile_id);
                    let of = world.read(move |db| Ok(each!(db, |c| row.first::<Option<i64>>(c))?)).await;
                    Answer::SignedIn(usize::from(of != Some(self.profiles[0].0)))
                }
            },
            Act::EndSessions(profile) => {
                let meta = RequestMeta::default();
                let ended = world.sessions.end_everywhere(self.profiles[profile], None, meta).await;
                Answer::Ended(ended.unwrap())
            }
            Act::Block(profile) => {
                world.set_status(self.profiles[profile], ProfileStatus::Blocked).await;
                Answer::Done
            }
            Act::Redeem(profile) => self.redeem(profile).await,
            Act::Dispute(letter) => self.dispute(letter).await,
            Act::Desk(by, deed) => Answer::Desk(self.do_deed(self.operators[by], deed).await),
            Act::Line => self.carry_line_out().await,
        }
    }

    async fn redeem(&self, profile: usize) -> Answer {
        let world = self.world;
        let undo = world.undo.clone();
        let letters = Letters::new(world.outbox.clone(), "http://localhost:8080/login/recover/".into(), undo);
        let door = CodeSignIn::new(world.sessions.clone(), Arc::clone(&world.keys), letters, &world.settings);
        // A place of its own, so that nobody waits for somebody else's failures.
        let place: [u8; 4] = random::bytes();
        let attempt = CodeAttempt {
            organisation: world.school,
            login: self.logins[profile].clone(),
            code: self.codes[profile].clone(),
            browser: Digest::of(&place),
            previous: None,
            user_agent: String::new(),
            address: IpAddr::V4(Ipv4Addr::from(place)),
            meta: RequestMeta::default(),
        };
        match door.redeem(attempt).await.unwrap() {
            SignInOutcome::LinkingOnly { .. } => Answer::LinkingOnly,
            SignInOutcome::WrongCredentials => Answer::WrongCode,
            SignInOutcome::Blocked { .. } => Answer::Blocked,
            other => panic!("{other:?}"),
        }
    }

    pub async fn seen(&self) -> Seen {
        let world = self.world;
        let mut seen = Seen::default();
        for (at, profile) in self.profiles.into_iter().enumerate() {
            let held = world.read(move |db| links::find_held(db, profile)).await;
            seen.link[at] =
                held.map(|link| (usize::from(link.subject != self.accounts[0].subject), link.status));
            seen.living[at] = usize::try_from(world.living_sessions(profile).await).unwrap();
            let code = world.read(move |db| linking_codes::find_open(db, profile)).await;
            seen.codes[at] = code.is_some();
            let (events, letters, requests) = world.read(move |db| look(db, profile)).await;
            for kind in events {
                *seen.events.entry((at, kind)).or_default() += 1;
            }
            for (number, kind, cancelled) in letters {
                *seen.letters.entry((at, number, kind, cancelled)).or_default() += 1;
            }
            seen.requests[at] = requests;
        }
        for (tab, (_, trip)) in self.tabs.iter().enumerate() {
            seen.trips[tab] = world.outcome(trip).await;
        }
        seen.undone = self.undone().await;
        seen.line = self.line().await;
        seen
    }
}

type Looked = (Vec<String>, Vec<(usize, String, bool)>, Vec<ApprovalState>);

/// Events, letters and requests of a profile.
fn look(db: &mut Db, profile: ProfileId) -> Result<Looked, StoreError> {
    let events = audit_events::table
        .filter(audit_events::profile_id.eq(profile.0))
        .filter(audit_events::kind.eq_any(EVENTS))
        .select(audit_events::kind);
    let events = each!(&mut *db, |c| events.load(c))?;
    let of_profile = rows::table.filter(rows::profile_id.eq(profile.0)).order(rows::id).select(rows::id);
    let of_profile: Vec<i64> = each!(&mut *db, |c| of_profile.load(c))?;
    let letters = outbox_entries::table
        .filter(outbox_entries::profile_id.eq(profile.0))
        .filter(outbox_entries::kind.eq_any(LETTERS))
        .select((outbox_entries::link_id, outbox_entries::kind, outbox_entries::status));
    let letters: Vec<(Option<i64>, String, String)> = each!(&mut *db, |c| letters.load(c))?;
    let letters = letters.into_iter().map(|(link, kind, status)| {
        let number = of_profile.iter().position(|of| Some(*of) == link).expect("a link of the profile");
        (number, kind, status == "cancelled")
    });
    let requests = approvals::table.filter(approvals::profile_id.eq(profile.0)).order(approvals::id);
    let requests: Vec<String> = each!(db, |c| requests.select(approvals::state).load(c))?;
    let requests = requests.iter().map(|state| ApprovalState::from_name(state).expect("a state"));
    Ok((events, letters.collect(), requests.collect()))
}
