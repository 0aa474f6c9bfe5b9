//! Operators, and what they and the helpdesk work on.

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

diesel::table! {
    bulk_unlinks (id) {
        id -> BigInt,
        uid -> Text,
        number -> Text,
        area_kind -> Text,
        area_id -> BigInt,
        reason -> Text,
        comment_sealed -> Binary,
        state -> Text,
        lines -> BigInt,
        to_do -> BigInt,
        position -> BigInt,
        settled -> BigInt,
        unlinked -> BigInt,
        asked_by -> BigInt,
        approved_by -> Nullable<BigInt>,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    bulk_unlink_lines (bulk_id, line) {
        bulk_id -> BigInt,
        line -> BigInt,
        finding -> Text,
        profile_id -> Nullable<BigInt>,
        link_id -> Nullable<BigInt>,
        first_line -> Nullable<BigInt>,
    }
}
