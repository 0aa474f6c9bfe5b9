//! Samples of the search and of the card.

use super::view::*;
use crate::linking::name_match::{Comparison, MatchFacts};
use crate::web::helpdesk::Section;
use crate::web::helpdesk::samples::{desk, filled_desk};
use crate::web::page::{Banner, Page};
use crate::web::problem::Problem;
use crate::web::sample::{self, Rendered, Sampled};

/// Every sample of this part.
pub fn all() -> Vec<Rendered> {
    [sample::render::<SearchPage>(), sample::render::<CardPage>()].into_iter().flatten().collect()
}

const MOMENT: &str = "1 марта 2026 года в 12:05";

fn person(number: u32, state: State) -> PersonRow {
    PersonRow {
        address: format!("/helpdesk/profiles/{number}"),
        name: "Смирнова А. В.".into(),
        organisation: "МБОУ \"СОШ № 12\"".into(),
        detail: "учитель математики".into(),
        login: "te•••".into(),
        state,
    }
}

impl Sampled for SearchPage {
    const PAGE: &'static str = "helpdesk/search";

    fn samples() -> Vec<(&'static str, Self)> {
        let of = |outcome, form, problems| Self {
            page: Page { problems, ..sample::entrance() },
            desk: desk(Section::People),
            form,
            outcome,
        };
        let form =
            |text: &str| SearchForm { text: text.into(), with_organisation: true, ..SearchForm::default() };
        let all =
            |people| of(Outcome::All { text: "смирн анна".into(), people }, form("смирн анна"), Vec::new());
        let three = vec![
            person(1, State::Linked),
            person(2, State::NotLinked),
            person(3, State::Unlinked("1 марта 2026 года".into())),
        ];
        let fifty: Vec<_> = (1..=50).map(|number| person(number, State::OnHold)).collect();
        let next = Some("/helpdesk/profiles?found=c2FtcGxl".to_owned());
        let part = |next| Outcome::Part { size: 50, people: fifty.clone(), next };
        let choice = |number: u32| OrganisationChoice {
            id: number.to_string(),
            name: "МБОУ \"СОШ № 12\"".into(),
            place: "Миасс, Миасский городской округ".into(),
        };
        let ambiguous = SearchForm {
            organisation: "школа 12".into(),
            choices: vec![choice(1), choice(2)],
            ..form("смирн")
        };
        let of_school = SearchForm { with_organisation: false, ..form("") };
        vec![
            ("empty", of(Outcome::Nothing, form(""), Vec::new())),
            ("of-a-school", of(Outcome::Nothing, of_school, Vec::new())),
            ("none", all(Vec::new())),
            ("one", all(vec![person(1, State::Linked)])),
            ("three", all(three)),
            ("many", of(part(next), form("иванов"), Vec::new())),
            ("last-page", of(part(None), form("иванов"), Vec::new())),
            ("stale", of(Outcome::Stale, form(""), Vec::new())),
            ("short", of(Outcome::Nothing, form("см"), vec![Problem::SearchShort])),
            (
                "unknown-organisation",
                of(
                    Outcome::Nothing,
                    SearchForm { organisation: "лицей 900".into(), ..form("смирн") },
                    vec![Problem::OrganisationUnknown],
                ),
            ),
            ("which-organisation", of(Outcome::Nothing, ambiguous, vec![Problem::OrganisationAmbiguous])),
        ]
    }

    fn filled(text: &str) -> Self {
        let text = text.to_owned();
        let row = PersonRow {
            address: "/helpdesk/profiles/1".into(),
            name: text.clone(),
            organisation: text.clone(),
            detail: text.clone(),
            login: text.clone(),
            state: State::Unlinked(text.clone()),
        };
        Self {
            page: sample::filled(&text),
            desk: filled_desk(&text),
            form: SearchForm {
                text: text.clone(),
                with_organisation: true,
                organisation: text.clone(),
                choices: vec![OrganisationChoice { id: "1".into(), name: text.clone(), place: text.clone() }],
            },
            outcome: Outcome::All { text, people: vec![row] },
        }
    }
}

impl Sampled for CardPage {
    const PAGE: &'static str = "helpdesk/card";

