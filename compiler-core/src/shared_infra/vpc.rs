//! The stack's network: a VPC with three public subnets, three private ones with NAT when a workload wants them, and gateway endpoints.
//!
//! Made when a workload demands it and the config reuses no VPC.

pub use super::reused_vpc::reused;

use crate::model::{ExpandCx, Fragment, GatewayEndpoint, Linked, Stack};
use crate::source::Span;
use crate::template::{Expr, Object, Resource, get_att, reference};

/// CIDR block of the VPC. Changing it would replace the VPC of every deployed stack.
pub const CIDR: &str = "172.16.0.0/16";
const PUBLIC_BLOCKS: [&str; 3] = ["172.16.0.0/20", "172.16.16.0/20", "172.16.32.0/20"];
const PRIVATE_BLOCKS: [&str; 3] = ["172.16.48.0/20", "172.16.64.0/20", "172.16.80.0/20"];
const VPC: &str = "StpVpc";
const GATEWAY: &str = "StpInternetGateway";
const ATTACHMENT: &str = "StpVpcGatewayAttachment";
/// Logical id of the gateway endpoint of S3.
pub const S3_ENDPOINT: &str = "StpS3GatewayVpcEndpoint";

/// A workload asks for the network.
pub struct VpcDemand {
    /// The config value that needs it.
    pub span: Span,
    /// Whether private subnets with NAT are needed.
    pub private: bool,
    /// Resources that the workload connects to from inside; some are reached through a gateway endpoint.
    pub endpoints_for: Vec<String>,
}

/// A workload in the VPC asks for a gateway endpoint, whatever it connects to.
pub struct EndpointDemand(pub GatewayEndpoint);

/// The network as other resources see it: ids of the stack's own VPC, or of the reused one.
pub struct Network {
    /// Id of the VPC.
    pub vpc_id: Expr,
    /// CIDR block of the VPC.
    pub cidr: Expr,
    /// Ids of the public subnets.
    pub public_subnets: Vec<Expr>,
    /// Ids of the private subnets.
    pub private_subnets: Vec<Expr>,
    /// Logical ids that a workload in the public subnets waits for, so that its routes are there.
    pub public_routes: Vec<String>,
    /// Logical ids that a workload in the private subnets waits for.
    pub private_routes: Vec<String>,
}

/// The network of a stack.
pub fn network(stack: &Stack<'_>) -> Network {
    match reused(stack) {
        Some(vpc) => Network {
            vpc_id: vpc.id.map_or_else(|| Expr::from("vpc-00000000"), Expr::from),
            cidr: vpc.cidr.into(),
            public_subnets: vpc.public_subnets.into_iter().map(Expr::from).collect(),
            private_subnets: vpc.private_subnets.into_iter().map(Expr::from).collect(),
            public_routes: vec![],
            private_routes: vec![],
        },
        None => Network {
            vpc_id: reference(VPC),
            cidr: CIDR.into(),
            public_subnets: (0..3).map(|i| reference(subnet_id("Public", i))).collect(),
            private_subnets: (0..3).map(|i| reference(subnet_id("Private", i))).collect(),
            public_routes: (0..3).map(|i| format!("StpInternetGatewayRoute{i}")).collect(),
            private_routes: (0..3).map(|i| format!("StpNatPrivateSubnetRoute{i}")).collect(),
        },
    }
}

/// Makes the VPC when somebody demands it.
pub fn expand(cx: &mut ExpandCx<'_>) -> Fragment {
    let mut fragment = Fragment::default();
    let demands: Vec<&VpcDemand> = cx.linked.demands().collect();
    let Some(first) = demands.first() else { return fragment };
    let stack = cx.stack();
    let private = demands.iter().any(|d| d.private);
    if reused(stack).is_none() {
        internet(&mut fragment, first.span, stack);
        for i in 0..3 {
            public_subnet(&mut fragment, first.span, i, stack);
        }
        if private {
            private_subnets(&mut fragment, first.span, stack);
        }
        for endpoint in endpoints(&demands, cx.linked) {
            gateway_endpoint(&mut fragment, first.span, endpoint, private, stack);
        }
    }
    fragment
}

fn endpoints(demands: &[&VpcDemand], linked: &Linked<'_>) -> Vec<GatewayEndpoint> {
    let names = demands.iter().flat_map(|d| &d.endpoints_for);
    let mut all: Vec<_> = names.filter_map(|n| linked.offer(n)?.1.gateway_endpoint).collect();
    all.extend(linked.demands::<EndpointDemand>().map(|d| d.0));
    crate::order::sort_by(&mut all, Ord::cmp);
    all.dedup();
    all
}

fn internet(fragment: &mut Fragment, span: Span, stack: &Stack<'_>) {
    let vpc = Object::new()
        .set("CidrBlock", CIDR)
        .set("EnableDnsHostnames", true)
        .set("EnableDnsSupport", true)
        .set("Tags", stack.tags(&[]));
    fragment.add(VPC, span, Resource::new("AWS::EC2::VPC", vpc));
    let gateway = Object::new().set("Tags", stack.tags(&[]));
    fragment.add(GATEWAY, span, Resource::new("AWS::EC2::InternetGateway", gateway));
    let attachment = Object::new().set("InternetGatewayId", reference(GATEWAY)).set("VpcId", reference(VPC));
    fragment.add(ATTACHMENT, span, Resource::new("AWS::EC2::VPCGatewayAttachment", attachment));
}

