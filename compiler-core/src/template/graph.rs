//! Which resource needs which: dependencies, cycles, and references to nothing. All in linear time.

use super::emit::json_size;
use super::{Expr, Object, Resource, Template};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// How an expression names something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reference<'a> {
    /// `Ref` or `${Name}`: a resource, a template parameter or a pseudo parameter (`AWS::Region`).
    Name(&'a str),
    /// `Fn::GetAtt` or `${Name.Attribute}`: always a resource.
    Attribute(&'a str),
}

impl<'a> Reference<'a> {
    /// The name that is referred to.
    pub fn name(self) -> &'a str {
        match self {
            Reference::Name(name) | Reference::Attribute(name) => name,
        }
    }
}

/// Calls `f` for everything that an expression refers to, in the order of writing. Functions that the user wrote as plain mappings count, too.
pub fn references<'a>(expr: &'a Expr, f: &mut impl FnMut(Reference<'a>)) {
    match expr {
        Expr::List(items) => items.iter().for_each(|item| references(item, f)),
        Expr::Intrinsic(name, argument) => function(name, argument, f),
        Expr::Map(Object(entries)) => match entries.as_slice() {
            [(key, argument)] if matches!(&**key, "Ref" | "Fn::GetAtt" | "Fn::Sub") => function(key, argument, f),
            _ => entries.iter().for_each(|(_, value)| references(value, f)),
        },
        Expr::Shared(e) => references(e, f),
        Expr::Attribute { logical_id, name, .. } => {
            f(if &**name == "Ref" { Reference::Name(logical_id) } else { Reference::Attribute(logical_id) });
        }
        _ => {}
    }
}

fn function<'a>(name: &str, argument: &'a Expr, f: &mut impl FnMut(Reference<'a>)) {
    match (name, argument) {
        ("Ref", Expr::Str(id)) => f(Reference::Name(id)),
        // The short text form `Id.Attribute`, which only raw parts have.
        ("Fn::GetAtt", Expr::Str(text)) => f(Reference::Attribute(text.split('.').next().unwrap_or(text))),
        ("Fn::GetAtt", Expr::List(parts)) => {
            if let Some(id) = parts.first().and_then(Expr::as_str) {
                f(Reference::Attribute(id));
            }
            parts.iter().skip(1).for_each(|part| references(part, f));
        }
        ("Fn::Sub", Expr::Str(text)) => placeholders(text, &Object(vec![]), f),
        ("Fn::Sub", Expr::List(parts)) => {
            static NONE: Object = Object(vec![]);
            let values = parts.get(1).and_then(Expr::as_object).unwrap_or(&NONE);
            if let Some(text) = parts.first().and_then(Expr::as_str) {
                placeholders(text, values, f);
            }
            parts.iter().skip(1).for_each(|part| references(part, f));
        }
        _ => references(argument, f),
    }
}

/// The `${…}` of a `Fn::Sub` text, without literals (`${!Text}`) and names that its own values define.
fn placeholders<'a>(text: &'a str, values: &Object, f: &mut impl FnMut(Reference<'a>)) {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("${") {
        let Some((name, next)) = after.split_once('}') else { return };
        rest = next;
        let name = name.trim();
        if name.is_empty() || name.starts_with('!') || values.get(name).is_some() {
            continue;
        }
        f(match name.split_once('.') {
            Some((id, _)) => Reference::Attribute(id),
            None => Reference::Name(name),
        });
    }
}

/// The expressions of a resource.
fn expressions(resource: &Resource) -> impl Iterator<Item = &Expr> {
    resource.properties.0.iter().chain(&resource.attributes.0).map(|(_, value)| value)
}

/// What one walk over a template finds: who waits for whom, names that nothing has, and the size. One walk, because a large template does not fit into
/// the processor's caches: every further walk would wait for the memory again.
pub struct Survey<'t> {
    /// Logical ids, sorted.
    ids: Vec<&'t str>,
    /// By index: the resources that each resource waits for, sorted; everything that it refers to or lists under `DependsOn`.
    edges: Vec<Vec<usize>>,
    /// Names in references and `DependsOn` that no resource and no pseudo parameter has.
    unknown: Vec<(Holder, Reference<'t>)>,
    /// Bytes of the template as compact JSON.
    pub bytes: usize,
}

