//! The one table of which route of the helpdesk needs which right, and how fresh a proof of who the operator
//! is (`docs/security.md`, T36 and T37). A route without a row is refused to everybody, and fails a test.

use actix_web::http::Method;

use self::Proof::{Fresh, FreshAndNothingKept, Session};
use crate::access::Permission;

/// How fresh the operator's proof must be.
///
/// `Fresh` is asked for by what changes somebody's way in or takes data out of the service, and by the pages
/// with the forms of it, so that nothing is typed in vain. Looking somebody up and working on a case change
/// nobody's way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// That of the session, however old.
    Session,
    /// One of the last `sign_in.fresh_proof`. A form that comes too late is kept and sent again after it.
    Fresh,
    /// The same for forms with passwords, which no page carries on: they are filled in once more.
    FreshAndNothingKept,
}

/// Method, pattern as in `routes.rs`, right, proof.
pub const ROUTES: &[(&str, &str, Permission, Proof)] = &[
    ("GET", "/helpdesk", Permission::OwnAccount, Session),
    ("GET", "/helpdesk/profiles", Permission::SeePeople, Session),
    ("POST", "/helpdesk/profiles", Permission::SeePeople, Session),
    ("GET", "/helpdesk/profiles/{id}", Permission::SeePeople, Session),
    ("POST", "/helpdesk/profiles/{id}/sessions", Permission::EndSessions, Fresh),
    ("GET", "/helpdesk/audit", Permission::ReadAudit, Session),
    ("POST", "/helpdesk/audit/export", Permission::ReadAudit, Fresh),
    ("GET", "/helpdesk/account", Permission::OwnAccount, Session),
    ("GET", "/helpdesk/account/factor", Permission::OwnAccount, Fresh),
    ("POST", "/helpdesk/account/factor", Permission::OwnAccount, FreshAndNothingKept),
    ("GET", "/helpdesk/account/password", Permission::OwnAccount, Fresh),
    ("POST", "/helpdesk/account/password", Permission::OwnAccount, FreshAndNothingKept),
    ("GET", "/helpdesk/operators", Permission::ManageOperators, Session),
    ("GET", "/helpdesk/operators/new", Permission::ManageOperators, Fresh),
    ("POST", "/helpdesk/operators/new", Permission::ManageOperators, Fresh),
    ("GET", "/helpdesk/operators/{id}", Permission::ManageOperators, Session),
    ("POST", "/helpdesk/operators/{id}/change", Permission::ManageOperators, Fresh),
    ("POST", "/helpdesk/operators/{id}/disable", Permission::ManageOperators, Fresh),
    ("POST", "/helpdesk/operators/{id}/enable", Permission::ManageOperators, Fresh),
    ("POST", "/helpdesk/operators/{id}/reset", Permission::ManageOperators, Fresh),
    // Giving the proof needs none.
    ("GET", "/helpdesk/prove", Permission::OwnAccount, Session),
    ("POST", "/helpdesk/prove", Permission::OwnAccount, Session),
    ("POST", "/helpdesk/logout", Permission::OwnAccount, Session),
    ("GET", "/helpdesk/profiles/{id}/unlink", Permission::Unlink, Fresh),
    ("POST", "/helpdesk/profiles/{id}/unlink", Permission::Unlink, Fresh),
    ("POST", "/helpdesk/profiles/{id}/unlink/confirm", Permission::Unlink, Fresh),
    ("GET", "/helpdesk/profiles/{id}/restore", Permission::Unlink, Fresh),
    ("POST", "/helpdesk/profiles/{id}/restore", Permission::Unlink, Fresh),
    ("GET", "/helpdesk/profiles/{id}/freeze", Permission::Freeze, Fresh),
    ("POST", "/helpdesk/profiles/{id}/freeze", Permission::Freeze, Fresh),
    ("GET", "/helpdesk/profiles/{id}/unfreeze", Permission::Unfreeze, Fresh),
    ("POST", "/helpdesk/profiles/{id}/unfreeze", Permission::Unfreeze, Fresh),
    // Whoever may ask sees and withdraws their own requests; to decide needs `Approve`, which the use case asks.
    ("GET", "/helpdesk/approvals", Permission::Unlink, Session),
    ("POST", "/helpdesk/approvals/{id}", Permission::Unlink, Fresh),
    // A file does nothing yet, and cannot be kept while a proof is asked for: the deeds about it need one.
    ("GET", "/helpdesk/bulk-unlink", Permission::BulkUnlink, Session),
    ("POST", "/helpdesk/bulk-unlink", Permission::BulkUnlink, Session),
    ("GET", "/helpdesk/bulk-unlink/{number}", Permission::BulkUnlink, Session),
    ("POST", "/helpdesk/bulk-unlink/{number}", Permission::BulkUnlink, Fresh),
    ("GET", "/helpdesk/bulk-unlink/{number}/results", Permission::BulkUnlink, Fresh),
    ("GET", "/helpdesk/codes", Permission::IssueCodes, Session),
    ("POST", "/helpdesk/codes", Permission::IssueCodes, Fresh),
    ("GET", "/helpdesk/profiles/{id}/code", Permission::IssueCodes, Fresh),
    ("POST", "/helpdesk/profiles/{id}/code", Permission::IssueCodes, Fresh),
    ("GET", "/helpdesk/profiles/{id}/password", Permission::IssueCodes, Fresh),
    ("POST", "/helpdesk/profiles/{id}/password", Permission::IssueCodes, Fresh),
    ("GET", "/helpdesk/cases", Permission::Cases, Session),
    ("GET", "/helpdesk/cases/{number}", Permission::Cases, Session),
    ("POST", "/helpdesk/cases/{number}", Permission::Cases, Session),
];

