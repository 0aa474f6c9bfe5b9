//! The history of a card in words. New kind of event about a person: a line in [`event_words`].

use serde_json::Value;

use crate::error_code::OutcomeCode;
use crate::helpdesk::links::approval::ApprovalState;

/// A line of the history.
#[derive(Clone, Debug)]
pub struct HistoryRow {
    /// When.
    pub at: String,
    /// Who.
    pub who: Who,
    /// What.
    pub what: String,
}

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// The person of the card.
    Owner,
    /// Somebody signed in to another profile.
    Other,
    /// An operator, by name.
    Operator(String),
    /// The service.
    System,
    /// Nobody who was signed in.
    Nobody,
}

impl Who {
    /// The words.
    pub fn words(&self) -> String {
        match self {
            Self::Owner => "владелец профиля".into(),
            Self::Other => "другой профиль".into(),
            Self::Operator(name) => format!("оператор {name}"),
            Self::System => "система".into(),
            Self::Nobody => "без входа".into(),
        }
    }
}

/// What an event means.
pub fn event_words(kind: &str, details: &Value) -> String {
    let text = |name: &str| details.get(name).and_then(Value::as_str).unwrap_or_default();
    match kind {
        "session:sign_in:succeeded" if text("way") == "code" => "Вход по коду привязки".into(),
        "session:sign_in:succeeded" if details.get("linking_only") == Some(&Value::Bool(true)) => {
            "Вход для привязки".into()
        }
        "session:sign_in:succeeded" if text("way") == "esia" => "Вход через Госуслуги".into(),
        "session:sign_in:succeeded" => "Вход по логину и паролю".into(),
        "session:sign_in:refused" => match text("reason") {
            "credentials" => "Отказ во входе: логин или пароль не подошли",
            "delayed" => "Отказ во входе: слишком много неудачных попыток подряд",
            "blocked" => "Отказ во входе: профиль заблокирован организацией",
            "closed" => "Отказ во входе: профиль закрыт",
            "code" => "Отказ во входе: код привязки не подошёл",
            "one_time_expired" => "Отказ во входе: одноразовый пароль больше не действует",
            "phase" => "Отказ во входе: вход по логину и паролю отключён",
            _ => "Отказ во входе",
        }
        .into(),
        "session:place:new" => "Вход с нового устройства".into(),
        "session:sign_out:done" => "Выход".into(),
        "session:end:done" => {
            let count = details.get("count").and_then(Value::as_u64).unwrap_or_default();
            format!("Завершены сеансы: {count}")
        }
        "session:profile:switched" => "Переход в этот профиль из другого".into(),
        "password:recovery:requested" => "Запрошено письмо для нового пароля".into(),
        "password:recovery:done" => "Задан новый пароль".into(),
        "person:issue:opened" => "Открыта страница выдачи кода или пароля".into(),
        "link:code:issued" => "Выдан код привязки".into(),
        "password:one_time:issued" => "Выдан одноразовый пароль".into(),
        "password:one_time:replaced" => "Одноразовый пароль заменён своим".into(),
        "attempt:esia:refused" | "link:account:created" => outcome_words(kind, details),
        "link:account:removed_by_owner" => "Учётную запись Госуслуг отвязал владелец".into(),
        "link:account:removed_by_operator" if !text("list").is_empty() => format!(
            "Учётную запись Госуслуг отвязала поддержка, запись {}, список {}",
            text("record"),
            text("list")
        ),
        "link:account:removed_by_operator" => {
            format!("Учётную запись Госуслуг отвязала поддержка, запись {}", text("record"))
        }
        "link:account:restored" => format!("Поддержка вернула привязку, запись {}", text("record")),
        "link:account:frozen" => format!("Поддержка приостановила привязку, запись {}", text("record")),
        "link:account:unfrozen" => format!("Поддержка возобновила привязку, запись {}", text("record")),
        "link:account:disputed" => format!("Сообщение «Это был не я», обращение {}", text("case")),
        "approval:request:made" => format!("Отвязка ждёт согласования, запрос {}", text("request")),
        "approval:request:ended" => {
            let state = ApprovalState::from_name(text("state")).map_or("закрыт", ApprovalState::words);
            format!("Запрос {}: {state}", text("request"))
        }
        "operator:deed:refused" => "Действие оператора не выполнено".into(),
        "case:report:opened" => "Открыто обращение".into(),
        "case:state:changed" => "Обращение передано дальше".into(),
        "case:answer:sent" => "На обращение отправлен ответ".into(),
        "case:record:read" => "Прочитано обращение".into(),
        "case:note:added" => "К обращению добавлена заметка".into(),
        "helpdesk:card:opened" => "Открыта карточка".into(),
        other => format!("Другое событие: {other}"),
    }
}

