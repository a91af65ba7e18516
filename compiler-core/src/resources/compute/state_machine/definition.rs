//! What Step Functions refuses in a definition, at its place: one finding a state at most. Source: the Amazon States Language specification, and what
//! `ValidateStateMachineDefinition` answers.
//!
//! New fields of the language are passed on: a name that is not known here is a slip only when it is close to one that is.

use crate::decode::DecodeCx;
use crate::diagnostics::{Code, Diagnostic, Hint, did_you_mean};
use crate::order::SortedMap;
use crate::source::Span;
use crate::syntax::{Entry, Map, Node, Value};

const STATE_TYPES: &[&str] = &["Choice", "Fail", "Map", "Parallel", "Pass", "Succeed", "Task", "Wait"];
/// States after which something comes, or the machine ends.
const WITH_NEXT: &[&str] = &["Map", "Parallel", "Pass", "Task", "Wait"];
const RETRIED: &[&str] = &["Map", "Parallel", "Task"];
/// What a rule of a choice tests: the first in JSONata, the others in JSONPath.
const CONDITIONS: &[&str] = &["Condition", "Variable", "And", "Or", "Not"];
/// Fields that hold a number or a boolean.
const NO_TEXT: &[&str] = &["End", "HeartbeatSeconds", "MaxConcurrency", "Seconds", "TimeoutSeconds"];
const MAX_NAME: usize = 80;
const JSONATA: &str = "JSONata";
const JSONPATH: &str = "JSONPath";
/// Either language: the specification does not say what the states inside such a state are in.
const UNSAID: &str = "";

/// Fields of a machine.
const MACHINE: &[&str] =
    &["Comment", "ProcessorConfig", "QueryLanguage", "StartAt", "States", "TimeoutSeconds", "Version"];

/// Fields of states that only some types have.
const FIELDS: &[(&str, &[&str])] = &[
    ("Branches", &["Parallel"]),
    ("Catch", RETRIED),
    ("Choices", &["Choice"]),
    ("Default", &["Choice"]),
    ("HeartbeatSeconds", &["Task"]),
    ("ItemProcessor", &["Map"]),
    ("Iterator", &["Map"]),
    ("Resource", &["Task"]),
    ("Retry", RETRIED),
    ("Seconds", &["Wait"]),
    ("TimeoutSeconds", &["Task"]),
];

/// The other fields of states.
const OTHER_FIELDS: &[&str] = &[
    "Arguments",
    "Assign",
    "Cause",
    "CausePath",
    "Comment",
    "Credentials",
    "End",
    "Error",
    "ErrorPath",
    "HeartbeatSecondsPath",
    "InputPath",
    "ItemBatcher",
    "ItemReader",
    "ItemSelector",
    "Items",
    "ItemsPath",
    "Label",
    "MaxConcurrency",
    "MaxConcurrencyPath",
    "Next",
    "Output",
    "OutputPath",
    "Parameters",
    "QueryLanguage",
    "Result",
    "ResultPath",
    "ResultSelector",
    "ResultWriter",
    "SecondsPath",
    "TimeoutSecondsPath",
    "Timestamp",
    "TimestampPath",
    "ToleratedFailureCount",
    "ToleratedFailureCountPath",
    "ToleratedFailurePercentage",
    "ToleratedFailurePercentagePath",
    "Type",
];

/// Whether nothing is wrong with a definition.
pub fn check(node: &Node, cx: &mut DecodeCx<'_>) -> bool {
    let mut names = SortedMap::new();
    Machine { cx, seen: &mut names }.check(node, None)
}

/// The machines inside a `Map` or `Parallel` state.
pub fn inner_machines(state: &Map) -> Vec<&Node> {
    let branches = state.get("Branches").and_then(Node::as_list).into_iter().flatten();
    branches.chain(state.get("Iterator")).chain(state.get("ItemProcessor")).collect()
}

/// A walk over a machine and those inside it.
struct Machine<'w, 's, 'n> {
    cx: &'w mut DecodeCx<'s>,
    /// The names of states so far: they are unique across inner machines.
    seen: &'w mut SortedMap<&'n str, Span>,
}

impl<'n> Machine<'_, '_, 'n> {
    fn report(&mut self, code: Code, span: Span, message: String, hint: impl Into<Hint>) -> bool {
        self.cx.sink.push(Diagnostic::error(code, span, message).hint(hint));
        false
    }

