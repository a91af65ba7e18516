//! Sorting, sets and maps that need little code: what the standard library has is compiled anew for every type.
//!
//! The standard library's sorts are compiled anew for every type of item: five kilobytes of wasm each. Here their
//! positions are sorted through a function pointer, which is slower for an item; the lists are short.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// Sorts by a comparison; what is equal keeps its order.
pub fn sort_by<T>(items: &mut [T], mut compare: impl FnMut(&T, &T) -> Ordering) {
    let mut positions: Vec<usize> = (0..items.len()).collect();
    sort_positions(&mut positions, &mut |a, b| match (items.get(a), items.get(b)) {
        (Some(a), Some(b)) => compare(a, b),
        _ => Ordering::Equal,
    });
    arrange(&mut positions, &mut |a, b| items.swap(a, b));
}

/// Sorts by a key; what is equal keeps its order.
pub fn sort_by_key<T, K: Ord>(items: &mut [T], mut key: impl FnMut(&T) -> K) {
    sort_by(items, |a, b| key(a).cmp(&key(b)));
}

fn sort_positions(positions: &mut [usize], compare: &mut dyn FnMut(usize, usize) -> Ordering) {
    positions.sort_by(|a, b| compare(*a, *b));
}

/// A set of items. Collecting one compiles a sort of its own for every type.
pub fn set<T: Ord>(items: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    let mut all = BTreeSet::new();
    all.extend(items);
    all
}

/// A map of pairs; see [`set`].
pub fn map<K: Ord, V>(pairs: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut all = BTreeMap::new();
    all.extend(pairs);
    all
}

/// What stood under a key before, for the few entries of one resource: the standard library's maps are compiled anew for every pair of types, too.
#[derive(Debug)]
pub struct Seen<K, V>(Vec<(K, V)>);

impl<K: PartialEq, V> Default for Seen<K, V> {
    fn default() -> Self {
        Self(vec![])
    }
}

impl<K: PartialEq, V> Seen<K, V> {
    /// Puts a value under a key; gives the one that stood there before.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.0.iter_mut().find(|(k, _)| *k == key) {
            Some((_, old)) => Some(std::mem::replace(old, value)),
            None => {
                self.0.push((key, value));
                None
            }
        }
    }

    /// The value under a key.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.0.iter().find(|(k, _)| k == key).map(|(_, v)| v)
    }

    /// The value under a key, which becomes this one where there was none.
    pub fn first(&mut self, key: K, value: V) -> &mut V {
        let at = self.0.iter().position(|(k, _)| *k == key).unwrap_or(self.0.len());
        if at == self.0.len() {
            self.0.push((key, value));
        }
        &mut self.0[at].1
    }
}

/// Brings each item to its place: `positions[to]` is where the item for `to` stands now. Follows the circles of the permutation.
fn arrange(positions: &mut [usize], swap: &mut dyn FnMut(usize, usize)) {
    for start in 0..positions.len() {
        let mut to = start;
        while let Some(place) = positions.get_mut(to) {
            let from = std::mem::replace(place, to);
            if from == start || from == to {
                break;
            }
            swap(to, from);
            to = from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_as_the_standard_library_does() {
        let mut state = 7u64;
        for length in 0..60 {
            let list: Vec<(u64, usize)> = (0..length)
                .map(|i| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    (state >> 60, i)
                })
                .collect();
            let mut expected = list.clone();
            expected.sort_by_key(|item| item.0);
            let mut sorted = list;
            sort_by_key(&mut sorted, |item| item.0);
            assert_eq!(sorted, expected);
        }
    }
}
