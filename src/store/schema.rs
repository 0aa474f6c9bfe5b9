//! The tables as diesel sees them; one description serves both databases.
//!
//! Kept by hand beside `migrations/`: times are UTC without zone, ids 64-bit on both.

#![allow(
    missing_docs,
    reason = "diesel's macro takes no docs for generated items; columns are explained in migrations/"
)]

diesel::table! {
    key_checks (id) {
        id -> BigInt,
        sealed -> Binary,
    }
}

diesel::table! {
    regions (id) {
        id -> BigInt,
        name -> Text,
    }
}

diesel::table! {
    municipalities (id) {
        id -> BigInt,
        region_id -> BigInt,
        number -> Integer,
        name -> Text,
    }
}

diesel::table! {
    settlements (id) {
        id -> BigInt,
        municipality_id -> BigInt,
        name -> Text,
    }
}

diesel::table! {
    organisations (id) {
        id -> BigInt,
        municipality_id -> BigInt,
        settlement_id -> BigInt,
        kind -> Text,
        name -> Text,
        short_name -> Text,
        phone -> Text,
    }
}

diesel::table! {
    profiles (id) {
        id -> BigInt,
        uid -> Text,
        organisation_id -> BigInt,
        login -> Text,
        login_key -> Text,
        password_hash -> Nullable<Text>,
        last_name -> Text,
        first_name -> Text,
        middle_name -> Nullable<Text>,
        birth_date -> Nullable<Date>,
        snils_sealed -> Nullable<Binary>,
        snils_hash -> Nullable<Binary>,
        email -> Nullable<Text>,
        phone -> Nullable<Text>,
        post -> Nullable<Text>,
        status -> Text,
        status_since -> Timestamp,
        created_at -> Timestamp,
        phone_key -> Nullable<Text>,
    }
}

diesel::table! {
    profile_names (region_id, word, others, profile_id) {
        region_id -> BigInt,
        word -> Text,
        others -> Text,
        profile_id -> BigInt,
        municipality_id -> BigInt,
        organisation_id -> BigInt,
    }
}

diesel::table! {
    profile_names_to_fill (id) {
        id -> BigInt,
        next_id -> BigInt,
        last_id -> BigInt,
    }
}

diesel::table! {
    profile_roles (profile_id, role) {
        profile_id -> BigInt,
        role -> Text,
    }
}

diesel::table! {
    esia_subjects (id) {
        id -> BigInt,
        issuer -> Text,
        subject -> BigInt,
        touched_at -> Timestamp,
    }
}

diesel::table! {
    links (id) {
        id -> BigInt,
        profile_id -> BigInt,
        esia_subject_id -> BigInt,
        status -> Text,
        level -> Text,
        holder -> Text,
        created_at -> Timestamp,
        chosen_at -> Nullable<Timestamp>,
        ended_at -> Nullable<Timestamp>,
        end_reason -> Nullable<Text>,
    }
}

diesel::table! {
    browser_sessions (id) {
        id -> BigInt,
        token_digest -> Binary,
        profile_id -> Nullable<BigInt>,
        esia_subject_id -> Nullable<BigInt>,
        stage -> Text,
        way -> Text,
        shared_computer -> Bool,
        place -> Text,
        created_at -> Timestamp,
        authenticated_at -> Timestamp,
        last_seen_at -> Timestamp,
        kept_until -> Nullable<Timestamp>,
        idle_seconds -> BigInt,
        expires_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        end_reason -> Nullable<Text>,
    }
}

diesel::table! {
    known_browsers (profile_id, browser_digest) {
        profile_id -> BigInt,
        browser_digest -> Binary,
        first_seen_at -> Timestamp,
        last_seen_at -> Timestamp,
    }
}

diesel::table! {
    login_failures (key_digest) {
        key_digest -> Binary,
        failures -> BigInt,
        last_failure_at -> Timestamp,
        blocked_until -> Timestamp,
    }
}

