//! Authority staff and operators: a second operator must agree, and it is a second one.

use chrono::Duration;
use diesel::prelude::*;
use privyazka::access::{OperatorId, OperatorRole};
use privyazka::audit::RequestMeta;
use privyazka::directory::ProfileId;
use privyazka::each;
use privyazka::helpdesk::links::approval::{ApprovalId, ApprovalState, MayNotDecide};
use privyazka::helpdesk::links::end_approval;
use privyazka::helpdesk::links::link_desk::Refusal;
use privyazka::helpdesk::links::unlink_for_profile::Unlinked;
use privyazka::store::approvals;
use privyazka::store::schema::audit_events;

use crate::desk::Linked;
use crate::support::database::{TestDatabase, on_each_database};
use crate::world::World;

on_each_database![
    t40_authority_and_operator_profiles_need_a_second_operator,
    t40_no_operator_decides_about_a_request_of_their_own_or_about_themselves,
    an_approval_is_worth_nothing_when_the_right_the_link_or_the_time_is_gone,
    a_request_may_be_withdrawn_or_refused_and_then_made_again,
    t38_a_request_of_another_area_does_not_exist,
];

impl World {
    async fn authority(&self, login: &str, number: u32) -> Linked {
        let linked = self.linked(login, number).await;
        self.make_authority(linked.profile).await;
        linked
    }

    pub async fn ask(&self, operator: OperatorId, linked: &Linked) -> ApprovalId {
        let asked = self.unlink_by(operator, linked.profile, linked.link).await;
        assert!(matches!(asked, Ok(Unlinked::Asked { .. })), "{asked:?}");
        let (link, now) = (linked.link, self.clock.now());
        let waiting = self.read(move |db| approvals::find_pending_of_link(db, link, now)).await;
        waiting.expect("kept").id
    }

    pub async fn approve_by(&self, operator: OperatorId, id: ApprovalId) -> Result<Unlinked, Refusal> {
        self.desk().approve(operator, id, RequestMeta::default()).await.expect("never an error")
    }

    async fn refuse_by(&self, operator: OperatorId, id: ApprovalId) -> Result<(), Refusal> {
        self.desk().refuse(operator, id, RequestMeta::default()).await.expect("never an error")
    }

    async fn withdraw_by(&self, operator: OperatorId, id: ApprovalId) -> Result<(), Refusal> {
        self.desk().withdraw(operator, id, RequestMeta::default()).await.expect("never an error")
    }

    async fn state(&self, id: ApprovalId) -> ApprovalState {
        let area = self.here();
        let found = self.read(move |db| approvals::find_in_area(db, area, id)).await;
        found.expect("kept").state
    }

    /// Who ended the requests about a profile, and how.
    async fn ends(&self, profile: ProfileId) -> Vec<(String, String)> {
        let ended = self.read(move |db| {
            let events = audit_events::table
                .filter(audit_events::profile_id.eq(profile.0))
                .filter(audit_events::kind.eq("approval:request:ended"))
                .order(audit_events::id)
                .select((audit_events::actor, audit_events::details));
            Ok(each!(db, |c| events.load::<(String, String)>(c))?)
        });
        let state = |details: &str| {
            let details: serde_json::Value = serde_json::from_str(details).unwrap();
            details["state"].as_str().unwrap().to_owned()
        };
        let kind = |by: &str| by.split(':').next().unwrap_or_default().to_owned();
        ended.await.into_iter().map(|(by, details)| (kind(&by), state(&details))).collect()
    }
}

const OVER: Refusal = Refusal::MayNotDecide(MayNotDecide::Over);