    fn missing(&mut self, map: &Map, node: &Node, message: String, hint: impl Into<Hint>) -> bool {
        let span = map.entries.first().map_or(node.span, |e| e.key.span);
        self.report(Code::MISSING_PROPERTY, span, message, hint)
    }

    /// `language` is that of the states that name none: `None` for JSONPath, [`UNSAID`] inside a state with a language of its own.
    fn check(&mut self, node: &'n Node, language: Option<&'n str>) -> bool {
        let Value::Map(machine) = &node.value else {
            self.cx.wrong_type(node, "a mapping with StartAt and States");
            return false;
        };
        let language = language_of(machine, language);
        if !self.check_names(machine, MACHINE) {
            return false;
        }
        let (Some(start), Some(states)) = (machine.get("StartAt"), machine.get("States")) else {
            let key = if machine.get("States").is_some() { "StartAt" } else { "States" };
            return self.missing(machine, node, format!("the state machine has no {key}"), format!("add `{key}:`"));
        };
        let Value::Map(states) = &states.value else {
            self.cx.wrong_type(states, "a mapping of names to states");
            return false;
        };
        if states.entries.is_empty() {
            let message = "the state machine has no states".to_string();
            return self.missing(machine, node, message, "add one to States, such as `Done: { Type: Succeed }`");
        }
        let mut good = self.check_target(start, states);
        for entry in &states.entries {
            good &= self.check_name(entry) && self.check_state(entry, states, language);
        }
        good && self.check_ways(start, states)
    }

    /// Reports a slip in the name of a field.
    fn check_names(&mut self, map: &Map, known: &[&str]) -> bool {
        let near = map.entries.iter().find_map(|e| {
            let key = &*e.key.value;
            (!known.contains(&key)).then(|| did_you_mean(key, known.iter().copied())).flatten().map(|hint| (e, hint))
        });
        let Some((entry, hint)) = near else { return true };
        let message = format!("unknown property `{}`", entry.key.value);
        self.report(Code::UNKNOWN_PROPERTY, entry.key.span, message, hint)
    }

    fn check_name(&mut self, entry: &'n Entry) -> bool {
        let (name, span) = (&*entry.key.value, entry.key.span);
        if let Some(first) = self.seen.get(name) {
            let message = format!("the machine has two states `{name}`");
            let diagnostic = Diagnostic::error(Code::BAD_NAME, span, message).label(*first, "the other one");
            self.cx.sink.push(diagnostic.hint("names are unique across branches and iterators: rename one of them"));
            return false;
        }
        self.seen.insert(name, span);
        if name.chars().count() > MAX_NAME {
            let message = format!("names of states have at most {MAX_NAME} characters");
            return self.report(Code::BAD_NAME, span, message, "use a shorter name, and `Comment` for the rest");
        }
        true
    }

    /// Reports the name of a state that the machine does not have.
    fn check_target(&mut self, node: &Node, states: &Map) -> bool {
        let Some(name) = node.as_str().filter(|name| states.entry(name).is_none()) else { return true };
        let names = || states.entries.iter().map(|e| &*e.key.value);
        let hint = did_you_mean(name, names())
            .unwrap_or_else(|| format!("its states: {}", names().collect::<Vec<_>>().join(", ")).into());
        self.report(Code::UNKNOWN_RESOURCE, node.span, format!("the machine has no state `{name}`"), hint)
    }

    fn check_state(&mut self, entry: &'n Entry, states: &'n Map, language: Option<&'n str>) -> bool {
        let (name, node) = (&*entry.key.value, &entry.value);
        let Value::Map(state) = &node.value else {
            self.cx.wrong_type(node, "a mapping with Type");
            return false;
        };
        let known: Vec<&str> = FIELDS.iter().map(|(field, _)| *field).chain(OTHER_FIELDS.iter().copied()).collect();
        if !self.check_names(state, &known) {
            return false;
        }
        let Some(kind) = state.get("Type") else {
            let hint = format!("types: {}", STATE_TYPES.join(", "));
            return self.missing(state, node, format!("the state `{name}` has no Type"), hint);
        };
        let Some(text) = kind.as_str() else { return true };
        if !STATE_TYPES.contains(&text) {
            let hint = did_you_mean(text, STATE_TYPES.iter().copied());
            let hint = hint.unwrap_or_else(|| format!("types: {}", STATE_TYPES.join(", ")).into());
            return self.report(Code::UNKNOWN_TYPE, kind.span, format!("`{text}` is no type of a state"), hint);
        }
        let language = language_of(state, language);
        if !(self.check_fields(state, text, language) && self.check_required(entry, state, text)) {
            return false;
        }
        if !self.check_rules(state, language) {
            return false;
        }
        let mut good = true;
        for target in targets(state) {
            good &= self.check_target(target, states);
        }
        let inside = if state.get("QueryLanguage").is_some() { Some(UNSAID) } else { language };
        for inner in inner_machines(state) {
            good &= self.check(inner, inside);
        }
        good
    }

