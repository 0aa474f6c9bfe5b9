//! Operators in the [`World`], and what they do to links.

#![allow(dead_code, reason = "two test binaries use a part each")]

use std::sync::Arc;

use diesel::prelude::*;
use privyazka::access::{Area, OperatorId, OperatorRole};
use privyazka::audit::RequestMeta;
use privyazka::directory::territory::RegionId;
use privyazka::directory::{ProfileId, Role};
use privyazka::each;
use privyazka::helpdesk::Basis;
use privyazka::helpdesk::Cases;
use privyazka::helpdesk::links::dispute::{Disputes, Undo};
use privyazka::helpdesk::links::link_desk::{LinkDesk, Refusal};
use privyazka::helpdesk::links::one_step::OneStep;
use privyazka::helpdesk::links::unlink_for_profile::Unlinked;
use privyazka::helpdesk::links::unlink_request::{UnlinkReason, UnlinkRequest};
use privyazka::identity::VerifiedIdentity;
use privyazka::linking::link_account::LinkResult;
use privyazka::linking::{Link, LinkId};
use privyazka::platform::secret::{Digest, Token};
use privyazka::sign_in::with_esia::Arrival;
use privyazka::sign_in::{
    BrowserSession, EsiaSignInResult, NewSession, SessionStage, SignInWay, VisitingBrowser,
};
use privyazka::store::links;
use privyazka::store::schema::{audit_events, operators, organisations, profile_roles};

use crate::world::{World, known, person, start};

pub fn basis() -> Basis {
    Basis::parse("звонок 15 марта, паспорт проверен").expect("long enough")
}

fn one_step(operator: OperatorId, profile: ProfileId, link: LinkId) -> OneStep {
    OneStep { operator, profile, link, basis: basis(), meta: RequestMeta::default() }
}

pub fn request(link: LinkId) -> UnlinkRequest {
    UnlinkRequest { link, reason: UnlinkReason::Application, basis: basis() }
}

/// A profile with a link and the browser it was made in.
pub struct Linked {
    pub profile: ProfileId,
    pub link: LinkId,
    pub session: BrowserSession,
}

impl World {
    pub fn desk(&self) -> LinkDesk {
        LinkDesk::new(self.linking.clone(), &self.settings.linking)
    }

    pub fn disputes(&self) -> Disputes {
        let cases = Cases::new(
            self.store.clone(),
            self.clock.clone(),
            Arc::clone(&self.keys),
            self.outbox.clone(),
            self.settings.helpdesk.clone(),
            300,
        );
        Disputes::new(self.linking.clone(), cases)
    }

    /// The area of the one school.
    pub fn here(&self) -> Area {
        Area::Organisation(self.school)
    }

    /// A region that the school is not in.
    pub fn elsewhere(&self) -> Area {
        Area::Region(RegionId(999))
    }

    pub async fn operator(&self, login: &str, role: OperatorRole, area: Area) -> OperatorId {
        let login = login.to_owned();
        self.write(move |db| {
            let row = (
                operators::uid.eq(format!("uid-{login}")),
                operators::login.eq(&login),
                operators::login_key.eq(&login),
                operators::name.eq("Оператор"),
                operators::role.eq(role.as_str()),
                operators::area_kind.eq(area.kind()),
                operators::area_id.eq(area.id()),
                operators::needs_esia.eq(false),
                operators::must_change_password.eq(false),
                operators::created_at.eq(start().naive_utc()),
            );
            let insert = diesel::insert_into(operators::table).values(row).returning(operators::id);
            Ok(OperatorId(each!(db, |c| insert.get_result(c))?))
        })
        .await
    }

    pub async fn support(&self, login: &str) -> OperatorId {
        self.operator(login, OperatorRole::Support, self.here()).await
    }

    pub async fn senior(&self, login: &str) -> OperatorId {
        self.operator(login, OperatorRole::Senior, self.here()).await
    }

    /// Takes an operator's area or everything away while a page of theirs is open.
    pub async fn move_operator(&self, operator: OperatorId, area: Option<Area>) {
        let now = self.clock.now();
        self.write(move |db| {
            let row = operators::table.find(operator.0);
            match area {
                Some(area) => {
                    let to = (operators::area_kind.eq(area.kind()), operators::area_id.eq(area.id()));
                    each!(db, |c| diesel::update(row).set(to).execute(c))?;
                }
                None => {
                    let at = operators::disabled_at.eq(now.naive_utc());
                    each!(db, |c| diesel::update(row).set(at).execute(c))?;
                }
            }
            Ok(())
        })
        .await;
    }

    /// Names a profile as an operator's own.
    pub async fn own(&self, operator: OperatorId, profile: ProfileId) {
        self.write(move |db| {
            let row = operators::table.find(operator.0);
            each!(db, |c| diesel::update(row).set(operators::profile_id.eq(profile.0)).execute(c))?;
            Ok(())
        })
        .await;
    }

