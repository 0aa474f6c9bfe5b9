//! Text as the search sees it: words and numbers, without case, ё, signs and words that tell nothing.

use crate::directory::letters::{is_letter_or_digit, lower};

/// Longest query looked at, in characters.
const MAX_QUERY: usize = 100;
/// Most words of a query looked at.
const MAX_WORDS: usize = 16;

/// Words that people write around a number or a name and that tell no organisation from another.
const NOISE: [&str; 8] = ["номер", "им", "имени", "г", "город", "в", "и", "no"];

/// Words that stand for each other in the names of organisations. A query word of a group also finds
/// the others of its group, ranked below the word itself.
const SYNONYMS: [&[&str]; 7] = [
    &["школа", "сош", "оош", "нош", "шк"],
    &["сош", "средняя"],
    &["оош", "основная"],
    &["нош", "начальная"],
    &["сад", "садик", "детсад", "детский", "доу", "дс", "ясли", "мбдоу", "мадоу", "мкдоу", "мдоу"],
    &["дюсш", "сшор", "спортивная", "спортшкола", "сш"],
    &["ддт", "цдт", "творчества", "дши", "искусств", "музыкалка", "музыкальная"],
];

/// All words and numbers of `text`, in its order. A number keeps no leading zeros; letters written
/// together with it are a word of their own («12а» → «12», «а»).
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for c in text.chars().map(lower) {
        let c = if c == 'ё' { 'е' } else { c };
        let turns_number =
            word.chars().last().is_some_and(|last| last.is_ascii_digit() != c.is_ascii_digit());
        if !is_letter_or_digit(c) || turns_number {
            push(&mut words, &mut word);
        }
        if is_letter_or_digit(c) {
            word.push(c);
        }
    }
    push(&mut words, &mut word);
    words
}

/// The words of a query: bounded, without repetitions, and without noise unless it is all there is.
pub fn query_words(query: &str) -> Vec<String> {
    let bounded: String = query.chars().take(MAX_QUERY).collect();
    let mut distinct: Vec<String> = Vec::new();
    for word in words(&bounded) {
        if !distinct.contains(&word) {
            distinct.push(word);
        }
    }
    if distinct.iter().any(|word| !is_noise(word)) {
        distinct.retain(|word| !is_noise(word));
    }
    distinct.truncate(MAX_WORDS);
    distinct
}

/// Whether a word is a number, which matches whole or not at all.
pub fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
}

/// What else a query word may mean.
pub fn synonyms(word: &str) -> impl Iterator<Item = &'static str> + use<'_> {
    SYNONYMS
        .iter()
        .filter(move |group| group.contains(&word))
        .flat_map(|group| group.iter().copied())
        .filter(move |other| *other != word)
}

fn is_noise(word: &str) -> bool {
    NOISE.contains(&word)
}

fn push(words: &mut Vec<String>, word: &mut String) {
    if word.is_empty() {
        return;
    }
    let word = std::mem::take(word);
    words.push(if is_number(&word) { without_leading_zeros(&word) } else { word });
}

fn without_leading_zeros(number: &str) -> String {
    let significant = number.trim_start_matches('0');
    if significant.is_empty() { "0".to_owned() } else { significant.to_owned() }
}