    /// Reports a field that the type, or the query language, does not have.
    fn check_fields(&mut self, state: &Map, kind: &str, language: Option<&str>) -> bool {
        let (jsonata, jsonpath) = (language == Some(JSONATA), is_jsonpath(language));
        for Entry { key, value } in &state.entries {
            let field = &*key.value;
            if NO_TEXT.contains(&field) && value.as_str().is_some_and(|text| !text.starts_with("{%")) {
                let message = format!("`{field}` must not be text, found {}", value.excerpt());
                return self.report(Code::WRONG_TYPE, value.span, message, "remove the quotes");
            }
            let ends = matches!(field, "Next" | "End") && matches!(kind, "Fail" | "Succeed");
            let others =
                FIELDS.iter().find(|(f, kinds)| *f == field && !kinds.contains(&kind)).map(|(_, kinds)| *kinds);
            if ends || others.is_some() {
                let message = format!("a {kind} state has no `{field}`");
                let kinds = others.unwrap_or(WITH_NEXT).join(", ");
                return self.report(Code::CONFLICT, key.span, message, format!("remove it; it is for {kinds} states"));
            }
            let other = match field {
                "Arguments" | "Output" if jsonpath => "QueryLanguage: JSONata",
                "Parameters" | "ResultSelector" if jsonata => "QueryLanguage: JSONPath",
                _ if jsonata && field.ends_with("Path") => "QueryLanguage: JSONPath",
                _ => continue,
            };
            let message = format!("the state has no `{field}` without `{other}`");
            let hint = format!("add `{other}` to the state, or use what its language has instead of `{field}`");
            return self.report(Code::CONFLICT, key.span, message, hint);
        }
        true
    }

    /// Reports what a state of a type lacks, or has twice.
    fn check_required(&mut self, entry: &Entry, state: &Map, kind: &str) -> bool {
        let name = &entry.key.value;
        let one_of: &[&str] = match kind {
            "Choice" => &["Choices"],
            "Map" => &["ItemProcessor", "Iterator"],
            "Parallel" => &["Branches"],
            "Task" => &["Resource"],
            "Wait" => &["Seconds", "SecondsPath", "Timestamp", "TimestampPath"],
            _ => &[],
        };
        let ways: &[&str] = if WITH_NEXT.contains(&kind) { &["Next", "End"] } else { &[] };
        for fields in [one_of, ways].into_iter().filter(|fields| !fields.is_empty()) {
            let given = state.entries.iter().filter(|e| fields.contains(&&*e.key.value));
            // `End: false` says nothing.
            let given: Vec<&Entry> = given.filter(|e| e.value.value != Value::Bool(false)).collect();
            match given[..] {
                [] if fields == ways => {
                    let message = format!("the state `{name}` does not say what comes after it");
                    return self.missing(state, &entry.value, message, "add `Next:` with a state, or `End: true`");
                }
                [] => {
                    let message = format!("the state `{name}` has no {}", fields.join(" or "));
                    return self.missing(state, &entry.value, message, format!("add `{}:`", fields[0]));
                }
                [_] => {}
                [first, second, ..] => {
                    let message = format!("the state `{name}` has both {} and {}", first.key.value, second.key.value);
                    return self.report(Code::CONFLICT, second.key.span, message, "remove one of the two");
                }
            }
        }
        let resource = state.get("Resource").filter(|r| r.as_str().is_some_and(|t| !t.starts_with("arn:")));
        if let Some(resource) = resource {
            let message = format!("the state's Resource must be an ARN, found {}", resource.excerpt());
            let hint = "use the arn of a function, such as `$ResourceParam('myFunction', 'arn')`, or an integration such as arn:aws:states:::sqs:sendMessage";
            return self.report(Code::BAD_VALUE, resource.span, message, hint);
        }
        true
    }

