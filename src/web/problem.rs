//! Catalog of what can be wrong in a field of a form: which field, which words. The same words stand in
//! the summary above the page and beside the field. `docs/microcopy.md` lists them.

use std::fmt;

use crate::helpdesk::links::bulk::read_list::ListProblem;
use crate::platform::table_file::TableProblem;
use crate::russian::{self, Plural};
use crate::sign_in::PasswordProblem;

/// One problem of a form just sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// No organisation chosen.
    OrganisationMissing,
    /// No login entered.
    LoginMissing,
    /// No password entered.
    PasswordMissing,
    /// Unknown login, or another password: one message for both.
    Credentials,
    /// Too many failures; wait so many minutes.
    Locked {
        /// Minutes, at least one.
        minutes: u64,
    },
    /// The new password is the one there is.
    NewPasswordSame,
    /// No code of the second factor entered.
    CodeMissing,
    /// The code of the second factor does not fit.
    CodeWrong,
    /// Too many wrong ones; wait so many minutes.
    CodeLocked {
        /// Minutes, at least one.
        minutes: u64,
    },
    /// The session of that profile did not begin through Gosuslugi just now.
    EsiaMissing,
    /// No name of a new operator.
    NameMissing,
    /// Not in the form of an e-mail address.
    EmailForm,
    /// The login is another operator's.
    LoginTaken,
    /// No role chosen.
    RoleMissing,
    /// No area chosen, or none of that name.
    AreaMissing,
    /// Several organisations have such a name.
    OrganisationUnclear,
    /// The region would have no administrator left.
    LastAdministrator,
    /// The same for an operator, who chooses no organisation.
    OperatorCredentials,
    /// The same wait for an operator, who has no other way in.
    OperatorLocked {
        /// Minutes, at least one.
        minutes: u64,
    },
    /// Right password, but the organisation has blocked the profile.
    Blocked {
        /// Short name of the organisation.
        organisation: String,
        /// Its telephone.
        phone: String,
    },
    /// Nothing entered where a login or e-mail is asked to recover the password.
    RecoverMissing,
    /// New password under the minimum.
    NewPasswordShort,
    /// New password longer than can be hashed in bounded time.
    NewPasswordLong,
    /// New password from the list of common ones.
    NewPasswordCommon,
    /// The repetition differs.
    NewPasswordDiffers,
    /// No profile chosen in the chooser.
    ProfileMissing,
    /// Neither «это мои данные» nor «не привязывать».
    ConfirmMissing,
    /// The password asked for again does not fit.
    PasswordAgainWrong,
    /// Linking code unknown, used or too old.
    LinkingCode,
    /// An operator chose no reason.
    ReasonMissing,
    /// What an operator's deed rests on is too short, or longer than is kept.
    BasisShort,
    /// Nothing written to the support.
    ReportMissing,
    /// More written than is kept.
    ReportLong,
    /// Nothing written to the person or to colleagues.
    AnswerMissing,
    /// No address to answer to.
    ContactMissing,
    /// No letter can go to that address.
    ContactWrong,
    /// Too little to search for.
    SearchShort,
    /// No organisation of the area is named so.
    OrganisationUnknown,
    /// Several are.
    OrganisationAmbiguous,
    /// Days that are none, too many, or the wrong way round.
    AuditDays,
    /// No number of an operator.
    AuditOperator,
    /// No number of a profile.
    AuditProfile,
    /// No linking code entered.
    LinkingCodeMissing,
    /// Too many wrong codes; wait so many minutes.
    LinkingCodeLocked {
        /// Minutes, at least one.
        minutes: u64,
    },
    /// Right password, but one that an operator handed out too long ago.
    OneTimePasswordExpired,
    /// Nobody is of that class, role or login.
    NobodySelected,
    /// The new password is the one that an operator handed out.
    OneTimePasswordKept,
    /// No file chosen.
    FileMissing,
    /// Larger than a list may be.
    FileTooLarge,
    /// The file is no list.
    List(ListProblem),
}

