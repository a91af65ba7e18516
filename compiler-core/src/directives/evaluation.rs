//! Walks the tree and replaces directives by their values.
//!
//! A directive that stands in a value which another one selects is evaluated on demand, so the order of writing does not matter. What may
//! explode in a hostile config is bounded: recursion by [`MAX_DEPTH`], the amount of values made by [`BUDGET`].

use super::call::{self, Arg, ArgValue, Call, Locator, Segment};
use super::complaints::{prefix, usage};
use super::table::{DirectiveInfo, Phase, directive};
use super::{ResolveCx, Resolved, embedded};
use crate::diagnostics::{Code, Diagnostic};
use crate::order::{SortedMap, SortedSet};
use crate::source::{Span, Spanned};
use crate::syntax::{Node, Value};
use crate::world::{Fact, FactKey};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

/// Deepest nesting of values, directives and arguments together. Configs may be 64 deep; the rest is for directives.
const MAX_DEPTH: usize = 128;

/// Most values that directives may make in one config; 64 bytes of built text count as one value.
const BUDGET: usize = 200_000;

/// The mistake has gone to the sink already.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reported;

/// One call with its arguments evaluated.
pub(crate) struct Invocation<'c> {
    /// The call as written.
    pub call: &'c Call,
    /// The row of its table.
    pub info: &'static DirectiveInfo,
    /// The values of its arguments, in their places in the call.
    pub args: Vec<Node>,
}

/// State of one resolution.
pub(crate) struct Evaluation<'a, 'cx> {
    pub cx: &'a mut ResolveCx<'cx>,
    /// The config before any directive was resolved; `null` when nothing reads it.
    pub raw: Rc<Node>,
    /// Its `variables` section.
    pub variables: Option<Rc<Node>>,
    /// Parsed files of `$File` by path; `None` for a file with mistakes.
    pub files: SortedMap<String, Option<Rc<Node>>>,
    pub missing: BTreeSet<FactKey>,
    /// (base name of the output, name of the secret or parameter) → version.
    pub versions: SortedMap<(String, String), String>,
    pub sensitive: SortedSet<Span>,
    /// File and export by name, of what stands under `directives`.
    pub custom: SortedMap<String, String>,
    /// The directives that are being evaluated, outermost first.
    pub active: Vec<Site>,
    /// Directives without a value: their mistake is reported.
    pub failed: SortedSet<Site>,
    depth: usize,
    reported_depth: bool,
    left: usize,
}

/// A written directive: its place and its text, with the path that another directive has appended.
pub(super) type Site = (Span, String);

/// Resolves a whole config.
pub(super) fn run(mut root: Node, cx: &mut ResolveCx<'_>) -> Resolved {
    let raw = Rc::new(if reads_config(&root) { root.clone() } else { Node::new(Value::Null, root.span) });
    let variables = raw.as_map().and_then(|m| m.get("variables")).cloned().map(Rc::new);
    let mut evaluation = Evaluation {
        cx,
        raw,
        variables,
        files: SortedMap::new(),
        missing: BTreeSet::new(),
        versions: SortedMap::new(),
        sensitive: SortedSet::new(),
        custom: SortedMap::new(),
        active: vec![],
        failed: SortedSet::new(),
        depth: 0,
        reported_depth: false,
        left: BUDGET,
    };
    evaluation.declare_custom(&root);
    if let Some(resources) = root.as_map().and_then(|m| m.get("resources")) {
        embedded::warn(resources, evaluation.cx);
    }
    evaluation.node(&mut root);
    let extra_outputs = output_names(evaluation.versions);
    Resolved { root, missing: evaluation.missing, extra_outputs, sensitive: evaluation.sensitive }
}

/// Whether any text may read the config itself (directly, or through a file that holds directives).
fn reads_config(node: &Node) -> bool {
    match &node.value {
        Value::Str(s) => s.starts_with('$') && ["$Var(", "$This(", "$File("].iter().any(|d| s.contains(d)),
        Value::List(items) => items.iter().any(reads_config),
        Value::Map(map) => map.entries.iter().any(|e| reads_config(&e.value)),
        _ => false,
    }
}

/// Names of the extra outputs: letters and digits only. Different things that would share a name are numbered in the order of their own names.
fn output_names(versions: SortedMap<(String, String), String>) -> BTreeMap<String, String> {
    let mut outputs = BTreeMap::new();
    for ((suffix, name), version) in versions {
        let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        let mut key = format!("{plain}{suffix}");
        let mut n = 2;
        while outputs.contains_key(&key) {
            key = format!("{plain}{suffix}{n}");
            n += 1;
        }
        outputs.insert(key, version);
    }
    outputs
}

impl Evaluation<'_, '_> {
    /// Sends a mistake to the sink.
    pub fn report(&mut self, diagnostic: Diagnostic) -> Reported {
        self.cx.sink.push(diagnostic);
        Reported
    }

    /// Asks the world; a fact that nobody has looked up is noted as missing.
    pub fn fact(&mut self, key: FactKey) -> Option<Fact> {
        let fact = self.cx.world.fact(&key);
        if fact.is_none() {
            self.missing.insert(key);
        }
        fact
    }

