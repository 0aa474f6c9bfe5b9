//! Passwords among the first that anybody tries, gathered for this service: digits, keyboard rows in both
//! layouts, names and words of school. Only those of eight characters and more can be chosen at all.

/// Whether `password` is one of them; case does not help.
pub fn contains(password: &str) -> bool {
    let lower = password.to_lowercase();
    COMMON.contains(&lower.as_str()) || is_one_character(&lower) || is_a_run(&lower)
}

/// «11111111», «аааааааа».
fn is_one_character(text: &str) -> bool {
    let mut characters = text.chars();
    let first = characters.next();
    characters.all(|c| Some(c) == first)
}

/// «23456789», «98765432», «abcdefgh», «абвгдежз»: neighbours all the way, up or down.
fn is_a_run(text: &str) -> bool {
    let codes: Vec<u32> = text.chars().map(u32::from).collect();
    let steps = |by: i64| codes.windows(2).all(|pair| i64::from(pair[1]) - i64::from(pair[0]) == by);
    steps(1) || steps(-1)
}

#[rustfmt::skip]
const COMMON: &[&str] = &[
    // Digits.
    "1234567890", "0123456789", "0987654321", "12344321", "11223344", "1122334455", "12121212", "123123123",
    "12312312", "13131313", "14141414", "11112222", "11110000", "10101010", "20202020", "01010101", "12341234",
    "123454321", "1234554321", "123321123", "147258369", "159357159", "159753159", "789456123", "741852963",
    "987456321", "135792468", "1357924680", "102030405", "1020304050", "31415926", "77777770", "70007000",
    "11235813", "55555550", "10203040", "98769876", "12356789", "00000001", "19191919",
    // Years and dates.
    "20002000", "20102010", "20122012", "20202021", "20222022", "20232023", "20242024", "20252025", "20262026",
    "01012000", "01012010", "01012020", "01011990", "12061990", "09051945", "12041961", "01091939", "01092020",
    "23022020", "08032020", "31122025", "01012025", "01012026",
    // Keyboard rows, Latin.
    "qwertyui", "qwertyuio", "qwertyuiop", "asdfghjk", "asdfghjkl", "zxcvbnm1", "zxcvbnm123", "qwerty12",
    "qwerty123", "qwerty1234", "qwerty12345", "qwerty123456", "qwertyqwerty", "1qaz2wsx", "1qaz2wsx3edc",
    "qazwsxedc", "qazwsx123", "zaq12wsx", "zaq1xsw2", "q1w2e3r4", "q1w2e3r4t5", "1q2w3e4r", "1q2w3e4r5t",
    "1q2w3e4r5t6y", "qweasdzxc", "qwe123qwe", "qweqweqwe", "asdasdasd", "zxczxczxc", "asdf1234", "1234qwer",
    "12345qwe", "123456qwe", "123qweasd", "qwer1234", "qwertzui", "poiuytrewq", "lkjhgfdsa", "mnbvcxz1",
    "qazxswedc", "123qwe123", "12qwaszx", "a1b2c3d4", "aa123456", "abc12345", "abcd1234", "abc123456",
    "a1234567", "a12345678", "a123456789", "1234567a", "12345678a", "123456789a", "1234567q", "12345678q",
    "123456789q", "q1234567", "q12345678", "123456aa", "123456ab", "123abc123", "zzzxxxccc",
    // Keyboard rows, Cyrillic.
    "йцукенгш", "йцукенгшщ", "йцукенгшщз", "йцукенгшщзхъ", "фывапрол", "фывапролд", "фывапролджэ", "ячсмитьбю",
    "йцукен12", "йцукен123", "йцукен1234", "йцукен12345", "йфяцычувс", "1й2ц3у4к", "й1ц2у3к4", "йцуфывячс",
    "йцуйцуйцу", "123йцукен", "12345йцу", "1234йцук", "фыва1234", "йцук1234", "ячсмить1", "фывфывфыв",
    // Russian words typed in the Latin layout.
    "gfhjkm123", "gfhjkm12", "gfhjkmgfhjkm", "ghbdtn123", "ghbdtnghbdtn", "k.,jdm123", "cjkysirj", "vfvfgfgf",
    "hjccbz2020", "hjccbz123", "irjkf123", "exbntkm1", "exbntkm123", "lytdybr1", "lytdybr123", "vfhbyf123",
    "yfnfif123", "fylhtq123", "fktrcfylh", "fktrcfylhf", "dkflbvbh",
    // Words.
    "password", "password1", "password12", "password123", "passw0rd", "p@ssw0rd", "p@ssword", "letmein1",
    "welcome1", "welcome123", "iloveyou", "iloveyou1", "sunshine", "princess", "football", "baseball",
    "superman", "computer", "internet", "whatever", "trustno1", "starwars", "michelle", "jennifer",
    "pokemon1", "minecraft", "minecraft1", "dragon123", "monkey123", "master123", "admin123", "admin1234",
    "administrator", "adminadmin", "user1234", "test1234", "testtest", "guest123", "changeme", "default1",
    "пароль12", "пароль123", "пароль1234", "парольпароль", "мойпароль", "привет123", "приветпривет", "любовь123",
    "солнышко", "котёнок1", "котенок1", "россия123", "россия2020", "челябинск", "челябинск74", "chelyabinsk",
    "chelyabinsk74", "спартак1", "зенит123", "трактор74", "traktor74", "magnitogorsk", "магнитогорск",
    // School.
    "школа123", "школа1234", "школа2020", "ученик123", "учитель1", "учитель123", "родитель", "родитель1",
    "родитель123", "дневник1", "дневник123", "журнал123", "сетевойгород", "shkola123", "school123",
    "uchitel1", "uchitel123", "uchenik1", "uchenik123", "dnevnik1", "dnevnik123", "roditel1", "roditel123",
    "teacher1", "teacher123", "student1", "student123", "parent123", "setevoygorod", "netschool", "netschool1",
    "gosuslugi", "gosuslugi1", "gosuslugi123", "госуслуги", "госуслуги1", "госуслуги123",
    // Names.
    "анастасия", "александр", "александра", "екатерина", "елизавета", "владимир", "виктория", "валентина",
    "константин", "светлана", "маргарита", "наталья1", "татьяна1", "aleksandr", "aleksandra", "anastasia",
    "anastasiya", "ekaterina", "elizaveta", "vladimir", "viktoria", "valentina", "svetlana", "margarita",
    "natasha1", "tatyana1", "nastya123", "marina123", "andrey123", "sergey123", "dmitriy1", "maksim123",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t58_the_list_is_long_enough_lower_case_and_without_idle_entries() {
        assert!(COMMON.len() >= 200, "{}", COMMON.len());
        for entry in COMMON {
            assert_eq!(*entry, entry.to_lowercase());
            assert!(entry.chars().count() >= 8, "{entry} is too short to be chosen anyway");
            assert_eq!(
                COMMON.iter().filter(|other| *other == entry).count(),
                1,
                "{entry} is twice in the list"
            );
        }
    }

    #[test]
    fn t58_runs_and_repetitions_are_common_whatever_the_script() {
        for text in ["11111111", "аааааааа", "12345678", "87654321", "abcdefgh", "абвгдежз", "PassWord"]
        {
            assert!(contains(text), "{text}");
        }
        for text in ["восемь88", "12345679", "aaaaaaab", "correct horse"] {
            assert!(!contains(text), "{text}");
        }
    }
}
