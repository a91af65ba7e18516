//! "Did you mean": the nearest of a few allowed words.

use super::{Hint, Remedy};

/// The allowed word that is nearest to `word`, when it is near enough to be a slip: at most three edits and fewer than half the letters.
pub fn nearest<'a>(word: &str, allowed: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_of(word, &mut allowed.into_iter())
}

/// Apart from [`nearest`], so that it is compiled once and not for every kind of list.
fn nearest_of<'a>(word: &str, allowed: &mut dyn Iterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_ascii_lowercase();
    allowed
        .map(|a| (distance(&lower, &a.to_ascii_lowercase()), a))
        .filter(|(d, a)| *d <= 3 && *d * 2 < a.chars().count().max(3))
        .min()
        .map(|(_, a)| a)
}

/// The only allowed word that says more than `word`, or less: `domainName` for `domain`.
pub fn fuller<'a>(word: &str, allowed: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    fuller_of(word, &mut allowed.into_iter())
}

fn fuller_of<'a>(word: &str, allowed: &mut dyn Iterator<Item = &'a str>) -> Option<&'a str> {
    const SHORTEST: usize = 3;
    let word = word.to_ascii_lowercase();
    let (mut fitting, long) = (None, |text: &str| text.len() >= SHORTEST);
    for name in allowed.filter(|name| long(&word) && long(name)) {
        let lower = name.to_ascii_lowercase();
        if lower.contains(&word) || word.contains(&lower) {
            if fitting.is_some() {
                return None;
            }
            fitting = Some(name);
        }
    }
    fitting
}

/// The hint for [`nearest`]; an editor can apply it.
pub fn did_you_mean<'a>(word: &str, allowed: impl IntoIterator<Item = &'a str>) -> Option<Hint> {
    nearest(word, allowed).map(|near| meant(word, near))
}

/// The hint that another word is meant; an editor can apply it.
pub fn meant(word: &str, near: &str) -> Hint {
    let remedy = Remedy::Replace { word: word.to_string(), instead: near.to_string() };
    Hint { text: format!("did you mean `{near}`?"), remedy: Some(remedy) }
}

/// Edit distance with transpositions of neighbours (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > 3 {
        return usize::MAX;
    }
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    for (j, cell) in rows[0].iter_mut().enumerate() {
        *cell = j;
    }
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let change = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(rows[i - 1][j - 1] + change);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()]
}
