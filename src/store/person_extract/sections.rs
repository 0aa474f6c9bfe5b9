//! Which tables and columns the extract has.

use crate::store::sealed_values::SealedColumn;

/// A table's part of the extract.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    /// The table.
    pub table: &'static str,
    /// Which rows; `?` is the profile.
    pub(super) filter: &'static str,
    /// Columns that are given as they are.
    pub(super) columns: &'static [&'static str],
    /// Columns that are opened: name of the column, of the one that names the cell, and the cell's kind.
    pub sealed: &'static [(&'static str, &'static str, SealedColumn)],
}

const OWN: &str = "profile_id = ?";

/// All of them, in the order of the extract.
pub const SECTIONS: &[Section] = &[
    Section {
        table: "profiles",
        filter: "id = ?",
        columns: &[
            "id",
            "uid",
            "organisation_id",
            "login",
            "last_name",
            "first_name",
            "middle_name",
            "birth_date",
            "email",
            "phone",
            "post",
            "status",
            "status_since",
            "created_at",
        ],
        sealed: &[("snils_sealed", "uid", SealedColumn::Snils)],
    },
    Section {
        table: "profile_names",
        filter: OWN,
        columns: &["region_id", "municipality_id", "organisation_id", "word", "others", "profile_id"],
        sealed: &[],
    },
    Section { table: "profile_roles", filter: OWN, columns: &["profile_id", "role"], sealed: &[] },
    Section {
        table: "links",
        filter: OWN,
        columns: &[
            "id",
            "profile_id",
            "esia_subject_id",
            "status",
            "level",
            "holder",
            "created_at",
            "chosen_at",
            "ended_at",
            "end_reason",
        ],
        sealed: &[],
    },
    Section {
        table: "esia_subjects",
        filter: "id IN (SELECT esia_subject_id FROM links WHERE profile_id = ?)",
        columns: &["id", "issuer", "subject", "touched_at"],
        sealed: &[],
    },
    Section {
        table: "browser_sessions",
        filter: OWN,
        columns: &[
            "id",
            "profile_id",
            "esia_subject_id",
            "stage",
            "way",
            "shared_computer",
            "place",
            "created_at",
            "authenticated_at",
            "last_seen_at",
            "kept_until",
            "idle_seconds",
            "expires_at",
            "ended_at",
            "end_reason",
        ],
        sealed: &[],
    },
    Section {
        table: "known_browsers",
        filter: OWN,
        columns: &["profile_id", "first_seen_at", "last_seen_at"],
        sealed: &[],
    },
    Section {
        table: "password_recoveries",
        filter: OWN,
        columns: &["id", "profile_id", "created_at", "expires_at", "used_at"],
        sealed: &[],
    },
    Section {
        table: "authorization_requests",
        filter: OWN,
        columns: &[
            "id",
            "reference",
            "connection",
            "purpose",
            "profile_id",
            "session_id",
            "shared_computer",
            "next_page",
            "status",
            "outcome",
            "result_session_id",
            "created_at",
            "expires_at",
            "claimed_at",
            "closed_at",
        ],
        sealed: &[("identity_sealed", "reference", SealedColumn::Identity)],
    },
    Section {
        table: "outbox_entries",
        filter: OWN,
        columns: &[
            "id",
            "uid",
            "kind",
            "profile_id",
            "link_id",
            "status",
            "attempts",
            "next_attempt_at",
            "created_at",
            "finished_at",
            "last_error",
        ],
        sealed: &[("letter_sealed", "uid", SealedColumn::Letter)],
    },
    Section {
        table: "cases",
        filter: OWN,
        columns: &[
            "id",
            "uid",
            "number",
            "organisation_id",
            "profile_id",
            "link_id",
            "source",
            "outcome",
            "reference",
            "state",
            "operator_id",
            "due_on",
            "created_at",
            "changed_at",
            "closed_at",
        ],
        sealed: &[
            ("text_sealed", "uid", SealedColumn::CaseText),
            ("contact_sealed", "uid", SealedColumn::CaseContact),
        ],
    },
    Section {
        table: "case_entries",
        filter: "case_id IN (SELECT id FROM cases WHERE profile_id = ?)",
        columns: &["id", "uid", "case_id", "operator_id", "kind", "state", "created_at"],
        sealed: &[("text_sealed", "uid", SealedColumn::CaseEntry)],
    },
    Section {
        table: "operator_deeds",
        filter: OWN,
        columns: &[
            "id",
            "uid",
            "number",
            "kind",
            "profile_id",
            "link_id",
            "operator_id",
            "asked_by",
            "reason",
            "was_disputed",
            "created_at",
        ],
        sealed: &[("comment_sealed", "uid", SealedColumn::DeedBasis)],
    },
    Section {
        table: "approvals",
        filter: OWN,
        columns: &[
            "id",
            "uid",
            "number",
            "kind",
            "area_kind",
            "area_id",
            "profile_id",
            "link_id",
            "reason",
            "asked_by",
            "asked_at",
            "expires_at",
            "state",
            "decided_by",
            "decided_at",
        ],
        sealed: &[("comment_sealed", "uid", SealedColumn::ApprovalBasis)],
    },
    Section {
        table: "bulk_unlink_lines",
        filter: OWN,
        columns: &["bulk_id", "line", "finding", "profile_id", "link_id", "first_line"],
        sealed: &[],
    },
    Section {
        table: "linking_codes",
        filter: OWN,
        columns: &["id", "profile_id", "issue_id", "created_at", "expires_at", "ended_at", "end_reason"],
        sealed: &[],
    },
    Section {
        table: "one_time_passwords",
        filter: OWN,
        columns: &["profile_id", "created_at", "expires_at"],
        sealed: &[],
    },
    Section {
        table: "undo_tokens",
        filter: OWN,
        columns: &[
            "id",
            "profile_id",
            "link_id",
            "created_at",
            "expires_at",
            "used_at",
            "result",
            "case_number",
        ],
        sealed: &[],
    },
    Section {
        table: "operators",
        filter: OWN,
        columns: &[
            "id",
            "uid",
            "login",
            "name",
            "email",
            "role",
            "area_kind",
            "area_id",
            "profile_id",
            "needs_esia",
            "must_change_password",
            "totp_confirmed_at",
            "created_at",
            "disabled_at",
        ],
        sealed: &[],
    },
    Section {
        table: "audit_events",
        filter: OWN,
        columns: &[
            "id",
            "occurred_at",
            "kind",
            "actor",
            "profile_id",
            "details",
            "request_id",
            "address",
            "organisation_id",
            "municipality_id",
        ],
        sealed: &[],
    },
];