    /// Takes from the budget.
    pub fn spend(&mut self, amount: usize, span: Span) -> Result<(), Reported> {
        if self.left == 0 {
            return Err(Reported);
        }
        self.left = self.left.saturating_sub(amount);
        if self.left == 0 {
            return Err(self.report(
                Diagnostic::error(Code::TOO_LARGE, span, format!("directives make more than {BUDGET} values"))
                    .hint("select smaller parts, such as `$Var().name` instead of `$Var()`"),
            ));
        }
        Ok(())
    }

    fn declare_custom(&mut self, root: &Node) {
        let Some(declared) = root.as_map().and_then(|m| m.get("directives")).and_then(Node::as_list) else { return };
        for (name, file) in
            declared.iter().filter_map(|d| Some((d.as_map()?.get("name")?, d.as_map()?.get("filePath"))))
        {
            let Some(text) = name.as_str() else { continue };
            let plain = text.strip_prefix('$').unwrap_or(text);
            if directive(plain).is_some() {
                self.report(
                    Diagnostic::error(
                        Code::BAD_NAME,
                        name.span,
                        format!("`{text}` is the name of a built-in directive"),
                    )
                    .hint("choose another name for the custom directive, and use it where the directive is used"),
                );
            } else {
                let file = file.and_then(Node::as_str).unwrap_or_default();
                self.custom.insert(plain.to_string(), file.to_string());
            }
        }
    }

    /// Replaces every directive in a tree by its value, or by [`Value::Invalid`].
    fn node(&mut self, node: &mut Node) {
        if self.depth >= MAX_DEPTH {
            self.too_deep(node.span);
            node.value = Value::Invalid;
            return;
        }
        self.depth += 1;
        match &mut node.value {
            Value::List(items) => items.iter_mut().for_each(|item| self.node(item)),
            Value::Map(map) => map.entries.iter_mut().for_each(|entry| self.node(&mut entry.value)),
            Value::Str(text) if call::is_directive(text) => {
                let text = Arc::clone(text);
                match self.directive(&text, node.span, &[]) {
                    Ok(value) => *node = value,
                    Err(Reported) => node.value = Value::Invalid,
                }
            }
            _ => {}
        }
        self.depth -= 1;
    }

    /// Reports the first place that is too deep; more of them come from the same chain.
    fn too_deep(&mut self, span: Span) -> Reported {
        if std::mem::replace(&mut self.reported_depth, true) {
            return Reported;
        }
        self.report(
            Diagnostic::error(
                Code::TOO_LARGE,
                span,
                format!("values and directives are nested more than {MAX_DEPTH} deep"),
            )
            .hint("shorten the chain of directives that leads here"),
        )
    }

    /// The value of a written directive, without any directive left in it. `rest` is the part of another directive's path that leads on from here.
    fn directive(&mut self, text: &str, span: Span, rest: &[Segment]) -> Result<Node, Reported> {
        let mut key = text.to_string();
        for segment in rest {
            key.push('.');
            key.push_str(segment);
        }
        let site = (span, key);
        if self.failed.contains(&site) {
            return Err(Reported);
        }
        if let Some(first) = self.active.iter().position(|active| *active == site) {
            return Err(self.cycle(first));
        }
        if self.depth >= MAX_DEPTH {
            return Err(self.too_deep(span));
        }
        self.spend(1, span)?;
        self.active.push(site.clone());
        self.depth += 1;
        let locator = Locator::new(self.cx.sources, span, text);
        let result = match call::parse(text, locator) {
            Ok(call) => self.call(&call, rest),
            Err(diagnostic) => Err(self.report(*diagnostic)),
        };
        self.depth -= 1;
        self.active.pop();
        if result.is_err() {
            self.failed.insert(site);
        }
        result
    }

    /// Evaluates a call with its path.
    fn call(&mut self, call: &Call, rest: &[Segment]) -> Result<Node, Reported> {
        let info = self.lookup(call)?;
        if call.args.len() < info.args.0 || call.args.len() > info.args.1 {
            return Err(self.wrong_count(call, info));
        }
        if let (Phase::Deploy, Some(segment)) = (info.phase, call.path.first().or(rest.first())) {
            let hint = match info.name {
                "Secret" => "name a key of the secret's JSON in the argument: `$Secret('name.jsonKey')`".to_string(),
                _ => format!("remove `.{}`", **segment),
            };
            let message = format!("`{}` is known only at deploy time, so no part of it can be selected", call.head);
            return Err(self.report(Diagnostic::error(Code::BAD_DIRECTIVE, segment.span, message).hint(hint)));
        }
        let mut args = Vec::with_capacity(call.args.len());
        let mut bad = false;
        for arg in &call.args {
            match self.arg(arg, call, info) {
                Ok(value) => args.push(value),
                Err(Reported) => bad = true,
            }
        }
        if bad {
            return Err(Reported);
        }
        let value = (info.run)(self, &Invocation { call, info, args })?;
        self.follow(&value, call, rest)
    }

