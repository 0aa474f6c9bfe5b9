//! The directory, links, sessions, trips, audit and letters.

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
