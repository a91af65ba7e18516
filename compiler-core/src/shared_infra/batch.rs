//! AWS Batch for the batch jobs of a stack: where they run and who may start them.
//!
//! Makes, as soon as there is a batch job, the roles of the service, of its spot requests, of its instances and of the state machines that start
//! jobs, a launch template and a security group of the instances, and an on-demand and a spot compute environment, each with a job queue. Jobs with
//! GPUs have environments and queues of their own. Environments without jobs have no instances.

use super::vpc;
use crate::facets::iam::{RoleBuilder, role_arn};
use crate::model::{ExpandCx, Fragment, Stack, Statement};
use crate::naming::{SHARED, StackIdentity, logical_id};
use crate::source::Span;
use crate::template::{Expr, Object, Resource, get_att, reference, sub};

/// Logical id of the role that the state machines of all batch jobs assume.
pub const STATE_MACHINE_ROLE: &str = "StpBatchStateMachineRole";
const SERVICE_ROLE: &str = "StpBatchServiceRole";
const SPOT_FLEET_ROLE: &str = "StpBatchSpotFleetRole";
const INSTANCE_ROLE: &str = "StpBatchInstanceRole";
const INSTANCE_PROFILE: &str = "StpBatchInstanceInstanceProfile";
const LAUNCH_TEMPLATE: &str = "StpBatchInstanceLaunchTemplate";
const SECURITY_GROUP: &str = "StpBatchInstanceSecurityGroup";

/// A batch job asks for a place to run.
pub struct BatchDemand {
    /// Whether it needs GPUs.
    pub gpu: bool,
    /// Physical name of its job definition.
    pub job_definition: String,
    /// The job.
    pub span: Span,
}

/// Who owns the capacity that a job runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capacity {
    /// Instances at the full price, which AWS does not take back.
    OnDemand,
    /// Spare instances at a lower price, which AWS may take back.
    Spot,
}

impl Capacity {
    const ALL: [Self; 2] = [Self::OnDemand, Self::Spot];

    /// As names of states, queues and environments spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OnDemand => "onDemand",
            Self::Spot => "spot",
        }
    }

    fn kind(self) -> &'static str {
        match self {
            Self::OnDemand => "EC2",
            Self::Spot => "SPOT",
        }
    }

    fn id(self, gpu: bool, kind: &str) -> String {
        logical_id(SHARED, &format!("Batch-{}-{}", self.as_str(), gpu_part(gpu)), kind)
    }

    /// Logical id of the job queue.
    pub fn queue_id(self, gpu: bool) -> String {
        self.id(gpu, "AWS::Batch::JobQueue")
    }

    /// ARN of the job queue, from its name.
    pub fn queue_arn(self, gpu: bool, identity: &StackIdentity) -> Expr {
        arn("batch", &format!("job-queue/{}", self.queue_name(gpu, identity)))
    }

    fn queue_name(self, gpu: bool, identity: &StackIdentity) -> String {
        identity.physical(&format!("batch-{}-{}-job-queue", self.as_str(), gpu_part(gpu)), 128)
    }
}

fn gpu_part(gpu: bool) -> &'static str {
    if gpu { "gpu" } else { "" }
}

/// Id of the security group of the instances; opened towards what jobs connect to.
pub fn security_group() -> Expr {
    get_att(SECURITY_GROUP, "GroupId")
}

/// Rights to start jobs of a definition, whichever its revision, in both queues.
pub fn submit_rights(job_definition: &str, gpu: bool, stack: &Stack<'_>, origin: Span) -> Statement {
    let definition = format!("job-definition/{job_definition}");
    let mut resources = vec![arn("batch", &definition), arn("batch", &format!("{definition}:*"))];
    resources.extend(Capacity::ALL.map(|capacity| capacity.queue_arn(gpu, &stack.identity)));
    Statement::allow(&["batch:SubmitJob"], resources, origin)
}

/// ARN of any job of the account and region: jobs get their ids when they are started.
pub fn any_job() -> Expr {
    arn("batch", "job/*")
}

fn arn(service: &str, rest: &str) -> Expr {
    sub(format!("arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{rest}"))
}

/// Makes everything when there is a batch job.
pub fn expand(cx: &mut ExpandCx<'_>) -> Fragment {
    let mut fragment = Fragment::default();
    let demands: Vec<&BatchDemand> = cx.linked.demands().collect();
    let (Some(first), stack) = (demands.first(), cx.stack()) else { return fragment };
    let span = first.span;
    roles(span, stack, &mut fragment);
    state_machine_role(&demands, stack, &mut fragment);
    instances(span, stack, &mut fragment);
    for gpu in [false, true] {
        let Some(job) = demands.iter().find(|d| d.gpu == gpu) else { continue };
        for capacity in Capacity::ALL {
            environment(capacity, gpu, job.span, stack, &mut fragment);
            queue(capacity, gpu, job.span, stack, &mut fragment);
        }
    }
    fragment
}

