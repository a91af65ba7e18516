//! Expressions: what stands on the right side of a template property.

use crate::source::Span;
use std::borrow::Cow;
use std::sync::Arc;

/// Text that is mostly literal and sometimes built.
pub type Text = Cow<'static, str>;

/// A template value.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// `null`; only inside raw parts that the user wrote.
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    Str(Text),
    /// A list.
    List(Vec<Expr>),
    /// A mapping.
    Map(Object),
    /// An intrinsic: `Ref`, `Condition` or `Fn::…` and its argument.
    Intrinsic(&'static str, Box<Expr>),
    /// Open leaf: a parameter of a config resource, closed by assembling.
    Param {
        /// Dotted name of the config resource (`api`, `web.httpApiGateway`).
        resource: Arc<str>,
        /// Name of the parameter.
        name: Arc<str>,
        /// Where the config asks for it.
        span: Span,
    },
    /// Open leaf: attribute of any logical id, checked and closed by assembling (`$CfResourceParam`).
    Attribute {
        /// Logical id of the template resource.
        logical_id: Arc<str>,
        /// Attribute name, or `Ref`.
        name: Arc<str>,
        /// Where the config asks for it.
        span: Span,
    },
    /// Open leaf: a property of a packaged artifact, closed by binding.
    Artifact(ArtifactId, ArtifactField),
    /// A value that stands in many places and takes the memory of one, such as the tags that all resources have; made by [`Expr::shared`]. It holds
    /// no open leaf, so passes that close leaves leave it alone.
    Shared(Arc<Expr>),
}

/// Name of an artifact within the stack: the job name (`api`, `web-service-container`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArtifactId(pub Arc<str>);

/// What of an artifact is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ArtifactField {
    /// Key of the uploaded object in the deployment bucket.
    S3Key,
    /// Full address of the pushed image.
    ImageUri,
    /// Digest of the content.
    Digest,
}

/// A mapping with keys in the order of insertion.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object(pub Vec<(Text, Expr)>);

impl Object {
    /// An empty mapping.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a property, or replaces it in place.
    #[must_use]
    pub fn set(mut self, key: impl Into<Text>, value: impl Into<Expr>) -> Self {
        self.insert(key, value);
        self
    }

    /// Adds a property when there is a value.
    #[must_use]
    pub fn opt(self, key: impl Into<Text>, value: Option<impl Into<Expr>>) -> Self {
        match value {
            Some(value) => self.set(key, value),
            None => self,
        }
    }

    /// Adds a property when the list is not empty.
    #[must_use]
    pub fn list(self, key: impl Into<Text>, items: Vec<Expr>) -> Self {
        if items.is_empty() { self } else { self.set(key, Expr::List(items)) }
    }

    /// Adds a property, or replaces it in place.
    pub fn insert(&mut self, key: impl Into<Text>, value: impl Into<Expr>) {
        self.put(key.into(), value.into());
    }

    /// Apart from [`Self::insert`], so that it is compiled once and not for every type.
    #[inline(never)]
    fn put(&mut self, key: Text, value: Expr) {
        match self.0.iter_mut().find(|(k, _)| *k == key) {
            Some((_, old)) => *old = value,
            None => self.0.push((key, value)),
        }
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Expr> {
        self.0.iter().find(|(k, _)| k == key).map(|(_, v)| v)
    }

    /// The value of a key, to be changed in place.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Expr> {
        self.0.iter_mut().find(|(k, _)| k == key).map(|(_, v)| v)
    }

    /// Takes a property out.
    pub fn remove(&mut self, key: &str) -> Option<Expr> {
        let at = self.0.iter().position(|(k, _)| k == key)?;
        Some(self.0.remove(at).1)
    }

    /// Adds all properties of another mapping.
    #[must_use]
    pub fn extend(mut self, other: Object) -> Self {
        other.0.into_iter().for_each(|(key, value)| self.insert(key, value));
        self
    }

