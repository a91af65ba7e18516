//! `worker-service`: a container that runs without traffic from outside. A composite: its one child is a container workload.

use super::service::{self, Entry, Service};
use crate::decode::Decode;
use crate::describe::Describe;
use crate::diagnostics::Sink;
use crate::model::{AnyResource, ExpandCx, Fragment, Linked, Resource, ResourceKind};

/// A container that runs without traffic from outside.
pub struct WorkerService;

/// A container that runs without traffic from outside: it takes work from queues and tables.
#[derive(Clone, Debug, Decode, Describe)]
pub struct WorkerServiceProps {
    /// What all services have.
    #[config(flatten)]
    pub service: Service,
}

impl ResourceKind for WorkerService {
    const TYPE: &'static str = "worker-service";
    type Props = WorkerServiceProps;

    fn check(r: &Resource<Self>, _: &Linked<'_>, sink: &mut Sink) {
        service::check(&r.props.service, None, sink);
    }

    fn desugar(r: &Resource<Self>) -> Vec<Box<dyn AnyResource>> {
        let service = r.props.service.clone();
        vec![Box::new(service.workload(&r.name, r.span, Entry::default()))]
    }

    fn expand(_: &Resource<Self>, _: &mut ExpandCx<'_>) -> Fragment {
        Fragment::default()
    }
}
