//! The distinct words of all organisations, found exactly, by their beginning, or by likeness.

use std::collections::HashMap;

use super::words;

/// How far a word of the lexicon is what was typed, 1 to 100.
pub type Likeness = u32;

/// The word itself.
pub const EXACT: Likeness = 100;
/// A word that begins with it.
const PREFIX: Likeness = 80;
/// A word that stands for it.
const SYNONYM: Likeness = 60;
/// The most that likeness of letters is worth.
const SIMILAR: Likeness = 50;
/// Common share of trigrams from which two words are alike, in percent.
const THRESHOLD: usize = 45;

/// Sorted words and where each trigram occurs.
#[derive(Debug)]
pub struct Lexicon {
    words: Vec<Box<str>>,
    trigram_counts: Vec<u16>,
    by_trigram: HashMap<[char; 3], Vec<u32>>,
}

impl Lexicon {
    /// From words sorted and without repetitions.
    pub fn new(words: Vec<Box<str>>) -> Self {
        let mut by_trigram: HashMap<[char; 3], Vec<u32>> = HashMap::new();
        let mut trigram_counts = Vec::with_capacity(words.len());
        for (number, word) in (0u32..).zip(&words) {
            let found = if words::is_number(word) { Vec::new() } else { trigrams(word) };
            trigram_counts.push(u16::try_from(found.len()).unwrap_or(u16::MAX));
            for trigram in found {
                by_trigram.entry(trigram).or_default().push(number);
            }
        }
        Self { words, trigram_counts, by_trigram }
    }

    /// Number of a word, if the lexicon has it.
    pub fn number(&self, word: &str) -> Option<u32> {
        self.words.binary_search_by(|other| (**other).cmp(word)).ok().and_then(|at| u32::try_from(at).ok())
    }

    /// The words that `typed` may mean, each with its likeness; a word may come more than once.
    pub fn lookup(&self, typed: &str) -> Vec<(u32, Likeness)> {
        if words::is_number(typed) {
            return self.number(typed).map(|number| (number, EXACT)).into_iter().collect();
        }
        let mut found = self.with_prefix(typed);
        found.extend(words::synonyms(typed).filter_map(|word| Some((self.number(word)?, SYNONYM))));
        // Likeness is for slips of the fingers: a word that is there means itself.
        if !found.iter().any(|&(_, likeness)| likeness == EXACT) {
            found.extend(self.similar(typed));
        }
        found
    }

    fn with_prefix(&self, typed: &str) -> Vec<(u32, Likeness)> {
        let from = self.words.partition_point(|word| &**word < typed);
        (0u32..)
            .zip(&self.words)
            .skip(from)
            .take_while(|(_, word)| word.starts_with(typed))
            .map(|(number, word)| (number, if &**word == typed { EXACT } else { PREFIX }))
            .collect()
    }

    fn similar(&self, typed: &str) -> Vec<(u32, Likeness)> {
        let wanted = trigrams(typed);
        let mut common: HashMap<u32, usize> = HashMap::new();
        for number in wanted.iter().filter_map(|trigram| self.by_trigram.get(trigram)).flatten() {
            *common.entry(*number).or_default() += 1;
        }
        common
            .into_iter()
            .filter_map(|(number, common)| {
                let theirs = self.trigram_counts.get(number as usize).copied().map(usize::from)?;
                let percent = 200 * common / (wanted.len() + theirs);
                let likeness = SIMILAR * u32::try_from(percent).ok()? / 100;
                (percent >= THRESHOLD).then_some((number, likeness.max(1)))
            })
            .collect()
    }
}

/// The distinct trigrams of a word with two spaces before it and one after, so that its beginning
/// counts most.
fn trigrams(word: &str) -> Vec<[char; 3]> {
    let padded: Vec<char> = "  ".chars().chain(word.chars()).chain(" ".chars()).collect();
    let mut trigrams: Vec<[char; 3]> =
        padded.windows(3).filter_map(|window| window.try_into().ok()).collect();
    trigrams.sort_unstable();
    trigrams.dedup();
    trigrams
}
