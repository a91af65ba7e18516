//! Renames a resource, a variable or a script with everything that names it.
//!
//! The logical ids of a resource's CloudFormation resources are made from its name: overrides, `$CfResourceParam` and raw CloudFormation parts that
//! name them change with it.

use super::names::{self, Named, directive_at};
use super::schema::visit;
use super::{CONFIG, Edit, OpenConfig};
use crate::compile::compile;
use crate::naming::pascal;
use crate::order::{SortedMap, SortedSet};
use crate::source::Span;
use crate::syntax::Value;

/// What can be renamed at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renamable {
    /// The name under the cursor.
    pub span: Span,
    /// The name.
    pub name: String,
}

/// What can be renamed at a byte offset: a name that the config declares.
pub fn renamable(open: &OpenConfig<'_>, offset: usize) -> Option<Renamable> {
    let found = names::at(open, offset)?;
    let declared = names::declared(open, found.named).into_iter().any(|(name, _)| name == found.name);
    declared.then_some(Renamable { span: found.span, name: found.name })
}

/// Renames what stands at a byte offset; the refusal says what is wrong with the new name.
pub fn rename(open: &OpenConfig<'_>, offset: usize, name: &str) -> Result<Vec<Edit>, String> {
    let found = names::at(open, offset).filter(|_| renamable(open, offset).is_some());
    let Some(found) = found else {
        return Err("nothing here can be renamed; put the cursor on the name of a resource, variable or script".into());
    };
    if name == found.name {
        return Ok(vec![]);
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || found.named != Named::Resource && matches!(c, '_' | '-');
    if name.is_empty() || name.len() > 128 || !name.chars().all(plain) || name.parse::<f64>().is_ok() {
        return Err(match found.named {
            Named::Resource => format!("`{name}` cannot be the name of a resource: it has 1 to 128 letters and digits"),
            _ => format!("`{name}` cannot be used: write letters, digits, `_` and `-`"),
        });
    }
    if names::declared(open, found.named).iter().any(|(other, _)| other == name) {
        return Err(format!("`{name}` is there already in `{}`; choose another name", found.named.section()));
    }
    let uses = names::uses(open).into_iter().filter(|other| other.named == found.named && other.name == found.name);
    let mut edits: Vec<Edit> = uses.map(|other| Edit { span: other.span, text: name.to_string() }).collect();
    if found.named == Named::Resource {
        edits.extend(logical_ids(open, &found.name, name));
    }
    crate::order::sort_by_key(&mut edits, |edit| edit.span);
    edits.dedup();
    Ok(edits)
}

/// Keys below which a text may be a logical id.
const WITH_IDS: [&str; 6] = ["overrides", "cloudformationResources", "Ref", "Fn::GetAtt", "Fn::Sub", "DependsOn"];

/// The edits for logical ids that are made from the name of a resource.
fn logical_ids(open: &OpenConfig<'_>, old: &str, new: &str) -> Vec<Edit> {
    let mut places: SortedSet<Span> = SortedSet::new();
    // Keys of the resource's own overrides: also those of what it does not make.
    let mut own: SortedSet<Span> = SortedSet::new();
    visit(open.tree(), &mut |way| {
        let Some(last) = way.last() else { return };
        let below = |steps: &[super::schema::Step<'_>]| {
            steps.iter().any(|step| step.key.is_some_and(|key| WITH_IDS.contains(&&*key.value)))
        };
        if let Some(key) = last.key.filter(|_| below(&way[..way.len() - 1])) {
            places.insert(key.span);
            if let [_, _, resource, overrides, _] = way
                && resource.key.is_some_and(|key| &*key.value == old)
                && overrides.key.is_some_and(|key| &*key.value == "overrides")
            {
                own.insert(key.span);
            }
        }
        if matches!(last.node.value, Value::Str(_)) && below(way) {
            places.insert(last.node.span);
        }
        if let Some(call) = directive_at(open, last.node)
            && open.slice(call.span).contains("$CfResourceParam")
        {
            places.insert(call.span);
        }
    });
    if places.is_empty() {
        return vec![];
    }
    let compiled = compile(open.input, open.world);
    let (from_id, to_id) = (pascal(old), pascal(new));
    let belongs = |owner: &str| owner == old || owner.strip_prefix(old).is_some_and(|rest| rest.starts_with('.'));
    let ids: SortedMap<&str, String> = compiled
        .plan
        .origins
        .iter()
        .filter(|(_, origin)| origin.resource.as_deref().is_some_and(belongs))
        .filter_map(|(id, _)| Some((id.as_str(), format!("{to_id}{}", id.strip_prefix(&*from_id)?))))
        .collect();
    let mut edits = vec![];
    for place in places {
        let (start, text) = (place.start as usize, open.slice(place));
        let mut from = 0;
        for word in text.split(|c: char| !c.is_ascii_alphanumeric()) {
            let id = ids.get(word).cloned().or_else(|| {
                let rest = word.strip_prefix(&*from_id).filter(|rest| rest.starts_with(char::is_uppercase))?;
                own.contains(&place).then(|| format!("{to_id}{rest}"))
            });
            if let Some(text) = id {
                edits.push(Edit { span: Span::new(CONFIG, start + from, start + from + word.len()), text });
            }
            // One byte behind the word for an ASCII separator; others are as long as they are.
            from += word.len();
            from += text[from..].chars().next().map_or(0, char::len_utf8);
        }
    }
    edits
}
