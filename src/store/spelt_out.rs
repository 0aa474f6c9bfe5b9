//! Conditions that stand in a statement as they are, instead of being bound to it.
//!
//! A partial index serves only a statement that shows its very condition: with bound values SQLite reads
//! the whole table, and PostgreSQL plans every execution anew. diesel's own literal would keep the
//! statement from being prepared once.
//!
//! A value bound where a partial index compares the same column is looked at by SQLite's planner, and so is
//! a bound LIMIT: such a statement is prepared anew at every execution. What looks for one row by a unique
//! key therefore says `get_result`, not `first`, which adds a LIMIT.

use diesel::backend::Backend;
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate::Never,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::Bool;

/// A condition word for word as in the migrations.
#[derive(Clone, Copy, Debug)]
pub(super) struct SpeltOut(pub(super) &'static str);

impl Expression for SpeltOut {
    type SqlType = Bool;
}

impl<DB: Backend> QueryFragment<DB> for SpeltOut {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(self.0);
        Ok(())
    }
}

/// Two conditions are two statements, which the type does not show: the text of the statement does.
impl QueryId for SpeltOut {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T> AppearsOnTable<T> for SpeltOut {}

impl<T> SelectableExpression<T> for SpeltOut {}

impl<G> ValidGrouping<G> for SpeltOut {
    type IsAggregate = Never;
}
