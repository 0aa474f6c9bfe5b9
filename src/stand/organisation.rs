//! The invented organisations, and who works there.

/// An organisation with an account of its own.
#[derive(Debug, PartialEq, Eq)]
pub struct Organisation {
    /// The provider's number of the organisation.
    pub oid: i64,
    /// Its name in full.
    pub full_name: &'static str,
    /// Its name in short.
    pub short_name: &'static str,
    /// State registration number: invented, its control digit is wrong on purpose.
    pub ogrn: &'static str,
    /// Taxpayer number: invented, its control digit is wrong on purpose.
    pub inn: &'static str,
    /// Personas who work there; the first is its head.
    pub employees: &'static [i64],
}

/// Every organisation of the stand.
pub const ORGANISATIONS: &[Organisation] = &[
    Organisation {
        oid: 1_000_000_101,
        full_name: "Муниципальное бюджетное общеобразовательное учреждение «Учебная школа № 12»",
        short_name: "МБОУ «Учебная школа № 12»",
        ogrn: "1000000000012",
        inn: "7400000012",
        employees: &[1_000_000_001],
    },
    Organisation {
        oid: 1_000_000_102,
        full_name: "Учебное управление образования",
        short_name: "Учебное управление",
        ogrn: "1000000000013",
        inn: "7400000013",
        employees: &[1_000_000_008],
    },
];

impl Organisation {
    /// Where a persona works.
    pub fn of_employee(oid: i64) -> Option<&'static Self> {
        ORGANISATIONS.iter().find(|organisation| organisation.employees.contains(&oid))
    }

    /// Finds by the provider's number.
    pub fn find(oid: i64) -> Option<&'static Self> {
        ORGANISATIONS.iter().find(|organisation| organisation.oid == oid)
    }
}