impl Problem {
    /// Id of the field it belongs to; the summary links there.
    pub fn field(&self) -> &'static str {
        match self {
            Self::OrganisationMissing => "organisation",
            Self::LoginMissing
            | Self::Credentials
            | Self::Locked { .. }
            | Self::Blocked { .. }
            | Self::OneTimePasswordExpired => "login",
            Self::OperatorCredentials | Self::OperatorLocked { .. } => "login",
            Self::PasswordMissing | Self::PasswordAgainWrong => "password",
            Self::RecoverMissing => "login",
            Self::NewPasswordShort | Self::NewPasswordLong | Self::NewPasswordCommon => "new_password",
            Self::NewPasswordSame | Self::OneTimePasswordKept => "new_password",
            Self::CodeMissing | Self::CodeWrong | Self::CodeLocked { .. } => "code",
            Self::NameMissing => "name",
            Self::EmailForm => "email",
            Self::LoginTaken => "login",
            Self::RoleMissing | Self::LastAdministrator => "role",
            Self::AreaMissing | Self::OrganisationUnclear => "organisation",
            Self::EsiaMissing => "esia",
            Self::NewPasswordDiffers => "repeat_password",
            Self::ProfileMissing => "profile",
            Self::ConfirmMissing => "decision",
            Self::LinkingCode | Self::LinkingCodeMissing | Self::LinkingCodeLocked { .. } => "code",
            Self::NobodySelected => "post",
            Self::ReasonMissing => "reason",
            Self::BasisShort => "basis",
            Self::ReportMissing | Self::ReportLong | Self::AnswerMissing => "text",
            Self::ContactMissing | Self::ContactWrong => "contact",
            Self::SearchShort => "q",
            Self::OrganisationUnknown => "organisation_name",
            Self::OrganisationAmbiguous => "organisation",
            Self::AuditDays => "from",
            Self::AuditOperator => "operator",
            Self::AuditProfile => "profile",
            Self::FileMissing | Self::FileTooLarge | Self::List(_) => "file",
        }
    }
}

