//! Table `secret_issues`: one row an answer that showed codes or a password, so that no form shows twice.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::secret_issues;
use super::{Db, StoreError};
use crate::access::OperatorId;
use crate::each;
use crate::platform::clock::Timestamp;
use crate::platform::secret::Digest;

/// What was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssueKind {
    /// One linking code.
    Code,
    /// Slips of a list.
    Slips,
    /// A one-time password.
    Password,
}

impl IssueKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Slips => "slips",
            Self::Password => "password",
        }
    }
}

/// An answer to be noted.
#[derive(Clone, Debug)]
pub struct NewIssue {
    /// Stable public id.
    pub uid: String,
    /// Digest of the form's own random value.
    pub form: Digest,
    /// Who asked.
    pub operator: OperatorId,
    /// What is shown.
    pub kind: IssueKind,
    /// What it rests on, sealed for the row of `uid`.
    pub comment_sealed: Vec<u8>,
}

/// Notes that a form is being answered; the row's id.
///
/// # Errors
/// [`StoreError::Conflict`] when the form was answered before.
pub fn insert(db: &mut Db, new: &NewIssue, now: Timestamp) -> Result<i64, StoreError> {
    let row = (
        secret_issues::uid.eq(&new.uid),
        secret_issues::form_digest.eq(new.form.as_bytes()),
        secret_issues::operator_id.eq(new.operator.0),
        secret_issues::kind.eq(new.kind.as_str()),
        secret_issues::comment_sealed.eq(&new.comment_sealed),
        secret_issues::created_at.eq(now.naive_utc()),
    );
    Ok(each!(db, |c| {
        diesel::insert_into(secret_issues::table).values(row).returning(secret_issues::id).get_result(c)
    })?)
}

/// When a form was answered, if it was.
///
/// # Errors
/// The database's.
pub fn find_answered_at(db: &mut Db, form: &Digest) -> Result<Option<Timestamp>, StoreError> {
    let query = secret_issues::table
        .filter(secret_issues::form_digest.eq(form.as_bytes()))
        .select(secret_issues::created_at);
    let at: Option<NaiveDateTime> = each!(db, |c| query.get_result(c).optional())?;
    Ok(at.map(|at| at.and_utc()))
}

/// Forgets up to `limit` forms answered before `before`; about nobody, for the record.
///
/// # Errors
/// The database's.
pub fn delete_before(db: &mut Db, before: Timestamp, limit: i64) -> Result<Vec<Option<i64>>, StoreError> {
    let old = secret_issues::table
        .filter(secret_issues::created_at.lt(before.naive_utc()))
        .limit(limit)
        .select(secret_issues::id);
    let ids: Vec<i64> = each!(&mut *db, |c| old.load(c))?;
    let old = secret_issues::table.filter(secret_issues::id.eq_any(ids));
    let gone = each!(db, |c| diesel::delete(old).execute(c))?;
    Ok(vec![None; gone])
}
