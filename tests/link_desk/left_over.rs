//! Nothing that was begun before an unlink, a freeze or a dispute works after it (T25, T26).

use privyazka::audit::RequestMeta;
use privyazka::error_code::OutcomeCode;
use privyazka::helpdesk::links::approval::ApprovalState;
use privyazka::identity::Subject;
use privyazka::linking::link_account::LinkResult;
use privyazka::linking::unlink_account::UnlinkResult;
use privyazka::platform::clock::Timestamp;
use privyazka::platform::secret::Token;
use privyazka::sign_in::EsiaSignInResult;
use privyazka::store::{approvals, password_recoveries};

use crate::desk::Linked;
use crate::support::database::{TestDatabase, on_each_database};
use crate::world::{World, person};

on_each_database![
    t25_nothing_from_before_works_after_the_end,
    t26_an_unlink_cancels_what_could_bring_it_back
];

/// How a link may end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Owner,
    Operator,
    Freeze,
    Dispute,
}

const ENDS: [End; 4] = [End::Owner, End::Operator, End::Freeze, End::Dispute];

impl World {
    async fn end(&self, how: End, linked: &Linked) {
        let Linked { profile, link, .. } = *linked;
        match how {
            End::Owner => {
                let done = self.linking.unlink_own(profile, None, RequestMeta::default()).await.unwrap();
                assert_eq!(done, UnlinkResult::Unlinked { told: true });
            }
            End::Operator => {
                let operator = self.support(&format!("helpdesk{}", link.0)).await;
                self.unlink_by(operator, profile, link).await.unwrap();
            }
            End::Freeze => {
                let operator = self.support(&format!("helpdesk{}", link.0)).await;
                self.freeze_by(operator, profile, link).await.unwrap();
            }
            End::Dispute => {
                let letter = self.undo_token(profile, Some(link)).await;
                self.dispute(&letter).await;
            }
        }
    }

    /// A password letter that waits to be used.
    async fn recovery(&self, linked: &Linked) -> Token {
        let (token, profile, now) = (Token::generate(), linked.profile, self.clock.now());
        let (digest, end) = (token.digest(), now + chrono::Duration::hours(1));
        self.write(move |db| password_recoveries::insert(db, &digest, profile, now, end)).await;
        token
    }

    async fn recovery_works(&self, token: &Token, now: Timestamp) -> bool {
        let digest = token.digest();
        self.read(move |db| password_recoveries::find_usable(db, &digest, now)).await.is_some()
    }
}

async fn t25_nothing_from_before_works_after_the_end(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    for (number, how) in (1..).zip(ENDS) {
        let linked = world.linked(&format!("person{number}"), number).await;
        let profile = linked.profile;
        // An old session.
        let browser = world.browser(profile).await;
        // A pending change: a trip that waits for its callback, and a new password.
        let pending = world.pending_trip(&linked.session).await;
        let recovery = world.recovery(&linked).await;
        // A planted second identifier: another account of the same person, vouched for already.
        let mut second = person(number);
        second.subject = Subject::from_number(i64::from(number) + 1000).unwrap();
        let planted = world.trip(&linked.session, &second).await;
        assert!(world.recovery_works(&recovery, world.clock.now()).await);

        world.end(how, &linked).await;

        assert!(world.sessions.find_live(&browser).await.unwrap().is_none(), "{how:?}: old session");
        assert!(world.outcome(&pending).await.is_some(), "{how:?}: trip");
        assert!(!world.recovery_works(&recovery, world.clock.now()).await, "{how:?}: new password");
        // Confirmed by the old session, and by one that began after the end.
        let fresh = world.session(profile).await;
        for session in [&linked.session, &fresh] {
            for trip in [&pending, &planted] {
                let confirmed = world.confirm(session, trip).await;
                assert!(matches!(confirmed, LinkResult::Over(_)), "{how:?}: {confirmed:?}");
            }
        }
        // Merge by attribute: an account that has the same name, birth date and SNILS opens nothing.
        let by_attribute = EsiaSignInResult::Refused(OutcomeCode::NotLinked);
        assert_eq!(world.sign_in(&second).await, by_attribute, "{how:?}");
        // An unverified source: the account itself, which nobody has confirmed again.
        let refused = match how {
            End::Owner | End::Operator => OutcomeCode::NotLinked,
            End::Freeze | End::Dispute => OutcomeCode::LinkFrozen,
        };
        assert_eq!(world.sign_in(&person(number)).await, EsiaSignInResult::Refused(refused), "{how:?}");
        assert_eq!(world.living_sessions(profile).await, 1, "{how:?}: but the one that began after");
    }
}

async fn t26_an_unlink_cancels_what_could_bring_it_back(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let first = world.support("first").await;
    for (number, how) in (1..).zip([End::Owner, End::Operator]) {
        let linked = world.linked(&format!("person{number}"), number).await;
        // The very account again, confirmed in another tab: it waits only for the press.
        let confirmation = world.trip(&linked.session, &person(number)).await;
        world.end(how, &linked).await;
        let letters = world.letters(linked.profile, "linked").await;
        assert!(letters.iter().all(|(_, status)| status == "cancelled"), "{how:?}: {letters:?}");
        let confirmed = world.confirm(&linked.session, &confirmation).await;
        assert!(matches!(confirmed, LinkResult::Over(_)), "{how:?}: {confirmed:?}");
        assert!(world.held(linked.profile).await.is_none());
    }
    let linked = world.linked("authority", 9).await;
    world.make_authority(linked.profile).await;
    let id = world.ask(first, &linked).await;
    world.end(End::Owner, &linked).await;
    let area = world.here();
    let approval = world.read(move |db| approvals::find_in_area(db, area, id)).await.unwrap();
    assert_eq!(approval.state, ApprovalState::Void);
}
