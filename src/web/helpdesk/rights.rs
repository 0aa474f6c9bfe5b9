//! The one table of which route of the helpdesk needs which right (`docs/security.md`, T37). A route without
//! a row is refused to everybody, and fails a test.

use actix_web::http::Method;

use crate::access::Permission;

/// Method, pattern as in `routes.rs`, right.
pub const ROUTES: &[(&str, &str, Permission)] = &[
    ("GET", "/helpdesk", Permission::OwnAccount),
    ("GET", "/helpdesk/profiles", Permission::SeePeople),
    ("POST", "/helpdesk/profiles", Permission::SeePeople),
    ("GET", "/helpdesk/profiles/{id}", Permission::SeePeople),
    ("POST", "/helpdesk/profiles/{id}/sessions", Permission::EndSessions),
    ("GET", "/helpdesk/audit", Permission::ReadAudit),
    ("POST", "/helpdesk/audit/export", Permission::ReadAudit),
    ("GET", "/helpdesk/account", Permission::OwnAccount),
    ("GET", "/helpdesk/account/factor", Permission::OwnAccount),
    ("POST", "/helpdesk/account/factor", Permission::OwnAccount),
    ("GET", "/helpdesk/account/password", Permission::OwnAccount),
    ("POST", "/helpdesk/account/password", Permission::OwnAccount),
    ("GET", "/helpdesk/operators", Permission::ManageOperators),
    ("GET", "/helpdesk/operators/new", Permission::ManageOperators),
    ("POST", "/helpdesk/operators/new", Permission::ManageOperators),
    ("GET", "/helpdesk/operators/{id}", Permission::ManageOperators),
    ("POST", "/helpdesk/operators/{id}/change", Permission::ManageOperators),
    ("POST", "/helpdesk/operators/{id}/disable", Permission::ManageOperators),
    ("POST", "/helpdesk/operators/{id}/reset", Permission::ManageOperators),
    ("POST", "/helpdesk/logout", Permission::OwnAccount),
    ("GET", "/helpdesk/profiles/{id}/unlink", Permission::Unlink),
    ("POST", "/helpdesk/profiles/{id}/unlink", Permission::Unlink),
    ("POST", "/helpdesk/profiles/{id}/unlink/confirm", Permission::Unlink),
    ("GET", "/helpdesk/profiles/{id}/restore", Permission::Unlink),
    ("POST", "/helpdesk/profiles/{id}/restore", Permission::Unlink),
    ("GET", "/helpdesk/profiles/{id}/freeze", Permission::Freeze),
    ("POST", "/helpdesk/profiles/{id}/freeze", Permission::Freeze),
    ("GET", "/helpdesk/profiles/{id}/unfreeze", Permission::Unfreeze),
    ("POST", "/helpdesk/profiles/{id}/unfreeze", Permission::Unfreeze),
    // Whoever may ask sees and withdraws their own requests; to decide needs `Approve`, which the use case asks.
    ("GET", "/helpdesk/approvals", Permission::Unlink),
    ("POST", "/helpdesk/approvals/{id}", Permission::Unlink),
    ("GET", "/helpdesk/codes", Permission::IssueCodes),
    ("POST", "/helpdesk/codes", Permission::IssueCodes),
    ("GET", "/helpdesk/profiles/{id}/code", Permission::IssueCodes),
    ("POST", "/helpdesk/profiles/{id}/code", Permission::IssueCodes),
    ("GET", "/helpdesk/profiles/{id}/password", Permission::IssueCodes),
    ("POST", "/helpdesk/profiles/{id}/password", Permission::IssueCodes),
    ("GET", "/helpdesk/cases", Permission::Cases),
    ("GET", "/helpdesk/cases/{number}", Permission::Cases),
    ("POST", "/helpdesk/cases/{number}", Permission::Cases),
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
pub fn needed(method: &Method, pattern: &str) -> Option<Permission> {
    let row = ROUTES.iter().find(|row| row.0 == method.as_str() && row.1 == pattern);
    row.map(|row| row.2)
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
    fn t37_a_route_without_a_row_is_nobodys() {
        assert_eq!(needed(&Method::GET, "/helpdesk"), Some(Permission::OwnAccount));
        assert_eq!(needed(&Method::POST, "/helpdesk"), None);
        assert_eq!(needed(&Method::GET, "/helpdesk/forgotten"), None);
        assert_eq!(needed(&Method::GET, ""), None);
    }
}
