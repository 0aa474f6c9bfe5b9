//! Search over the names and places of organisations, as people type them: «12», «сош 12»,
//! «школа №12 миасс», «гимназия 19».
//!
//! Case, ё and the order of words do not count. A number matches whole or not at all. A word matches
//! itself, a word that it begins, a word that stands for it (школа — СОШ), or one like it (trigrams), in
//! this order of rank. Everything must match; if nothing does, one of three words or more may miss.

mod lexicon;
mod words;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use lexicon::Lexicon;

use super::OrganisationKind;

/// Most results of one search.
pub const MAX_RESULTS: usize = 30;

/// What the search looks at of one organisation.
#[derive(Clone, Copy, Debug)]
pub struct Searchable<'a> {
    /// Type; of equal results schools come first.
    pub kind: OrganisationKind,
    /// Short name; counts most.
    pub short_name: &'a str,
    /// Full name.
    pub name: &'a str,
    /// Settlement.
    pub settlement: &'a str,
    /// Municipality; counts least.
    pub municipality: &'a str,
}

/// Where a word stands, best first; its weight in the rank.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Field {
    ShortName,
    Settlement,
    Name,
    Municipality,
}

impl Field {
    fn weight(self) -> u32 {
        match self {
            Self::ShortName => 10,
            Self::Settlement => 9,
            Self::Name => 7,
            Self::Municipality => 4,
        }
    }
}

/// One organisation that has a word, and the best field that has it.
struct Posting {
    document: u32,
    field: Field,
}

struct Document {
    kind: OrganisationKind,
    /// Distinct words of the short name: how much of it a query names decides between equal hits.
    short_words: u32,
}

/// The index, built once from all organisations.
pub struct OrganisationSearch {
    lexicon: Lexicon,
    postings: Vec<Vec<Posting>>,
    documents: Vec<Document>,
}

impl std::fmt::Debug for OrganisationSearch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OrganisationSearch({} organisations)", self.documents.len())
    }
}

/// What the words of a query have found of one organisation so far.
#[derive(Clone, Copy, Default)]
struct Hit {
    score: u32,
    words: u32,
    short_words: u32,
}

/// What one word of a query has found of one organisation.
#[derive(Clone, Copy, Default)]
struct WordHit {
    score: u32,
    in_short_name: bool,
}

impl OrganisationSearch {
    /// Builds the index; results are positions in `organisations`.
    pub fn new<'a>(organisations: impl IntoIterator<Item = Searchable<'a>>) -> Self {
        let mut by_word: BTreeMap<String, Vec<Posting>> = BTreeMap::new();
        let mut documents = Vec::new();
        for (document, organisation) in (0u32..).zip(organisations) {
            let fields = fields_of_words(&organisation);
            let in_short_name = fields.values().filter(|field| **field == Field::ShortName).count();
            for (word, field) in fields {
                by_word.entry(word).or_default().push(Posting { document, field });
            }
            documents.push(Document {
                kind: organisation.kind,
                short_words: u32::try_from(in_short_name).unwrap_or(u32::MAX),
            });
        }
        let (words, postings) = by_word
            .into_iter()
            .map(|(word, mut postings)| {
                postings.shrink_to_fit();
                (word.into_boxed_str(), postings)
            })
            .unzip();
        Self { lexicon: Lexicon::new(words), postings, documents }
    }

    /// Positions of the best matches, best first, at most [`MAX_RESULTS`].
    pub fn find(&self, query: &str) -> Vec<usize> {
        let words = words::query_words(query);
        if words.is_empty() {
            return Vec::new();
        }
        let mut hits = vec![Hit::default(); self.documents.len()];
        for word in &words {
            if !self.add_word(word, &mut hits) && words::is_number(word) {
                return Vec::new();
            }
        }
        let all = u32::try_from(words.len()).unwrap_or(u32::MAX);
        let found = self.best(&hits, all);
        let may_miss_one = words.iter().filter(|word| !words::is_number(word)).count() >= 3;
        if found.is_empty() && may_miss_one { self.best(&hits, all - 1) } else { found }
    }

    /// Adds what `word` finds to `hits`; a number that an organisation lacks takes it out for good.
    /// Returns whether it was found anywhere.
    fn add_word(&self, word: &str, hits: &mut [Hit]) -> bool {
        let mut found = vec![WordHit::default(); hits.len()];
        for (number, likeness) in self.lexicon.lookup(word) {
            for posting in self.postings.get(number as usize).into_iter().flatten() {
                let Some(best) = found.get_mut(posting.document as usize) else { continue };
                best.score = best.score.max(likeness * posting.field.weight());
                best.in_short_name |= likeness == lexicon::EXACT && posting.field == Field::ShortName;
            }
        }
        let mandatory = words::is_number(word);
        let mut anywhere = false;
        for (hit, word_hit) in hits.iter_mut().zip(found) {
            if word_hit.score > 0 {
                anywhere = true;
                hit.score += word_hit.score;
                hit.words += u32::from(hit.words < DROPPED);
                hit.short_words += u32::from(word_hit.in_short_name);
            } else if mandatory {
                hit.words = DROPPED;
            }
        }
        anywhere
    }

    fn best(&self, hits: &[Hit], needed: u32) -> Vec<usize> {
        let mut ranked: Vec<_> = hits
            .iter()
            .zip(&self.documents)
            .enumerate()
            .filter(|(_, (hit, _))| hit.words >= needed && hit.words < DROPPED)
            .map(|(position, (hit, document))| {
                let named = 1000 * hit.short_words / document.short_words.max(1);
                (Reverse(hit.words), Reverse(hit.score), Reverse(named), document.kind, position)
            })
            .collect();
        if ranked.len() > MAX_RESULTS {
            ranked.select_nth_unstable(MAX_RESULTS);
            ranked.truncate(MAX_RESULTS);
        }
        ranked.sort_unstable();
        ranked.into_iter().map(|(.., position)| position).collect()
    }
}

/// More words than any query has: marks an organisation that lacks a number of the query.
const DROPPED: u32 = 1000;

/// Each distinct word of an organisation with the best field it stands in.
fn fields_of_words(organisation: &Searchable<'_>) -> BTreeMap<String, Field> {
    let mut fields = BTreeMap::new();
    for (field, text) in [
        (Field::ShortName, organisation.short_name),
        (Field::Settlement, organisation.settlement),
        (Field::Name, organisation.name),
        (Field::Municipality, organisation.municipality),
    ] {
        for word in words::words(text) {
            let best = fields.entry(word).or_insert(field);
            *best = field.min(*best);
        }
    }
    fields
}

#[cfg(test)]
mod tests;