diesel::table! {
    password_recoveries (id) {
        id -> BigInt,
        token_digest -> Binary,
        profile_id -> BigInt,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    authorization_requests (id) {
        id -> BigInt,
        reference -> Text,
        state_digest -> Binary,
        cookie_digest -> Binary,
        ticket_digest -> Nullable<Binary>,
        connection -> Text,
        purpose -> Text,
        profile_id -> Nullable<BigInt>,
        session_id -> Nullable<BigInt>,
        shared_computer -> Bool,
        next_page -> Text,
        status -> Text,
        identity_sealed -> Nullable<Binary>,
        outcome -> Nullable<Text>,
        result_session_id -> Nullable<BigInt>,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        claimed_at -> Nullable<Timestamp>,
        closed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    audit_events (id) {
        id -> BigInt,
        occurred_at -> Timestamp,
        kind -> Text,
        actor -> Text,
        profile_id -> Nullable<BigInt>,
        details -> Text,
        request_id -> Text,
        address -> Text,
        organisation_id -> Nullable<BigInt>,
        municipality_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    audit_seals (sequence) {
        sequence -> BigInt,
        event_id -> BigInt,
        hash -> Binary,
        sealed_at -> Timestamp,
    }
}

diesel::table! {
    audit_checkpoints (sequence) {
        sequence -> BigInt,
        hash -> Binary,
        created_at -> Timestamp,
    }
}

diesel::table! {
    audit_unsealed (event_id) {
        event_id -> BigInt,
    }
}

diesel::table! {
    audit_sealers (id) {
        id -> BigInt,
        lettered_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    outbox_entries (id) {
        id -> BigInt,
        uid -> Text,
        kind -> Text,
        profile_id -> Nullable<BigInt>,
        link_id -> Nullable<BigInt>,
        letter_sealed -> Nullable<Binary>,
        status -> Text,
        attempts -> BigInt,
        next_attempt_at -> Timestamp,
        created_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
        last_error -> Nullable<Text>,
    }
}

diesel::table! {
    operators (id) {
        id -> BigInt,
        uid -> Text,
        login -> Text,
        login_key -> Text,
        name -> Text,
        email -> Nullable<Text>,
        role -> Text,
        area_kind -> Text,
        area_id -> BigInt,
        profile_id -> Nullable<BigInt>,
        needs_esia -> Bool,
        password_hash -> Nullable<Text>,
        must_change_password -> Bool,
        totp_sealed -> Nullable<Binary>,
        totp_confirmed_at -> Nullable<Timestamp>,
        totp_used_step -> Nullable<BigInt>,
        created_at -> Timestamp,
        disabled_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    operator_recovery_codes (operator_id, code_digest) {
        operator_id -> BigInt,
        code_digest -> Binary,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    operator_browsers (operator_id, browser_digest) {
        operator_id -> BigInt,
        browser_digest -> Binary,
        last_seen_at -> Timestamp,
    }
}

diesel::table! {
    operator_sessions (id) {
        id -> BigInt,
        token_digest -> Binary,
        operator_id -> BigInt,
        stage -> Text,
        place -> Text,
        created_at -> Timestamp,
        authenticated_at -> Timestamp,
        last_seen_at -> Timestamp,
        expires_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        end_reason -> Nullable<Text>,
    }
}

diesel::table! {
    cases (id) {
        id -> BigInt,
        uid -> Text,
        number -> Text,
        organisation_id -> Nullable<BigInt>,
        profile_id -> Nullable<BigInt>,
        link_id -> Nullable<BigInt>,
        source -> Text,
        outcome -> Nullable<BigInt>,
        reference -> Nullable<Text>,
        text_sealed -> Nullable<Binary>,
        contact_sealed -> Nullable<Binary>,
        state -> Text,
        operator_id -> Nullable<BigInt>,
        due_on -> Date,
        created_at -> Timestamp,
        changed_at -> Timestamp,
        closed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    case_entries (id) {
        id -> BigInt,
        uid -> Text,
        case_id -> BigInt,
        operator_id -> Nullable<BigInt>,
        kind -> Text,
        state -> Text,
        text_sealed -> Nullable<Binary>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    operator_deeds (id) {
        id -> BigInt,
        uid -> Text,
        number -> Text,
        kind -> Text,
        profile_id -> BigInt,
        link_id -> BigInt,
        operator_id -> BigInt,
        asked_by -> Nullable<BigInt>,
        reason -> Nullable<Text>,
        comment_sealed -> Binary,
        was_disputed -> Bool,
        owner_digest -> Nullable<Binary>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    approvals (id) {
        id -> BigInt,
        uid -> Text,
        number -> Text,
        kind -> Text,
        area_kind -> Text,
        area_id -> BigInt,
        profile_id -> Nullable<BigInt>,
        link_id -> Nullable<BigInt>,
        reason -> Text,
        comment_sealed -> Binary,
        asked_by -> BigInt,
        asked_at -> Timestamp,
        expires_at -> Timestamp,
        state -> Text,
        decided_by -> Nullable<BigInt>,
        decided_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    secret_issues (id) {
        id -> BigInt,
        uid -> Text,
        form_digest -> Binary,
        operator_id -> BigInt,
        kind -> Text,
        comment_sealed -> Binary,
        created_at -> Timestamp,
    }
}

diesel::table! {
    undo_tokens (id) {
        id -> BigInt,
        token_digest -> Binary,
        profile_id -> BigInt,
        link_id -> Nullable<BigInt>,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
        result -> Nullable<Text>,
        case_number -> Nullable<Text>,
    }
}

diesel::table! {
    linking_codes (id) {
        id -> BigInt,
        profile_id -> BigInt,
        code_digest -> Binary,
        issue_id -> BigInt,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        end_reason -> Nullable<Text>,
    }
}

diesel::table! {
    one_time_passwords (profile_id) {
        profile_id -> BigInt,
        created_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

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
);
