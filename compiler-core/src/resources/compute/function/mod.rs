//! `function`: a Lambda function with its role and log group, and on demand a function URL, an alias with gradual deployment or provisioned
//! concurrency, a security group, destinations, alarms, a CDN and whatever its events need.

mod alarms;
mod alias;
mod check;
pub mod events;
mod expand;
mod url;

pub use alarms::FunctionTrigger;
pub use alias::FunctionDeployment;
pub use events::FunctionEvent;
pub use expand::permission;
pub use url::{DEFAULT_CORS_HEADERS, FunctionUrl};

use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::Sink;
use crate::facets::alarms::{self as alarm, Alarm};
use crate::facets::cdn::{self, CdnConfig};
use crate::facets::connect::{self, Connection};
use crate::facets::environment::EnvironmentVariable;
use crate::facets::iam::IamStatement;
use crate::facets::logging::{self, Logging};
use crate::facets::packaging::LambdaPackaging;
use crate::model::{
    AlarmName, CdnOrigin, ExpandCx, Fragment, Linked, Offer, OriginKind, OriginProtocol, OriginWish, Outbox, Param,
    Resource, ResourceKind, Stack, Statement, Tag,
};
use crate::naming::logical_id;
use crate::resources::data::efs_filesystem::{EfsMount, Mounts};
use crate::shared_infra::vpc::VpcDemand;
use crate::source::{Span, Spanned};
use crate::template::{Expr, get_att, reference, sub};

/// A function that runs when something calls it.
pub struct Function;

/// A function that runs when something calls it.
#[derive(Clone, Debug, Decode, Describe)]
pub struct FunctionProps {
    /// Where the code comes from.
    pub packaging: LambdaPackaging,
    /// What calls the function.
    pub events: Option<Vec<FunctionEvent>>,
    /// Environment variables. At most 4 KB in all.
    pub environment: Option<Vec<EnvironmentVariable>>,
    /// Lambda runtime such as `nodejs22.x`; follows from the entry file when not given.
    pub runtime: Option<Val<String>>,
    /// Processor architecture. `arm64` is cheaper by about a fifth.
    #[config(default = "x86_64")]
    pub architecture: Option<Architecture>,
    /// Memory. Processor power grows with it: 1769 MB are one full vCPU.
    #[config(range = 128..=10240, unit = "MB", default = 1024)]
    pub memory: Option<Val<u32>>,
    /// How long one call may take.
    #[config(range = 1..=900, unit = "seconds", default = 20)]
    pub timeout: Option<Val<u32>>,
    /// Whether the function runs inside the stack's VPC: it reaches databases there, and nothing on the internet.
    #[config(default = false)]
    pub join_default_vpc: bool,
    /// Tags of the function; at most 50.
    #[config(items = 0..=50)]
    pub tags: Option<Vec<Tag>>,
    /// Where results of asynchronous calls go.
    pub destinations: Option<Destinations>,
    /// Logs of the function.
    pub logging: Option<Logging>,
    /// Number of instances that are kept warm; each costs money by the hour.
    #[config(range = 1..=100000)]
    pub provisioned_concurrency: Option<Val<u32>>,
    /// Number of instances that are reserved for the function, which is also the most that it can have.
    #[config(range = 0..=100000)]
    pub reserved_concurrency: Option<Val<u32>>,
    /// ARNs of layers; at most 5.
    #[config(items = 0..=5)]
    pub layers: Option<Vec<Val<String>>>,
    /// Gradual shift of traffic to a new version.
    pub deployment: Option<FunctionDeployment>,
    /// Alarms on errors and duration.
    pub alarms: Option<Vec<Alarm<FunctionTrigger>>>,
    /// Names of organisation-wide alarms that this function does not get. Kept for compatibility; there are no such alarms here.
    pub disabled_global_alarms: Option<Vec<String>>,
    /// An HTTPS address of the function's own.
    pub url: Option<FunctionUrl>,
    /// A CDN in front of the function.
    pub cdn: Option<CdnConfig>,
    /// Size of `/tmp`.
    #[config(range = 512..=10240, unit = "MB", default = 512)]
    pub storage: Option<Val<u32>>,
    /// A file system; needs `joinDefaultVpc`. Lambda mounts one at most.
    pub volume_mounts: Option<Vec<VolumeMount>>,
    /// Resources that the function uses: it gets the rights, and their parameters as `STP_…` variables.
    #[config(names = "target")]
    pub connect_to: Option<Vec<Spanned<String>>>,
    /// Further rights of the function.
    pub iam_role_statements: Option<Vec<IamStatement>>,
}

