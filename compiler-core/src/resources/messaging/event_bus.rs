//! `event-bus`: an EventBridge event bus, and an archive of its events on demand.

use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::references;
use crate::model::{ExpandCx, Fragment, Linked, Offer, Param, Resource, ResourceKind, Stack, Statement};
use crate::naming::logical_id;
use crate::template::{self, Expr, Object, get_att, sub};

/// An event bus: rules pick events by their content and hand them on.
pub struct EventBus;

/// An event bus: rules pick events by their content and hand them on.
#[derive(Clone, Debug, Decode, Describe)]
pub struct EventBusProps {
    /// Source of a partner's events such as `aws.partner/example.com/1234/orders`; the bus then carries its name.
    pub event_source_name: Option<Val<String>>,
    /// Archive of the bus, from which events can be replayed.
    pub archivation: Option<EventBusArchivation>,
}

/// Archive of an event bus.
#[derive(Clone, Debug, Decode, Describe)]
pub struct EventBusArchivation {
    /// Whether events are archived.
    pub enabled: bool,
    /// How long events are kept; for ever when not given, or 0.
    #[config(range = 0..=36500, unit = "days")]
    pub retention_days: Option<Val<u32>>,
}

/// How names of partner event sources begin.
const PARTNER_PREFIX: &str = "aws.partner/";

impl Resource<EventBus> {
    /// Logical id of the bus.
    pub fn bus_id(&self) -> String {
        logical_id(self.name.flat(), "", "AWS::Events::EventBus")
    }

    fn archive_id(&self) -> String {
        logical_id(self.name.flat(), "", "AWS::Events::Archive")
    }

    /// Physical name of the bus: that of the partner's source when there is one.
    pub fn bus_name(&self, stack: &Stack<'_>) -> Expr {
        let own = || stack.identity.physical(self.name.flat(), 256).into();
        self.props.event_source_name.clone().map_or_else(own, Expr::from)
    }

    fn archive(&self) -> Option<&EventBusArchivation> {
        self.props.archivation.as_ref().filter(|a| a.enabled)
    }
}

impl ResourceKind for EventBus {
    const TYPE: &'static str = "event-bus";
    type Props = EventBusProps;

    fn check(r: &Resource<Self>, _linked: &Linked<'_>, sink: &mut Sink) {
        if let Some(source) = &r.props.event_source_name
            && let Some(name) = source.as_known().filter(|n| !n.starts_with(PARTNER_PREFIX))
        {
            sink.push(
                Diagnostic::error(
                    Code::BAD_VALUE,
                    source.span,
                    format!("eventSourceName must be the name of a partner's event source, found \"{name}\""),
                )
                .hint(format!("such names begin with {PARTNER_PREFIX}; remove eventSourceName for a bus of your own")),
            );
        }
    }

    fn params(r: &Resource<Self>, linked: &Linked<'_>) -> Vec<Param> {
        let arn = Param::new("arn", get_att(r.bus_id(), "Arn"));
        let arn = match r.bus_name(linked.stack).as_str() {
            Some(name) => arn.or_standalone(sub(format!(
                "arn:${{AWS::Partition}}:events:${{AWS::Region}}:${{AWS::AccountId}}:event-bus/{name}"
            ))),
            None => arn,
        };
        let archive = r.archive().map(|_| Param::new("archiveArn", get_att(r.archive_id(), "Arn")));
        [Some(arn), archive].into_iter().flatten().collect()
    }

    fn offer(r: &Resource<Self>, _linked: &Linked<'_>) -> Option<Offer> {
        Some(Offer::rights(vec![Statement::allow(&["events:PutEvents"], vec![references::own(r, "arn")], r.span)]))
    }

    fn expand(r: &Resource<Self>, cx: &mut ExpandCx<'_>) -> Fragment {
        let stack = cx.stack();
        let mut fragment = Fragment::default();
        let bus = Object::new()
            .set("Name", r.bus_name(stack))
            .opt("EventSourceName", r.props.event_source_name.clone())
            .set("Tags", stack.tags(&[]));
        fragment.add(r.bus_id(), r.span, template::Resource::new("AWS::Events::EventBus", bus));
        if let Some(archive) = r.archive() {
            let properties = Object::new()
                .opt("RetentionDays", archive.retention_days.clone())
                .set("SourceArn", get_att(r.bus_id(), "Arn"));
            let archive = template::Resource::new("AWS::Events::Archive", properties).holds_data();
            fragment.add(r.archive_id(), r.span, archive);
        }
        fragment
    }
}
