//! Views of unlinking by a list.

use askama::Template;
use askama_web::WebTemplate;

use crate::helpdesk::links::bulk::finding::Finding;
use crate::helpdesk::links::bulk::list::ListState;
use crate::helpdesk::links::bulk::look_at_list::SHOWN;
use crate::helpdesk::links::unlink_request::UnlinkReason;
use crate::russian::{self, Plural};
use crate::web::helpdesk::Desk;
use crate::web::page::Page;
use crate::web::paths;

/// A list among the last ones.
#[derive(Clone)]
pub struct ListRow {
    /// Its number.
    pub number: String,
    /// When it was handed in.
    pub at: String,
    /// Who handed it in.
    pub by: String,
    /// Where it stands.
    pub state: ListState,
    /// Links to be removed.
    pub to_do: u64,
    /// Links removed.
    pub unlinked: u64,
}

impl ListRow {
    /// Where it stands, in words.
    fn words(&self) -> &'static str {
        match self.state {
            ListState::Loading | ListState::Draft => "не запрошен",
            ListState::Asked => "ждёт согласования",
            ListState::Running => "выполняется",
            ListState::Done => "выполнен",
            ListState::Stopped => "остановлен",
            ListState::Halted => "прерван",
            ListState::Refused => "отклонён",
            ListState::Withdrawn => "отозван",
            ListState::Expired => "срок истёк",
            ListState::Cancelled => "отменён",
        }
    }
}

/// `/helpdesk/bulk-unlink`.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/bulk_unlink/lists.html")]
pub struct ListsPage {
    /// Common part.
    pub page: Page,
    /// Header and navigation.
    pub desk: Desk,
    /// The reason chosen before.
    pub reason: String,
    /// What was typed before.
    pub basis: String,
    /// The last lists, the newest first.
    pub lists: Vec<ListRow>,
}

/// Somebody whose link is to be removed.
#[derive(Clone)]
pub struct PersonRow {
    /// Line of the file.
    pub line: u64,
    /// Surname with initials.
    pub name: String,
    /// Short name of the organisation.
    pub organisation: String,
    /// Class or post.
    pub post: String,
}

/// What so many lines come to.
#[derive(Clone)]
pub struct FindingRow {
    /// What.
    pub finding: Finding,
    /// How many.
    pub count: u64,
    /// The first of them, each with the line that it repeats.
    pub lines: Vec<(u64, Option<u64>)>,
}

impl FindingRow {
    /// «2, 5, 17 (повтор строки 2) и ещё 14».
    fn numbers(&self) -> String {
        let number = |(line, repeats): &(u64, Option<u64>)| match repeats {
            Some(first) => format!("{line} (повтор строки {first})"),
            None => line.to_string(),
        };
        let shown: Vec<String> = self.lines.iter().map(number).collect();
        let more = self.count.saturating_sub(self.lines.len() as u64);
        let shown = shown.join(", ");
        if more == 0 { shown } else { format!("{shown} и ещё {}", russian::thousands(more)) }
    }
}

/// `/helpdesk/bulk-unlink/{number}`.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/bulk_unlink/list.html")]
pub struct ListPage {
    /// Common part.
    pub page: Page,
    /// Header and navigation.
    pub desk: Desk,
    /// Its number.
    pub number: String,
    /// Where it stands.
    pub state: ListState,
    /// Why.
    pub reason: UnlinkReason,
    /// What it rests on.
    pub basis: String,
    /// Who handed it in.
    pub asked_by: String,
    /// When.
    pub created_at: String,
    /// Until when it may be asked for or decided.
    pub until: String,
    /// Who agreed.
    pub approved_by: Option<String>,
    /// Lines of the file.
    pub lines: u64,
    /// Links to be removed.
    pub to_do: u64,
    /// Lines carried out.
    pub settled: u64,
    /// Links removed.
    pub unlinked: u64,
    /// Whether this operator may ask for it.
    pub may_ask: bool,
    /// Hours within which an unlink may be taken back.
    pub reversal_hours: u32,
    /// The first of those whose link is to be removed.
    pub people: Vec<PersonRow>,
    /// What the lines come to.
    pub findings: Vec<FindingRow>,
}

impl ListPage {
    fn heading(&self) -> &'static str {
        match self.state {
            ListState::Loading | ListState::Draft => "Проверьте список",
            ListState::Asked => "Список ждёт согласования",
            ListState::Running => "Список выполняется",
            ListState::Done => "Список выполнен",
            ListState::Stopped => "Список остановлен",
            ListState::Halted => "Список прерван",
            ListState::Refused => "Список отклонён",
            ListState::Withdrawn => "Список отозван",
            ListState::Expired => "Срок списка истёк",
            ListState::Cancelled => "Список отменён",
        }
    }

    fn left(&self) -> u64 {
        self.to_do.saturating_sub(self.settled)
    }

    /// «24 часов».
    fn reversal(&self) -> String {
        russian::counted(self.reversal_hours.into(), Plural::HOUR_GENITIVE)
    }

    /// How many lines of each kind are shown.
    fn shown(&self) -> u8 {
        SHOWN
    }
}