async fn t40_authority_and_operator_profiles_need_a_second_operator(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let first = world.support("first").await;
    let second = world.senior("second").await;
    let of_authority = world.authority("authority", 1).await;
    let of_operator = world.linked("colleague", 2).await;
    let colleague = world.support("colleague").await;
    world.own(colleague, of_operator.profile).await;
    for linked in [of_authority, of_operator] {
        let preview = world.desk().preview_unlink(first, linked.profile).await.unwrap().unwrap();
        assert!(preview.guarded && preview.waiting.is_none());
        let id = world.ask(first, &linked).await;
        let preview = world.desk().preview_unlink(first, linked.profile).await.unwrap().unwrap();
        assert_eq!(preview.waiting.map(|waiting| waiting.id), Some(id));
        assert_eq!(world.held(linked.profile).await.map(|link| link.id), Some(linked.link));
        assert_eq!(world.living_sessions(linked.profile).await, 1, "nothing has happened yet");
        let again = world.unlink_by(second, linked.profile, linked.link).await;
        assert_eq!(again, Err(Refusal::AskedAlready));
        // Support may ask, not approve.
        let third = world.support(&format!("third{}", linked.link.0)).await;
        assert_eq!(world.approve_by(third, id).await, Err(Refusal::NotFound));
        assert!(matches!(world.approve_by(second, id).await, Ok(Unlinked::Done { told: true, .. })));
        assert!(world.held(linked.profile).await.is_none());
        assert_eq!(world.living_sessions(linked.profile).await, 0);
        assert_eq!(world.state(id).await, ApprovalState::Approved);
        assert_eq!(world.approve_by(second, id).await, Err(OVER));
        for kind in ["approval:request:made", "approval:request:ended", "link:account:removed_by_operator"] {
            assert_eq!(world.events(linked.profile, kind).await, 1, "{kind}");
        }
    }
}

async fn t40_no_operator_decides_about_a_request_of_their_own_or_about_themselves(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let linked = world.authority("authority", 1).await;
    let (asker, themselves) = (world.senior("asker").await, world.senior("themselves").await);
    world.own(themselves, linked.profile).await;
    let id = world.ask(asker, &linked).await;
    let own_request = Err(Refusal::MayNotDecide(MayNotDecide::OwnRequest));
    assert_eq!(world.approve_by(asker, id).await, own_request);
    assert_eq!(world.refuse_by(asker, id).await, Err(Refusal::MayNotDecide(MayNotDecide::OwnRequest)));
    let own_profile = Err(Refusal::MayNotDecide(MayNotDecide::OwnProfile));
    assert_eq!(world.approve_by(themselves, id).await, own_profile);
    assert_eq!(world.refuse_by(themselves, id).await, Err(Refusal::MayNotDecide(MayNotDecide::OwnProfile)));
    assert_eq!(world.withdraw_by(themselves, id).await, Err(Refusal::NotFound), "of somebody else");
    assert_eq!(world.state(id).await, ApprovalState::Pending);
    // Each sees in the queue what they may do.
    for (operator, expected) in [
        (asker, Err(MayNotDecide::OwnRequest)),
        (themselves, Err(MayNotDecide::OwnProfile)),
        (world.senior("third").await, Ok(())),
    ] {
        let queue = world.desk().approvals(operator).await.unwrap().unwrap();
        assert_eq!(queue.len(), 1);
        assert_eq!(queue[0].may_decide, expected);
        assert_eq!(queue[0].basis, "звонок 15 марта, паспорт проверен");
        assert_eq!(queue[0].profile.as_ref().map(|profile| profile.id), Some(linked.profile));
    }
}

