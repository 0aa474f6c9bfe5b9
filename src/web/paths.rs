//! Addresses of the service, typed once for handlers, redirects and letters (`interface` names are kept).

use crate::directory::ProfileId;
use crate::error_code::OutcomeCode;
use crate::helpdesk::links::approval::ApprovalId;

/// Start page.
pub const HOME: &str = "/";
/// Sign-in, tab of organisations.
pub const LOGIN: &str = "/login";
/// Sign-in, tab of authorities.
pub const LOGIN_AUTHORITY: &str = "/login/authority";
/// «Войти через Госуслуги».
pub const LOGIN_ESIA: &str = "/login/esia";
/// Chooser.
pub const LOGIN_PROFILE: &str = "/login/profile";
/// Linking-only door.
pub const LOGIN_LINK: &str = "/login/link";
/// Another password in the place of one that an operator handed out.
pub const NEW_PASSWORD: &str = "/login/new-password";
/// Password recovery.
pub const RECOVER: &str = "/login/recover";
/// «Персональные настройки».
pub const SETTINGS: &str = "/settings";
/// The page with «Продолжить».
pub const LINK: &str = "/settings/link";
/// Compare and confirm.
pub const LINK_CONFIRM: &str = "/settings/link/confirm";
/// Success.
pub const LINK_DONE: &str = "/settings/link/done";
/// Owner's unlink.
pub const UNLINK: &str = "/settings/unlink";
/// Own sessions.
pub const SESSIONS: &str = "/settings/sessions";
/// The same after one of them was ended.
pub const SESSIONS_AFTER_END: &str = "/settings/sessions?ended=1";
/// The proof asked for again.
pub const PROVE_AGAIN: &str = "/settings/prove";
/// `redirect_uri` at ESIA.
pub const CALLBACK: &str = "/esia/callback";
/// «Сообщить в поддержку».
pub const SUPPORT: &str = "/support";
/// After it.
pub const GOODBYE: &str = "/goodbye";

/// Start page of the helpdesk.
pub const HELPDESK: &str = "/helpdesk";
/// Sign-in of operators.
pub const HELPDESK_LOGIN: &str = "/helpdesk/login";
/// An operator's proof asked for again.
pub const HELPDESK_PROVE: &str = "/helpdesk/prove";

/// The audit in the helpdesk.
pub const HELPDESK_AUDIT: &str = "/helpdesk/audit";

/// Search for people in the helpdesk; a card lies below it.
pub const HELPDESK_PEOPLE: &str = "/helpdesk/profiles";

/// A search in the helpdesk, sealed.
pub fn people_found(ticket: &str) -> String {
    format!("{HELPDESK_PEOPLE}?found={ticket}")
}

/// A person's card in the helpdesk.
pub fn person_card(id: ProfileId) -> String {
    format!("{HELPDESK_PEOPLE}/{}", id.0)
}

/// A password-recovery letter's address.
pub fn recover_with(token: &str) -> String {
    format!("{RECOVER}/{token}")
}

/// «Это был не я»: a letter's address.
pub fn undo(token: &str) -> String {
    format!("/undo/{token}")
}

/// What waits for a second operator.
pub const APPROVALS: &str = "/helpdesk/approvals";

/// A page of the helpdesk about a profile.
pub fn desk_profile(profile: ProfileId, page: &str) -> String {
    format!("/helpdesk/profiles/{}/{page}", profile.0)
}

/// First step of an operator's unlink.
pub fn desk_unlink(profile: ProfileId) -> String {
    desk_profile(profile, "unlink")
}

/// Its last step.
pub fn desk_unlink_confirm(profile: ProfileId) -> String {
    desk_profile(profile, "unlink/confirm")
}

/// Where a request for approval is decided.
pub fn approval(approval: ApprovalId) -> String {
    format!("{APPROVALS}/{}", approval.0)
}

/// Unlinking by lists.
pub const UNLINK_LISTS: &str = "/helpdesk/bulk-unlink";

/// A list of links to be removed.
pub fn unlink_list(number: &str) -> String {
    format!("{UNLINK_LISTS}/{number}")
}

/// The comparison of one trip.
pub fn confirm(reference: &str) -> String {
    format!("{LINK_CONFIRM}?ref={reference}")
}

/// The success page of one trip.
pub fn linked(reference: &str) -> String {
    format!("{LINK_DONE}?ref={reference}")
}

/// The form of «Сообщить в поддержку», from a problem page.
pub fn support(code: OutcomeCode, reference: &str) -> String {
    let number = code.number();
    if reference.is_empty() {
        format!("{SUPPORT}?code={number}")
    } else {
        format!("{SUPPORT}?code={number}&ref={reference}")
    }
}

/// The number of a case just opened.
pub fn support_sent(number: &str) -> String {
    format!("{SUPPORT}/sent?number={number}")
}

/// A case in the helpdesk; `done` names what the page says first.
pub fn helpdesk_case(number: &str, done: &str) -> String {
    if done.is_empty() {
        format!("/helpdesk/cases/{number}")
    } else {
        format!("/helpdesk/cases/{number}?done={done}")
    }
}

/// The card of a profile in the helpdesk.
pub fn helpdesk_profile(profile: ProfileId) -> String {
    format!("/helpdesk/profiles/{}", profile.0)
}

/// A problem page, with the reference for support where there is one.
pub fn outcome(code: OutcomeCode, reference: Option<&str>) -> String {
    let number = code.number();
    match reference {
        Some(reference) => format!("/outcome/{number}?ref={reference}"),
        None => format!("/outcome/{number}"),
    }
}

/// Pages a person may be sent back to after signing in. A closed list: an address from input is never
/// followed (`docs/security.md`, T46).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Next {
    /// «Персональные настройки».
    #[default]
    Settings,
    /// The page with «Продолжить».
    Link,
    /// Owner's unlink.
    Unlink,
    /// Own sessions.
    Sessions,
}

impl Next {
    const ALL: [Self; 4] = [Self::Settings, Self::Link, Self::Unlink, Self::Sessions];

    /// Name in the query `?next=`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::Link => "link",
            Self::Unlink => "unlink",
            Self::Sessions => "sessions",
        }
    }

    /// Reads the name; anything else is the settings.
    pub fn from_name(name: &str) -> Self {
        Self::ALL.into_iter().find(|next| next.name() == name).unwrap_or_default()
    }

    /// Which of them this path is.
    pub fn from_path(path: &str) -> Self {
        Self::ALL.into_iter().find(|next| next.path() == path).unwrap_or_default()
    }

    /// Its address.
    pub fn path(self) -> &'static str {
        match self {
            Self::Settings => SETTINGS,
            Self::Link => LINK,
            Self::Unlink => UNLINK,
            Self::Sessions => SESSIONS,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t46_no_input_leads_off_our_own_pages() {
        for payload in [
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "http:evil.example",
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "/%2f/evil.example",
            "/%5cevil.example",
            "\t//evil.example",
            "/\t/evil.example",
            "https:user@evil.example",
            "//localhost@evil.example",
            "///evil",
            "/settings/../../evil",
            "settings\r\nLocation: //evil",
            "%2f%2fevil",
            "",
            " ",
            "Settings",
            "/login?next=x",
        ] {
            assert_eq!(Next::from_name(payload).path(), SETTINGS, "{payload:?}");
        }
        for next in Next::ALL {
            assert_eq!(Next::from_name(next.name()), next);
            assert_eq!(Next::from_path(next.path()), next);
        }
    }
}
