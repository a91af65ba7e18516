//! `batch-job`: a container that runs to its end, on instances that are there only while jobs run.
//!
//! Makes a job definition with its role and log group, and a state machine that runs the job: on spot or on-demand instances, with waits between the
//! attempts. Its nested function `triggerFunction` gets the events and starts the state machine. Queues and instances are shared by all jobs of the
//! stack (`shared_infra::batch`).

mod events;
mod expand;
mod machine;

pub use events::BatchEvent;

use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::connect::{self, Connection};
use crate::facets::container_packaging::BatchPackaging;
use crate::facets::environment::{self, EnvironmentVariable};
use crate::facets::iam::{self, IamStatement};
use crate::facets::logging::{self, Logging};
use crate::facets::references;
use crate::model::{
    AnyResource, ExpandCx, Fragment, Linked, Offer, Outbox, Param, Resource, ResourceKind, ResourceName, Stack,
    Statement,
};
use crate::naming::logical_id;
use crate::shared_infra::batch::{self, BatchDemand};
use crate::shared_infra::image_repository::RepositoryDemand;
use crate::shared_infra::vpc::VpcDemand;
use crate::source::Spanned;
use crate::template::{Expr, get_att, reference, sub};

/// A container that runs to its end.
pub struct BatchJob;

/// A container that runs to its end, started by events or by other resources. Instances are there only while jobs run.
///
/// The container finds the event as JSON text in `STP_TRIGGER_EVENT_DATA`, and the number of its attempt in `STP_CURRENT_ATTEMPT`.
#[derive(Clone, Debug, Decode, Describe)]
pub struct BatchJobProps {
    /// The container.
    pub container: BatchContainer,
    /// What one run needs.
    pub resources: BatchResources,
    /// How long one attempt may take before it is ended; without end when not given. AWS Batch wants 60 at least.
    #[config(range = 1.., unit = "seconds")]
    pub timeout: Option<Spanned<u32>>,
    /// Whether the job runs on spare instances: much cheaper, and ended whenever AWS needs them back. Then the next attempt starts.
    #[config(default = false)]
    pub use_spot_instances: bool,
    /// Logs of the container.
    pub logging: Option<Logging>,
    /// What happens after a run that failed.
    pub retry_config: Option<RetryConfig>,
    /// What starts the job.
    pub events: Option<Vec<BatchEvent>>,
    /// Resources that the job uses: it gets the rights, and their parameters as `STP_…` variables.
    #[config(names = "target")]
    pub connect_to: Option<Vec<Spanned<String>>>,
    /// Further rights of the job.
    pub iam_role_statements: Option<Vec<IamStatement>>,
}

/// The container of a job.
#[derive(Clone, Debug, Decode, Describe)]
pub struct BatchContainer {
    /// Where the image comes from.
    pub packaging: BatchPackaging,
    /// Environment variables.
    pub environment: Option<Vec<EnvironmentVariable>>,
}

/// What one run of a job needs.
#[derive(Clone, Debug, Decode, Describe)]
pub struct BatchResources {
    /// Number of virtual processors.
    #[config(range = 1.., unit = "vCPU")]
    pub cpu: Val<u32>,
    /// Memory; a run that uses more is ended. The system of an instance keeps some for itself, so a value a little below a power of 2 uses an
    /// instance best.
    #[config(range = 4.., unit = "MB", default = 1024)]
    pub memory: Option<Val<u32>>,
    /// Number of NVIDIA GPUs.
    pub gpu: Option<Spanned<u32>>,
}

/// What happens after a run that failed.
#[derive(Clone, Debug, Default, Decode, Describe)]
pub struct RetryConfig {
    /// Most runs, the first included.
    #[config(range = 1..=1000, default = 1)]
    pub attempts: Option<u32>,
    /// Wait before the second run.
    #[config(range = 0.., unit = "seconds", default = 0)]
    pub retry_interval_seconds: Option<f64>,
    /// What every wait is multiplied with. Before the third run the wait is twice, before the fourth three times as long as before the second.
    #[config(range = 0.., default = 1)]
    pub retry_interval_multiplier: Option<f64>,
}

/// Memory of a job that gives none, in MB.
const DEFAULT_MEMORY: u32 = 1024;
/// The shortest timeout that AWS Batch takes, in seconds. Source: `JobTimeout` in its API reference.
const SHORTEST_TIMEOUT: u32 = 60;
/// Variables that AWS Batch sets itself start with this.
const RESERVED_PREFIX: &str = "AWS_BATCH";
/// Name of the function inside a job, for references such as `train.triggerFunction`.
const TRIGGER: &str = "triggerFunction";

impl Resource<BatchJob> {
    /// Logical id of one of its children, by CloudFormation type.
    fn id(&self, specifier: &str, kind: &str) -> String {
        logical_id(self.name.flat(), specifier, kind)
    }

    /// Name of the function that its events call.
    pub fn trigger_name(&self) -> ResourceName {
        self.name.child(TRIGGER)
    }

    /// Physical name of the job definition.
    fn definition_name(&self, stack: &Stack<'_>) -> String {
        stack.identity.physical(&format!("{}-job-definition", self.name.flat()), 128)
    }

    /// ARN of the job definition without a revision: AWS Batch takes the newest one.
    fn definition_arn(&self, stack: &Stack<'_>) -> Expr {
        let name = self.definition_name(stack);
        sub(format!("arn:${{AWS::Partition}}:batch:${{AWS::Region}}:${{AWS::AccountId}}:job-definition/{name}"))
    }

    /// Physical name of the state machine.
    fn machine_name(&self, stack: &Stack<'_>) -> String {
        stack.identity.physical(&format!("{}-batch-state-machine", self.name.flat()), 80)
    }

