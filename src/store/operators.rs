//! Table `operators`: staff of this service. Their passwords and second factors are read apart.

use diesel::prelude::*;

use super::schema::operators;
use super::{Db, StoreError};
use crate::access::{Area, Operator, OperatorId, OperatorRole};
use crate::directory::ProfileId;
use crate::each;

#[derive(Queryable, Selectable)]
#[diesel(table_name = operators)]
struct Row {
    id: i64,
    login: String,
    name: String,
    email: Option<String>,
    role: String,
    area_kind: String,
    area_id: i64,
    profile_id: Option<i64>,
    needs_esia: bool,
    disabled_at: Option<chrono::NaiveDateTime>,
}

impl Row {
    fn into_operator(self) -> Result<Operator, StoreError> {
        let area = Area::from_stored(&self.area_kind, self.area_id);
        Ok(Operator {
            id: OperatorId(self.id),
            login: self.login,
            name: self.name,
            email: self.email,
            role: OperatorRole::from_name(&self.role).ok_or(StoreError::Corrupt("operators.role"))?,
            area: area.ok_or(StoreError::Corrupt("operators.area_kind"))?,
            profile: self.profile_id.map(ProfileId),
            needs_esia: self.needs_esia,
            disabled_at: self.disabled_at.map(|at| at.and_utc()),
        })
    }
}

/// One operator, disabled or not.
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn find(db: &mut Db, id: OperatorId) -> Result<Option<Operator>, StoreError> {
    let query = operators::table.find(id.0);
    let row: Option<Row> = each!(db, |c| query.select(Row::as_select()).get_result(c).optional())?;
    row.map(Row::into_operator).transpose()
}