impl From<PasswordProblem> for Problem {
    fn from(problem: PasswordProblem) -> Self {
        match problem {
            PasswordProblem::TooShort => Self::NewPasswordShort,
            PasswordProblem::TooLong => Self::NewPasswordLong,
            PasswordProblem::SameAsLogin | PasswordProblem::Common => Self::NewPasswordCommon,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OrganisationMissing => f.write_str("Выберите образовательную организацию"),
            Self::LoginMissing => f.write_str("Введите логин"),
            Self::PasswordMissing => f.write_str("Введите пароль"),
            Self::Credentials => f.write_str(
                "Логин или пароль не подошли. Проверьте раскладку клавиатуры и выбранную организацию.",
            ),
            Self::Locked { minutes } => write!(
                f,
                "Слишком много неудачных попыток подряд. Повторите через {}. Пароль можно восстановить, \
                 а через Госуслуги — войти сразу.",
                russian::counted(*minutes, Plural::MINUTE_ACCUSATIVE)
            ),
            Self::OperatorCredentials => {
                f.write_str("Логин или пароль не подошли. Проверьте раскладку клавиатуры.")
            }
            Self::OperatorLocked { minutes } => write!(
                f,
                "Слишком много неудачных попыток подряд. Повторите через {}.",
                russian::counted(*minutes, Plural::MINUTE_ACCUSATIVE)
            ),
            Self::Blocked { organisation, phone } => write!(
                f,
                "Учётная запись заблокирована организацией. Обратитесь к администратору: \
                 {organisation}, {phone}."
            ),
            Self::RecoverMissing => f.write_str("Введите логин или электронную почту"),
            Self::NewPasswordShort => f.write_str("Пароль короче 8 знаков. Придумайте длиннее"),
            Self::NewPasswordLong => f.write_str("Пароль длиннее 256 знаков. Придумайте короче"),
            Self::NewPasswordCommon => f.write_str("Такой пароль легко угадать. Придумайте другой"),
            Self::NewPasswordSame => f.write_str("Новый пароль совпадает с прежним. Придумайте другой"),
            Self::CodeMissing => f.write_str("Введите код"),
            Self::CodeWrong => f.write_str(
                "Код не подошёл. Проверьте, верно ли на телефоне время, дождитесь нового кода и введите его",
            ),
            Self::CodeLocked { minutes } => write!(
                f,
                "Слишком много неверных кодов подряд. Повторите через {}",
                russian::counted(*minutes, Plural::MINUTE_ACCUSATIVE)
            ),
            Self::NameMissing => f.write_str("Введите фамилию, имя и отчество"),
            Self::EmailForm => f.write_str("Введите почту, например: misha@example.com"),
            Self::LoginTaken => f.write_str("Этот логин уже занят. Придумайте другой"),
            Self::RoleMissing => f.write_str("Выберите роль"),
            Self::AreaMissing => f.write_str("Выберите зону или укажите организацию из вашей зоны"),
            Self::OrganisationUnclear => f.write_str("Подходят несколько организаций. Выберите одну"),
            Self::LastAdministrator => {
                f.write_str("Это последний администратор области. Сначала назначьте другого")
            }
            Self::EsiaMissing => f.write_str(
                "Вход через Госуслуги ещё не подтверждён. Войдите через Госуслуги в этом же браузере и повторите",
            ),
            Self::NewPasswordDiffers => f.write_str("Пароли не совпали. Введите новый пароль ещё раз"),
            Self::ProfileMissing => f.write_str("Выберите профиль, чтобы войти"),
            Self::ConfirmMissing => f.write_str("Выберите, привязывать ли учётную запись"),
            Self::PasswordAgainWrong => f.write_str("Пароль не подошёл. Проверьте раскладку клавиатуры"),
            Self::SearchShort => f.write_str("Введите не меньше трёх знаков"),
            Self::OrganisationUnknown => {
                f.write_str("В вашей зоне нет такой организации. Проверьте название или очистите поле")
            }
            Self::OrganisationAmbiguous => f.write_str("Выберите, какая это организация"),
            Self::AuditDays => {
                f.write_str("Укажите дни, например 01.03.2026: не больше 31 дня, последний не раньше первого")
            }
            Self::AuditOperator => f.write_str("Номер оператора — это целое число, например 3"),
            Self::AuditProfile => f.write_str("Номер профиля — это целое число, например 17"),
            Self::ReasonMissing => f.write_str("Укажите причину"),
            Self::BasisShort => f.write_str("Опишите основание, не меньше 10 знаков"),
            Self::LinkingCodeMissing => f.write_str("Введите код привязки"),
            Self::LinkingCodeLocked { minutes } => write!(
                f,
                "Слишком много неудачных попыток подряд. Повторите через {}. Код от этого не пропадёт.",
                russian::counted(*minutes, Plural::MINUTE_ACCUSATIVE)
            ),
            Self::OneTimePasswordExpired => {
                f.write_str("Одноразовый пароль больше не действует. Попросите новый в организации.")
            }
            Self::NobodySelected => {
                f.write_str("Таких людей в организации нет. Выберите другой класс или роль")
            }
            Self::OneTimePasswordKept => f.write_str("Это одноразовый пароль. Придумайте другой"),
            Self::LinkingCode => f.write_str(
                "Код не подошёл или устарел. Проверьте цифры или попросите новый код в организации.",
            ),
            Self::ReportMissing => f.write_str("Напишите, что случилось"),
            Self::ReportLong => f.write_str("Текст длиннее 2000 знаков. Сократите его"),
            Self::AnswerMissing => f.write_str("Напишите ответ или заметку"),
            Self::ContactMissing => f.write_str("Укажите электронную почту, куда ответить"),
            Self::FileMissing => f.write_str("Выберите файл со списком"),
            Self::FileTooLarge => f.write_str("Файл больше 10 МБ. Разделите его на несколько"),
            Self::List(problem) => list_problem(*problem, f),
            Self::ContactWrong => f.write_str("Проверьте адрес электронной почты, например: anna@example.ru"),
        }
    }
}

fn list_problem(problem: ListProblem, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match problem {
        ListProblem::Empty => f.write_str("В файле нет ни одной строки с профилем"),
        ListProblem::NoColumn { line } => {
            write!(f, "В строке {line} нет столбца «uid». Назовите так столбец с идентификаторами профилей")
        }
        ListProblem::Table(TableProblem::TooLarge) => write!(f, "{}", Problem::FileTooLarge),
        ListProblem::Table(TableProblem::NotText) => f.write_str(
            "Файл не похож на таблицу CSV в кодировке UTF-8 или windows-1251. Сохраните список как CSV",
        ),
        ListProblem::Table(TableProblem::TooManyRows { line }) => write!(
            f,
            "В файле больше 200 000 строк, лишние начинаются со строки {line}. Разделите файл на несколько"
        ),
        ListProblem::Table(TableProblem::TooManyColumns { line }) => {
            write!(f, "В строке {line} слишком много столбцов. Проверьте, тот ли это файл")
        }
        ListProblem::Table(TableProblem::CellTooLong { line }) => {
            write!(f, "В строке {line} слишком длинное значение. Проверьте кавычки")
        }
        ListProblem::Table(TableProblem::Nul { line }) => {
            write!(f, "В строке {line} недопустимый знак. Сохраните список как CSV заново")
        }
    }
}