async fn an_approval_is_worth_nothing_when_the_right_the_link_or_the_time_is_gone(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let second = world.senior("second").await;

    let linked = world.authority("one", 1).await;
    let disabled = world.support("disabled").await;
    let id = world.ask(disabled, &linked).await;
    world.move_operator(disabled, None).await;
    assert_eq!(world.approve_by(second, id).await, Err(Refusal::AskerLostRight));
    assert_eq!(world.state(id).await, ApprovalState::Void);
    assert!(world.held(linked.profile).await.is_some());

    let first = world.support("first").await;
    let linked = world.authority("two", 2).await;
    let id = world.ask(first, &linked).await;
    world.linking.unlink_own(linked.profile, None, RequestMeta::default()).await.unwrap();
    assert_eq!(world.state(id).await, ApprovalState::Void, "goes with the link");
    assert_eq!(world.ends(linked.profile).await, [("profile".to_owned(), "void".to_owned())]);
    let session = world.session(linked.profile).await;
    let fresh = world.link_again(&session, 2).await;
    assert_eq!(world.approve_by(second, id).await, Err(OVER));
    assert_eq!(world.held(linked.profile).await.map(|link| link.id), Some(fresh));

    let linked = world.authority("three", 3).await;
    let id = world.ask(first, &linked).await;
    world.clock.advance(Duration::hours(24) - Duration::seconds(1));
    assert_eq!(world.desk().approvals(second).await.unwrap().unwrap().len(), 1);
    world.clock.advance(Duration::seconds(1));
    assert_eq!(world.desk().approvals(second).await.unwrap().unwrap().len(), 0);
    assert_eq!(world.approve_by(second, id).await, Err(OVER));
    // Nobody has swept yet; a new request is taken all the same.
    let again = world.ask(first, &linked).await;
    assert_eq!(world.state(id).await, ApprovalState::Expired);
    assert_eq!(world.state(again).await, ApprovalState::Pending);
    let by_nobody = ("system".to_owned(), "expired".to_owned());
    assert_eq!(
        world.ends(linked.profile).await,
        std::slice::from_ref(&by_nobody),
        "on record without a sweep"
    );
    let now = world.clock.now() + Duration::hours(24);
    for expected in [1, 0] {
        assert_eq!(world.write(move |db| end_approval::close_expired(db, now, 10)).await, expected);
    }
    assert_eq!(world.ends(linked.profile).await, [by_nobody.clone(), by_nobody], "and by the sweep");
    assert_eq!(world.state(again).await, ApprovalState::Expired);
}

async fn a_request_may_be_withdrawn_or_refused_and_then_made_again(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let (first, second) = (world.support("first").await, world.senior("second").await);
    let linked = world.authority("authority", 1).await;
    let withdrawn = world.ask(first, &linked).await;
    world.withdraw_by(first, withdrawn).await.unwrap();
    assert_eq!(world.approve_by(second, withdrawn).await, Err(OVER));
    let refused = world.ask(first, &linked).await;
    world.refuse_by(second, refused).await.unwrap();
    assert_eq!(world.withdraw_by(first, refused).await, Err(OVER));
    assert!(world.held(linked.profile).await.is_some());
    let approved = world.ask(first, &linked).await;
    world.approve_by(second, approved).await.unwrap();
    for (id, state) in [
        (withdrawn, ApprovalState::Withdrawn),
        (refused, ApprovalState::Refused),
        (approved, ApprovalState::Approved),
    ] {
        assert_eq!(world.state(id).await, state);
    }
    assert_eq!(world.events(linked.profile, "approval:request:ended").await, 3);
}

async fn t38_a_request_of_another_area_does_not_exist(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let first = world.support("first").await;
    let linked = world.authority("authority", 1).await;
    let id = world.ask(first, &linked).await;
    let foreign = world.operator("foreign", OperatorRole::Administrator, world.elsewhere()).await;
    assert_eq!(world.desk().approvals(foreign).await.unwrap().unwrap().len(), 0);
    for id in [id, ApprovalId(id.0 + 1000)] {
        assert_eq!(world.approve_by(foreign, id).await, Err(Refusal::NotFound));
        assert_eq!(world.refuse_by(foreign, id).await, Err(Refusal::NotFound));
        assert_eq!(world.withdraw_by(foreign, id).await, Err(Refusal::NotFound));
    }
    let region = world.region().await;
    let above = world.operator("above", OperatorRole::Senior, region).await;
    assert_eq!(world.desk().approvals(above).await.unwrap().unwrap().len(), 1);
    let another = world.support("another").await;
    assert_eq!(world.desk().approvals(another).await.unwrap().unwrap().len(), 0, "not theirs to decide");
    assert_eq!(world.desk().approvals(first).await.unwrap().unwrap().len(), 1, "their own");
    let analyst = world.operator("analyst", OperatorRole::Analyst, region).await;
    assert!(world.desk().approvals(analyst).await.unwrap().is_none());
    assert!(matches!(world.approve_by(above, id).await, Ok(Unlinked::Done { .. })));
}
