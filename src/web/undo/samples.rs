//! Samples of «Это был не я».

use super::view::*;
use crate::linking::undo::UndoResult;
use crate::web::sample::{self, Rendered, Sampled};

/// Every sample of the area.
pub fn all() -> Vec<Rendered> {
    [sample::render::<UndoPage>(), sample::render::<UndoDonePage>(), sample::render::<UndoUnknownPage>()]
        .into_iter()
        .flatten()
        .collect()
}

impl Sampled for UndoPage {
    const PAGE: &'static str = "undo/confirm";

    fn samples() -> Vec<(&'static str, Self)> {
        let with = |link_is_active| Self {
            page: sample::entrance(),
            action: "/undo/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".into(),
            link_is_active,
        };
        vec![("linked", with(true)), ("gone", with(false))]
    }

    fn filled(text: &str) -> Self {
        Self { page: sample::filled(text), action: text.into(), link_is_active: true }
    }
}

impl Sampled for UndoDonePage {
    const PAGE: &'static str = "undo/done";

    fn samples() -> Vec<(&'static str, Self)> {
        let with = |result: UndoResult| {
            let case = (result != UndoResult::Settled).then(|| "K7Q2-9XWD".to_owned());
            (result.as_str(), Self { page: sample::entrance(), result, case })
        };
        UndoResult::ALL.into_iter().map(with).collect()
    }

    fn filled(text: &str) -> Self {
        Self { page: sample::filled(text), result: UndoResult::Frozen, case: Some(text.into()) }
    }
}

impl Sampled for UndoUnknownPage {
    const PAGE: &'static str = "undo/unknown";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![("plain", Self { page: sample::entrance() })]
    }

    fn filled(text: &str) -> Self {
        Self { page: sample::filled(text) }
    }
}