    /// Whether there are no properties.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// `Ref`.
pub fn reference(logical_id: impl Into<Text>) -> Expr {
    Expr::Intrinsic("Ref", Box::new(Expr::Str(logical_id.into())))
}

/// `Fn::GetAtt`.
pub fn get_att(logical_id: impl Into<Text>, attribute: impl Into<Text>) -> Expr {
    Expr::Intrinsic("Fn::GetAtt", Box::new(Expr::List(vec![Expr::Str(logical_id.into()), Expr::Str(attribute.into())])))
}

/// `Fn::Sub` over text that names pseudo parameters, logical ids or attributes as `${…}`.
pub fn sub(text: impl Into<Text>) -> Expr {
    Expr::Intrinsic("Fn::Sub", Box::new(Expr::Str(text.into())))
}

/// `Fn::Sub` with named values.
pub fn sub_with(text: impl Into<Text>, values: Object) -> Expr {
    Expr::Intrinsic("Fn::Sub", Box::new(Expr::List(vec![Expr::Str(text.into()), Expr::Map(values)])))
}

/// `Fn::Join`; a plain string when every part is literal text.
pub fn join(separator: &'static str, parts: Vec<Expr>) -> Expr {
    let literal: Option<Vec<&str>> = parts.iter().map(Expr::as_str).collect();
    match literal {
        Some(parts) => Expr::Str(parts.join(separator).into()),
        None => Expr::Intrinsic("Fn::Join", Box::new(Expr::List(vec![Expr::Str(separator.into()), Expr::List(parts)]))),
    }
}

/// The intrinsic function names that CloudFormation knows, in their long form.
pub const INTRINSICS: &[&str] = &[
    "Ref",
    "Condition",
    "Fn::And",
    "Fn::Base64",
    "Fn::Cidr",
    "Fn::Equals",
    "Fn::FindInMap",
    "Fn::ForEach",
    "Fn::GetAtt",
    "Fn::GetAZs",
    "Fn::GetStackOutput",
    "Fn::If",
    "Fn::ImportValue",
    "Fn::Join",
    "Fn::Length",
    "Fn::Not",
    "Fn::Or",
    "Fn::Select",
    "Fn::Split",
    "Fn::Sub",
    "Fn::ToJsonString",
    "Fn::Transform",
];

impl Expr {
    /// The text, when this is literal text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Expr::Str(s) => Some(s),
            Expr::Shared(e) => e.as_str(),
            _ => None,
        }
    }

    /// The mapping, when this is one.
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Expr::Map(o) => Some(o),
            Expr::Shared(e) => e.as_object(),
            _ => None,
        }
    }

    /// The mapping, to be changed in place.
    pub fn as_object_mut(&mut self) -> Option<&mut Object> {
        match self.own() {
            Expr::Map(o) => Some(o),
            _ => None,
        }
    }

    /// Whether the value is known now: no intrinsic and no open leaf anywhere in it.
    pub fn is_literal(&self) -> bool {
        match self {
            Expr::Intrinsic(..) | Expr::Param { .. } | Expr::Attribute { .. } | Expr::Artifact(..) => false,
            Expr::List(items) => items.iter().all(Expr::is_literal),
            Expr::Map(o) => o.0.iter().all(|(_, v)| v.is_literal()),
            Expr::Shared(e) => e.is_literal(),
            _ => true,
        }
    }

    /// The same value, to be put into many places. One with an open leaf stays as it is: every place closes its own.
    #[must_use]
    pub fn shared(self) -> Self {
        let mut open = false;
        self.visit(&mut |e| open |= matches!(e, Expr::Param { .. } | Expr::Attribute { .. } | Expr::Artifact(..)));
        if open { self } else { Expr::Shared(Arc::new(self)) }
    }

    /// The value itself, in place of one that others share; to be changed.
    pub fn own(&mut self) -> &mut Self {
        if let Expr::Shared(e) = self {
            *self = (**e).clone();
        }
        self
    }

    /// Calls `f` on every expression in the tree, parents first.
    pub fn visit(&self, f: &mut impl FnMut(&Expr)) {
        f(self);
        match self {
            Expr::List(items) => items.iter().for_each(|e| e.visit(f)),
            Expr::Map(o) => o.0.iter().for_each(|(_, e)| e.visit(f)),
            Expr::Intrinsic(_, arg) => arg.visit(f),
            Expr::Shared(e) => e.visit(f),
            _ => {}
        }
    }

    /// Lets `f` change or replace every expression in the tree, parents first. What is shared is not entered.
    pub fn rewrite(&mut self, f: &mut impl FnMut(&mut Expr)) {
        f(self);
        match self {
            Expr::List(items) => items.iter_mut().for_each(|e| e.rewrite(f)),
            Expr::Map(o) => o.0.iter_mut().for_each(|(_, e)| e.rewrite(f)),
            Expr::Intrinsic(_, arg) => arg.rewrite(f),
            _ => {}
        }
    }
}

macro_rules! from_int { ($($t:ty),+) => { $( impl From<$t> for Expr { fn from(n: $t) -> Self { Expr::Int(i64::from(n)) } } )+ } }
from_int!(i32, i64, u8, u16, u32);

impl From<f64> for Expr {
    /// A whole number stays a whole number: CloudFormation refuses `5.0` for an integer.
    fn from(n: f64) -> Self {
        if n.fract() == 0.0 && n.abs() < 9e15 { Expr::Int(n as i64) } else { Expr::Float(n) }
    }
}
impl From<bool> for Expr {
    fn from(b: bool) -> Self {
        Expr::Bool(b)
    }
}
impl From<&'static str> for Expr {
    fn from(s: &'static str) -> Self {
        Expr::Str(s.into())
    }
}
impl From<String> for Expr {
    fn from(s: String) -> Self {
        Expr::Str(s.into())
    }
}
impl From<&String> for Expr {
    fn from(s: &String) -> Self {
        Expr::Str(s.clone().into())
    }
}
impl From<Object> for Expr {
    fn from(o: Object) -> Self {
        Expr::Map(o)
    }
}
impl<T: Into<Expr>> From<Vec<T>> for Expr {
    fn from(items: Vec<T>) -> Self {
        Expr::List(items.into_iter().map(Into::into).collect())
    }
}
impl From<Cow<'_, str>> for Expr {
    fn from(s: Cow<'_, str>) -> Self {
        Expr::Str(s.into_owned().into())
    }
}
