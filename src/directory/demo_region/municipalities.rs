//! The 43 municipalities of `data/chelyabinsk-2017-08-08.csv` with their full names and some settlements.

use super::DemoRegionError;
use crate::directory::OrganisationKind;

const STAFF_TABLE: &str = include_str!("../../../data/chelyabinsk-2017-08-08.csv");

/// A municipality of the demo region.
pub(super) struct DemoMunicipality {
    /// Number in the table.
    pub number: i32,
    /// Full name.
    pub name: &'static str,
    /// Settlements; the first is the largest.
    pub settlements: &'static [&'static str],
}

const fn municipality(
    number: i32,
    name: &'static str,
    settlements: &'static [&'static str],
) -> DemoMunicipality {
    DemoMunicipality { number, name, settlements }
}

/// In the order of the table.
pub(super) const MUNICIPALITIES: [DemoMunicipality; 43] = [
    municipality(1, "Агаповский муниципальный район", &["Агаповка", "Магнитный", "Буранный", "Приморский"]),
    municipality(2, "Аргаяшский муниципальный район", &["Аргаяш", "Кузнецкое", "Кулуево", "Худайбердинский"]),
    municipality(3, "Ашинский муниципальный район", &["Аша", "Сим", "Миньяр", "Кропачёво"]),
    municipality(4, "Брединский муниципальный район", &["Бреды", "Рымникский", "Боровое"]),
    municipality(5, "Варненский муниципальный район", &["Варна", "Бородиновка", "Катенино"]),
    municipality(6, "Верхнеуральский муниципальный район", &["Верхнеуральск", "Межозёрный", "Карагайский"]),
    municipality(7, "Верхнеуфалейский городской округ", &["Верхний Уфалей", "Нижний Уфалей", "Черемшанка"]),
    municipality(8, "Еманжелинский муниципальный район", &["Еманжелинск", "Красногорский", "Зауральский"]),
    municipality(9, "Еткульский муниципальный район", &["Еткуль", "Еманжелинка", "Коелга", "Селезян"]),
    municipality(10, "Златоустовский городской округ", &["Златоуст", "Центральный", "Куваши", "Весёловка"]),
    municipality(11, "Карабашский городской округ", &["Карабаш"]),
    municipality(12, "Карталинский муниципальный район", &["Карталы", "Варшавка", "Анненское", "Еленинка"]),
    municipality(13, "Каслинский муниципальный район", &["Касли", "Вишнёвогорск", "Тюбук", "Береговой"]),
    municipality(14, "Катав-Ивановский муниципальный район", &["Катав-Ивановск", "Юрюзань", "Тюлюк"]),
    municipality(15, "Кизильский муниципальный район", &["Кизильское", "Измайловский", "Путь Октября"]),
    municipality(16, "Копейский городской округ", &["Копейск"]),
    municipality(17, "Коркинский муниципальный район", &["Коркино", "Роза", "Первомайский"]),
    municipality(18, "Красноармейский муниципальный район", &["Миасское", "Козырево", "Лазурный", "Луговой"]),
    municipality(19, "Кунашакский муниципальный район", &["Кунашак", "Муслюмово", "Лесной", "Халитово"]),
    municipality(20, "Кусинский муниципальный район", &["Куса", "Магнитка", "Медведёвка"]),
    municipality(21, "Кыштымский городской округ", &["Кыштым", "Тайгинка", "Слюдорудник"]),
    municipality(22, "Локомотивный городской округ", &["Локомотивный"]),
    municipality(23, "Магнитогорский городской округ", &["Магнитогорск"]),
    municipality(24, "Миасский городской округ", &["Миасс", "Ленинск", "Новоандреевка", "Сыростан"]),
    municipality(25, "Нагайбакский муниципальный район", &["Фершампенуаз", "Южный", "Париж", "Остроленский"]),
    municipality(26, "Нязепетровский муниципальный район", &["Нязепетровск", "Шемаха", "Ункурда"]),
    municipality(27, "Озёрский городской округ", &["Озёрск", "Новогорный", "Метлино"]),
    municipality(28, "Октябрьский муниципальный район", &["Октябрьское", "Подовинное", "Крутоярский"]),
    municipality(29, "Пластовский муниципальный район", &["Пласт", "Борисовка", "Степное", "Демарино"]),
    municipality(30, "Саткинский муниципальный район", &["Сатка", "Бакал", "Межевой", "Бердяуш"]),
    municipality(31, "Снежинский городской округ", &["Снежинск", "Ближний Береговой"]),
    municipality(
        32,
        "Сосновский муниципальный район",
        &["Долгодеревенское", "Рощино", "Полетаево", "Кременкуль"],
    ),
    municipality(33, "Трёхгорный городской округ", &["Трёхгорный"]),
    municipality(34, "Троицкий городской округ", &["Троицк"]),
    municipality(35, "Троицкий муниципальный район", &["Бобровка", "Нижняя Санарка", "Скалистый", "Берлин"]),
    municipality(36, "Увельский муниципальный район", &["Увельский", "Каменский", "Хомутинино"]),
    municipality(37, "Уйский муниципальный район", &["Уйское", "Мирный", "Кидыш", "Ларино"]),
    municipality(38, "Усть-Катавский городской округ", &["Усть-Катав", "Вязовая", "Минка"]),
    municipality(39, "Чебаркульский городской округ", &["Чебаркуль"]),
    municipality(
        40,
        "Чебаркульский муниципальный район",
        &["Травники", "Тимирязевский", "Бишкиль", "Варламово"],
    ),
    municipality(41, "Челябинский городской округ", &["Челябинск"]),
    municipality(42, "Чесменский муниципальный район", &["Чесма", "Тарутино", "Светлое"]),
    municipality(43, "Южноуральский городской округ", &["Южноуральск"]),
];

/// One row of the table, as far as the demo region needs it.
#[derive(Debug)]
pub(super) struct StaffRow<'a> {
    /// Number of the municipality.
    pub number: i32,
    /// Its name as the letter shortens it.
    #[cfg_attr(not(test), allow(dead_code, reason = "compared with the full names by a test"))]
    pub short_name: &'a str,
    /// Type of the organisations.
    pub kind: OrganisationKind,
    /// People registered in the journal.
    pub registered: u32,
}

/// Reads the table.
pub(super) fn staff_table() -> Result<Vec<StaffRow<'static>>, DemoRegionError> {
    STAFF_TABLE.lines().skip(1).map(|line| read(line).ok_or(DemoRegionError::StaffTable)).collect()
}

fn read(line: &str) -> Option<StaffRow<'_>> {
    let mut cells = line.split(',');
    Some(StaffRow {
        number: cells.next()?.parse().ok()?,
        short_name: cells.next()?,
        kind: OrganisationKind::from_name(cells.next()?)?,
        registered: cells.next()?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_table_agree() {
        let table = staff_table().unwrap();
        assert_eq!(table.len(), 43 * 3);
        assert_eq!(table.iter().map(|row| row.registered).sum::<u32>(), 96_689);
        for (rows, municipality) in table.chunks(3).zip(&MUNICIPALITIES) {
            let plain = |name: &str| name.replace('ё', "е").chars().take(6).collect::<String>();
            assert_eq!(plain(rows[0].short_name), plain(municipality.name));
            for (row, kind) in rows.iter().zip(OrganisationKind::SCHOOLS) {
                assert_eq!((row.number, row.kind), (municipality.number, kind));
            }
        }
    }
}