impl FunctionProps {
    /// Code, and everything else as when it is not given. For what composites make.
    pub fn of(packaging: LambdaPackaging) -> Self {
        Self {
            packaging,
            events: None,
            environment: None,
            runtime: None,
            architecture: None,
            memory: None,
            timeout: None,
            join_default_vpc: false,
            tags: None,
            destinations: None,
            logging: None,
            provisioned_concurrency: None,
            reserved_concurrency: None,
            layers: None,
            deployment: None,
            alarms: None,
            disabled_global_alarms: None,
            url: None,
            cdn: None,
            storage: None,
            volume_mounts: None,
            connect_to: None,
            iam_role_statements: None,
        }
    }
}

/// Processor architecture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum Architecture {
    /// Intel and AMD, 64 bits.
    #[config(name = "x86_64")]
    X86_64,
    /// AWS Graviton.
    #[config(name = "arm64")]
    Arm64,
}

/// Where results of asynchronous calls go: ARNs of a queue, topic, event bus or function.
#[derive(Clone, Debug, Decode, Describe)]
pub struct Destinations {
    /// After a call that succeeded.
    pub on_success: Option<Val<String>>,
    /// After all attempts failed.
    pub on_failure: Option<Val<String>>,
}

/// A file system in the function's tree.
#[derive(Clone, Debug, Decode, Describe)]
#[config(tag = "type")]
pub enum VolumeMount {
    /// An EFS file system of this config.
    #[config(name = "efs")]
    Efs(EfsMount),
    /// A bucket through S3 Files.
    #[config(name = "s3files")]
    S3Files(S3FilesMount),
}

impl VolumeMount {
    fn span(&self) -> Span {
        match self {
            Self::Efs(m) => m.span,
            Self::S3Files(m) => m.span,
        }
    }
}

/// A bucket through S3 Files.
#[derive(Clone, Debug, Decode, Describe)]
pub struct S3FilesMount {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// ARN of the access point.
    pub access_point_arn: Val<String>,
    /// Path in the function, below `/mnt/`.
    pub mount_path: Spanned<String>,
}

/// Timeout of a function that gives none. The reference's schema says 10, its compiler uses 20; deployed functions have 20.
pub const DEFAULT_TIMEOUT: u32 = 20;
/// Memory of a function that gives none.
pub const DEFAULT_MEMORY: u32 = 1024;

impl Resource<Function> {
    /// Logical id of one of its children, by CloudFormation type.
    pub fn id(&self, specifier: &str, kind: &str) -> String {
        logical_id(self.name.flat(), specifier, kind)
    }

    /// Physical name of the function.
    pub fn function_name(&self, stack: &Stack<'_>) -> String {
        stack.identity.function(self.name.flat())
    }

    /// Logical id of the function.
    pub fn function_id(&self) -> String {
        self.id("", "AWS::Lambda::Function")
    }

    /// Logical id of the role.
    pub fn role_id(&self) -> String {
        self.id("", "AWS::IAM::Role")
    }

    /// Logical id of the security group; there is one when the function is in the VPC.
    pub fn security_group_id(&self) -> String {
        self.id("", "AWS::EC2::SecurityGroup")
    }

    /// Whether calls go through the alias `stp-live`.
    pub fn has_alias(&self) -> bool {
        self.props.deployment.is_some() || self.props.provisioned_concurrency.is_some()
    }

    /// What callers call: the alias when there is one, else the function.
    pub fn endpoint(&self) -> Expr {
        match self.has_alias() {
            true => reference(self.id("Stp", "AWS::Lambda::Alias")),
            false => get_att(self.function_id(), "Arn"),
        }
    }

    /// The same address without a reference into the template.
    pub fn endpoint_by_name(&self, stack: &Stack<'_>) -> Expr {
        let alias = if self.has_alias() { ":stp-live" } else { "" };
        sub(format!(
            "arn:${{AWS::Partition}}:lambda:${{AWS::Region}}:${{AWS::AccountId}}:function:{}{alias}",
            self.function_name(stack)
        ))
    }