    pub async fn make_authority(&self, profile: ProfileId) {
        self.write(move |db| {
            let row =
                (profile_roles::profile_id.eq(profile.0), profile_roles::role.eq(Role::Authority.as_str()));
            each!(db, |c| diesel::insert_into(profile_roles::table).values(row).execute(c))?;
            Ok(())
        })
        .await;
    }

    /// The region of the school.
    pub async fn region(&self) -> Area {
        let school = self.school.0;
        let region = self.read(move |db| {
            use privyazka::store::schema::municipalities;
            let query = organisations::table
                .inner_join(municipalities::table)
                .filter(organisations::id.eq(school))
                .select(municipalities::region_id);
            Ok(each!(db, |c| query.first(c))?)
        });
        Area::Region(RegionId(region.await))
    }

    /// A profile linked to an ESIA person of the same number.
    pub async fn linked(&self, login: &str, number: u32) -> Linked {
        let profile = self.profile(login, known(number)).await;
        let session = self.session(profile).await;
        let link = self.link_again(&session, number).await;
        Linked { profile, link, session }
    }

    /// Links by a session that lives.
    pub async fn link_again(&self, session: &BrowserSession, number: u32) -> LinkId {
        let trip = self.trip(session, &person(number)).await;
        match self.confirm(session, &trip).await {
            LinkResult::Linked { link, .. } => link,
            other => panic!("{other:?}"),
        }
    }

    pub async fn unlink_by(
        &self,
        operator: OperatorId,
        profile: ProfileId,
        link: LinkId,
    ) -> Result<Unlinked, Refusal> {
        let done = self.desk().unlink(operator, profile, request(link), RequestMeta::default()).await;
        done.expect("never an error")
    }

    pub async fn freeze_by(
        &self,
        operator: OperatorId,
        profile: ProfileId,
        link: LinkId,
    ) -> Result<String, Refusal> {
        let done = self.desk().freeze(one_step(operator, profile, link)).await;
        done.expect("never an error")
    }

    pub async fn unfreeze_by(
        &self,
        operator: OperatorId,
        profile: ProfileId,
        link: LinkId,
    ) -> Result<String, Refusal> {
        let done = self.desk().unfreeze(one_step(operator, profile, link)).await;
        done.expect("never an error")
    }

    pub async fn restore_by(
        &self,
        operator: OperatorId,
        profile: ProfileId,
        link: LinkId,
    ) -> Result<String, Refusal> {
        let done = self.desk().restore(one_step(operator, profile, link)).await;
        done.expect("never an error")
    }

    /// The token of a letter about a link, as its reader has it.
    pub async fn undo_token(&self, profile: ProfileId, link: Option<LinkId>) -> Token {
        let (undo, now) = (self.undo.clone(), self.clock.now());
        let address = self.write(move |db| undo.issue(db, profile, link, now)).await;
        let token = address.strip_prefix("http://localhost:8080/undo/").expect("the address of the page");
        Token::parse(token).expect("a token")
    }

    pub async fn dispute(&self, token: &Token) -> Undo {
        self.disputes().dispute(token, RequestMeta::default()).await.expect("never an error")
    }

    pub async fn held(&self, profile: ProfileId) -> Option<Link> {
        self.read(move |db| links::find_held(db, profile)).await
    }

    /// A browser that signed in with the password; its cookie.
    pub async fn browser(&self, profile: ProfileId) -> Token {
        let (sessions, now, token) = (self.sessions.clone(), self.clock.now(), Token::generate());
        let new = NewSession {
            profile: Some(profile),
            esia_subject: None,
            stage: SessionStage::Full,
            way: SignInWay::Password,
            shared_computer: false,
            place: "Firefox, Linux".into(),
            token: token.clone(),
        };
        self.write(move |db| sessions.begin(db, &new, now)).await;
        token
    }

    /// Audit events of a kind, whomever they are about.
    pub async fn events_by_kind(&self, kind: &'static str) -> i64 {
        self.read(move |db| {
            let events = audit_events::table.filter(audit_events::kind.eq(kind));
            Ok(each!(db, |c| events.count().get_result(c))?)
        })
        .await
    }

    /// What follows a sign-in's callback.
    pub async fn sign_in(&self, identity: &VerifiedIdentity) -> EsiaSignInResult {
        let (esia, now) = (self.esia_sign_in.clone(), self.clock.now());
        let (identity, token) = (identity.clone(), Token::generate());
        self.write(move |db| {
            let browser = VisitingBrowser::new(Digest::of(b"one browser"), "Firefox");
            let meta = RequestMeta::default();
            let arrival = Arrival {
                identity: &identity,
                shared_computer: false,
                token: &token,
                previous: None,
                browser: &browser,
                meta: &meta,
            };
            esia.begin_in(db, &arrival, now)
        })
        .await
    }
}
