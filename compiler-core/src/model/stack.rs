//! The read-only view of the whole config that checks and links work on.

use super::{AnyResource, Resource, ResourceKind, StackConfig};
use crate::diagnostics::{Code, Diagnostic, Hint, Sink, did_you_mean};
use crate::naming::StackIdentity;
use crate::source::{FilePath, Spanned};
use crate::template::{Expr, Object};
use crate::world::{Fact, FactKey, World};
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// All resources by name, the stack's identity and settings, and the facts.
pub struct Stack<'a> {
    /// Project, stage, region, account, names.
    pub identity: StackIdentity,
    /// The `stackConfig` section.
    pub config: &'a StackConfig,
    resources: BTreeMap<&'a str, &'a dyn AnyResource>,
    /// Every name that the config declares, with its type, also of resources that failed to decode.
    declared: BTreeMap<&'a str, &'a str>,
    world: &'a dyn World,
    missing: RefCell<BTreeSet<FactKey>>,
    /// The tags of a resource without tags of its own.
    plain_tags: OnceCell<Expr>,
}

impl<'a> Stack<'a> {
    /// A view of `resources`.
    pub fn new(
        identity: StackIdentity,
        config: &'a StackConfig,
        resources: impl IntoIterator<Item = &'a dyn AnyResource>,
        declared: BTreeMap<&'a str, &'a str>,
        world: &'a dyn World,
    ) -> Self {
        let resources = crate::order::map(resources.into_iter().map(|r| (r.name().dotted(), r)));
        Self { identity, config, resources, declared, world, missing: RefCell::default(), plain_tags: OnceCell::new() }
    }