fn roles(span: Span, stack: &Stack<'_>, fragment: &mut Fragment) {
    for (id, service, policy) in [
        (SERVICE_ROLE, "batch.amazonaws.com", "service-role/AWSBatchServiceRole"),
        (SPOT_FLEET_ROLE, "spotfleet.amazonaws.com", "service-role/AmazonEC2SpotFleetTaggingRole"),
        (INSTANCE_ROLE, "ec2.amazonaws.com", "service-role/AmazonEC2ContainerServiceforEC2Role"),
    ] {
        RoleBuilder::new(id, None, service).path("/").managed(policy).add_to(fragment, span, stack);
    }
    let profile = Object::new().set("Path", "/").set("Roles", vec![reference(INSTANCE_ROLE)]);
    fragment.add(INSTANCE_PROFILE, span, Resource::new("AWS::IAM::InstanceProfile", profile));
}

/// Most jobs whose definitions are listed one by one; a statement for all definitions and queues of the stack stands for more. The policies of a
/// role have 10,240 characters at most, and a job takes up to 700. Source: the quotas of IAM.
const MOST_LISTED: usize = 10;

fn state_machine_role(demands: &[&BatchDemand], stack: &Stack<'_>, fragment: &mut Fragment) {
    let Some(span) = demands.first().map(|d| d.span) else { return };
    let mut statements: Vec<_> = match demands.len() {
        0..=MOST_LISTED => demands.iter().map(|d| submit_rights(&d.job_definition, d.gpu, stack, d.span)).collect(),
        _ => {
            let own = |kind: &str| arn("batch", &format!("{kind}/{}-*", stack.identity.stack_name));
            vec![Statement::allow(&["batch:SubmitJob"], vec![own("job-definition"), own("job-queue")], span)]
        }
    };
    statements.push(Statement::allow(&["batch:TerminateJob"], vec![any_job()], span));
    // AWS Batch knows no resource for looking at jobs.
    statements.push(Statement::allow(&["batch:DescribeJobs"], vec!["*".into()], span));
    // Step Functions makes this rule itself, to hear of finished jobs.
    let rule = arn("events", "rule/StepFunctionsGetEventsForBatchJobsRule");
    statements.push(Statement::allow(
        &["events:PutTargets", "events:PutRule", "events:DescribeRule"],
        vec![rule],
        span,
    ));
    RoleBuilder::new(STATE_MACHINE_ROLE, None, "states.amazonaws.com")
        .path("/")
        .policy("batchjob-sm-policy", statements)
        .add_to(fragment, span, stack);
}

/// Size of the root disk, which images and containers share, in GB.
const DISK: u32 = 100;

fn instances(span: Span, stack: &Stack<'_>, fragment: &mut Fragment) {
    let stack_name = &stack.identity.stack_name;
    let disk = Object::new().set("Encrypted", true).set("VolumeSize", DISK).set("VolumeType", "gp3");
    let device = Object::new().set("DeviceName", "/dev/xvda").set("Ebs", disk);
    let template = Object::new()
        .set("LaunchTemplateData", Object::new().set("BlockDeviceMappings", vec![device]))
        .set("LaunchTemplateName", stack.identity.physical("batch-instance-launch-template", 128));
    fragment.add(LAUNCH_TEMPLATE, span, Resource::new("AWS::EC2::LaunchTemplate", template));
    let description = format!("Stacktape generated security group for batch ec2 instances in stack {stack_name}");
    let group = Object::new()
        .set("GroupDescription", description)
        .set("GroupName", stack.identity.security_group("batch-instance"))
        .set("VpcId", vpc::network(stack).vpc_id)
        .set("Tags", stack.tags(&[]));
    fragment.add(SECURITY_GROUP, span, Resource::new("AWS::EC2::SecurityGroup", group));
}

/// Most vCPUs that an environment starts at a time.
const MAX_VCPUS: u32 = 1000;
/// Families with NVIDIA GPUs that jobs with GPUs run on.
const GPU_FAMILIES: [&str; 2] = ["p4d", "g5"];
/// Most GPUs of one instance of these families (p4d.24xlarge, g5.48xlarge).
pub const MOST_GPUS: u32 = 8;

