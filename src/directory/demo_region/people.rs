//! The demo people, and made-up people by the million for benchmarks.

use chrono::{Days, NaiveDate};

use super::random::SplitMix;
use crate::directory::snils_vault::store_snils;
use crate::directory::{NewProfile, OrganisationId, ProfileStatus, Role};
use crate::identity::{PersonName, Snils};
use crate::platform::clock::Timestamp;
use crate::platform::random;
use crate::platform::secret::Keys;

pub(super) const SCHOOL: &str = "МБОУ \"СОШ № 12\"";
const GYMNASIUM: &str = "МБОУ \"Гимназия № 19\"";
/// The municipality of them all.
pub(super) const MIASS: &str = "Миасский городской округ";
pub(super) const MIASS_AUTHORITY: &str = "Управление образования Миасского городского округа";

/// A journal account of the demo, whose login tutorials and tests rely on.
#[derive(Clone, Copy, Debug)]
pub struct DemoPerson {
    /// Login.
    pub login: &'static str,
    /// Who that is, for the list on the demo's sign-in page.
    pub who: &'static str,
    /// Short name of the organisation, in Миасс.
    pub organisation: &'static str,
    /// Role; an authority's staff signs in on its own tab.
    pub role: Role,
    /// Surname, given name, patronymic.
    pub name: [&'static str; 3],
    /// Year, month, day of birth.
    pub born: (i32, u32, u32),
    /// The first nine digits of the SNILS.
    pub snils_base: u32,
    /// Class or post.
    pub post: Option<&'static str>,
}

/// All demo people, in the order of the list on the sign-in page.
pub const DEMO_PEOPLE: [DemoPerson; 10] = [
    DemoPerson {
        login: "teacher",
        who: "учитель Смирнова Анна Викторовна",
        organisation: SCHOOL,
        role: Role::Staff,
        name: ["Смирнова", "Анна", "Викторовна"],
        born: (1985, 3, 14),
        snils_base: 100_200_301,
        post: Some("учитель математики"),
    },
    DemoPerson {
        login: "anna",
        who: "та же Смирнова как родитель",
        organisation: GYMNASIUM,
        role: Role::Parent,
        name: ["Смирнова", "Анна", "Викторовна"],
        born: (1985, 3, 14),
        snils_base: 100_200_301,
        post: None,
    },
    DemoPerson {
        login: "parent",
        who: "родитель Петров Константин Игоревич",
        organisation: SCHOOL,
        role: Role::Parent,
        name: ["Петров", "Константин", "Игоревич"],
        born: (1983, 7, 2),
        snils_base: 100_200_302,
        post: None,
    },
    DemoPerson {
        login: "parent-gym",
        who: "тот же Петров, родитель во второй школе",
        organisation: GYMNASIUM,
        role: Role::Parent,
        name: ["Петров", "Константин", "Игоревич"],
        born: (1983, 7, 2),
        snils_base: 100_200_302,
        post: None,
    },
    DemoPerson {
        login: "pupil",
        who: "ученик Петров Алексей Константинович, 12 лет",
        organisation: SCHOOL,
        role: Role::Pupil,
        name: ["Петров", "Алексей", "Константинович"],
        born: (2014, 5, 17),
        snils_base: 100_200_303,
        post: Some("6 Б"),
    },
    DemoPerson {
        login: "pupil-own",
        who: "ученица Петрова Софья Константиновна, 11 лет, учётную запись завела сама",
        organisation: SCHOOL,
        role: Role::Pupil,
        name: ["Петрова", "Софья", "Константиновна"],
        born: (2015, 9, 3),
        snils_base: 100_200_309,
        post: Some("5 А"),
    },
    DemoPerson {
        login: "renamed",
        who: "учитель Кравцова Мария Сергеевна, фамилия на Госуслугах другая",
        organisation: SCHOOL,
        role: Role::Staff,
        name: ["Кравцова", "Мария", "Сергеевна"],
        born: (1990, 9, 21),
        snils_base: 100_200_304,
        post: Some("учитель русского языка"),
    },
    DemoPerson {
        login: "mismatch",
        who: "учитель Сидоров Павел Андреевич, СНИЛС и дата рождения не совпадают",
        organisation: SCHOOL,
        role: Role::Staff,
        name: ["Сидоров", "Павел", "Андреевич"],
        born: (1981, 1, 15),
        snils_base: 100_200_395,
        post: Some("учитель физики"),
    },
    DemoPerson {
        login: "lowlevel",
        who: "учитель Кузнецов Игорь Олегович, упрощённая учётная запись",
        organisation: SCHOOL,
        role: Role::Staff,
        name: ["Кузнецов", "Игорь", "Олегович"],
        born: (1992, 2, 8),
        snils_base: 100_200_306,
        post: Some("учитель истории"),
    },
    DemoPerson {
        login: "authority",
        who: "сотрудник управления образования Белова Татьяна Николаевна",
        organisation: MIASS_AUTHORITY,
        role: Role::Authority,
        name: ["Белова", "Татьяна", "Николаевна"],
        born: (1975, 6, 11),
        snils_base: 100_200_308,
        post: Some("главный специалист"),
    },
];

impl DemoPerson {
    /// Whether this login belongs on the tab «Орган управления».
    pub fn is_authority(&self) -> bool {
        self.role == Role::Authority
    }

