//! The seam to the world: everything the compiler may ask about the outside.
//!
//! A fact is anything that the config does not say. The core asks; it never goes and looks. A missing fact gives a typed stand-in and an entry
//! in the list of missing facts, so that a host can look it up and compile again.

use crate::source::FilePath;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Everything the compiler may ask about the outside. Synchronous, cheap to call twice, without side effects.
pub trait World {
    /// The text of a file that a directive names; `None` when there is no such file (or it is outside the project).
    fn source(&self, file: &FilePath) -> Option<Arc<str>>;
    /// A fact; `None` when nobody has looked it up yet.
    fn fact(&self, key: &FactKey) -> Option<Fact>;
    /// Calls a custom directive: the function that a script exports under a name (or by default), with its arguments as a JSON list. Gives its
    /// result as JSON, or the error that it threw; `None` when this host runs no scripts. The same call gives the same result.
    fn directive(&self, script: &FilePath, export: &str, arguments: &str) -> Option<Result<String, String>> {
        let _ = (script, export, arguments);
        None
    }
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum FactKey {
    /// The twelve-digit id of the target account.
    AccountId,
    /// One property of the git working copy: `commit`, `branch`, `username`, `gitUrl`, `hasUncommitedChanges` (the reference's spelling).
    Git {
        /// The property.
        property: String,
    },
    /// The hosted zone and certificates that serve a domain name.
    Domain {
        /// Lower-case domain name without a final dot.
        name: String,
    },
    /// The id of the current version of a Secrets Manager secret.
    SecretVersion {
        /// Name of the secret.
        name: String,
    },
    /// The current version and type of an SSM parameter.
    SsmParameter {
        /// Name of the parameter.
        name: String,
    },
    /// The value of an output of another stack.
    StackOutput {
        /// Name of the stack.
        stack: String,
        /// Name of the output.
        output: String,
        /// Region of the stack; the target region when `None`.
        region: Option<String>,
    },
    /// A VPC that exists, to be reused.
    Vpc {
        /// Its id, or `project/stage` of the stack that owns it.
        id: String,
    },
    /// CPU, memory and architecture of an EC2 instance type.
    InstanceType {
        /// Name such as `t3.micro`.
        name: String,
    },
    /// Whether SES may send from this address.
    VerifiedSender {
        /// E-mail address.
        address: String,
    },
}

/// The answer to a [`FactKey`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Fact {
    /// Looked up: there is no such thing.
    Absent,
    /// Plain text: account id, git property, secret version id, stack output.
    Text {
        /// The value.
        value: String,
    },
    /// Answer to [`FactKey::SsmParameter`].
    SsmParameter {
        /// Current version, 1 or more.
        version: u64,
        /// Whether it is a SecureString.
        secure: bool,
    },
    /// Answer to [`FactKey::Domain`].
    Domain(DomainFact),
    /// Answer to [`FactKey::Vpc`].
    Vpc(VpcFact),
    /// Answer to [`FactKey::InstanceType`].
    InstanceType(InstanceTypeFact),
    /// Answer to [`FactKey::VerifiedSender`].
    Bool {
        /// The answer.
        value: bool,
    },
}

/// A Route 53 hosted zone and the ACM certificates that cover a domain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DomainFact {
    /// Id of the hosted zone that is authoritative for the domain.
    pub hosted_zone_id: String,
    /// Region → ARN of the best certificate there that is issued and covers the domain.
    #[serde(default)]
    pub certificates: std::collections::BTreeMap<String, String>,
}

/// A VPC to reuse.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VpcFact {
    /// Id of the VPC; given when it was found by project and stage.
    #[serde(default)]
    pub id: Option<String>,
    /// IPv4 CIDR block.
    pub cidr: String,
    /// Ids of subnets with a route to an internet gateway.
    pub public_subnets: Vec<String>,
    /// Ids of the other subnets.
    pub private_subnets: Vec<String>,
}

/// Size of an EC2 instance type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InstanceTypeFact {
    /// Virtual CPUs.
    pub vcpus: u32,
    /// Memory in MiB.
    pub memory_mib: u64,
    /// `x86_64` or `arm64`.
    pub architecture: String,
}