/// A compute environment. Deployed ones run Amazon Linux 2, with which AWS Batch makes no environments since June 30, 2026. A `BEST_FIT`
/// environment cannot be changed, so CloudFormation replaces one that has the old image: it makes the new one, points the queue at it and then
/// deletes the old one.
fn environment(capacity: Capacity, gpu: bool, span: Span, stack: &Stack<'_>, fragment: &mut Fragment) {
    let network = vpc::network(stack);
    let image = if gpu { "ECS_AL2023_NVIDIA" } else { "ECS_AL2023" };
    let types = if gpu { Expr::from(GPU_FAMILIES.to_vec()) } else { Expr::from(vec!["optimal"]) };
    let compute = Object::new()
        .set("AllocationStrategy", "BEST_FIT")
        .set("Ec2Configuration", vec![Object::new().set("ImageType", image)])
        .set("InstanceRole", get_att(INSTANCE_PROFILE, "Arn"))
        .set("InstanceTypes", types)
        .set("LaunchTemplate", Object::new().set("LaunchTemplateId", reference(LAUNCH_TEMPLATE)))
        .set("MaxvCpus", MAX_VCPUS)
        .set("MinvCpus", 0)
        .set("SecurityGroupIds", vec![reference(SECURITY_GROUP)])
        .set("SpotIamFleetRole", role_arn(SPOT_FLEET_ROLE))
        .set("Subnets", Expr::List(network.public_subnets.into_iter().take(2).collect()))
        .set("Tags", stack.tag_map(&[]))
        .set("Type", capacity.kind());
    let properties = Object::new()
        .set("ComputeResources", compute)
        .set("ServiceRole", role_arn(SERVICE_ROLE))
        .set("State", "ENABLED")
        .set("Tags", stack.tag_map(&[]))
        .set("Type", "MANAGED");
    let kind = "AWS::Batch::ComputeEnvironment";
    let resource = network.public_routes.into_iter().fold(Resource::new(kind, properties), Resource::after);
    fragment.add(capacity.id(gpu, kind), span, resource);
}

/// A job queue. Deployed queues have no tags, and tags of a queue cannot be changed.
fn queue(capacity: Capacity, gpu: bool, span: Span, stack: &Stack<'_>, fragment: &mut Fragment) {
    let environment = reference(capacity.id(gpu, "AWS::Batch::ComputeEnvironment"));
    let order = Object::new().set("ComputeEnvironment", environment).set("Order", 0);
    let properties = Object::new()
        .set("ComputeEnvironmentOrder", vec![order])
        .set("JobQueueName", capacity.queue_name(gpu, &stack.identity))
        .set("Priority", 10)
        .set("State", "ENABLED");
    fragment.add(capacity.queue_id(gpu), span, Resource::new("AWS::Batch::JobQueue", properties));
}

#[cfg(test)]
mod tests {
    use super::STATE_MACHINE_ROLE;
    use crate::source::FilePath;
    use crate::target::Target;
    use crate::world::{Fact, FactKey, World};
    use crate::{Input, compile};
    use std::collections::BTreeMap;
    use std::sync::Arc;

    struct Jobs(usize);

    impl World for Jobs {
        fn source(&self, _: &FilePath) -> Option<Arc<str>> {
            let job = |i| {
                format!(
                    "  aJobWithQuiteALongNameThatNobodyWouldType{i}: {{ type: batch-job, properties: {{ resources: {{ cpu: 1 }}, \
                     container: {{ packaging: {{ type: prebuilt-image, properties: {{ image: busybox }} }} }} }} }}\n"
                )
            };
            Some(format!("resources:\n{}", (0..self.0).map(job).collect::<String>()).into())
        }
        fn fact(&self, _: &FactKey) -> Option<Fact> {
            Some(Fact::Text { value: "123456789012".into() })
        }
    }

    /// Characters of the policies of the state machines' role, and whether the first job is named in them.
    fn policies(jobs: usize) -> (usize, bool) {
        let target =
            Target { project_name: "demo".into(), stage: "dev".into(), region: "eu-west-1".into(), profile: None };
        let input =
            Input { config: FilePath::new("stacktape.yml"), target, cli_args: BTreeMap::new(), evaluated: None };
        let compiled = compile(&input, &Jobs(jobs));
        assert!(compiled.diagnostics.is_empty(), "{:?}", compiled.diagnostics);
        let role = compiled.template.unwrap().resources.remove(STATE_MACHINE_ROLE).unwrap();
        let text = role.properties.get("Policies").unwrap().to_json_text();
        (text.len(), text.contains("NobodyWouldType0-job-definition"))
    }

    #[test]
    fn the_role_of_many_jobs_keeps_within_the_limit() {
        let (listed, all) = (policies(10), policies(11));
        assert!(listed.1 && !all.1);
        assert!(listed.0 <= 10_240 && all.0 < listed.0, "{listed:?} {all:?}");
    }
}
