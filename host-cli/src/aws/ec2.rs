//! The port to EC2: sizes of instance types, and what a VPC that is to be reused consists of. Four requests of the Query protocol; see `signed.rs` for
//! why there is no SDK crate.

use super::error::AwsError;
use super::signed::{Call, Service, Signed};
use async_trait::async_trait;
use aws_config::SdkConfig;
use roxmltree::{Document, Node};
use std::collections::{BTreeMap, BTreeSet};

/// Version of the API.
const VERSION: &str = "2016-11-15";
const ANYWHERE: &str = "0.0.0.0/0";

/// Size of an instance type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceSize {
    /// Virtual CPUs.
    pub vcpus: u32,
    /// Memory in MiB.
    pub memory_mib: u64,
    /// Processor architectures, such as `x86_64` and `arm64`.
    pub architectures: Vec<String>,
}

/// A VPC with its subnets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vpc {
    /// First IPv4 block.
    pub cidr: String,
    /// Ids of subnets whose route to everywhere is an internet gateway.
    pub public_subnets: Vec<String>,
    /// Ids of the other subnets.
    pub private_subnets: Vec<String>,
}

/// The requests.
#[async_trait]
pub trait Ec2: Send + Sync {
    /// The size of an instance type; `None` when the region has none of this name.
    async fn instance_size(&self, name: &str) -> Result<Option<InstanceSize>, AwsError>;
    /// A VPC; `None` when there is none with this id.
    async fn vpc(&self, id: &str) -> Result<Option<Vpc>, AwsError>;
}

/// [`Ec2`] as AWS serves it.
pub struct SignedEc2(Signed);

impl SignedEc2 {
    /// A client for a region.
    pub fn new(config: &SdkConfig, region: &str, endpoint: Option<&str>) -> Self {
        let domain = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
        let service = Service { id: "EC2", signing_name: "ec2" };
        Self(Signed::new(config, service, region, &format!("https://ec2.{region}.{domain}"), endpoint))
    }

    /// One request; its parameters after `Action` and `Version`.
    async fn ask(&self, name: &'static str, parameters: &[(&str, &str)]) -> Result<String, AwsError> {
        let action = name.trim_start_matches("EC2 ");
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("Action", action)
            .append_pair("Version", VERSION)
            .extend_pairs(parameters)
            .finish();
        let call = Call { path: "/".into(), content_type: "application/x-www-form-urlencoded; charset=utf-8", body };
        self.0.send(name, call).await
    }

    /// Every item of the list `set` in all pages of a request about a VPC.
    async fn of_vpc<T>(
        &self,
        name: &'static str,
        set: &str,
        vpc: &str,
        read: impl Fn(Node<'_, '_>) -> T + Send + Sync,
    ) -> Result<Vec<T>, AwsError>
    where
        T: Send,
    {
        let mut out = vec![];
        let mut next: Option<String> = None;
        loop {
            let mut parameters = vec![("Filter.1.Name", "vpc-id"), ("Filter.1.Value.1", vpc)];
            if let Some(token) = &next {
                parameters.push(("NextToken", token));
            }
            let answer = self.ask(name, &parameters).await?;
            let document = parse(name, &answer)?;
            out.extend(items(document.root_element(), set).map(&read));
            next = text(document.root_element(), "nextToken").map(str::to_owned);
            if next.is_none() {
                return Ok(out);
            }
        }
    }
}

#[async_trait]
impl Ec2 for SignedEc2 {
    async fn instance_size(&self, name: &str) -> Result<Option<InstanceSize>, AwsError> {
        const REQUEST: &str = "EC2 DescribeInstanceTypes";
        let Some(answer) = absent(self.ask(REQUEST, &[("InstanceType.1", name)]).await, "InvalidInstanceType")? else {
            return Ok(None);
        };
        let document = parse(REQUEST, &answer)?;
        let Some(item) = items(document.root_element(), "instanceTypeSet").next() else { return Ok(None) };
        let number = |parent: &str, name: &str| -> Option<u64> { text(child(item, parent)?, name)?.parse().ok() };
        let size = number("vCpuInfo", "defaultVCpus").zip(number("memoryInfo", "sizeInMiB"));
        let Some((vcpus, memory_mib)) = size else {
            return Err(AwsError::local(REQUEST, format!("the answer about {name} cannot be understood")));
        };
        let architectures = child(item, "processorInfo").into_iter().flat_map(|p| items(p, "supportedArchitectures"));
        Ok(Some(InstanceSize {
            vcpus: u32::try_from(vcpus).unwrap_or(u32::MAX),
            memory_mib,
            architectures: architectures.filter_map(|a| a.text()).map(str::to_owned).collect(),
        }))
    }

