//! The way from an API to containers inside the VPC: `{Name}VpcLink` and its security group, made when a container asks for it.

use super::HttpApiGateway;
use crate::model::{Fragment, Linked, Resource};
use crate::order::SortedMap;
use crate::shared_infra::vpc;
use crate::source::Span;
use crate::template::{self, Expr, Object, reference};

/// Mail to an API: it has to reach a port inside the VPC. The sender demands the VPC.
pub struct VpcLinkNeed {
    /// The port that the target listens on.
    pub port: u32,
    /// The event that asks for it.
    pub span: Span,
}

impl Resource<HttpApiGateway> {
    /// Logical id of the link; there is one when a container answers a route.
    pub fn vpc_link_id(&self) -> String {
        self.id("", "AWS::ApiGatewayV2::VpcLink")
    }

    /// Logical id of the link's security group, which containers let in.
    pub fn vpc_link_security_group_id(&self) -> String {
        self.id("VpcLink", "AWS::EC2::SecurityGroup")
    }
}

/// Adds the link and its security group when somebody needs them.
pub(super) fn add(r: &Resource<HttpApiGateway>, linked: &Linked<'_>, fragment: &mut Fragment) {
    let stack = linked.stack;
    let mut ports: SortedMap<u32, Span> = SortedMap::new();
    for need in linked.mail::<VpcLinkNeed>(&r.name) {
        ports.get_or_insert_with(need.port, || need.span);
    }
    let Some(span) = ports.values().next().copied() else { return };
    let (name, identity, network) = (r.name.flat(), &stack.identity, vpc::network(stack));
    let rule = |port: &u32| {
        let rule = Object::new().set("CidrIp", "0.0.0.0/0").set("IpProtocol", "tcp");
        Expr::from(rule.set("FromPort", *port).set("ToPort", *port))
    };
    let group = r.vpc_link_security_group_id();
    let description = format!("Security group generated for http api vpc link {name} in stack {}", identity.stack_name);
    let properties = Object::new()
        .set("GroupDescription", description)
        .set("GroupName", identity.security_group(&format!("{name}-vpc-link")))
        .list("SecurityGroupIngress", ports.keys().map(rule).collect())
        .set("Tags", stack.tags(&[]))
        .set("VpcId", network.vpc_id);
    fragment.add(group.clone(), span, template::Resource::new("AWS::EC2::SecurityGroup", properties));
    let properties = Object::new()
        .set("Name", format!("{}-{name}-vpc-link", identity.stack_name))
        .set("SecurityGroupIds", vec![reference(group)])
        .set("SubnetIds", Expr::List(network.public_subnets))
        .set("Tags", stack.tag_map(&[]));
    fragment.add(r.vpc_link_id(), span, template::Resource::new("AWS::ApiGatewayV2::VpcLink", properties));
}