    /// The EFS file systems that it mounts.
    pub fn efs_mounts(&self) -> Mounts<'_> {
        let all = self.props.volume_mounts.iter().flatten().filter_map(|mount| match mount {
            VolumeMount::Efs(m) => Some(m),
            VolumeMount::S3Files(_) => None,
        });
        Mounts { owner: &self.name, all: all.collect() }
    }

    /// Whether there is a log group.
    pub fn has_logs(&self) -> bool {
        !self.props.logging.as_ref().is_some_and(|l| l.disabled)
    }

    /// Whether the function has a URL: its own wish, or that of a CDN that forwards to it.
    pub fn has_url(&self, linked: &Linked<'_>) -> bool {
        self.props.url.as_ref().is_some_and(|u| u.enabled)
            || linked.mail::<cdn::ForwardsTo>(&self.name).next().is_some()
    }
}

impl ResourceKind for Function {
    const TYPE: &'static str = "function";
    type Props = FunctionProps;

    fn check(r: &Resource<Self>, linked: &Linked<'_>, sink: &mut Sink) {
        check::check(r, linked, sink);
    }

    fn link(r: &Resource<Self>, stack: &Stack<'_>, out: &mut Outbox) {
        let p = &r.props;
        if p.join_default_vpc {
            let endpoints_for = p.connect_to.iter().flatten().map(|t| t.value.clone()).collect();
            out.demand(VpcDemand { span: r.span, private: false, endpoints_for });
        }
        let connection = Connection {
            consumer: r.name.clone(),
            security_group: p.join_default_vpc.then(|| get_att(r.security_group_id(), "GroupId")),
            role: r.role_id(),
        };
        connect::announce(p.connect_to.as_ref(), &connection, stack, out);
        for (i, event) in p.events.iter().flatten().enumerate() {
            event.link(r, i, stack, out);
        }
        if let Some(security_group) = &connection.security_group {
            r.efs_mounts().announce(security_group, stack, out);
        }
        if let Some(deployment) = &p.deployment {
            deployment.link(stack, out);
        }
        if let Some(cdn) = &p.cdn {
            cdn.facing(&r.name).link(stack, out);
        }
    }

    fn params(r: &Resource<Self>, linked: &Linked<'_>) -> Vec<Param> {
        let stack = linked.stack;
        let by_name = sub(format!(
            "arn:${{AWS::Partition}}:lambda:${{AWS::Region}}:${{AWS::AccountId}}:function:{}",
            r.function_name(stack)
        ));
        let mut all = vec![Param::new("arn", get_att(r.function_id(), "Arn")).or_standalone(by_name)];
        if r.has_logs() {
            let group = r.id("", "AWS::Logs::LogGroup");
            all.push(
                Param::new("logGroupArn", get_att(group, "Arn"))
                    .or_standalone(logging::log_group_arn(&expand::log_group_name(r, stack))),
            );
        }
        if r.has_url(linked) {
            all.push(Param::new("url", get_att(r.id("", "AWS::Lambda::Url"), "FunctionUrl")));
        }
        if let Some(cdn) = &r.props.cdn {
            all.extend(cdn.facing(&r.name).params(stack));
        }
        all
    }

    fn offer(r: &Resource<Self>, linked: &Linked<'_>) -> Option<Offer> {
        let name = r.function_name(linked.stack);
        let arn = format!("arn:${{AWS::Partition}}:lambda:${{AWS::Region}}:${{AWS::AccountId}}:function:{name}");
        let resources = vec![sub(arn.clone()), sub(format!("{arn}:*"))];
        Some(Offer::rights(vec![Statement::allow(&["lambda:InvokeFunction"], resources, r.span)]))
    }

    fn alarms(r: &Resource<Self>, stack: &Stack<'_>) -> Vec<AlarmName> {
        alarm::names(&r.name, r.props.alarms.as_deref(), stack)
    }

    fn cdn_origin(r: &Resource<Self>, _wish: &OriginWish, _linked: &Linked<'_>) -> Option<CdnOrigin> {
        let url = get_att(r.id("", "AWS::Lambda::Url"), "FunctionUrl");
        let parts = Expr::Intrinsic("Fn::Split", Box::new(Expr::List(vec!["/".into(), url])));
        let host = Expr::Intrinsic("Fn::Select", Box::new(Expr::List(vec![2.into(), parts])));
        Some(CdnOrigin { kind: OriginKind::Function, domain: host, protocol: OriginProtocol::Https(443) })
    }

    fn expand(r: &Resource<Self>, cx: &mut ExpandCx<'_>) -> Fragment {
        expand::expand(r, cx)
    }
}
