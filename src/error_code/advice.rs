//! What a problem page says and offers, for each code. The sentences are those of `docs/microcopy.md`; a
//! sentence whose fact is not known is left out.

use super::OutcomeCode;

/// What is known when an outcome is shown. Names other people never.
#[derive(Clone, Default)]
pub struct OutcomeFacts {
    /// What «Повторить» begins.
    pub retry: Retry,
    /// A date that belongs to the code: linked since (103), password until (107), blocked on (111), opens on
    /// (113), password closed since (118, 121), frozen on (122). Like «1 марта 2026 года».
    pub date: Option<String>,
    /// Level of the ESIA account in words (104).
    pub level: Option<String>,
    /// The person's own name in the journal (105).
    pub journal_name: Option<String>,
    /// Life of a trip with its noun, in the genitive: «20 минут» (108).
    pub life: Option<String>,
    /// Short name of the profile's organisation (111, 119).
    pub organisation: Option<String>,
    /// Its telephone (111).
    pub organisation_phone: Option<String>,
    /// Support telephone (103).
    pub support_phone: String,
    /// Number of the case (110).
    pub reference: String,
    /// The password opens the journal in the phase in force (107).
    pub password_open: bool,
}

/// What was being done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Retry {
    /// Signing in.
    #[default]
    SignIn,
    /// Linking.
    Link,
}

impl Retry {
    fn address(self) -> &'static str {
        match self {
            Self::SignIn => "/login/esia",
            Self::Link => "/settings/link",
        }
    }
}

/// The body of a problem page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Advice {
    /// What happened.
    pub text: Vec<String>,
    /// What to do, numbered; may be empty.
    pub steps: Vec<&'static str>,
    /// Ways on, the main one first.
    pub actions: Vec<Action>,
}

/// One way on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Action {
    /// Words of the link.
    pub words: &'static str,
    /// One of our own addresses.
    pub address: &'static str,
}

const fn action(words: &'static str, address: &'static str) -> Action {
    Action { words, address }
}

const SIGN_IN: Action = action("Вернуться ко входу", "/login");
const SETTINGS: Action = action("Перейти к настройкам", "/settings");
const START_LINK: Action = action("Начать снова", "/settings/link");
const BY_ESIA: Action = action("Войти через Госуслуги", "/login/esia");

