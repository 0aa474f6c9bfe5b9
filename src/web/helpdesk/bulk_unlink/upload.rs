//! `/helpdesk/bulk-unlink`: the form for a file, and the last lists of the area.

use actix_web::web::Data;

use super::view::{ListRow, ListsPage};
use crate::helpdesk::Basis;
use crate::helpdesk::links::bulk::list::UnlinkList;
use crate::helpdesk::links::bulk::take_list::NewList;
use crate::helpdesk::links::link_desk::LinkDesk;
use crate::helpdesk::links::unlink_request::UnlinkReason;
use crate::russian;
use crate::web::error_page::PageError;
use crate::web::extract::{OnDuty, UploadForm, UploadedFile};
use crate::web::paths;
use crate::web::problem::Problem;
use crate::web::respond::{PageResult, page, redirect};
use crate::web::site::Site;

/// GET: the form.
pub async fn show(on_duty: OnDuty, site: Data<Site>, desk: Data<LinkDesk>) -> PageResult {
    form(&on_duty, &site, &desk, Vec::new(), Typed::default()).await
}

/// POST: the list to be looked at, or what is wrong with the file. Nothing of it is done yet.
pub async fn take(form: UploadForm, site: Data<Site>, desk: Data<LinkDesk>) -> PageResult {
    // The form keeps its place until the end.
    let UploadForm { on_duty, mut fields, file, .. } = form;
    let typed = Typed {
        reason: fields.remove("reason").unwrap_or_default(),
        basis: fields.remove("basis").unwrap_or_default(),
    };
    let (reason, basis) = (UnlinkReason::from_name(&typed.reason), Basis::parse(&typed.basis));
    let read = match file {
        UploadedFile::Missing => Err(Problem::FileMissing),
        UploadedFile::TooLarge => Err(Problem::FileTooLarge),
        UploadedFile::Whole(bytes) => desk.read_list(bytes).await?.map_err(Problem::List),
    };
    match (read, reason, basis) {
        (Ok(lines), Some(reason), Some(basis)) => {
            let new = NewList { reason, basis, lines };
            let taken = desk.take_list(on_duty.operator.id, new, on_duty.meta.clone()).await?;
            let number = taken.map_err(|_| PageError::NotFound)?;
            Ok(redirect(&paths::unlink_list(&number)))
        }
        (read, reason, basis) => {
            let problems = [
                reason.is_none().then_some(Problem::ReasonMissing),
                basis.is_none().then_some(Problem::BasisShort),
                read.err(),
            ];
            let problems = problems.into_iter().flatten().collect();
            self::form(&on_duty, &site, &desk, problems, typed).await
        }
    }
}

/// What was typed before.
#[derive(Default)]
struct Typed {
    reason: String,
    basis: String,
}

async fn form(
    on_duty: &OnDuty,
    site: &Site,
    desk: &LinkDesk,
    problems: Vec<Problem>,
    typed: Typed,
) -> PageResult {
    let last = desk.last_lists(on_duty.operator.id).await?.ok_or(PageError::NotFound)?;
    let mut common = on_duty.page(site);
    common.problems = problems;
    page(&ListsPage {
        page: common,
        desk: on_duty.desk(site),
        reason: typed.reason,
        basis: typed.basis.chars().take(2000).collect(),
        lists: last.into_iter().map(|(list, by)| row(&list, by, site)).collect(),
    })
}

fn row(list: &UnlinkList, by: String, site: &Site) -> ListRow {
    ListRow {
        number: list.number.clone(),
        at: russian::moment(list.created_at, site.offset_minutes()),
        by,
        state: list.state_at(site.clock.now()),
        to_do: list.to_do,
        unlinked: list.unlinked,
    }
}
