//! The trait that a resource type implements, and its object-safe face.

use super::{
    CdnOrigin, ExpandCx, Fragment, Linked, Offer, OriginWish, Outbox, Param, ResourceName, Stack, Tunnel,
    offer::AlarmName,
};
use crate::decode::{Decode, DecodeCx};
use crate::describe::{Definitions, Describe, Shape};
use crate::diagnostics::Sink;
use crate::source::Span;
use crate::syntax::Node;
use crate::template::Expr;
use std::any::Any;

/// A resource type: everything about it stands in the one file that implements this.
pub trait ResourceKind: Sized + 'static {
    /// The `type` in the config, such as `sqs-queue`.
    const TYPE: &'static str;
    /// The `properties`. Their doc comments become schema, types, hover and reference pages.
    type Props: Decode + Describe + 'static;

    /// Rules over several properties or over the resources that this one refers to. Single values are checked by decoding.
    fn check(_r: &Resource<Self>, _linked: &Linked<'_>, _sink: &mut Sink) {}

    /// Primitives that a composite is made of.
    fn desugar(_r: &Resource<Self>) -> Vec<Box<dyn AnyResource>> {
        vec![]
    }

    /// Mail to other resources and demands for shared infrastructure.
    fn link(_r: &Resource<Self>, _stack: &Stack<'_>, _out: &mut Outbox) {}

    /// What `$ResourceParam` can read, and what `connectTo` injects as variables.
    fn params(_r: &Resource<Self>, _linked: &Linked<'_>) -> Vec<Param> {
        vec![]
    }

    /// What `connectTo` gives to a consumer; `None` when the type cannot be connected to.
    fn offer(_r: &Resource<Self>, _linked: &Linked<'_>) -> Option<Offer> {
        None
    }

    /// The alarms that the config declares on it, in their order.
    fn alarms(_r: &Resource<Self>, _stack: &Stack<'_>) -> Vec<AlarmName> {
        vec![]
    }

    /// How a CDN forwards requests to it; `None` when no CDN can stand in front of the type.
    fn cdn_origin(_r: &Resource<Self>, _wish: &OriginWish, _linked: &Linked<'_>) -> Option<CdnOrigin> {
        None
    }

    /// ARN of a version that CloudFront can run at its edge locations; `None` when the type is no such function.
    fn edge_function(_r: &Resource<Self>, _linked: &Linked<'_>) -> Option<Expr> {
        None
    }

    /// What scripts with a tunnel can connect to, beside what has an [`offer`](Self::offer).
    fn tunnel(_r: &Resource<Self>) -> Option<Tunnel> {
        None
    }

    /// Logical id of the Auto Scaling group of instances on which scripts can run and through which they can tunnel into the VPC; `None` when the type has
    /// none.
    fn jump_host(_r: &Resource<Self>) -> Option<String> {
        None
    }

    /// The CloudFormation resources and artifacts.
    fn expand(r: &Resource<Self>, cx: &mut ExpandCx<'_>) -> Fragment;
}

/// A decoded resource.
#[derive(Debug)]
pub struct Resource<K: ResourceKind> {
    /// Its name.
    pub name: ResourceName,
    /// The place of its key in the config; of its parent's key when a composite made it.
    pub span: Span,
    /// Its typed properties.
    pub props: K::Props,
}

impl<K: ResourceKind> Resource<K> {
    /// A resource.
    pub fn new(name: ResourceName, span: Span, props: K::Props) -> Self {
        Self { name, span, props }
    }
}

/// The object-safe face of [`Resource`]: what stages see.
pub trait AnyResource: Any {
    /// Its name.
    fn name(&self) -> &ResourceName;
    /// The place of its key.
    fn span(&self) -> Span;
    /// The `type`.
    fn type_name(&self) -> &'static str;
    /// For typed look-ups.
    fn as_any(&self) -> &dyn Any;
    /// See [`ResourceKind::check`].
    fn check(&self, linked: &Linked<'_>, sink: &mut Sink);
    /// See [`ResourceKind::desugar`].
    fn desugar(&self) -> Vec<Box<dyn AnyResource>>;
    /// See [`ResourceKind::link`].
    fn link(&self, stack: &Stack<'_>, out: &mut Outbox);
    /// See [`ResourceKind::params`].
    fn params(&self, linked: &Linked<'_>) -> Vec<Param>;
    /// See [`ResourceKind::offer`].
    fn offer(&self, linked: &Linked<'_>) -> Option<Offer>;
    /// See [`ResourceKind::alarms`].
    fn alarms(&self, stack: &Stack<'_>) -> Vec<AlarmName>;
    /// See [`ResourceKind::cdn_origin`].
    fn cdn_origin(&self, wish: &OriginWish, linked: &Linked<'_>) -> Option<CdnOrigin>;
    /// See [`ResourceKind::edge_function`].
    fn edge_function(&self, linked: &Linked<'_>) -> Option<Expr>;
    /// See [`ResourceKind::tunnel`].
    fn tunnel(&self) -> Option<Tunnel>;
    /// See [`ResourceKind::jump_host`].
    fn jump_host(&self) -> Option<String>;
    /// See [`ResourceKind::expand`].
    fn expand(&self, cx: &mut ExpandCx<'_>) -> Fragment;
}

impl<K: ResourceKind> AnyResource for Resource<K> {
    fn name(&self) -> &ResourceName {
        &self.name
    }
    fn span(&self) -> Span {
        self.span
    }
    fn type_name(&self) -> &'static str {
        K::TYPE
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
    fn check(&self, linked: &Linked<'_>, sink: &mut Sink) {
        K::check(self, linked, sink);
    }
    fn desugar(&self) -> Vec<Box<dyn AnyResource>> {
        K::desugar(self)
    }
    fn link(&self, stack: &Stack<'_>, out: &mut Outbox) {
        K::link(self, stack, out);
    }
    fn params(&self, linked: &Linked<'_>) -> Vec<Param> {
        K::params(self, linked)
    }
    fn offer(&self, linked: &Linked<'_>) -> Option<Offer> {
        K::offer(self, linked)
    }
    fn alarms(&self, stack: &Stack<'_>) -> Vec<AlarmName> {
        K::alarms(self, stack)
    }
    fn cdn_origin(&self, wish: &OriginWish, linked: &Linked<'_>) -> Option<CdnOrigin> {
        K::cdn_origin(self, wish, linked)
    }
    fn edge_function(&self, linked: &Linked<'_>) -> Option<Expr> {
        K::edge_function(self, linked)
    }
    fn tunnel(&self) -> Option<Tunnel> {
        K::tunnel(self)
    }
    fn jump_host(&self) -> Option<String> {
        K::jump_host(self)
    }
    fn expand(&self, cx: &mut ExpandCx<'_>) -> Fragment {
        K::expand(self, cx)
    }
}

/// Decodes the properties of a resource with this name and place.
pub type DecodeResource = fn(ResourceName, Span, &Node, &mut DecodeCx<'_>) -> Option<Box<dyn AnyResource>>;

/// A row of the registry.
pub struct KindRow {
    /// The `type`.
    pub type_name: &'static str,
    /// Decodes `properties` into a resource; `None` when that failed and was reported.
    pub decode: DecodeResource,
    /// Describes the `properties`.
    pub describe: fn(&mut Definitions) -> Shape,
}

/// The registry row of a type.
pub const fn row<K: ResourceKind>() -> KindRow {
    fn decode<K: ResourceKind>(
        name: ResourceName,
        span: Span,
        node: &Node,
        cx: &mut DecodeCx<'_>,
    ) -> Option<Box<dyn AnyResource>> {
        Some(Box::new(Resource::<K>::new(name, span, K::Props::decode(node, cx)?)))
    }
    KindRow { type_name: K::TYPE, decode: decode::<K>, describe: K::Props::describe }
}
