//! Mail between resources, and demands for shared infrastructure.
//!
//! Mail is any plain type that the receiving type declares as public. It is sorted by its sender, so the order of a config's resources cannot
//! be seen in what a receiver makes of it.

use super::{AnyResource, Offer, Param, ResourceKind, ResourceName, Stack};
use std::any::{Any, TypeId};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Collects mail and demands of one sender after the other.
#[derive(Default)]
pub struct Outbox {
    mail: BTreeMap<(String, TypeId), Vec<Box<dyn Any>>>,
}

/// The address of shared infrastructure; no resource can have an empty name.
const SHARED: &str = "";

impl Outbox {
    /// Sends mail to a resource.
    pub fn send<M: 'static>(&mut self, to: &ResourceName, mail: M) {
        self.post(to.dotted(), mail);
    }

    /// Asks for shared infrastructure; the module that makes it declares the type of the demand.
    pub fn demand<D: 'static>(&mut self, demand: D) {
        self.post(SHARED, demand);
    }

    fn post<M: 'static>(&mut self, to: &str, mail: M) {
        self.mail.entry((to.to_string(), TypeId::of::<M>())).or_default().push(Box::new(mail));
    }

    fn read<M: 'static>(&self, to: &str) -> impl Iterator<Item = &M> {
        self.mail.get(&(to.to_string(), TypeId::of::<M>())).into_iter().flatten().filter_map(|m| m.downcast_ref())
    }
}

/// The stack after linking: every resource has sent what it had to say.
pub struct Linked<'a> {
    /// The config.
    pub stack: &'a Stack<'a>,
    outbox: Outbox,
    /// Parameters that were asked for, by resource: many others may read those of one.
    params: RefCell<BTreeMap<String, Rc<[Param]>>>,
}

impl<'a> Linked<'a> {
    /// Lets every resource send its mail.
    pub fn link(stack: &'a Stack<'a>) -> Self {
        let mut outbox = Outbox::default();
        for resource in stack.resources() {
            resource.link(stack, &mut outbox);
        }
        Self { stack, outbox, params: RefCell::default() }
    }

    /// The mail of a type that a resource got, sorted by sender.
    pub fn mail<M: 'static>(&self, to: &ResourceName) -> impl Iterator<Item = &M> {
        self.outbox.read(to.dotted())
    }

    /// The demands of a type, sorted by who made them.
    pub fn demands<D: 'static>(&self) -> impl Iterator<Item = &D> {
        self.outbox.read(SHARED)
    }

    /// The parameters of a resource.
    pub fn params(&self, name: &str) -> Option<Rc<[Param]>> {
        if let Some(known) = self.params.borrow().get(name) {
            return Some(known.clone());
        }
        let params: Rc<[Param]> = self.stack.any(name)?.params(self).into();
        self.params.borrow_mut().insert(name.to_string(), params.clone());
        Some(params)
    }

    /// What `connectTo` of a resource gives.
    pub fn offer(&self, name: &str) -> Option<(&'a dyn AnyResource, Offer)> {
        let target = self.stack.any(name)?;
        target.offer(self).map(|o| (target, o))
    }

    /// A resource of a type.
    pub fn get<K: ResourceKind>(&self, name: &str) -> Option<&'a super::Resource<K>> {
        self.stack.get(name)
    }
}