fn subnet_id(kind: &str, index: usize) -> String {
    format!("Stp{kind}Subnet{index}")
}

/// A subnet with a route table of its own.
fn subnet(
    fragment: &mut Fragment,
    span: Span,
    kind: &str,
    index: usize,
    block: &'static str,
    stack: &Stack<'_>,
) -> String {
    let id = subnet_id(kind, index);
    let zones = Expr::Intrinsic("Fn::GetAZs", Box::new(stack.identity.region.as_str().to_string().into()));
    let zone = Expr::Intrinsic("Fn::Select", Box::new(Expr::List(vec![Expr::Int(index as i64), zones])));
    let properties = Object::new()
        .set("AvailabilityZone", zone)
        .set("CidrBlock", block)
        .set("MapPublicIpOnLaunch", kind == "Public")
        .set("VpcId", reference(VPC))
        .set("Tags", stack.tags(&[]));
    fragment.add(id.clone(), span, Resource::new("AWS::EC2::Subnet", properties));
    let table = format!("{id}RouteTable");
    let properties = Object::new().set("VpcId", reference(VPC)).set("Tags", stack.tags(&[]));
    fragment.add(table.clone(), span, Resource::new("AWS::EC2::RouteTable", properties));
    let association =
        Object::new().set("RouteTableId", reference(table.clone())).set("SubnetId", reference(id.clone()));
    let kind = "AWS::EC2::SubnetRouteTableAssociation";
    fragment.add(format!("{id}SubnetRouteTableAssociation"), span, Resource::new(kind, association));
    table
}

fn public_subnet(fragment: &mut Fragment, span: Span, index: usize, stack: &Stack<'_>) {
    let table = subnet(fragment, span, "Public", index, PUBLIC_BLOCKS[index], stack);
    let route = Object::new()
        .set("DestinationCidrBlock", "0.0.0.0/0")
        .set("GatewayId", reference(GATEWAY))
        .set("RouteTableId", reference(table));
    let route = Resource::new("AWS::EC2::Route", route).after(ATTACHMENT);
    fragment.add(format!("StpInternetGatewayRoute{index}"), span, route);
}

fn private_subnets(fragment: &mut Fragment, span: Span, stack: &Stack<'_>) {
    let nat = stack.config.vpc.as_ref().and_then(|v| v.nat.as_ref());
    let zones = nat.and_then(|n| n.availability_zones.as_ref()).map_or(2, |n| n.value as usize).clamp(1, 3);
    for i in 0..zones {
        let eip = format!("StpNatEip{i}");
        let address = Object::new().set("Domain", "vpc").set("Tags", stack.tags(&[]));
        fragment.add(eip.clone(), span, Resource::new("AWS::EC2::EIP", address).after(ATTACHMENT));
        let gateway = Object::new()
            .set("AllocationId", get_att(eip, "AllocationId"))
            .set("SubnetId", reference(subnet_id("Public", i)))
            .set("Tags", stack.tags(&[]));
        let gateway = Resource::new("AWS::EC2::NatGateway", gateway).after(format!("StpInternetGatewayRoute{i}"));
        fragment.add(format!("StpNatGateway{i}"), span, gateway);
    }
    for (i, block) in PRIVATE_BLOCKS.into_iter().enumerate() {
        let table = subnet(fragment, span, "Private", i, block, stack);
        let route = Object::new()
            .set("DestinationCidrBlock", "0.0.0.0/0")
            .set("NatGatewayId", reference(format!("StpNatGateway{}", i.min(zones - 1))))
            .set("RouteTableId", reference(table));
        fragment.add(format!("StpNatPrivateSubnetRoute{i}"), span, Resource::new("AWS::EC2::Route", route));
    }
}

fn gateway_endpoint(fragment: &mut Fragment, span: Span, endpoint: GatewayEndpoint, private: bool, stack: &Stack<'_>) {
    let (id, service) = match endpoint {
        GatewayEndpoint::S3 => (S3_ENDPOINT, "s3"),
        GatewayEndpoint::DynamoDb => ("StpDynamoDbGatewayVpcEndpoint", "dynamodb"),
    };
    let kinds: &[&str] = if private { &["Public", "Private"] } else { &["Public"] };
    let tables =
        kinds.iter().flat_map(|k| (0..3).map(|i| reference(format!("{}RouteTable", subnet_id(k, i))))).collect();
    let properties = Object::new()
        .set("RouteTableIds", Expr::List(tables))
        .set("ServiceName", format!("com.amazonaws.{}.{service}", stack.identity.region))
        .set("VpcEndpointType", "Gateway")
        .set("VpcId", reference(VPC));
    fragment.add(id, span, Resource::new("AWS::EC2::VPCEndpoint", properties));
}
