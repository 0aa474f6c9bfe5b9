//! The invented people of the stand. Nobody here exists; the addresses end in `.example`.

use std::sync::LazyLock;

/// Password of every persona: the stand publishes it on its start page.
pub const STAND_PASSWORD: &str = "stand-2026";

/// What kind of account a persona has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountLevel {
    /// Identity was checked in person or by other strong means.
    Confirmed,
    /// Name and phone only.
    Simplified,
    /// A child's account, made by a parent.
    Child,
}

impl AccountLevel {
    /// Every level.
    pub const ALL: [Self; 3] = [Self::Confirmed, Self::Simplified, Self::Child];

    /// `urn:esia:sbj:lvl` of the tokens.
    pub fn wire(self) -> &'static str {
        match self {
            Self::Confirmed => "PR",
            Self::Simplified => "P",
            Self::Child => "KD",
        }
    }

    /// For the stand's own pages.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Confirmed => "подтверждённая",
            Self::Simplified => "упрощённая",
            Self::Child => "детская",
        }
    }
}

/// One invented person with an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Persona {
    /// ESIA's number of the person.
    pub oid: i64,
    /// Surname.
    pub last_name: &'static str,
    /// First name.
    pub first_name: &'static str,
    /// Patronymic.
    pub middle_name: &'static str,
    /// `dd.MM.yyyy`, as ESIA writes it.
    pub birth_date: &'static str,
    /// `M` or `F`, as ESIA writes it.
    pub gender: &'static str,
    /// The nine digits of the SNILS; [`Persona::snils`] adds the control sum.
    pub snils_number: u32,
    /// Mobile phone `+7(900)0000000`; children may have none.
    pub phone: Option<&'static str>,
    /// E-mail, which is also the login shown everywhere.
    pub email: &'static str,
    /// Kind of account.
    pub level: AccountLevel,
    /// What the persona is good for in a training, for the start page.
    pub purpose: &'static str,
}

/// Everybody the stand knows. The journal's demo people (`docs/stand.md`) are made to match.
pub const DEMO_PERSONAS: &[Persona] = &[
    Persona {
        oid: 1_000_000_001,
        last_name: "Смирнова",
        first_name: "Анна",
        middle_name: "Викторовна",
        birth_date: "14.03.1985",
        gender: "F",
        snils_number: 100_200_301,
        phone: Some("+7(900)1000001"),
        email: "smirnova@stand.example",
        level: AccountLevel::Confirmed,
        purpose: "учитель, данные совпадают с журналом",
    },
    Persona {
        oid: 1_000_000_002,
        last_name: "Петров",
        first_name: "Константин",
        middle_name: "Игоревич",
        birth_date: "02.07.1983",
        gender: "M",
        snils_number: 100_200_302,
        phone: Some("+7(900)1000002"),
        email: "petrov@stand.example",
        level: AccountLevel::Confirmed,
        purpose: "родитель с профилями в двух школах",
    },
    Persona {
        oid: 1_000_000_003,
        last_name: "Петров",
        first_name: "Алексей",
        middle_name: "Константинович",
        birth_date: "17.05.2014",
        gender: "M",
        snils_number: 100_200_303,
        phone: None,
        email: "alesha@stand.example",
        level: AccountLevel::Child,
        purpose: "ученик 12 лет",
    },
    Persona {
        oid: 1_000_000_004,
        last_name: "Орлова",
        first_name: "Мария",
        middle_name: "Сергеевна",
        birth_date: "21.09.1990",
        gender: "F",
        snils_number: 100_200_304,
        phone: Some("+7(900)1000004"),
        email: "orlova@stand.example",
        level: AccountLevel::Confirmed,
        purpose: "сменила фамилию, СНИЛС тот же",
    },
    Persona {
        oid: 1_000_000_005,
        last_name: "Сидоров",
        first_name: "Павел",
        middle_name: "Андреевич",
        birth_date: "30.11.1979",
        gender: "M",
        snils_number: 100_200_305,
        phone: Some("+7(900)1000005"),
        email: "sidorov@stand.example",
        level: AccountLevel::Confirmed,
        purpose: "СНИЛС и дата рождения не совпадают с журналом",
    },
    Persona {
        oid: 1_000_000_006,
        last_name: "Кузнецов",
        first_name: "Игорь",
        middle_name: "Олегович",
        birth_date: "08.02.1992",
        gender: "M",
        snils_number: 100_200_306,
        phone: Some("+7(900)1000006"),
        email: "kuznetsov@stand.example",
        level: AccountLevel::Simplified,
        purpose: "учётная запись не подтверждена",
    },
    Persona {
        oid: 1_000_000_007,
        last_name: "Никитина",
        first_name: "Ольга",
        middle_name: "Павловна",
        birth_date: "05.12.1988",
        gender: "F",
        snils_number: 100_200_307,
        phone: Some("+7(900)1000007"),
        email: "nobody@stand.example",
        level: AccountLevel::Confirmed,
        purpose: "в журнале профиля нет",
    },
    Persona {
        oid: 1_000_000_008,
        last_name: "Белова",
        first_name: "Татьяна",
        middle_name: "Николаевна",
        birth_date: "11.06.1975",
        gender: "F",
        snils_number: 100_200_308,
        phone: Some("+7(900)1000008"),
        email: "belova@stand.example",
        level: AccountLevel::Confirmed,
        purpose: "сотрудник управления образования",
    },
    Persona {
        oid: 1_000_000_009,
        last_name: "Петрова",
        first_name: "Софья",
        middle_name: "Константиновна",
        birth_date: "03.09.2015",
        gender: "F",
        snils_number: 100_200_309,
        phone: Some("+7(900)1000009"),
        email: "sonya@stand.example",
        level: AccountLevel::Simplified,
        purpose: "ученица 11 лет, учётную запись завела сама",
    },
];