    /// Reports rules of choices, of retries and of catches that lack something.
    fn check_rules(&mut self, state: &Map, language: Option<&str>) -> bool {
        let lists = state.entries.iter().filter_map(|e| Some((e, e.value.as_list()?)));
        for (Entry { key, .. }, rules) in lists {
            let condition = if is_jsonpath(language) { &CONDITIONS[1..] } else { CONDITIONS };
            let condition = if language == Some(JSONATA) { &CONDITIONS[..1] } else { condition };
            let required: &[&[&str]] = match &*key.value {
                "Choices" => &[condition, &["Next"]],
                "Catch" => &[&["ErrorEquals"], &["Next"]],
                "Retry" => &[&["ErrorEquals"]],
                _ => continue,
            };
            if rules.is_empty() && &*key.value == "Choices" {
                let message = "a Choice state needs at least one rule in Choices".to_string();
                return self.report(
                    Code::MISSING_PROPERTY,
                    key.span,
                    message,
                    "add a rule with a condition and `Next`",
                );
            }
            for (rule, map) in rules.iter().filter_map(|rule| Some((rule, rule.as_map()?))) {
                for fields in required {
                    if fields.iter().all(|field| map.get(field).is_none()) {
                        let message = format!("a rule of {} has no {}", key.value, fields.join(" or "));
                        return self.missing(map, rule, message, format!("add `{}:`", fields[0]));
                    }
                }
            }
        }
        true
    }

    /// Reports states that nothing leads to, and a machine that cannot end.
    fn check_ways(&mut self, start: &Node, states: &Map) -> bool {
        let Some(start_name) = start.as_str() else { return true };
        let leads = |entry: &Entry| -> Vec<String> {
            let all = entry.value.as_map().map(targets).unwrap_or_default();
            all.into_iter().filter_map(Node::as_str).map(String::from).collect()
        };
        let mut reached = vec![start_name.to_string()];
        let mut at = 0;
        while let Some(name) = reached.get(at) {
            let next = states.entry(name).map(&leads).unwrap_or_default();
            reached.extend(next.into_iter().filter(|n| !reached.contains(n)).collect::<Vec<_>>());
            at += 1;
        }
        let lost: Vec<&Entry> =
            states.entries.iter().filter(|e| !reached.iter().any(|r| **r == *e.key.value)).collect();
        // What only lost states lead to is found again by whoever mends those.
        let follows = |e: &&&Entry| lost.iter().any(|l| leads(l).iter().any(|n| **n == *e.key.value));
        let first = lost.iter().find(|e| !follows(e)).or(lost.first());
        if let Some(entry) = first {
            let message = format!("nothing leads to the state `{}`", entry.key.value);
            return self.report(
                Code::CONFLICT,
                entry.key.span,
                message,
                "name it in the `Next` of another state, or remove it",
            );
        }
        let ends = |e: &Entry| {
            e.value.as_map().is_none_or(|state| state.get("Next").is_none() && state.get("Choices").is_none())
        };
        if states.entries.iter().any(ends) {
            return true;
        }
        let message = "the machine never ends: every state leads to another one".to_string();
        self.report(Code::CONFLICT, start.span, message, "give one of the states `End: true`, or add a Succeed state")
    }
}

/// The query language that a machine or a state names, or else the one around it.
fn language_of<'n>(map: &'n Map, around: Option<&'n str>) -> Option<&'n str> {
    map.get("QueryLanguage").and_then(Node::as_str).or(around)
}

fn is_jsonpath(language: Option<&str>) -> bool {
    language.is_none_or(|l| l == JSONPATH)
}

/// Every place that names the state to go to.
fn targets(state: &Map) -> Vec<&Node> {
    let mut all: Vec<&Node> = ["Next", "Default"].into_iter().filter_map(|key| state.get(key)).collect();
    for key in ["Choices", "Catch"] {
        let rules = state.get(key).and_then(Node::as_list).into_iter().flatten();
        all.extend(rules.filter_map(|rule| rule.as_map()?.get("Next")));
    }
    all
}