    fn samples() -> Vec<(&'static str, Self)> {
        let facts = || Facts {
            name: "Смирнова Анна Викторовна".into(),
            roles: "сотрудник".into(),
            organisation: "МБОУ \"СОШ № 12\"".into(),
            place: "Миасс, Миасский городской округ".into(),
            detail: "учитель математики".into(),
            login: "teacher".into(),
            uid: "1f0c3f0e-2d5a-4a58-9d0e-6b1c5b0f7a11".into(),
            email: "s•••@example.org".into(),
            phone: "+7 ••• •••-12-34".into(),
            snils: "***-***-*03 59".into(),
            closed: String::new(),
            has_password: true,
        };
        let card = |link: LinkFacts| Self {
            page: sample::entrance(),
            desk: desk(Section::People),
            address: "/helpdesk/profiles/1".into(),
            facts: facts(),
            link,
            tries: Vec::new(),
            sessions: Vec::new(),
            may_end: true,
            history: Vec::new(),
            earlier: None,
            continued: false,
        };
        let link = |state| LinkFacts {
            state,
            since: MOMENT.into(),
            level: "подтверждённая".into(),
            way: Some(Way::Password),
            awaits_confirmation: false,
            deeds: offered(),
        };
        let none = || LinkFacts { since: String::new(), way: None, ..link(State::NotLinked) };
        let mut bare = card(none());
        bare.facts = Facts {
            detail: String::new(),
            email: String::new(),
            phone: String::new(),
            snils: String::new(),
            closed: Facts::closed_since("1 марта 2026 года"),
            has_password: false,
            ..facts()
        };
        let mut blocked = card(none());
        blocked.facts.closed = Facts::blocked_since("1 марта 2026 года");
        let mut busy = card(link(State::Linked));
        busy.tries = vec![
            Try {
                at: MOMENT.into(),
                outcome: "Учётная запись Госуслуг привязана, данные совпали частично".into(),
                reference: "7KQM-2D4X".into(),
                verdict: VerdictRow::all(&every_comparison()),
            },
            Try {
                at: MOMENT.into(),
                outcome: "Попытка не удалась, код 107: Госуслуги сейчас не отвечают".into(),
                reference: "7KQM-2D4W".into(),
                verdict: Vec::new(),
            },
        ];
        let session = |number: u32, way, shared| SessionRow {
            id: number.to_string(),
            place: "Firefox, Windows".into(),
            way,
            began: MOMENT.into(),
            last_seen: MOMENT.into(),
            shared,
        };
        let sessions = || vec![session(1, Way::Esia, false), session(2, Way::Door, true)];
        busy.sessions = sessions();
        busy.history = vec![
            history(Who::Operator("Котова Нина Сергеевна".into()), "Открыта карточка"),
            history(Who::System, "Письмо о привязке: отправлено"),
            history(Who::Owner, "Учётная запись Госуслуг привязана, данные совпали"),
            history(Who::Nobody, "Отказ во входе: логин или пароль не подошли"),
        ];
        busy.earlier = Some("/helpdesk/profiles/1?events=5&letters=7".into());
        let mut ended = card(link(State::Linked));
        ended.page.banner = Some(Banner::SessionClosed);
        let mut all_ended = card(link(State::Linked));
        all_ended.page.banner = Some(Banner::AllSessionsClosed);
        let mut reader = card(link(State::Linked));
        (reader.sessions, reader.may_end, reader.continued) = (sessions(), false, true);
        vec![
            ("linked", busy),
            ("not-linked", card(none())),
            ("waiting", card(LinkFacts { awaits_confirmation: true, ..none() })),
            ("on-hold", card(link(State::OnHold))),
            ("unlinked", card(link(State::Unlinked("2 марта 2026 года".into())))),
            ("closed", bare),
            ("blocked", blocked),
            ("session-ended", ended),
            ("sessions-ended", all_ended),
            ("later-page", reader),
        ]
    }

    fn filled(text: &str) -> Self {
        let text = text.to_owned();
        Self {
            page: sample::filled(&text),
            desk: filled_desk(&text),
            address: "/helpdesk/profiles/1".into(),
            facts: Facts {
                name: text.clone(),
                roles: text.clone(),
                organisation: text.clone(),
                place: text.clone(),
                detail: text.clone(),
                login: text.clone(),
                uid: text.clone(),
                email: text.clone(),
                phone: text.clone(),
                snils: text.clone(),
                closed: text.clone(),
                has_password: false,
            },
            link: LinkFacts {
                state: State::Unlinked(text.clone()),
                since: text.clone(),
                level: text.clone(),
                way: Some(Way::Door),
                awaits_confirmation: true,
                deeds: offered(),
            },
            tries: vec![Try {
                at: text.clone(),
                outcome: text.clone(),
                reference: text.clone(),
                verdict: VerdictRow::all(&every_comparison()),
            }],
            sessions: vec![SessionRow {
                id: "1".into(),
                place: text.clone(),
                way: Way::Esia,
                began: text.clone(),
                last_seen: text.clone(),
                shared: true,
            }],
            may_end: true,
            history: vec![history(Who::Operator(text.clone()), &text), history(Who::Other, &text)],
            earlier: Some("/helpdesk/profiles/1?events=5&letters=7".into()),
            continued: true,
        }
    }
}

fn history(who: Who, what: &str) -> HistoryRow {
    HistoryRow { at: MOMENT.into(), who, what: what.into() }
}

fn every_comparison() -> MatchFacts {
    MatchFacts {
        last_name: Comparison::Differs,
        first_name: Comparison::Same,
        middle_name: Comparison::MissingOnBoth,
        birth_date: Comparison::MissingInEsia,
        snils: Comparison::MissingInJournal,
    }
}

/// Deeds of an active link.
fn offered() -> Vec<LinkDeed> {
    let to = |page, words| LinkDeed { address: format!("/helpdesk/profiles/17/{page}"), words };
    vec![to("unlink", "Отвязать"), to("freeze", "Приостановить привязку")]
}