    /// Every resource, sorted by name.
    pub fn resources(&self) -> impl Iterator<Item = &'a dyn AnyResource> {
        self.resources.values().copied()
    }

    /// Resources on which scripts can run, sorted by name. A script that names none gets the first.
    pub fn jump_hosts(&self) -> impl Iterator<Item = &'a dyn AnyResource> {
        self.resources().filter(|r| r.jump_host().is_some())
    }

    /// A resource of any type.
    pub fn any(&self, name: &str) -> Option<&'a dyn AnyResource> {
        self.resources.get(name).copied()
    }

    /// A resource of a type; `None` when there is none of that name and type. Reports nothing: [`Stack::require`] does, once, in `check`.
    pub fn get<K: ResourceKind>(&self, name: &str) -> Option<&'a Resource<K>> {
        self.resources.get(name).and_then(|r| r.as_any().downcast_ref())
    }

    /// All resources of a type, sorted by name.
    pub fn all<K: ResourceKind>(&self) -> impl Iterator<Item = &'a Resource<K>> {
        self.resources.values().filter_map(|r| r.as_any().downcast_ref())
    }

    /// Whether the config declares the name but its properties could not be decoded; then nothing is said about references to it.
    pub fn is_broken(&self, name: &str) -> bool {
        self.declared.contains_key(name) && !self.resources.contains_key(name)
    }

    /// Whether the properties of any resource could not be decoded; then nothing is said about a resource that seems to be missing.
    pub fn has_broken(&self) -> bool {
        self.declared.keys().any(|name| self.is_broken(name))
    }

    /// Looks a reference up and reports an unknown name or a wrong type. `property` is the property that holds the reference.
    pub fn require<K: ResourceKind>(
        &self,
        name: &Spanned<String>,
        property: &str,
        sink: &mut Sink,
    ) -> Option<&'a Resource<K>> {
        let found = self.require_any(name, property, Some(K::TYPE), sink)?;
        let typed = found.as_any().downcast_ref();
        if typed.is_none() {
            self.report_type(name, property, K::TYPE, found, sink);
        }
        typed
    }

    /// Apart from [`Self::require`], so that it is compiled once and not for every type.
    fn report_type(
        &self,
        name: &Spanned<String>,
        property: &str,
        wanted: &str,
        found: &dyn AnyResource,
        sink: &mut Sink,
    ) {
        let fitting = || self.resources.iter().filter(|(_, r)| r.type_name() == wanted).map(|(name, _)| *name);
        let hint = did_you_mean(name, fitting()).or_else(|| self.one_of(fitting(), wanted));
        let is = found.type_name();
        let message = format!("{property} must name a resource of type {wanted}, but `{}` is of type {is}", name.value);
        sink.push(
            Diagnostic::error(Code::WRONG_RESOURCE_TYPE, name.span, message)
                .label(found.span(), format!("`{}` is declared here", name.value))
                .maybe_hint(hint),
        );
    }

    /// Looks a reference to a resource of any type up and reports an unknown name. `wanted` narrows the suggestion.
    pub fn require_any(
        &self,
        name: &Spanned<String>,
        property: &str,
        wanted: Option<&str>,
        sink: &mut Sink,
    ) -> Option<&'a dyn AnyResource> {
        if let Some(found) = self.any(name) {
            return Some(found);
        }
        if !self.is_broken(name) {
            let fits = |(n, t): (&&'a str, &&'a str)| wanted.is_none_or(|w| *t == w).then_some(*n);
            let hint = did_you_mean(name, self.declared.iter().filter_map(fits))
                .or_else(|| did_you_mean(name, self.nested_names(name)))
                .or_else(|| self.one_of(self.declared.iter().filter_map(fits), wanted.unwrap_or("any")));
            sink.push(
                Diagnostic::error(
                    Code::UNKNOWN_RESOURCE,
                    name.span,
                    format!("{property} names the resource `{}`, which the config does not have", name.value),
                )
                .maybe_hint(hint),
            );
        }
        None
    }

    fn nested_names(&self, name: &str) -> impl Iterator<Item = &'a str> {
        let prefix = name.split('.').next().unwrap_or_default().to_string();
        self.resources
            .keys()
            .copied()
            .filter(move |n| n.strip_prefix(&*prefix).is_some_and(|rest| rest.starts_with('.')))
    }

    fn one_of<'n>(&self, names: impl Iterator<Item = &'n str>, kind: &str) -> Option<Hint> {
        let names: Vec<_> = names.take(6).map(|n| format!("`{n}`")).collect();
        match names.len() {
            0 => Some(format!("the config has no resource of type {kind}; add one").into()),
            _ => Some(format!("resources that fit: {}", names.join(", ")).into()),
        }
    }

    /// A fact. One that nobody has looked up yet is remembered as missing, and the caller uses a stand-in.
    pub fn fact(&self, key: FactKey) -> Option<Fact> {
        let fact = self.world.fact(&key);
        if fact.is_none() {
            self.missing.borrow_mut().insert(key);
        }
        fact
    }

    /// A fact that is known already; nothing is asked when it is not.
    pub fn known_fact(&self, key: &FactKey) -> Option<Fact> {
        self.world.fact(key)
    }

    /// The text of a file beside the config; `None` when it cannot be read here.
    pub fn source(&self, file: &FilePath) -> Option<Arc<str>> {
        self.world.source(file)
    }

    /// The facts that were asked for and are not known.
    pub fn missing(&self) -> BTreeSet<FactKey> {
        self.missing.borrow().clone()
    }

    /// The tags of every resource that takes tags, as a CloudFormation `Tags` list: the config's, then `own`, then the built-in ones; the first
    /// of a key wins.
    pub fn tags(&self, own: &[(String, Expr)]) -> Expr {
        let item = |(k, v): (String, Expr)| Expr::from(Object::new().set("Key", k).set("Value", v));
        let made = || Expr::List(self.tag_pairs(own).into_iter().map(item).collect());
        // Most resources have the same tags.
        if own.is_empty() { self.plain_tags.get_or_init(|| made().shared()).clone() } else { made() }
    }

    /// The same tags as a mapping, for resource types that want one.
    pub fn tag_map(&self, own: &[(String, Expr)]) -> Object {
        self.tag_pairs(own).into_iter().fold(Object::new(), |o, (k, v)| o.set(k, v))
    }

    fn tag_pairs(&self, own: &[(String, Expr)]) -> Vec<(String, Expr)> {
        let stack = self.config.tags.iter().flatten().map(|t| (t.name.value.clone(), t.value.clone().into()));
        let built_in = self.identity.tags().map(|(k, v)| (k.to_string(), Expr::from(v.to_string())));
        let mut seen = BTreeSet::new();
        stack.chain(own.iter().cloned()).chain(built_in).filter(|(k, _)| seen.insert(k.clone())).collect()
    }

    /// The tags of the stack itself whose values are known now.
    pub fn tag_texts(&self) -> Vec<(String, String)> {
        self.tag_pairs(&[]).into_iter().filter_map(|(k, v)| Some((k, v.as_str()?.to_string()))).collect()
    }

    /// The account id, or `000000000000` while it is not known.
    pub fn account(&self) -> &str {
        &self.identity.account
    }
}