    async fn vpc(&self, id: &str) -> Result<Option<Vpc>, AwsError> {
        const REQUEST: &str = "EC2 DescribeVpcs";
        let Some(answer) = absent(self.ask(REQUEST, &[("VpcId.1", id)]).await, "InvalidVpcID.NotFound")? else {
            return Ok(None);
        };
        let document = parse(REQUEST, &answer)?;
        let Some(item) = items(document.root_element(), "vpcSet").next() else { return Ok(None) };
        let cidr = text(item, "cidrBlock").unwrap_or_default().to_owned();
        drop(document);
        let mut subnets = self.of_vpc("EC2 DescribeSubnets", "subnetSet", id, subnet).await?;
        let tables = self.of_vpc("EC2 DescribeRouteTables", "routeTableSet", id, route_table).await?;
        subnets.sort();
        let public = |subnet: &Subnet| is_public(subnet, &tables);
        let ids = |wanted: bool| subnets.iter().filter(|s| public(s) == wanted).map(|s| s.id.clone()).collect();
        Ok(Some(Vpc { cidr, public_subnets: ids(true), private_subnets: ids(false) }))
    }
}

/// Ordered so that the same subnets always come in the same order: those of a stack by their number there, the rest by zone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Subnet {
    logical_id: Option<String>,
    zone: String,
    id: String,
}

fn subnet(item: Node<'_, '_>) -> Subnet {
    let own = |name: &str| text(item, name).unwrap_or_default().to_owned();
    let tag = items(item, "tagSet").find(|tag| text(*tag, "key") == Some("aws:cloudformation:logical-id"));
    Subnet {
        logical_id: tag.and_then(|tag| text(tag, "value")).map(str::to_owned),
        zone: own("availabilityZone"),
        id: own("subnetId"),
    }
}

struct RouteTable {
    subnets: BTreeSet<String>,
    main: bool,
    /// Targets by destination.
    routes: BTreeMap<String, String>,
}

fn route_table(item: Node<'_, '_>) -> RouteTable {
    let associations: Vec<Node<'_, '_>> = items(item, "associationSet").collect();
    let route = |route: Node<'_, '_>| {
        let to = text(route, "destinationCidrBlock")?;
        Some((to.to_owned(), text(route, "gatewayId").unwrap_or_default().to_owned()))
    };
    RouteTable {
        subnets: associations.iter().filter_map(|a| text(*a, "subnetId")).map(str::to_owned).collect(),
        main: associations.iter().any(|a| text(*a, "main") == Some("true")),
        routes: items(item, "routeSet").filter_map(route).collect(),
    }
}

/// Whether the table of a subnet (the main one, when it has none of its own) leads to an internet gateway.
fn is_public(subnet: &Subnet, tables: &[RouteTable]) -> bool {
    let own = tables.iter().find(|t| t.subnets.contains(&subnet.id));
    let table = own.or_else(|| tables.iter().find(|t| t.main));
    table.and_then(|t| t.routes.get(ANYWHERE)).is_some_and(|gateway| gateway.starts_with("igw-"))
}

/// `None` for the error code that means "there is no such thing".
fn absent(answer: Result<String, AwsError>, code: &str) -> Result<Option<String>, AwsError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.code == code => Ok(None),
        Err(error) => Err(error),
    }
}

fn parse<'a>(request: &'static str, xml: &'a str) -> Result<Document<'a>, AwsError> {
    Document::parse(xml).map_err(|e| AwsError::local(request, format!("the answer cannot be read: {e}")))
}

fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|n| n.tag_name().name() == name)
}

fn text<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    child(node, name)?.text().filter(|text| !text.is_empty())
}

/// The `item`s of a list.
fn items<'a, 'i: 'a>(node: Node<'a, 'i>, set: &str) -> impl Iterator<Item = Node<'a, 'i>> + use<'a, 'i> {
    child(node, set).into_iter().flat_map(|set| set.children().filter(|n| n.tag_name().name() == "item"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subnet(id: &str, zone: &str, logical_id: Option<&str>) -> Subnet {
        Subnet { logical_id: logical_id.map(str::to_owned), zone: zone.into(), id: id.into() }
    }

    #[test]
    fn the_route_to_everywhere_decides() {
        let table = |subnets: &[&str], main, gateway: &str| RouteTable {
            subnets: subnets.iter().map(|s| (*s).to_owned()).collect(),
            main,
            routes: [("10.0.0.0/16".to_owned(), "local".to_owned()), (ANYWHERE.to_owned(), gateway.to_owned())].into(),
        };
        let tables = [table(&["a"], false, "igw-1"), table(&["b"], false, ""), table(&[], true, "igw-1")];
        for (id, public) in [("a", true), ("b", false), ("c", true)] {
            assert_eq!(is_public(&subnet(id, "z", None), &tables), public, "{id}");
        }
        assert!(!is_public(&subnet("c", "z", None), &tables[..2]), "no main table, no way out");
    }

    #[test]
    fn subnets_have_one_order() {
        let mut all = [
            subnet("subnet-9", "eu-west-1a", Some("StpPublicSubnet1")),
            subnet("subnet-1", "eu-west-1b", None),
            subnet("subnet-2", "eu-west-1a", None),
            subnet("subnet-8", "eu-west-1b", Some("StpPublicSubnet0")),
        ];
        all.sort();
        assert_eq!(all.map(|s| s.id), ["subnet-2", "subnet-1", "subnet-8", "subnet-9"]);
    }
}
