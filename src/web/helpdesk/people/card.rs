//! A person's card, and the end of their sessions from it.

use actix_web::web::{Data, Path, Query};
use serde::Deserialize;
use serde_json::Value;

use super::search::state;
use super::view::{
    CardPage, Facts, HistoryRow, LinkDeed, LinkFacts, SessionRow, Try, VerdictRow, Way, Who, event_words,
    letter_words, outcome_words,
};
use crate::access::Permission;
use crate::audit::Actor;
use crate::directory::{Profile, ProfileId, ProfileStatus};
use crate::helpdesk::PeopleDesk;
use crate::helpdesk::links::link_desk::LinkDesk;
use crate::helpdesk::people::end_sessions::Which;
use crate::helpdesk::people::link_state::LinkState;
use crate::helpdesk::people::open_card::{Before, Card, Entry};
use crate::linking::LinkStatus;
use crate::linking::name_match::MatchFacts;
use crate::russian;
use crate::sign_in::{BrowserSession, SessionId, SessionStage, SignInWay};
use crate::store::audit_events::PastEvent;
use crate::web::error_page::PageError;
use crate::web::extract::{OnDuty, OperatorForm};
use crate::web::helpdesk::links::view::Deed;
use crate::web::page::Banner;
use crate::web::paths;
use crate::web::respond::{PageResult, page, redirect};
use crate::web::settings::masked;
use crate::web::site::Site;

/// Where the history goes on, and whether a session was ended just now.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    events: Option<i64>,
    letters: Option<i64>,
    #[serde(default)]
    ended: String,
}

/// Which session to end: its id, or `all`.
#[derive(Debug, Deserialize)]
pub struct EndForm {
    #[serde(default)]
    end: String,
}

/// GET: the card. What is not in the operator's area does not exist.
pub async fn show(
    on_duty: OnDuty,
    id: Path<String>,
    asked: Query<Asked>,
    site: Data<Site>,
    desk: Data<PeopleDesk>,
    links: Data<LinkDesk>,
) -> PageResult {
    let id = number(&id)?;
    let before = Before {
        event: asked.events.unwrap_or(Before::NOW.event),
        letter: asked.letters.unwrap_or(Before::NOW.letter),
    };
    let opened = desk.open_card(&on_duty.operator, id, before, on_duty.meta.clone()).await?;
    let card = opened.ok_or(PageError::NotFound)?;
    let mut common = on_duty.page(&site);
    common.banner = match asked.ended.as_str() {
        "one" => Some(Banner::SessionClosed),
        "all" => Some(Banner::AllSessionsClosed),
        _ => None,
    };
    let address = paths::person_card(id);
    page(&CardPage {
        page: common,
        desk: on_duty.desk(&site),
        facts: facts(&card, &site),
        link: LinkFacts { deeds: deeds(&card, &on_duty, &links), ..link(&card, &site) },
        tries: card.tries.iter().map(|event| attempt(event, &site)).collect(),
        sessions: card.sessions.iter().map(|session| session_row(session, &site)).collect(),
        may_end: on_duty.operator.may(Permission::EndSessions),
        history: card.history.iter().map(|entry| history_row(entry, &card, &site)).collect(),
        earlier: card.earlier.map(|at| format!("{address}?events={}&letters={}", at.event, at.letter)),
        continued: before != Before::NOW,
        address,
    })
}

/// POST: ends one session, or all.
pub async fn end_sessions(
    form: OperatorForm<EndForm>,
    id: Path<String>,
    desk: Data<PeopleDesk>,
) -> PageResult {
    let OperatorForm { on_duty, fields } = form;
    let id = number(&id)?;
    let (which, ended) = match fields.end.as_str() {
        // Sent without a choice: nothing is done, the card is shown again.
        "" => return Ok(redirect(&paths::person_card(id))),
        "all" => (Which::All, "all"),
        one => (Which::One(SessionId(one.parse().map_err(|_| PageError::BadRequest)?)), "one"),
    };
    let count = desk.end_sessions(on_duty.operator.id, id, which, on_duty.meta).await?;
    // A session that has ended meanwhile is what the operator wanted.
    count.ok_or(PageError::NotFound)?;
    Ok(redirect(&format!("{}?ended={ended}", paths::person_card(id))))
}

/// A number of our own addresses; any other text is the address of nothing.
fn number(text: &str) -> Result<ProfileId, PageError> {
    text.parse().map(ProfileId).map_err(|_| PageError::NotFound)
}

fn facts(card: &Card, site: &Site) -> Facts {
    let profile = &card.profile;
    let organisation = site.catalog.snapshot().organisation(profile.organisation);
    let place = organisation.as_ref().map(|one| format!("{}, {}", one.settlement, one.municipality));
    Facts {
        name: profile.name.full(),
        roles: profile.roles.iter().map(|role| role.word()).collect::<Vec<_>>().join(", "),
        organisation: organisation.map(|one| one.short_name).unwrap_or_default(),
        place: place.unwrap_or_default(),
        detail: profile.post.clone().unwrap_or_default(),
        login: profile.login.clone(),
        uid: profile.uid.clone(),
        email: profile.email.as_deref().map(masked::email).unwrap_or_default(),
        phone: profile.phone.as_deref().map(masked::phone).unwrap_or_default(),
        snils: card.snils.as_ref().map(crate::identity::Snils::masked).unwrap_or_default(),
        closed: closed(profile, site),
        has_password: profile.has_password,
    }
}