/// What a trip to ESIA came to.
pub fn outcome_words(kind: &str, details: &Value) -> String {
    if kind == "link:account:created" {
        return match details.get("grade").and_then(Value::as_str) {
            Some("partial") => "Учётная запись Госуслуг привязана, данные совпали частично",
            _ => "Учётная запись Госуслуг привязана, данные совпали",
        }
        .into();
    }
    let number = details.get("code").and_then(Value::as_u64).and_then(|code| u16::try_from(code).ok());
    match number.and_then(OutcomeCode::from_number) {
        Some(code) => format!("Попытка не удалась, код {}: {}", code.number(), code.heading()),
        None => "Попытка не удалась".into(),
    }
}

/// What became of a letter.
pub fn letter_words(kind: &str, status: &str) -> String {
    let what = match kind {
        "linked" => "Письмо о привязке",
        "unlinked_self" | "unlinked_op" => "Письмо об отвязке",
        "link_frozen" => "Письмо о приостановке привязки",
        "link_unfrozen" => "Письмо о возобновлении привязки",
        "link_restored" => "Письмо о возврате привязки",
        "link_disputed" => "Письмо о принятом сообщении",
        "attempt" => "Письмо о попытке привязки",
        "new_sign_in_place" => "Письмо о входе с нового устройства",
        "password_recovery" => "Письмо для нового пароля",
        "code" => "Письмо о выдаче кода привязки",
        "one_time_password" => "Письмо о выдаче одноразового пароля",
        _ => "Письмо",
    };
    let became = match status {
        "sent" => "отправлено",
        "dead" => "не отправлено",
        "cancelled" => "отменено",
        _ => "ждёт отправки",
    };
    format!("{what}: {became}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_event_about_a_person_has_its_words() {
        for (kind, details, words) in [
            ("session:sign_in:succeeded", json!({"way": "password"}), "Вход по логину и паролю"),
            ("session:sign_in:succeeded", json!({"way": "esia"}), "Вход через Госуслуги"),
            (
                "session:sign_in:succeeded",
                json!({"way": "password", "linking_only": true}),
                "Вход для привязки",
            ),
            (
                "session:sign_in:succeeded",
                json!({"way": "code", "linking_only": true}),
                "Вход по коду привязки",
            ),
            ("link:code:issued", json!({"issue": 1}), "Выдан код привязки"),
            ("session:end:done", json!({"count": 2}), "Завершены сеансы: 2"),
            ("attempt:esia:refused", json!({"code": 105}), "Попытка не удалась, код 105: Данные не совпали"),
            ("attempt:esia:refused", json!({}), "Попытка не удалась"),
            (
                "link:account:created",
                json!({"grade": "partial"}),
                "Учётная запись Госуслуг привязана, данные совпали частично",
            ),
            (
                "link:account:removed_by_operator",
                json!({"record": "AAAA-0000", "list": null}),
                "Учётную запись Госуслуг отвязала поддержка, запись AAAA-0000",
            ),
            (
                "link:account:removed_by_operator",
                json!({"record": "AAAA-0000", "list": "BBBB-0000"}),
                "Учётную запись Госуслуг отвязала поддержка, запись AAAA-0000, список BBBB-0000",
            ),
            ("made:later:by", json!({}), "Другое событие: made:later:by"),
        ] {
            assert_eq!(event_words(kind, &details), words);
        }
        assert_eq!(letter_words("linked", "dead"), "Письмо о привязке: не отправлено");
        assert_eq!(letter_words("made_later", "leased"), "Письмо: ждёт отправки");
    }
}
