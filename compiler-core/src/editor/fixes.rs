//! Quick fixes: edits that remove a finding. They come from what the finding itself says ([`Remedy`]).

use super::edits::set_property;
use super::palette::Minimal;
use super::schema::{Step, join, visit};
use super::{CONFIG, Edit, OpenConfig, Syntax, analysis, names, write};
use crate::diagnostics::{Code, Diagnostic, Remedy};
use crate::source::Span;
use crate::syntax::Value;

/// An edit that removes a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// Index of the finding in the list that was given.
    pub diagnostic: usize,
    /// What it does, for a menu.
    pub title: String,
    /// The edits.
    pub edits: Vec<Edit>,
    /// Whether it is what is probably meant.
    pub preferred: bool,
}

/// The quick fixes for findings in the config: the word that is probably meant, a property that is missing, a number within its range, a duplicate
/// that goes.
pub fn fixes(open: &OpenConfig<'_>, diagnostics: &[Diagnostic]) -> Vec<Fix> {
    let mut fixes = vec![];
    if open.syntax() == Syntax::Other {
        return fixes;
    }
    for (at, diagnostic) in diagnostics.iter().enumerate().filter(|(_, d)| d.span.file == CONFIG) {
        for remedy in &diagnostic.remedies {
            let made = match remedy {
                Remedy::Replace { word, instead } => replace(open, diagnostic.span, word, instead),
                Remedy::Add(name) => add(open, diagnostic.span, name),
            };
            if let Some((title, edits)) = made {
                let preferred = !fixes.iter().any(|fix: &Fix| fix.diagnostic == at);
                fixes.push(Fix { diagnostic: at, title, edits, preferred });
            }
        }
        if diagnostic.code == Code::UNKNOWN_PROPERTY
            && let Some(edits) = remove(open, diagnostic.span)
        {
            let title = format!("Remove `{}`", open.slice(names::inside_quotes(open, diagnostic.span)));
            fixes.push(Fix { diagnostic: at, title, edits, preferred: false });
        }
    }
    fixes
}

/// Puts another word into the place of a finding.
fn replace(open: &OpenConfig<'_>, span: Span, word: &str, instead: &str) -> Option<(String, Vec<Edit>)> {
    let inside = names::inside_quotes(open, span);
    let written = open.slice(inside);
    let (start, end) = match word {
        "" => (inside.start as usize, inside.end as usize),
        word if written == word => (inside.start as usize, inside.end as usize),
        // A part of what stands there: only one that is meant for sure.
        word => {
            let mut found = written.match_indices(word);
            let (at, _) = found.next()?;
            if found.next().is_some() {
                return None;
            }
            (inside.start as usize + at, inside.start as usize + at + word.len())
        }
    };
    let bare = inside == span && word == written && open.syntax() == Syntax::Yaml;
    let text = if bare { write::yaml_text(instead, true) } else { instead.to_string() };
    Some((format!("Change to `{instead}`"), vec![Edit::new(start, end, text)]))
}

/// Adds a property to the mapping that a finding is about: its span is that of the mapping, of its first key, of its tag, or of the key that holds it.
fn add(open: &OpenConfig<'_>, span: Span, name: &str) -> Option<(String, Vec<Edit>)> {
    let mut path = None;
    visit(open.tree(), &mut |way| {
        let Some(last) = way.last() else { return };
        let value = match &last.node.value {
            Value::Map(map) => {
                let first = map.entries.first().is_some_and(|e| e.key.span == span || e.value.span == span);
                last.node.span == span || first || map.entries.iter().any(|e| e.value.span == span)
            }
            Value::Null => false,
            _ => return,
        };
        // The innermost mapping that the key may stand in counts.
        let fits = |step: &Step<'_>| {
            step.slot.members(step.node.as_map()).iter().any(|m| m.name == name)
                && step.node.as_map().is_none_or(|map| map.get(name).is_none())
        };
        let by_key = last.key.is_some_and(|key| key.span == span);
        if (value || by_key) && fits(last) {
            path = Some(join(&pointer(way), name));
        } else if by_key {
            // A resource without `properties`.
            let below = last.slot.members(last.node.as_map()).into_iter().find(|m| m.name == super::schema::PROPERTIES);
            if below.is_some_and(|m| m.slot.members(None).iter().any(|m| m.name == name)) {
                path = Some(join(&join(&pointer(way), super::schema::PROPERTIES), name));
            }
        }
    });
    let path = path?;
    let value = minimal(open, &path);
    let edits = set_property(open, &path, Some(&value)).ok()?;
    Some((format!("Add `{name}`"), edits))
}

/// The least value that a place can have.
fn minimal(open: &OpenConfig<'_>, path: &str) -> serde_json::Value {
    let (way, rest) = super::schema::follow(open.tree(), path);
    let empty = crate::syntax::Map::default();
    let Some(last) = way.last() else { return serde_json::Value::Null };
    let (mut slot, mut member) = (last.slot, last.member);
    let mut map = last.node.as_map().unwrap_or(&empty);
    for part in &rest {
        (slot, member) = slot.entry(map, part);
        map = &empty;
    }
    if let Some((first, _)) = slot.choices().first() {
        return serde_json::from_str(first).unwrap_or_else(|_| first.as_str().into());
    }
    let resources = analysis::resources(open, open.tree());
    Minimal { resources: &resources }.of(slot, member.and_then(|m| m.property), 0)
}

/// Removes the key at a span with its value.
fn remove(open: &OpenConfig<'_>, span: Span) -> Option<Vec<Edit>> {
    let mut path = None;
    visit(open.tree(), &mut |way| {
        if way.last().and_then(|step| step.key).is_some_and(|key| key.span == span) {
            path = Some(pointer(way));
        }
    });
    set_property(open, &path?, None).ok()
}

/// The JSON pointer of a way.
fn pointer(way: &[Step<'_>]) -> String {
    let mut path = String::new();
    for step in way {
        match (step.key, step.index) {
            (Some(key), _) => path = join(&path, &key.value),
            (None, Some(index)) => path = join(&path, &index.to_string()),
            (None, None) => {}
        }
    }
    path
}