fn closed(profile: &Profile, site: &Site) -> String {
    let since = russian::moment_date(profile.status_since, site.offset_minutes());
    match profile.status {
        ProfileStatus::Active => String::new(),
        ProfileStatus::Blocked => Facts::blocked_since(&since),
        ProfileStatus::Closed => Facts::closed_since(&since),
    }
}

fn link(card: &Card, site: &Site) -> LinkFacts {
    let made = card.link.as_ref();
    let moment = |at| russian::moment(at, site.offset_minutes());
    // The history's own event of this link; one of another link is not taken for it.
    let event = card.tries.iter().find(|event| {
        let link = event.details.get("link").and_then(Value::as_i64);
        link.is_some() && link == made.map(|made| made.id.0)
    });
    let way = event.and_then(|event| event.details.get("way")).and_then(Value::as_str);
    LinkFacts {
        state: state(LinkState::of(made), site),
        since: made.map(|made| moment(made.created_at)).unwrap_or_default(),
        level: made.map(|made| made.level.adjective().to_owned()).unwrap_or_default(),
        way: way.and_then(Way::from_name),
        awaits_confirmation: card.awaits_confirmation,
        deeds: Vec::new(),
    }
}

/// What may be done as the link stands. Whether it still may, each page and each deed asks again.
fn deeds(card: &Card, on_duty: &OnDuty, links: &LinkDesk) -> Vec<LinkDeed> {
    let profile = card.profile.id;
    let code =
        (Permission::IssueCodes, format!("{}/code", paths::person_card(profile)), "Выдать код привязки");
    let unlink = (Permission::Unlink, paths::desk_unlink(profile), "Отвязать");
    let one_step = |permission, deed: Deed, words| (permission, deed.path(profile), words);
    let offered = match card.link.as_ref().map(|link| (link.status, link.ended_at)) {
        None => vec![code],
        Some((LinkStatus::Active, _)) => {
            vec![unlink, one_step(Permission::Freeze, Deed::Freeze, "Приостановить привязку")]
        }
        Some((LinkStatus::Frozen, _)) => {
            vec![one_step(Permission::Unfreeze, Deed::Unfreeze, "Возобновить привязку"), unlink]
        }
        Some((LinkStatus::Suspended, _)) => vec![unlink],
        Some((LinkStatus::Removed, ended)) => {
            let recent = ended.is_some_and(|ended| ended > links.reversible_since());
            let restore = one_step(Permission::Unlink, Deed::Restore, "Вернуть привязку");
            if recent { vec![code, restore] } else { vec![code] }
        }
    };
    let allowed = offered.into_iter().filter(|(permission, ..)| on_duty.operator.may(*permission));
    allowed.map(|(_, address, words)| LinkDeed { address, words }).collect()
}

fn attempt(event: &PastEvent, site: &Site) -> Try {
    let verdict = event
        .details
        .get("match")
        .and_then(|verdict| MatchFacts::from_named(|name| verdict.get(name).and_then(Value::as_str)));
    let reference = event.details.get("reference").and_then(Value::as_str);
    Try {
        at: russian::moment(event.at, site.offset_minutes()),
        outcome: outcome_words(&event.kind, &event.details),
        reference: reference.unwrap_or_default().to_owned(),
        verdict: verdict.as_ref().map(VerdictRow::all).unwrap_or_default(),
    }
}

fn session_row(session: &BrowserSession, site: &Site) -> SessionRow {
    SessionRow {
        id: session.id.0.to_string(),
        place: session.place.clone(),
        way: match (session.stage, session.way) {
            (SessionStage::LinkingOnly, _) => Way::Door,
            (_, SignInWay::Password) => Way::Password,
            (_, SignInWay::Esia) => Way::Esia,
            (_, SignInWay::Code) => Way::Code,
        },
        began: russian::moment(session.created_at, site.offset_minutes()),
        last_seen: russian::moment(session.last_seen_at, site.offset_minutes()),
        shared: session.shared_computer,
    }
}

fn history_row(entry: &Entry, card: &Card, site: &Site) -> HistoryRow {
    let (who, what) = match entry {
        Entry::Event(event) => {
            let who = match event.actor {
                Actor::Person(id) if id == card.profile.id => Who::Owner,
                Actor::Person(_) => Who::Other,
                Actor::Operator(id) => Who::Operator(card.operators.get(&id).cloned().unwrap_or_default()),
                Actor::System => Who::System,
                Actor::Anonymous => Who::Nobody,
            };
            (who, event_words(&event.kind, &event.details))
        }
        Entry::Letter(letter) => (Who::System, letter_words(&letter.kind, &letter.status)),
    };
    HistoryRow { at: russian::moment(entry.at(), site.offset_minutes()), who, what }
}
