//! The tables as diesel sees them; one description serves both databases.
//!
//! Kept by hand beside `migrations/`: times are UTC without zone, ids 64-bit on both.

#![allow(
    missing_docs,
    reason = "diesel's macro takes no docs for generated items; columns are explained in migrations/"
)]

mod desk;
mod journal;

pub use desk::*;
pub use journal::*;

diesel::joinable!(municipalities -> regions (region_id));
diesel::joinable!(settlements -> municipalities (municipality_id));
diesel::joinable!(organisations -> settlements (settlement_id));
diesel::joinable!(organisations -> municipalities (municipality_id));
diesel::joinable!(profiles -> organisations (organisation_id));
diesel::joinable!(profile_roles -> profiles (profile_id));
diesel::joinable!(links -> profiles (profile_id));
diesel::joinable!(links -> esia_subjects (esia_subject_id));
diesel::joinable!(browser_sessions -> profiles (profile_id));
diesel::joinable!(audit_seals -> audit_events (event_id));
diesel::joinable!(audit_unsealed -> audit_events (event_id));
diesel::joinable!(linking_codes -> profiles (profile_id));
diesel::joinable!(operators -> profiles (profile_id));
diesel::joinable!(cases -> organisations (organisation_id));
diesel::joinable!(cases -> operators (operator_id));
diesel::joinable!(case_entries -> operators (operator_id));
diesel::joinable!(operator_sessions -> operators (operator_id));
diesel::joinable!(approvals -> profiles (profile_id));
diesel::joinable!(bulk_unlink_lines -> profiles (profile_id));

diesel::allow_tables_to_appear_in_same_query!(
    key_checks,
    regions,
    municipalities,
    settlements,
    organisations,
    profiles,
    profile_names,
    profile_names_to_fill,
    profile_roles,
    esia_subjects,
    links,
    browser_sessions,
    known_browsers,
    login_failures,
    password_recoveries,
    authorization_requests,
    audit_events,
    audit_seals,
    audit_checkpoints,
    audit_unsealed,
    audit_sealers,
    outbox_entries,
    operators,
    operator_recovery_codes,
    operator_browsers,
    operator_sessions,
    cases,
    case_entries,
    operator_deeds,
    approvals,
    undo_tokens,
    secret_issues,
    linking_codes,
    one_time_passwords,
    bulk_unlinks,
    bulk_unlink_lines,
);