    pub(super) fn profile(
        &self,
        organisation: OrganisationId,
        keys: &Keys,
        now: Timestamp,
        password_hash: &str,
    ) -> NewProfile {
        let [last, first, middle] = self.name;
        let (year, month, day) = self.born;
        let uid = random::uuid().to_string();
        let snils = store_snils(keys, &uid, &Snils::with_control_sum(self.snils_base));
        NewProfile {
            uid,
            organisation,
            login: self.login.to_owned(),
            password_hash: Some(password_hash.to_owned()),
            name: PersonName::new(last, first, Some(middle)),
            birth_date: NaiveDate::from_ymd_opt(year, month, day),
            snils: Some(snils),
            email: Some(format!("{}@journal.example", self.login)),
            phone: Some(format!("+7 900 000-03-{:02}", self.snils_base % 100)),
            post: self.post.map(str::to_owned),
            roles: vec![self.role],
            status: ProfileStatus::Active,
            created_at: now,
        }
    }
}

/// Surname, given names and patronymics of one grammatical gender.
struct Names {
    last: [&'static str; 20],
    first: [&'static str; 16],
    middle: [&'static str; 12],
}

const WOMEN: Names = Names {
    last: [
        "Абрамова",
        "Баранова",
        "Васильева",
        "Гордеева",
        "Дьячкова",
        "Ермолаева",
        "Жукова",
        "Зайцева",
        "Исаева",
        "Королёва",
        "Логинова",
        "Мухаметова",
        "Назарова",
        "Орехова",
        "Пономарёва",
        "Рябова",
        "Семёнова",
        "Тихонова",
        "Фёдорова",
        "Шарипова",
    ],
    first: [
        "Алёна",
        "Галина",
        "Дарья",
        "Екатерина",
        "Жанна",
        "Зульфия",
        "Ирина",
        "Ксения",
        "Людмила",
        "Марина",
        "Наталья",
        "Ольга",
        "Полина",
        "Светлана",
        "Юлия",
        "Эльвира",
    ],
    middle: [
        "Александровна",
        "Борисовна",
        "Вячеславовна",
        "Геннадьевна",
        "Дмитриевна",
        "Ильинична",
        "Львовна",
        "Михайловна",
        "Павловна",
        "Рашидовна",
        "Степановна",
        "Фёдоровна",
    ],
};

const MEN: Names = Names {
    last: [
        "Абрамов",
        "Баранов",
        "Васильев",
        "Гордеев",
        "Дьячков",
        "Ермолаев",
        "Жуков",
        "Зайцев",
        "Исаев",
        "Королёв",
        "Логинов",
        "Мухаметов",
        "Назаров",
        "Орехов",
        "Пономарёв",
        "Рябов",
        "Семёнов",
        "Тихонов",
        "Фёдоров",
        "Шарипов",
    ],
    first: [
        "Артём",
        "Булат",
        "Виктор",
        "Григорий",
        "Денис",
        "Евгений",
        "Илья",
        "Кирилл",
        "Леонид",
        "Максим",
        "Никита",
        "Олег",
        "Роман",
        "Семён",
        "Тимур",
        "Юрий",
    ],
    middle: [
        "Александрович",
        "Борисович",
        "Вячеславович",
        "Геннадьевич",
        "Дмитриевич",
        "Ильич",
        "Львович",
        "Михайлович",
        "Павлович",
        "Рашидович",
        "Степанович",
        "Фёдорович",
    ],
};

/// Made-up people have their numbers from here on, far from those of the demo people.
const FIRST_SNILS: u32 = 500_000_000;

/// A made-up person without an organisation yet. `Debug` shows the login only.
#[derive(Clone, PartialEq, Eq)]
pub struct GeneratedPerson {
    /// Login, unique among the people of one call.
    pub login: String,
    /// Name.
    pub name: PersonName,
    /// Date of birth.
    pub birth_date: NaiveDate,
    /// SNILS, unique among the people of one call.
    pub snils: Snils,
    /// Role.
    pub role: Role,
    /// Place among the people of one call.
    pub number: u32,
}

/// The telephone of the made-up person of that number, below ten million.
pub fn generated_phone(number: u32) -> String {
    let digits = format!("{:07}", number % 10_000_000);
    format!("+7 900 {}-{}-{}", &digits[..3], &digits[3..5], &digits[5..])
}

impl std::fmt::Debug for GeneratedPerson {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "GeneratedPerson({})", self.login)
    }
}

/// `count` made-up people, one at a time: the same ones for the same seed.
///
/// Hand them to [`profiles::insert_batch`](crate::store::profiles::insert_batch) a few thousand a
/// transaction, and a million needs no memory.
pub fn generated_people(seed: u64, count: u32) -> impl Iterator<Item = GeneratedPerson> {
    let mut random = SplitMix::new(seed);
    (0..count).map(move |number| {
        let names = if random.below(2) == 0 { &WOMEN } else { &MEN };
        let middle = (random.below(20) > 0).then(|| random.pick(&names.middle));
        let name = PersonName::new(random.pick(&names.last), random.pick(&names.first), middle);
        let role = random.pick(&[Role::Pupil, Role::Parent, Role::Parent, Role::Staff]);
        let (oldest, span) = if role == Role::Pupil { (2008, 11 * 365) } else { (1960, 42 * 365) };
        let birth_date =
            NaiveDate::from_yo_opt(oldest, 1).unwrap_or_default() + Days::new(u64::from(random.below(span)));
        let snils = Snils::with_control_sum(FIRST_SNILS.wrapping_add(number));
        GeneratedPerson { login: format!("user-{number:07}"), name, birth_date, snils, role, number }
    })
}

impl GeneratedPerson {
    /// The person's profile in an organisation.
    pub fn profile(
        self,
        organisation: OrganisationId,
        keys: &Keys,
        now: Timestamp,
        password_hash: Option<&str>,
    ) -> NewProfile {
        let uid = random::uuid().to_string();
        let snils = store_snils(keys, &uid, &self.snils);
        NewProfile {
            uid,
            organisation,
            email: Some(format!("{}@journal.example", self.login)),
            login: self.login,
            password_hash: password_hash.map(str::to_owned),
            name: self.name,
            birth_date: Some(self.birth_date),
            snils: Some(snils),
            phone: Some(generated_phone(self.number)),
            post: None,
            roles: vec![self.role],
            status: ProfileStatus::Active,
            created_at: now,
        }
    }
}
