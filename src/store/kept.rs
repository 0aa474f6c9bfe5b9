//! Statements that stay prepared, although diesel would prepare them anew at every execution.
//!
//! diesel keeps no UPDATE and no upsert: which columns they set may depend on values, and every text would
//! stay in the cache for good. Ours have one text each. To work out an UPDATE takes SQLite longer than to
//! execute it, and PostgreSQL is asked twice.
//!
//! For statements of every request. A list is a text for each of its lengths; [`padded`] makes a few of them.

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::RunQueryDsl;
use diesel::result::QueryResult;

/// The ids of a list, the last one repeated up to a power of two, so that lists of every length have a few texts.
pub(super) fn padded(mut ids: Vec<i64>) -> Vec<i64> {
    if let Some(&last) = ids.last() {
        ids.resize(ids.len().next_power_of_two(), last);
    }
    ids
}

/// The statement in it is prepared once for each connection. It is known again by its text.
///
/// It must give rows, so an UPDATE says `returning`: what is executed without them diesel takes by reference, and
/// asks the statement within.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept<T>(pub(super) T);

impl<DB: Backend, T: QueryFragment<DB>> QueryFragment<DB> for Kept<T> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}

/// None: the text tells statements apart.
impl<T> QueryId for Kept<T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T: Query> Query for Kept<T> {
    type SqlType = T::SqlType;
}

impl<T, Connection> RunQueryDsl<Connection> for Kept<T> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_every_length_are_of_a_few() {
        for (ids, expected) in [
            (vec![], vec![]),
            (vec![7], vec![7]),
            (vec![7, 8], vec![7, 8]),
            (vec![7, 8, 9], vec![7, 8, 9, 9]),
            (vec![1, 2, 3, 4, 5], vec![1, 2, 3, 4, 5, 5, 5, 5]),
        ] {
            assert_eq!(padded(ids), expected);
        }
    }
}