impl OutcomeCode {
    /// What the page says and offers.
    pub fn advice(self, facts: &OutcomeFacts) -> Advice {
        let again = action("Повторить", facts.retry.address());
        let back = match facts.retry {
            Retry::SignIn => SIGN_IN,
            Retry::Link => SETTINGS,
        };
        let mut text = Vec::new();
        let mut steps = Vec::new();
        let mut say = |sentence: &str| text.push(sentence.to_owned());
        let actions = match self {
            Self::NotLinked => {
                say(
                    "На Госуслуги вы вошли успешно, но ни один профиль Сетевого города с этой учётной записью не \
                     связан, поэтому доступ не открывается. Что сделать:",
                );
                steps = vec![
                    "Войдите по логину и паролю и привяжите её в «Персональных настройках».",
                    "Если пароля нет — получите код привязки в организации.",
                    "Если профиля ещё нет — обратитесь в школу или детский сад.",
                ];
                vec![
                    action("Войти по логину и паролю", "/login"),
                    action("Что такое вход через Госуслуги", "/help/gosuslugi"),
                ]
            }
            Self::AlreadyLinkedOther => {
                say(
                    "Мы не стали ничего менять. Возможно, на этом компьютере кто-то вошёл на Госуслуги раньше вас: \
                     выйдите там и повторите под своей учётной записью.",
                );
                say(
                    "Если учётная запись ваша, а привязка чужая, сообщите в поддержку — её снимут после проверки.",
                );
                vec![again, back]
            }
            Self::ProfileHasOther => {
                if let Some(date) = &facts.date {
                    say(&format!("Она привязана {date}. Чтобы сменить её, сначала отвяжите прежнюю."));
                } else {
                    say("Чтобы сменить её, сначала отвяжите прежнюю.");
                }
                say(&format!("Если вы её не привязывали, позвоните в поддержку: {}.", facts.support_phone));
                vec![SETTINGS]
            }
            Self::LevelLow => {
                if let Some(level) = &facts.level {
                    say(&format!("Ваша учётная запись на Госуслугах — {level}."));
                }
                say(
                    "Для входа в Сетевой город личность нужно подтвердить: в приложении банка, в МФЦ или другим \
                     способом. Обычно это один визит или несколько минут онлайн. Потом вернитесь сюда и повторите.",
                );
                vec![action("Как подтвердить", "/help"), again]
            }
            Self::NameMismatch => {
                if let Some(name) = &facts.journal_name {
                    say(&format!("В Сетевом городе указано: {name}. На Госуслугах — другое имя."));
                }
                say(
                    "Если фамилия менялась или в имени опечатка, попросите организацию исправить данные. Если это \
                     не ваша учётная запись, выйдите из Госуслуг и войдите под своей. Привязка не сохранена.",
                );
                vec![SETTINGS, again]
            }
            Self::Refused => {
                say(
                    "Без этих данных мы не можем понять, чей это профиль. Ничего не сохранено и не изменено. Если \
                     передумаете, начните снова.",
                );
                vec![again, SIGN_IN]
            }
            Self::Unavailable | Self::OurKeyRejected => {
                say(
                    "Мы не смогли связаться с Госуслугами. Так бывает при работах на портале. Попробуйте через \
                     несколько минут.",
                );
                match &facts.date {
                    Some(date) if facts.password_open => {
                        say(&format!("До {date} можно войти по логину и паролю."));
                    }
                    None if facts.password_open => say("Пока можно войти по логину и паролю."),
                    _ => {}
                }
                vec![again, back]
            }
            Self::Expired => {
                let life = facts.life.as_deref().unwrap_or("20 минут");
                say(&format!(
                    "С начала входа прошло больше {life}, и мы закрыли запрос ради безопасности. Начните снова."
                ));
                match facts.retry {
                    Retry::SignIn => vec![BY_ESIA, SIGN_IN],
                    Retry::Link => vec![START_LINK, SETTINGS],
                }
            }
            Self::StateLost => {
                say(
                    "Вход начат в другой вкладке, другом браузере или запрос уже использован. Закройте лишние \
                     вкладки и начните снова здесь.",
                );
                vec![action("Начать снова", facts.retry.address()), back]
            }
            Self::BadSignature => {
                say(
                    "Мы получили ответ, но не смогли убедиться, что он от Госуслуг, поэтому не приняли его. \
                     Попробуйте снова.",
                );
                if facts.reference.is_empty() {
                    say("Если повторится, позвоните в поддержку.");
                } else {
                    say(&format!(
                        "Если повторится, позвоните в поддержку и назовите номер {}.",
                        facts.reference
                    ));
                }
                vec![again, back]
            }
            Self::Blocked => {
                match (&facts.organisation, &facts.date) {
                    (Some(organisation), Some(date)) => {
                        say(&format!("Профиль {organisation} заблокирован организацией {date}."));
                    }
                    (Some(organisation), None) => {
                        say(&format!("Профиль {organisation} заблокирован организацией."))
                    }
                    _ => say("Профиль заблокирован организацией."),
                }
                match &facts.organisation_phone {
                    Some(phone) => say(&format!("Причину знает администратор организации: {phone}.")),
                    None => say("Причину знает администратор организации."),
                }
                vec![SIGN_IN]
            }
            Self::OrgAccount => {
                say(
                    "На Госуслугах выбран вход от юридического лица или предпринимателя. Нужен вход как частное \
                     лицо.",
                );
                vec![action("Повторить и выбрать частное лицо", facts.retry.address()), back]
            }
            Self::PhaseClosed => {
                match &facts.date {
                    Some(date) => say(&format!("Для вашей организации привязка откроется {date}.")),
                    None => say("Для вашей организации привязка ещё не открыта."),
                }
                say("До этого входите по логину и паролю.");
                vec![back]
            }
            Self::Child => {
                say(
                    "До 14 лет ребёнок не регистрируется сам. Родитель с подтверждённой учётной записью создаёт её \
                     в своём кабинете на Госуслугах, затем её можно привязать здесь.",
                );
                vec![action("Как это сделать", "/help"), back]
            }
            Self::SnilsDiffers => {
                say(
                    "СНИЛС на Госуслугах не такой, как в Сетевом городе, поэтому мы не можем считать, что это один \
                     человек. Привязка не сохранена.",
                );
                say(
                    "Если в Сетевом городе опечатка, попросите организацию исправить СНИЛС. Если это не ваша \
                     учётная запись, выйдите из Госуслуг и войдите под своей.",
                );
                vec![SETTINGS, again]
            }
            Self::SnilsMissing => {
                say(
                    "Без него мы не можем убедиться, что профиль и учётная запись Госуслуг принадлежат одному \
                     человеку. Привязка не сохранена.",
                );
                say("Попросите организацию внести СНИЛС в ваш профиль, потом повторите.");
                vec![SETTINGS]
            }
            Self::BirthDateDiffers => {
                say("Дата рождения на Госуслугах не такая, как в Сетевом городе. Привязка не сохранена.");
                say("Если в Сетевом городе опечатка, попросите организацию исправить дату и назовите номер \
                     обращения. Если это не ваша учётная запись, выйдите из Госуслуг и войдите под своей.");
                vec![SETTINGS, again]
            }
            Self::PasswordClosed => {
                match &facts.date {
                    Some(date) => {
                        say(&format!("Для вашей группы он отключён с {date}. Войдите через Госуслуги."))
                    }
                    None => say("Для вашей группы он отключён. Войдите через Госуслуги."),
                }
                say("Если войти через Госуслуги вы не можете, попросите исключение в своей организации.");
                vec![BY_ESIA, action("Войти для привязки", "/login/link")]
            }
            Self::ProfileClosed => {
                match &facts.organisation {
                    Some(organisation) => say(&format!(
                        "Профиль {organisation} закрыт: так бывает после перевода, увольнения или окончания учёбы."
                    )),
                    None => say("Так бывает после перевода, увольнения или окончания учёбы."),
                }
                say("Если вы перешли в другую организацию, обратитесь туда: вам откроют новый профиль.");
                vec![SIGN_IN]
            }
            Self::LastWayIn => {
                match &facts.date {
                    Some(date) => say(&format!(
                        "Вход по паролю отключён с {date}, и эта привязка — ваш единственный способ войти, поэтому \
                         отвязать её самостоятельно нельзя."
                    )),
                    None => say(
                        "Без этой привязки войти вы не сможете, поэтому отвязать её самостоятельно нельзя.",
                    ),
                }
                say("Обратитесь в организацию: она отвяжет учётную запись и выдаст код привязки.");
                vec![SETTINGS]
            }
            Self::LinkFrozen => {
                match &facts.date {
                    Some(date) => say(&format!(
                        "Нам сообщили, что её сделал другой человек, и {date} мы её приостановили. Войти через \
                         Госуслуги нельзя, пока поддержка не разберётся."
                    )),
                    None => {
                        say("Нам сообщили, что её сделал другой человек, и мы её приостановили. Войти через \
                                 Госуслуги нельзя, пока поддержка не разберётся.")
                    }
                }
                say(&format!("Позвоните в поддержку и назовите номер обращения: {}.", facts.support_phone));
                vec![SIGN_IN]
            }
            Self::AnotherSession => {
                say(
                    "С тех пор вы вышли, вошли снова или сменили профиль, поэтому продолжить её нельзя. Ничего не \
                     сохранено.",
                );
                say("Начните привязку снова из «Персональных настроек».");
                vec![START_LINK, SETTINGS]
            }
        };
        Advice { text, steps, actions }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_says_something_and_offers_a_way_on_with_and_without_facts() {
        let full = OutcomeFacts {
            retry: Retry::Link,
            date: Some("1 марта 2026 года".into()),
            level: Some("упрощённая".into()),
            journal_name: Some("Смирнова Анна Викторовна".into()),
            life: Some("20 минут".into()),
            organisation: Some("МБОУ \"СОШ № 12\"".into()),
            organisation_phone: Some("8 (3513) 00-00-00".into()),
            support_phone: "8 800 000-00-00".into(),
            reference: "PRV-1".into(),
            password_open: true,
        };
        for code in OutcomeCode::ALL {
            for facts in [&full, &OutcomeFacts::default()] {
                let advice = code.advice(facts);
                assert!(!advice.text.is_empty() && !advice.actions.is_empty(), "{code:?}");
                for sentence in advice.text.iter().map(String::as_str).chain(advice.steps.iter().copied()) {
                    assert!(
                        sentence.ends_with(['.', ':']) && !sentence.contains("  "),
                        "{code:?}: {sentence}"
                    );
                }
                assert!(advice.actions.iter().all(|action| action.address.starts_with('/')), "{code:?}");
            }
        }
    }

    #[test]
    fn an_operators_code_looks_to_people_like_an_outage() {
        let facts = OutcomeFacts::default();
        let (ours, shown) = (OutcomeCode::OurKeyRejected, OutcomeCode::Unavailable);
        assert_eq!(ours.shown(), shown);
        assert_eq!((ours.heading(), ours.advice(&facts)), (shown.heading(), shown.advice(&facts)));
    }

    #[test]
    fn t27_codes_102_and_103_name_nobody() {
        let facts = OutcomeFacts {
            journal_name: Some("Имя".into()),
            organisation: Some("Школа".into()),
            ..OutcomeFacts::default()
        };
        for code in [OutcomeCode::AlreadyLinkedOther, OutcomeCode::ProfileHasOther] {
            let text = code.advice(&facts).text.join(" ");
            assert!(!text.contains("Имя") && !text.contains("Школа"), "{text}");
        }
    }
}