/// Columns that an extract leaves out: proofs and keys of search, which say nothing of a person but would
/// help whoever finds the extract.
#[cfg(test)]
const LEFT_OUT: &[(&str, &str)] = &[
    ("profiles", "login_key"),
    ("profiles", "phone_key"),
    ("profiles", "password_hash"),
    ("profiles", "snils_hash"),
    ("browser_sessions", "token_digest"),
    ("known_browsers", "browser_digest"),
    ("password_recoveries", "token_digest"),
    ("operator_deeds", "owner_digest"),
    ("linking_codes", "code_digest"),
    ("undo_tokens", "token_digest"),
    ("authorization_requests", "state_digest"),
    ("authorization_requests", "cookie_digest"),
    ("authorization_requests", "ticket_digest"),
    ("operators", "login_key"),
    ("operators", "password_hash"),
    ("operators", "totp_sealed"),
    ("operators", "totp_used_step"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Tables of `schema.rs` with their columns.
    fn tables() -> Vec<(String, BTreeSet<String>)> {
        let schema = concat!(include_str!("../schema/journal.rs"), include_str!("../schema/desk.rs"));
        let tables = schema.split("diesel::table! {").skip(1).map(|table| {
            let body = table.split("\n}").next().unwrap();
            let name = body.split_whitespace().next().unwrap().to_owned();
            let columns = body.lines().filter_map(|line| line.trim().split_once(" -> "));
            (name, columns.map(|(column, _)| column.to_owned()).collect())
        });
        tables.collect()
    }

    #[test]
    fn t59_the_extract_has_every_column_of_every_table_that_knows_a_profile() {
        let tables = tables();
        let owned =
            tables.iter().filter(|(name, columns)| name == "profiles" || columns.contains("profile_id"));
        for (name, columns) in owned {
            let section = SECTIONS.iter().find(|section| section.table == name);
            let section = section.unwrap_or_else(|| panic!("the extract lacks {name}"));
            let left_out = LEFT_OUT.iter().filter(|(table, _)| table == name).map(|(_, column)| *column);
            let sealed = section.sealed.iter().map(|(column, ..)| *column);
            let known: BTreeSet<String> =
                section.columns.iter().copied().chain(sealed).chain(left_out).map(str::to_owned).collect();
            assert_eq!(&known, columns, "{name}: say it in SECTIONS or in LEFT_OUT");
        }
    }
}
