//! The cascading selects: what is chosen comes from the query, what can be chosen from the directory.
//! A level with one entry is chosen for the person; what does not fit the level above counts as not chosen.

use actix_web::HttpRequest;
use serde::Deserialize;

use super::view::{Entry, Level, LevelList, Organisation, Tab};
use crate::directory::catalog::Snapshot;
use crate::directory::{MunicipalityId, OrganisationId, OrganisationKind, RegionId, SettlementId};
use crate::sign_in::remembered_organisation;
use crate::web::cookies;
use crate::web::error_page::PageError;
use crate::web::site::Site;

/// The choices in an address; ids as text, so that nonsense is "not chosen" and never an error.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Choices {
    /// Region.
    #[serde(default)]
    pub region: String,
    /// Municipality.
    #[serde(default)]
    pub municipality: String,
    /// Settlement.
    #[serde(default)]
    pub settlement: String,
    /// Type.
    #[serde(default)]
    pub kind: String,
    /// Organisation.
    #[serde(default)]
    pub organisation: String,
    /// Present when the remembered organisation is not wanted.
    #[serde(default)]
    pub change: String,
    /// Where to after signing in.
    #[serde(default)]
    pub next: String,
}

impl Choices {
    /// Reads the query of the request. Parameters that our pages do not send are ignored.
    ///
    /// # Errors
    /// A parameter comes twice.
    pub fn of(request: &HttpRequest) -> Result<Self, PageError> {
        serde_urlencoded(request.query_string())
    }

    /// The organisation of the form, wherever it is known from: the address, the cookie, or the lists.
    pub fn organisation(&self, request: &HttpRequest, site: &Site, tab: Tab) -> Organisation {
        let snapshot = site.catalog.snapshot();
        let wanted = |id: OrganisationId| {
            let found = snapshot.organisation(id)?;
            let authority = found.kind == OrganisationKind::Authority;
            (authority == (tab == Tab::Authority)).then_some(found)
        };
        let linked = parse_id(&self.organisation).map(OrganisationId).filter(|_| self.region.is_empty());
        let remembered = || {
            let untouched = self.change.is_empty() && self.region.is_empty();
            let value = site.cookies.value(request, cookies::ORGANISATION).filter(|_| untouched)?;
            remembered_organisation::from_cookie(&value, site.clock.now(), site.cookie_key())
        };
        match linked.or_else(remembered).and_then(wanted) {
            Some(found) => Organisation::Known {
                id: found.id.0.to_string(),
                name: found.short_name,
                settlement: found.settlement,
            },
            None => Organisation::Lists(self.lists(&snapshot, tab)),
        }
    }

    /// The lists of a tab.
    pub fn lists(&self, snapshot: &Snapshot, tab: Tab) -> Vec<LevelList> {
        let regions = snapshot.regions().iter().map(|region| (region.id.0.to_string(), region.name.clone()));
        let region = list(Level::Region, Some(regions.collect()), &self.region);
        let municipalities = chosen(&region).map(|id| {
            let all = snapshot.municipalities(RegionId(id)).iter();
            all.map(|one| (one.id.0.to_string(), one.name.clone())).collect()
        });
        let municipality = list(Level::Municipality, municipalities, &self.municipality);
        let in_municipality = chosen(&municipality).map(MunicipalityId);
        if tab == Tab::Authority {
            let authorities = in_municipality.map(|id| {
                let all = snapshot.authorities(id).into_iter();
                all.map(|one| (one.id.0.to_string(), one.short_name.to_string())).collect()
            });
            let authority = list(Level::Authority, authorities, &self.organisation);
            return vec![region, municipality, authority];
        }
        let settlements = in_municipality.map(|id| {
            let all = snapshot.settlements(id).into_iter();
            all.map(|one| (one.id.0.to_string(), one.name.clone())).collect()
        });
        let settlement = list(Level::Settlement, settlements, &self.settlement);
        let in_settlement = chosen(&settlement).map(SettlementId);
        let kinds = in_settlement.map(|id| {
            let all = snapshot.kinds(id).into_iter();
            all.map(|kind| (kind.as_str().to_owned(), kind.words().to_owned())).collect()
        });
        let kind = list(Level::Kind, kinds, &self.kind);
        let of_kind = kind.entries.iter().find(|entry| entry.selected);
        let of_kind = of_kind.and_then(|entry| OrganisationKind::from_name(&entry.value));
        let organisations = in_settlement.zip(of_kind).map(|(settlement, kind)| {
            let all = snapshot.organisations(settlement, kind).iter();
            all.map(|one| (one.id.0.to_string(), one.short_name.to_string())).collect()
        });
        let organisation = list(Level::Organisation, organisations, &self.organisation);
        vec![region, municipality, settlement, kind, organisation]
    }

