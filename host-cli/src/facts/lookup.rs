//! Looking facts up in AWS.

use crate::aws::Aws;
use crate::aws::lookups::Certificate;
use crate::aws::retry;
use crate::error::Result;
use stacktape_compiler::world::{DomainFact, Fact, FactKey, InstanceTypeFact, VpcFact};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// For how long one question is repeated.
const PATIENCE: Duration = Duration::from_secs(60);

/// Logical id of the VPC in every stack that has one.
const STACK_VPC: &str = "StpVpc";

/// Asks AWS one thing.
pub async fn look_up(aws: &Aws, key: &FactKey) -> Result<Fact> {
    let text = |value: Option<String>| value.map_or(Fact::Absent, |value| Fact::Text { value });
    Ok(match key {
        FactKey::AccountId => text(Some(aws.lookups.identity().await?.account)),
        FactKey::SecretVersion { name } => text(retry::read(PATIENCE, || aws.lookups.secret_version(name)).await?),
        FactKey::SsmParameter { name } => match retry::read(PATIENCE, || aws.lookups.parameter(name)).await? {
            Some(p) => Fact::SsmParameter { version: p.version, secure: p.secure },
            None => Fact::Absent,
        },
        FactKey::StackOutput { stack, output, region } => {
            let elsewhere = match region {
                Some(region) if *region != aws.region => Some((aws.in_region)(region)),
                _ => None,
            };
            let cloudformation = elsewhere.as_ref().unwrap_or(&aws.cloudformation);
            let stack = retry::read(PATIENCE, || cloudformation.stack(stack)).await?;
            text(stack.and_then(|s| s.outputs.get(output).cloned()))
        }
        // Git never gets here: it needs no AWS.
        FactKey::Git { .. } => Fact::Absent,
        FactKey::Domain { name } => domain(aws, name).await?,
        FactKey::VerifiedSender { address } => {
            // A verified domain covers all its addresses.
            let mut value = false;
            for identity in
                [Some(address.as_str()), address.split_once('@').map(|(_, domain)| domain)].into_iter().flatten()
            {
                value = value || retry::read(PATIENCE, || aws.lookups.may_send_from(identity)).await?;
            }
            Fact::Bool { value }
        }
        FactKey::Vpc { id } => vpc(aws, id).await?,
        FactKey::InstanceType { name } => {
            let size = retry::read(PATIENCE, || aws.ec2.instance_size(name)).await?;
            size.map_or(Fact::Absent, |size| {
                let arm = size.architectures.iter().any(|a| a == "arm64");
                Fact::InstanceType(InstanceTypeFact {
                    vcpus: size.vcpus,
                    memory_mib: size.memory_mib,
                    architecture: if arm { "arm64" } else { "x86_64" }.into(),
                })
            })
        }
    })
}

/// A VPC by its id, or by `project/stage` of the stack that made it.
async fn vpc(aws: &Aws, id: &str) -> Result<Fact> {
    let owner = id.split_once('/').map(|(project, stage)| format!("{project}-{stage}"));
    let id = match owner {
        None => id.to_owned(),
        Some(stack) => {
            let there = retry::read(PATIENCE, || aws.cloudformation.stack(&stack)).await?;
            if there.is_none() {
                return Ok(Fact::Absent);
            }
            let resources = retry::read(PATIENCE, || aws.cloudformation.resources(&stack)).await?;
            match resources.into_iter().find(|r| r.logical_id == STACK_VPC) {
                Some(resource) => resource.physical_id,
                None => return Ok(Fact::Absent),
            }
        }
    };
    let found = retry::read(PATIENCE, || aws.ec2.vpc(&id)).await?;
    Ok(found.map_or(Fact::Absent, |vpc| {
        Fact::Vpc(VpcFact {
            id: Some(id.clone()),
            cidr: vpc.cidr,
            public_subnets: vpc.public_subnets,
            private_subnets: vpc.private_subnets,
        })
    }))
}

/// The nearest hosted zone above a domain, and in each region that may need one the best certificate.
async fn domain(aws: &Aws, name: &str) -> Result<Fact> {
    let mut zone = name;
    let hosted_zone_id = loop {
        if let Some(id) = retry::read(PATIENCE, || aws.lookups.hosted_zone(zone)).await? {
            break id;
        }
        match zone.split_once('.') {
            Some((_, parent)) if parent.contains('.') => zone = parent,
            _ => return Ok(Fact::Absent),
        }
    };
    let mut certificates = BTreeMap::new();
    // CloudFront takes certificates from us-east-1 only.
    for region in BTreeSet::from([aws.region.as_str(), "us-east-1"]) {
        let all = retry::read(PATIENCE, || aws.lookups.certificates(region)).await?;
        if let Some(best) = best(&all, name) {
            certificates.insert(region.to_owned(), best.arn.clone());
        }
    }
    Ok(Fact::Domain(DomainFact { hosted_zone_id, certificates }))
}

/// The certificate that names the domain itself before one with a wildcard, then the one that is valid longest.
fn best<'a>(all: &'a [Certificate], name: &str) -> Option<&'a Certificate> {
    let exact = |c: &Certificate| c.names.iter().any(|n| n == name);
    let wildcard = name.split_once('.').map(|(_, parent)| format!("*.{parent}"));
    let covers = |c: &&Certificate| exact(c) || c.names.iter().any(|n| Some(n) == wildcard.as_ref());
    all.iter().filter(covers).max_by_key(|c| (exact(c), (*c).clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_certificate() {
        let certificate = |arn: &str, valid_until, names: &[&str]| Certificate {
            valid_until,
            arn: arn.into(),
            names: names.iter().map(|n| (*n).to_owned()).collect(),
        };
        let all = [
            certificate("wild-long", 9, &["*.example.com"]),
            certificate("wild-short", 1, &["*.example.com", "example.com"]),
            certificate("exact", 2, &["api.example.com"]),
        ];
        let arn = |name: &str| best(&all, name).map(|c| c.arn.as_str());
        assert_eq!(arn("api.example.com"), Some("exact"));
        assert_eq!(arn("www.example.com"), Some("wild-long"));
        assert_eq!(arn("example.com"), Some("wild-short"));
        assert_eq!(arn("a.b.example.com"), None, "a wildcard stands for one level");
    }
}