    /// The value of one argument. Where a value that is known only at deploy time cannot be used, it is refused.
    fn arg(&mut self, arg: &Arg, outer: &Call, info: &DirectiveInfo) -> Result<Node, Reported> {
        let value = match &arg.value {
            ArgValue::Text(text) => Value::Str(Arc::from(&**text)),
            ArgValue::Int(n) => Value::Int(*n),
            ArgValue::Float(n) => Value::Float(*n),
            ArgValue::Bool(b) => Value::Bool(*b),
            ArgValue::Call(call) => {
                if self.depth >= MAX_DEPTH {
                    return Err(self.too_deep(call.span));
                }
                self.depth += 1;
                let value = self.call(call, &[]);
                self.depth -= 1;
                let value = value?;
                if is_invalid(&value) {
                    return Err(Reported);
                }
                if info.phase == Phase::Compile && has_deferred(&value) {
                    let name = &*outer.name.value;
                    let message = format!("`${name}` is evaluated before `{}` has a value", call.head);
                    let hint = match info.name {
                        "Format" => "use `$CfFormat`, which is filled in at deploy time".to_string(),
                        _ => format!(
                            "give `${name}` a value that is known when the config is read (only `$CfFormat` takes others)"
                        ),
                    };
                    return Err(self.report(
                        Diagnostic::error(Code::BAD_DIRECTIVE, call.span, message)
                            .hint(hint)
                            .label(outer.name.span, "evaluated when the config is read"),
                    ));
                }
                value.value
            }
        };
        Ok(Node::new(value, arg.span))
    }

    /// Follows the path behind a call and resolves what stands at its end.
    fn follow(&mut self, value: &Node, call: &Call, rest: &[Segment]) -> Result<Node, Reported> {
        let path: Vec<&Segment> = call.path.iter().chain(rest).collect();
        let mut at = value;
        for (i, segment) in path.iter().enumerate() {
            let next = match &at.value {
                Value::Map(map) => map.get(segment),
                Value::List(items) => segment.parse::<usize>().ok().and_then(|n| items.get(n)),
                Value::Invalid => return Err(Reported),
                Value::Str(text) if call::is_directive(text) => {
                    let onward: Vec<Segment> = path[i..].iter().map(|s| (*s).clone()).collect();
                    return self.directive(text, at.span, &onward);
                }
                _ => None,
            };
            at = match next {
                Some(next) => next,
                None => return Err(self.no_such_part(at, call, &path, i)),
            };
        }
        if let Value::Null = at.value {
            let span = path.last().map_or(call.span, |s| s.span);
            let message = format!("`{}` is null", prefix(call, &path, path.len()));
            return Err(self.report(
                Diagnostic::error(Code::DIRECTIVE_VALUE, span, message)
                    .hint("give it a value, or remove the property that uses it"),
            ));
        }
        self.spend(size(at, self.left), call.span)?;
        let mut result = at.clone();
        self.node(&mut result);
        if is_invalid(&result) { Err(Reported) } else { Ok(result) }
    }
}

/// Number of values in a tree, counted up to `limit`.
fn size(node: &Node, limit: usize) -> usize {
    let mut count = 1;
    let mut add = |child: &Node| {
        if count <= limit {
            count += size(child, limit - count.min(limit));
        }
    };
    match &node.value {
        Value::List(items) => items.iter().for_each(&mut add),
        Value::Map(map) => map.entries.iter().for_each(|e| add(&e.value)),
        _ => {}
    }
    count
}

fn is_invalid(node: &Node) -> bool {
    matches!(node.value, Value::Invalid)
}

fn has_deferred(node: &Node) -> bool {
    match &node.value {
        Value::Deferred(_) => true,
        Value::List(items) => items.iter().any(has_deferred),
        Value::Map(map) => map.entries.iter().any(|e| has_deferred(&e.value)),
        _ => false,
    }
}

impl Invocation<'_> {
    /// The text of an argument.
    pub fn text(&self, i: usize, evaluation: &mut Evaluation<'_, '_>) -> Result<Spanned<Arc<str>>, Reported> {
        let Some(arg) = self.args.get(i) else { return Err(Reported) };
        if let Value::Str(text) = &arg.value {
            return Ok(Spanned::new(Arc::clone(text), arg.span));
        }
        let written = match self.call.args.get(i).map(|a| &a.value) {
            Some(ArgValue::Call(call)) => format!("`{}`, which is {}", call.head, arg.kind()),
            _ => arg.excerpt(),
        };
        let message = format!("argument {} of `${}` must be text, not {written}", i + 1, self.info.name);
        let mut diagnostic = Diagnostic::error(Code::BAD_DIRECTIVE, arg.span, message);
        if let Value::Int(_) | Value::Float(_) | Value::Bool(_) = arg.value {
            diagnostic = diagnostic.hint(format!("put it into quotes: '{}'", arg.excerpt()));
        }
        Err(evaluation.report(diagnostic.hint(usage(self.info))))
    }

    /// Text as the value of this call.
    pub fn give(&self, text: impl AsRef<str>) -> Rc<Node> {
        Rc::new(Node::text(text.as_ref(), self.call.span))
    }
}