    /// The same choices as a query, so that they survive an error of the form.
    pub fn to_query(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("region", &self.region),
            ("municipality", &self.municipality),
            ("settlement", &self.settlement),
            ("kind", &self.kind),
            ("organisation", &self.organisation),
            ("change", &self.change),
            ("next", &self.next),
        ] {
            if !value.is_empty() && value.len() <= 32 {
                query.append_pair(name, value);
            }
        }
        let query = query.finish();
        if query.is_empty() { query } else { format!("?{query}") }
    }
}

/// Reads a query or form text into a struct.
///
/// # Errors
/// A field comes twice, or the text is not of that form.
pub fn serde_urlencoded<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, PageError> {
    actix_web::web::Query::<T>::from_query(text)
        .map(actix_web::web::Query::into_inner)
        .map_err(|_| PageError::BadRequest)
}

/// The organisation that a form names; none unless the directory has it.
pub fn known_organisation(field: &str, site: &Site) -> Option<OrganisationId> {
    let id = field.parse().ok().map(OrganisationId);
    id.filter(|id| site.catalog.snapshot().organisation(*id).is_some())
}

fn parse_id(text: &str) -> Option<i64> {
    text.parse().ok().filter(|id| *id > 0)
}

/// The id chosen in a list.
fn chosen(list: &LevelList) -> Option<i64> {
    list.entries.iter().find(|entry| entry.selected).and_then(|entry| parse_id(&entry.value))
}

fn list(level: Level, entries: Option<Vec<(String, String)>>, wanted: &str) -> LevelList {
    let waits = entries.is_none();
    let entries = entries.unwrap_or_default();
    let only_one = entries.len() == 1;
    let entries = entries
        .into_iter()
        .map(|(value, text)| Entry { selected: only_one || value == wanted, value, text })
        .collect();
    LevelList { level, waits, entries }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::directory::{Municipality, OrganisationEntry, Region, Settlement};

    fn snapshot() -> Snapshot {
        let municipality = |id, name: &str| Municipality {
            id: MunicipalityId(id),
            region: RegionId(1),
            number: 1,
            name: name.into(),
        };
        let settlement = |id, municipality, name: &str| Settlement {
            id: SettlementId(id),
            municipality: MunicipalityId(municipality),
            name: name.into(),
        };
        let organisation = |id, municipality, settlement, kind, name: &str| OrganisationEntry {
            id: OrganisationId(id),
            municipality: MunicipalityId(municipality),
            settlement: SettlementId(settlement),
            kind,
            name: name.into(),
            short_name: name.into(),
            phone: "1".into(),
        };
        Snapshot::new(
            vec![Region { id: RegionId(1), name: "Область".into() }],
            vec![municipality(1, "Первый"), municipality(2, "Второй")],
            vec![settlement(1, 1, "Город"), settlement(2, 2, "Село"), settlement(3, 2, "Деревня")],
            vec![
                organisation(10, 1, 1, OrganisationKind::General, "СОШ № 1"),
                organisation(11, 1, 1, OrganisationKind::General, "СОШ № 2"),
                organisation(12, 2, 2, OrganisationKind::General, "СОШ № 3"),
                organisation(13, 2, 3, OrganisationKind::Preschool, "Детский сад № 4"),
                organisation(14, 1, 1, OrganisationKind::Authority, "Управление"),
            ],
        )
    }

    fn selected(lists: &[LevelList]) -> Vec<Option<&str>> {
        lists.iter().map(|list| list.entries.iter().find(|e| e.selected).map(|e| e.value.as_str())).collect()
    }

    #[test]
    fn a_level_with_one_entry_is_chosen_and_foreign_choices_are_not() {
        let choose = |municipality: &str, settlement: &str| Choices {
            municipality: municipality.into(),
            settlement: settlement.into(),
            ..Choices::default()
        };
        let lists = choose("", "").lists(&snapshot(), Tab::Organisation);
        assert_eq!(selected(&lists), [Some("1"), None, None, None, None]);
        assert!(lists[2].waits && lists[3].waits && lists[4].waits);
        let lists = choose("1", "").lists(&snapshot(), Tab::Organisation);
        assert_eq!(selected(&lists), [Some("1"), Some("1"), Some("1"), Some("general"), None]);
        assert_eq!(lists[4].entries.len(), 2);
        let lists = choose("2", "1").lists(&snapshot(), Tab::Organisation);
        assert_eq!(selected(&lists), [Some("1"), Some("2"), None, None, None], "a settlement of elsewhere");
        let lists = choose("1", "").lists(&snapshot(), Tab::Authority);
        assert_eq!(selected(&lists), [Some("1"), Some("1"), Some("14")]);
    }

    proptest! {
        #[test]
        fn t82_no_query_breaks_the_selects(query in "[ -~]{0,120}", municipality in "\\PC{0,20}") {
            if let Ok(choices) = serde_urlencoded::<Choices>(&query) {
                let _ = choices.lists(&snapshot(), Tab::Organisation);
            }
            let choices = Choices { municipality, ..Choices::default() };
            let lists = choices.lists(&snapshot(), Tab::Organisation);
            prop_assert_eq!(lists.len(), 5);
            prop_assert!(choices.to_query().is_ascii());
        }
    }
}