impl<'t> Survey<'t> {
    /// Walks over the template.
    pub fn of(template: &'t Template) -> Self {
        let ids: Vec<&str> = template.resources.keys().map(String::as_str).collect();
        let pseudo = |r: &Reference<'_>| matches!(r, Reference::Name(name) if name.starts_with("AWS::"));
        let mut edges = Vec::with_capacity(ids.len());
        let mut unknown = vec![];
        let bytes = json_size(template, |id, resource| {
            let mut found = vec![];
            let mut add = |r: Reference<'t>| match ids.binary_search(&r.name()) {
                Ok(at) => found.push(at),
                Err(_) if pseudo(&r) => {}
                Err(_) => unknown.push((Holder::Resource(id.to_string()), r)),
            };
            expressions(resource).for_each(|e| references(e, &mut add));
            resource.depends_on.iter().for_each(|id| add(Reference::Attribute(id)));
            found.sort_unstable();
            found.dedup();
            edges.push(found);
        });
        for (name, output) in &template.outputs {
            let mut add = |r: Reference<'t>| {
                if !pseudo(&r) && ids.binary_search(&r.name()).is_err() {
                    unknown.push((Holder::Output(name.clone()), r));
                }
            };
            [Some(&output.value), output.export.as_ref()].into_iter().flatten().for_each(|e| references(e, &mut add));
        }
        Self { ids, edges, unknown, bytes }
    }

    /// The resources that each resource waits for.
    pub fn needs(&self) -> BTreeMap<&'t str, BTreeSet<&'t str>> {
        let of = |edges: &Vec<usize>| edges.iter().map(|to| self.ids[*to]).collect();
        self.ids.iter().copied().zip(self.edges.iter().map(of)).collect()
    }

    /// One cycle of dependencies: each resource waits for the next, the last for the first. It starts with the alphabetically first of its
    /// members and has no shorter cycle through the same dependency inside it. `None` when there is none.
    pub fn cycle(&self) -> Option<Vec<String>> {
        let (from, to) = back_edge(&self.edges)?;
        let mut cycle = path(&self.edges, to, from);
        let smallest = (0..cycle.len()).min_by_key(|i| cycle[*i])?;
        cycle.rotate_left(smallest);
        Some(cycle.into_iter().map(|i| self.ids[i].to_string()).collect())
    }

    /// References to names that the template does not define, sorted by holder and name. A template with a `Transform` is not judged, because the
    /// transform may add resources.
    pub fn dangling(&self, template: &Template) -> Vec<(Holder, String)> {
        if template.sections.get("Transform").is_some() {
            return vec![];
        }
        let parameters = template.sections.get("Parameters").and_then(Expr::as_object);
        let parameter = |name: &str| parameters.is_some_and(|p| p.get(name).is_some());
        let missing = |r: &Reference<'_>| !matches!(r, Reference::Name(name) if parameter(name));
        let found = self.unknown.iter().filter(|(_, r)| missing(r));
        let found = crate::order::set(found.map(|(holder, r)| (holder.clone(), r.name().to_string())));
        found.into_iter().collect()
    }
}

/// Who holds a reference to nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    /// A resource, by its logical id.
    Resource(String),
    /// An output, by its name.
    Output(String),
}

/// An edge that closes a cycle, by depth-first search without recursion.
fn back_edge(edges: &[Vec<usize>]) -> Option<(usize, usize)> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let mut state = vec![State::New; edges.len()];
    for root in 0..edges.len() {
        if state[root] != State::New {
            continue;
        }
        state[root] = State::Open;
        let mut open = vec![(root, 0)];
        while let Some((node, next)) = open.last_mut() {
            let (from, at) = (*node, *next);
            let Some(&to) = edges[from].get(at) else {
                state[from] = State::Done;
                open.pop();
                continue;
            };
            *next += 1;
            match state[to] {
                State::Open => return Some((from, to)),
                State::New => {
                    state[to] = State::Open;
                    open.push((to, 0));
                }
                State::Done => {}
            }
        }
    }
    None
}

/// A shortest path from `start` to `end`, both included. There is one: the caller found it.
fn path(edges: &[Vec<usize>], start: usize, end: usize) -> Vec<usize> {
    let mut before = vec![None; edges.len()];
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        if node == end {
            break;
        }
        for &next in &edges[node] {
            if next != start && before[next].is_none() {
                before[next] = Some(node);
                queue.push_back(next);
            }
        }
    }
    let mut path = vec![end];
    let mut at = end;
    while let Some(previous) = before[at] {
        path.push(previous);
        at = previous;
    }
    path.reverse();
    path
}

#[cfg(test)]
mod tests {
    use super::super::{Output, get_att, reference, sub, sub_with, to_json};
    use super::*;