    fn machine_id(&self) -> String {
        self.id("JobExecution", "AWS::StepFunctions::StateMachine")
    }

    fn log_group_name(&self, stack: &Stack<'_>) -> String {
        stack.identity.log_group("batch", self.name.flat(), "process-logs")
    }

    /// Whether there is a log group.
    fn has_logs(&self) -> bool {
        !self.props.logging.as_ref().is_some_and(|l| l.disabled)
    }

    /// Number of GPUs of a run.
    fn gpus(&self) -> u32 {
        self.props.resources.gpu.as_ref().map_or(0, |n| n.value)
    }

    fn needs_gpu(&self) -> bool {
        self.gpus() > 0
    }
}

impl ResourceKind for BatchJob {
    const TYPE: &'static str = "batch-job";
    type Props = BatchJobProps;

    fn check(r: &Resource<Self>, linked: &Linked<'_>, sink: &mut Sink) {
        let p = &r.props;
        p.container.packaging.check(sink);
        environment::check(p.container.environment.as_ref(), environment::Names::OfContainers, sink);
        check_reserved_names(p.container.environment.as_ref(), sink);
        connect::check(p.connect_to.as_ref(), None, linked, sink);
        iam::check(p.iam_role_statements.as_ref(), linked, sink);
        if let Some(logging) = &p.logging {
            logging.check(sink);
        }
        if let Some(timeout) = p.timeout.as_ref().filter(|t| t.value < SHORTEST_TIMEOUT) {
            let message = format!(
                "AWS Batch refuses jobs with a timeout below {SHORTEST_TIMEOUT} seconds, found {}",
                timeout.value
            );
            sink.push(
                Diagnostic::warning(Code::SUSPICIOUS, timeout.span, message)
                    .hint(format!("use {SHORTEST_TIMEOUT} or more")),
            );
        }
        if let Some(gpu) = p.resources.gpu.as_ref().filter(|g| g.value > batch::MOST_GPUS) {
            let message = format!("no instance has {} GPUs, so the job would wait for ever", gpu.value);
            sink.push(
                Diagnostic::warning(Code::SUSPICIOUS, gpu.span, message)
                    .hint(format!("use {} or less, and split the work over several jobs", batch::MOST_GPUS)),
            );
        }
    }

    fn desugar(r: &Resource<Self>) -> Vec<Box<dyn AnyResource>> {
        vec![Box::new(events::trigger(r))]
    }

    fn link(r: &Resource<Self>, stack: &Stack<'_>, out: &mut Outbox) {
        out.demand(VpcDemand { span: r.span, private: false, endpoints_for: vec![] });
        out.demand(RepositoryDemand { span: r.span });
        out.demand(BatchDemand { gpu: r.needs_gpu(), job_definition: r.definition_name(stack), span: r.span });
        let connection = Connection {
            consumer: r.name.clone(),
            security_group: Some(batch::security_group()),
            role: r.id("", "AWS::IAM::Role"),
        };
        connect::announce(r.props.connect_to.as_ref(), &connection, stack, out);
    }

    fn params(r: &Resource<Self>, linked: &Linked<'_>) -> Vec<Param> {
        let stack = linked.stack;
        let machine = sub(format!(
            "arn:${{AWS::Partition}}:states:${{AWS::Region}}:${{AWS::AccountId}}:stateMachine:{}",
            r.machine_name(stack)
        ));
        let mut all = vec![
            Param::new("jobDefinitionArn", reference(r.id("", "AWS::Batch::JobDefinition")))
                .or_standalone(r.definition_arn(stack)),
            Param::new("stateMachineArn", reference(r.machine_id())).or_standalone(machine),
        ];
        if r.has_logs() {
            let group = get_att(r.id("", "AWS::Logs::LogGroup"), "Arn");
            let by_name = logging::log_group_arn(&r.log_group_name(stack));
            all.push(Param::new("logGroupArn", group).or_standalone(by_name));
        }
        all
    }

    fn offer(r: &Resource<Self>, linked: &Linked<'_>) -> Option<Offer> {
        let stack = linked.stack;
        let executions = sub(format!(
            "arn:${{AWS::Partition}}:states:${{AWS::Region}}:${{AWS::AccountId}}:execution:{}:*",
            r.machine_name(stack)
        ));
        let machine = references::own(r, "stateMachineArn");
        Some(Offer::rights(vec![
            batch::submit_rights(&r.definition_name(stack), r.needs_gpu(), stack, r.span),
            Statement::allow(&["batch:TerminateJob"], vec![batch::any_job()], r.span),
            // AWS Batch knows no resource for looking at jobs.
            Statement::allow(&["batch:DescribeJobs", "batch:ListJobs"], vec!["*".into()], r.span),
            Statement::allow(&["states:StartExecution", "states:ListExecutions"], vec![machine], r.span),
            Statement::allow(&["states:DescribeExecution", "states:StopExecution"], vec![executions], r.span),
        ]))
    }

    fn expand(r: &Resource<Self>, cx: &mut ExpandCx<'_>) -> Fragment {
        expand::expand(r, cx)
    }
}

fn check_reserved_names(variables: Option<&Vec<EnvironmentVariable>>, sink: &mut Sink) {
    let reserved = |v: &&EnvironmentVariable| v.name.to_ascii_uppercase().starts_with(RESERVED_PREFIX);
    for variable in variables.into_iter().flatten().filter(reserved) {
        let name = &variable.name;
        let message =
            format!("AWS Batch keeps names that start with {RESERVED_PREFIX} for itself, found `{}`", name.value);
        sink.push(Diagnostic::error(Code::BAD_NAME, name.span, message).hint("choose another name"));
    }
}
