//! `bastion`: a small instance inside the VPC, reached through AWS Systems Manager only, for tunnels to databases and for scripts.
//!
//! Makes an Auto Scaling group of one instance with its launch template, role, instance profile and security group (nothing can connect to it), a
//! log group for each log that is kept, and associations that keep the SSM agent up to date and the CloudWatch agent running. All bastions of a stack
//! share the document `StpBastionCloudwatchAgentDocument`.

mod instance;
mod logs;

pub use logs::{BastionLog, BastionLogging};

use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::Sink;
use crate::facets::iam::RoleBuilder;
use crate::facets::instance_types;
use crate::facets::logging;
use crate::model::{ExpandCx, Fragment, Linked, Outbox, Resource, ResourceKind, Stack, Statement};
use crate::naming::logical_id;
use crate::shared_infra::vpc::{self, VpcDemand};
use crate::source::Spanned;
use crate::template::{self, Object, reference};
use logs::Log;

/// A jump host inside the VPC.
pub struct Bastion;

/// A jump host inside the VPC: for tunnels to databases and for scripts. It is reached through AWS Systems Manager; no port is open.
#[derive(Clone, Debug, Decode, Describe)]
pub struct BastionProps {
    /// EC2 instance type.
    #[config(default = "t3.micro")]
    pub instance_size: Option<Spanned<String>>,
    /// Shell commands that run as root when an instance starts. A change replaces the instance.
    pub run_commands_at_launch: Option<Vec<Val<String>>>,
    /// Logs of the instance.
    pub logging: Option<BastionLogging>,
}

impl Resource<Bastion> {
    /// Logical id of one of its children, by CloudFormation type.
    fn id(&self, specifier: &str, kind: &str) -> String {
        logical_id(self.name.flat(), specifier, kind)
    }

    /// The logs that are kept.
    fn logs(&self) -> impl Iterator<Item = (Log, Option<&BastionLog>)> {
        let logging = self.props.logging.as_ref();
        Log::ALL.into_iter().map(move |log| (log, log.of(logging))).filter(|(_, own)| !own.is_some_and(|l| l.disabled))
    }
}

impl ResourceKind for Bastion {
    const TYPE: &'static str = "bastion";
    type Props = BastionProps;

    fn check(r: &Resource<Self>, linked: &Linked<'_>, sink: &mut Sink) {
        if let Some(logging) = &r.props.logging {
            logging.check(sink);
        }
        if let Some(size) = &r.props.instance_size {
            instance_types::check(size, linked.stack, sink);
        }
    }

    fn link(r: &Resource<Self>, _: &Stack<'_>, out: &mut Outbox) {
        out.demand(VpcDemand { span: r.span, private: false, endpoints_for: vec![] });
    }

    fn jump_host(r: &Resource<Self>) -> Option<String> {
        Some(r.id("", instance::GROUP))
    }

    fn expand(r: &Resource<Self>, cx: &mut ExpandCx<'_>) -> Fragment {
        let stack = cx.stack();
        let mut fragment = Fragment::default();
        for (log, own) in r.logs() {
            log.group(r, own, stack).add(stack, &mut fragment);
        }
        role(r, stack, &mut fragment);
        security_group(r, stack, &mut fragment);
        instance::add(r, stack, &mut fragment);
        fragment
    }
}

fn role(r: &Resource<Bastion>, stack: &Stack<'_>, fragment: &mut Fragment) {
    let id = r.id("", "AWS::IAM::Role");
    let streams: Vec<_> = r.logs().map(|(log, _)| logging::log_streams_arn(&log.group_name(r, stack))).collect();
    let mut role =
        RoleBuilder::new(id.clone(), None, "ec2.amazonaws.com").path("/").managed("AmazonSSMManagedInstanceCore");
    if !streams.is_empty() {
        let actions = &["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"];
        role = role.policy("write-logs", vec![Statement::allow(actions, streams, r.span)]);
    }
    role.add_to(fragment, r.span, stack);
    let kind = "AWS::IAM::InstanceProfile";
    let profile = Object::new().set("Path", "/").set("Roles", vec![reference(id)]);
    fragment.add(r.id("", kind), r.span, template::Resource::new(kind, profile));
}

/// A group without ingress: Systems Manager is called by the instance, not the other way round.
fn security_group(r: &Resource<Bastion>, stack: &Stack<'_>, fragment: &mut Fragment) {
    let (name, stack_name) = (r.name.flat(), &stack.identity.stack_name);
    let properties = Object::new()
        .set("GroupName", stack.identity.security_group(&format!("{name}-bastion")))
        .set("GroupDescription", format!("Security group for bastion host {name} in stack {stack_name}."))
        .set("VpcId", vpc::network(stack).vpc_id)
        .set("Tags", stack.tags(&[]));
    let kind = "AWS::EC2::SecurityGroup";
    fragment.add(r.id("", kind), r.span, template::Resource::new(kind, properties));
}