    fn named(e: &Expr) -> Vec<Reference<'_>> {
        let mut out = vec![];
        references(e, &mut |r| out.push(r));
        out
    }

    /// A template of resources, each with the ids that it refers to.
    fn template(edges: &[(&str, &[&str])]) -> Template {
        let mut t = Template::default();
        for (id, to) in edges {
            let refs = to.iter().map(|id| reference(id.to_string())).collect();
            t.resources.insert(id.to_string(), Resource::new("AWS::X::Y", Object::new().set("R", Expr::List(refs))));
        }
        t
    }

    #[test]
    fn every_form_of_reference() {
        use Reference::{Attribute, Name};
        assert_eq!(named(&reference("A")), [Name("A")]);
        assert_eq!(named(&get_att("A", "Arn")), [Attribute("A")]);
        assert_eq!(
            named(&sub("x${A}-${B.Arn.C}-${!Lit}-${ D }-${AWS::Region}-${")),
            [Name("A"), Attribute("B"), Name("D"), Name("AWS::Region")]
        );
        let values = Object::new().set("a", get_att("B", "Arn")).set("c", "text");
        assert_eq!(named(&sub_with("${a}${c}${D}", values)), [Name("D"), Attribute("B")]);
        let raw: Expr = Object::new().set("Ref", "A").into();
        assert_eq!(named(&raw), [Name("A")]);
        let raw: Expr = Object::new().set("Fn::GetAtt", "A.Arn").into();
        assert_eq!(named(&raw), [Attribute("A")]);
        // A property that happens to be called `Ref` beside others is no function.
        let plain: Expr = Object::new().set("Ref", "A").set("Other", "B").into();
        assert_eq!(named(&plain), []);
        let nested = Expr::Intrinsic("Fn::If", Box::new(Expr::List(vec!["Cond".into(), reference("A"), "B".into()])));
        assert_eq!(named(&nested), [Name("A")]);
    }

    #[test]
    fn dependencies_of_all_kinds() {
        let mut t = template(&[("A", &["B", "Param", "AWS::Region"]), ("B", &[]), ("C", &[])]);
        let a = t.resources.get_mut("A").unwrap();
        a.depends_on.insert("C".to_string());
        a.attributes.insert("UpdatePolicy", get_att("C", "Arn"));
        let survey = Survey::of(&t);
        assert_eq!(survey.edges, [vec![1, 2], vec![], vec![]]);
        assert_eq!(survey.bytes, to_json(&t, false).len());
    }

    #[test]
    fn cycles() {
        let cycle = |t: &Template| Survey::of(t).cycle();
        assert_eq!(cycle(&template(&[("A", &["B", "C"]), ("B", &["C"]), ("C", &[])])), None);
        let cycle = |edges| cycle(&template(edges)).unwrap().join(" → ");
        assert_eq!(cycle(&[("A", &["A"])]), "A");
        assert_eq!(cycle(&[("A", &["B"]), ("B", &["D"]), ("C", &["B"]), ("D", &["C"])]), "B → D → C");
        // A → B → C → D → A has a shortcut from B to D.
        assert_eq!(cycle(&[("A", &["B"]), ("B", &["C", "D"]), ("C", &["D"]), ("D", &["A"])]), "A → B → D");
        assert_eq!(cycle(&[("Z", &["M"]), ("M", &["Z"])]), "M → Z");
    }

    #[test]
    fn long_chains_need_no_stack() {
        let mut t = Template::default();
        for i in 0..20_000 {
            let next = format!("R{:05}", (i + 1) % 20_000);
            t.resources.insert(format!("R{i:05}"), Resource::new("AWS::X::Y", Object::new().set("R", reference(next))));
        }
        assert_eq!(Survey::of(&t).cycle().unwrap().len(), 20_000);
        t.resources.get_mut("R19999").unwrap().properties = Object::new();
        assert_eq!(Survey::of(&t).cycle(), None);
    }

    #[test]
    fn dangling_references() {
        let mut t = template(&[("A", &["B", "P", "AWS::NoValue", "Gone"]), ("B", &[])]);
        t.sections.insert("Parameters", Object::new().set("P", Object::new().set("Type", "String")));
        t.resources.get_mut("B").unwrap().depends_on.insert("P".to_string());
        t.resources.get_mut("B").unwrap().properties.insert("X", get_att("Gone", "Arn"));
        let value = sub("${Lost}${A}");
        t.outputs.insert("Out".to_string(), Output { value, description: None, export: Some(reference("Lost")) });
        let resource = |id: &str, name: &str| (Holder::Resource(id.to_string()), name.to_string());
        assert_eq!(
            Survey::of(&t).dangling(&t),
            [
                resource("A", "Gone"),
                resource("B", "Gone"),
                resource("B", "P"),
                (Holder::Output("Out".to_string()), "Lost".to_string())
            ]
        );
        t.sections.insert("Transform", "AWS::Serverless-2016-10-31");
        assert_eq!(Survey::of(&t).dangling(&t), []);
    }
}
