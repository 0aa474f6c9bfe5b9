//! Samples of the audit's page.

use super::question::Asked;
use super::view::{AuditPage, EventRow};
use crate::audit::event::EventArea;
use crate::web::helpdesk::{Section, samples};
use crate::web::page::Page;
use crate::web::problem::Problem;
use crate::web::sample::{self, Rendered, Sampled};

/// Every sample of the page.
pub(crate) fn all() -> Vec<Rendered> {
    sample::render::<AuditPage>()
}

impl Sampled for AuditPage {
    const PAGE: &'static str = "helpdesk/audit";

    fn samples() -> Vec<(&'static str, Self)> {
        let asked = Asked { from: "01.03.2026".into(), to: "07.03.2026".into(), ..Asked::default() };
        let view = |rows, problems| Self {
            page: Page { problems, ..sample::entrance() },
            desk: samples::desk(Section::Audit),
            asked: asked.clone(),
            rows,
            older: None,
        };
        let linked = || EventRow {
            day: "1 марта 2026 года".into(),
            time: "14:05 (UTC+5)".into(),
            of: EventArea::Link.words(),
            kind: "link:account:created".into(),
            who: "профиль 17".into(),
            operator: None,
            profile: Some(17),
            details: "grade: exact, link: 3".into(),
            address: "192.0.2.1".into(),
            seal: Some(12_345),
        };
        let read = EventRow {
            of: EventArea::Data.words(),
            kind: "data:audit:read".into(),
            who: "Котова Нина Сергеевна".into(),
            operator: Some(3),
            profile: None,
            details: String::new(),
            seal: None,
            ..linked()
        };
        let more = Self {
            older: Some("/helpdesk/audit?from=01.03.2026&before=1.1".into()),
            ..view(Some(vec![linked(), read]), Vec::new())
        };
        let wrong = vec![Problem::AuditDays, Problem::AuditOperator, Problem::AuditProfile];
        vec![("some", more), ("none", view(Some(Vec::new()), Vec::new())), ("wrong", view(None, wrong))]
    }

    fn filled(text: &str) -> Self {
        let row = EventRow {
            day: text.into(),
            time: text.into(),
            of: EventArea::Link.words(),
            kind: text.into(),
            who: text.into(),
            operator: Some(3),
            profile: Some(17),
            details: text.into(),
            address: text.into(),
            seal: Some(1),
        };
        let asked = Asked {
            from: text.into(),
            to: text.into(),
            operator: text.into(),
            profile: text.into(),
            ..Asked::default()
        };
        Self {
            page: sample::filled(text),
            desk: samples::filled_desk(text),
            older: Some(asked.address()),
            asked,
            rows: Some(vec![row]),
        }
    }
}