impl Persona {
    /// Finds by what people type into the one login field: e-mail, phone or SNILS in any usual form.
    pub fn find_by_login(login: &str) -> Option<&'static Self> {
        let login = login.trim();
        let digits: String = login.chars().filter(char::is_ascii_digit).collect();
        DEMO_PERSONAS.iter().find(|persona| {
            persona.email.eq_ignore_ascii_case(login)
                || persona.phone.is_some_and(|phone| same_phone(phone, &digits))
                || persona.snils_digits() == digits
        })
    }

    /// Finds by ESIA's number.
    pub fn find_by_oid(oid: i64) -> Option<&'static Self> {
        DEMO_PERSONAS.iter().find(|persona| persona.oid == oid)
    }

    /// Surname, first name, patronymic.
    pub fn full_name(&self) -> String {
        format!("{} {} {}", self.last_name, self.first_name, self.middle_name)
    }

    /// SNILS with its control sum, `000-000-000 00`.
    pub fn snils(&self) -> String {
        let d = self.snils_digits();
        format!("{}-{}-{} {}", &d[..3], &d[3..6], &d[6..9], &d[9..])
    }

    /// The same person with an account of this level.
    pub fn with_level(&self, level: AccountLevel) -> &'static Self {
        static VARIANTS: LazyLock<Vec<Persona>> = LazyLock::new(|| {
            let of_level =
                |level| DEMO_PERSONAS.iter().map(move |persona| Persona { level, ..persona.clone() });
            AccountLevel::ALL.into_iter().flat_map(of_level).collect()
        });
        let found = VARIANTS.iter().find(|variant| variant.oid == self.oid && variant.level == level);
        found.unwrap_or(&DEMO_PERSONAS[0])
    }

    /// The invented taxpayer number: its control digits are wrong on purpose.
    pub fn inn(&self) -> String {
        format!("7400{:08}", self.oid % 100_000_000)
    }

    /// The child that this person has entered in the cabinet.
    pub fn child(&self) -> Option<&'static Self> {
        (self.oid == 1_000_000_002).then(|| Self::find_by_oid(1_000_000_003)).flatten()
    }

    /// Whether the account holds a checked SNILS.
    pub fn has_snils(&self) -> bool {
        self.level != AccountLevel::Simplified
    }

    fn snils_digits(&self) -> String {
        let nine = format!("{:09}", self.snils_number);
        let sum: u32 = nine.bytes().zip((1..=9).rev()).map(|(d, weight)| u32::from(d - b'0') * weight).sum();
        format!("{nine}{:02}", sum % 101 % 100)
    }
}

/// `+7(900)1000001` is also typed as `8 900 100-00-01` or without the first digit.
fn same_phone(phone: &str, typed: &str) -> bool {
    let own: String = phone.chars().filter(char::is_ascii_digit).skip(1).collect();
    match typed.len() {
        10 => typed == own,
        11 => typed.starts_with(['7', '8']) && typed[1..] == own,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_table_holds_nine_different_people_with_right_control_sums() {
        let oids: Vec<i64> = DEMO_PERSONAS.iter().map(|p| p.oid).collect();
        assert_eq!(oids, (1_000_000_001..=1_000_000_009).collect::<Vec<_>>());
        for persona in DEMO_PERSONAS {
            let digits: Vec<u32> = persona.snils().chars().filter_map(|c| c.to_digit(10)).collect();
            assert_eq!(digits.len(), 11);
            let sum: u32 = digits.iter().take(9).enumerate().map(|(place, d)| d * (9 - place as u32)).sum();
            let expected = if sum % 101 == 100 { 0 } else { sum % 101 };
            assert_eq!(digits[9] * 10 + digits[10], expected, "{}", persona.email);
            assert!(chrono::NaiveDate::parse_from_str(persona.birth_date, "%d.%m.%Y").is_ok());
        }
        let distinct =
            |of: fn(&Persona) -> String| DEMO_PERSONAS.iter().map(of).collect::<HashSet<_>>().len();
        assert_eq!(distinct(|p| p.email.to_owned()), 9);
        assert_eq!(distinct(Persona::snils), 9);
    }

    #[test]
    fn t63_the_people_are_invented() {
        for persona in DEMO_PERSONAS {
            assert!(persona.email.ends_with("@stand.example"), "{}", persona.email);
            assert!(persona.phone.is_none_or(|phone| phone.starts_with("+7(900)")));
        }
    }

    #[test]
    fn a_person_is_found_by_email_phone_or_snils_as_people_type_them() {
        for login in [
            "smirnova@stand.example",
            " Smirnova@Stand.Example ",
            "+7(900)1000001",
            "8 900 100-00-01",
            "9001000001",
            &DEMO_PERSONAS[0].snils(),
            &DEMO_PERSONAS[0].snils_digits(),
        ] {
            assert_eq!(Persona::find_by_login(login).map(|p| p.oid), Some(1_000_000_001), "{login}");
        }
        for login in ["", "smirnova", "+1 900 100 00 01", "1000001", "100-200-301"] {
            assert_eq!(Persona::find_by_login(login), None, "{login}");
        }
    }
}