/// Routes of the sign-in itself, which nobody has to be on duty for.
pub const OPEN: &[&str] = &[
    "/helpdesk/login",
    "/helpdesk/login/esia",
    "/helpdesk/login/code",
    "/helpdesk/login/password",
    "/helpdesk/login/factor",
];

/// What a request needs; `None` for a route without a row.
pub fn needed(method: &Method, pattern: &str) -> Option<(Permission, Proof)> {
    let row = ROUTES.iter().find(|row| row.0 == method.as_str() && row.1 == pattern);
    row.map(|row| (row.2, row.3))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Method and pattern of every route below `/helpdesk`, read off the page that has them all.
    fn written() -> BTreeSet<(String, String)> {
        let mut found = BTreeSet::new();
        for part in include_str!("../routes.rs").split("resource(").skip(1) {
            let pattern = part.split('"').nth(1).unwrap_or_default();
            if pattern.starts_with("/helpdesk") && !OPEN.contains(&pattern) {
                for (call, method) in [("(get().", "GET"), ("(post().", "POST")] {
                    if part.contains(call) {
                        found.insert((method.to_owned(), pattern.to_owned()));
                    }
                }
                assert!(!part.contains("put()") && !part.contains("delete()"), "{pattern}");
            }
        }
        found
    }

    #[test]
    fn t37_every_route_of_the_helpdesk_has_one_row_and_every_row_its_route() {
        let rows: Vec<_> = ROUTES.iter().map(|row| (row.0.to_owned(), row.1.to_owned())).collect();
        let table: BTreeSet<_> = rows.iter().cloned().collect();
        assert_eq!(rows.len(), table.len(), "a route has two rows");
        assert_eq!(table, written());
    }

    #[test]
    fn t36_every_form_but_those_that_change_nobodys_way_in_needs_a_fresh_proof() {
        let lax = [
            "/helpdesk/profiles",
            "/helpdesk/bulk-unlink",
            "/helpdesk/cases/{number}",
            "/helpdesk/prove",
            "/helpdesk/logout",
        ];
        for (method, pattern, _, proof) in ROUTES {
            if *method == "POST" {
                assert_eq!(*proof == Session, lax.contains(pattern), "{pattern}");
            }
        }
    }

    #[test]
    fn t37_a_route_without_a_row_is_nobodys() {
        assert_eq!(needed(&Method::GET, "/helpdesk"), Some((Permission::OwnAccount, Session)));
        assert_eq!(needed(&Method::POST, "/helpdesk"), None);
        assert_eq!(needed(&Method::GET, "/helpdesk/forgotten"), None);
        assert_eq!(needed(&Method::GET, ""), None);
    }
}
