//! The rights that a state machine needs for what its states call: one statement or more a call, on exactly what the state's parameters name. What they
//! leave open until the machine runs is taken to be a resource of the same stack.

use crate::diagnostics::{Hint, did_you_mean};
use crate::facets::secrets::{self, Store};
use crate::model::{Stack, Statement};
use crate::naming::capitalize;
use crate::shared_infra::batch::any_job;
use crate::source::{Span, Spanned};
use crate::template::{Expr, Object, join, sub};

/// What a state calls.
#[derive(Clone, Debug)]
pub struct Call {
    /// The `Resource` of the state.
    pub span: Span,
    target: Target,
    parameters: Object,
}

#[derive(Clone, Debug)]
enum Target {
    /// An integration such as `sqs:sendMessage.waitForTaskToken` or `aws-sdk:ssm:getParameter`.
    Integration(String),
    /// A function, by reference or by ARN.
    Function(Expr),
    /// An activity: workers poll for it, the machine needs no right.
    Activity,
    /// Runs of the machine itself, for a distributed `Map`.
    Itself,
}

impl Call {
    /// The call of a state with this `Resource` and these `Parameters` or `Arguments`.
    pub fn new(span: Span, resource: Expr, parameters: Object) -> Self {
        let integration = resource.as_str().and_then(|r| r.split_once(":states:::")).map(|(_, rest)| rest.to_string());
        let target = match integration {
            Some(name) => Target::Integration(name),
            None if resource.as_str().is_none_or(|arn| arn.contains(":lambda:")) => Target::Function(resource),
            None => Target::Activity,
        };
        Self { span, target, parameters }
    }

    /// The child runs of a distributed `Map`.
    pub fn distributed(span: Span) -> Self {
        Self { span, target: Target::Itself, parameters: Object::new() }
    }

    /// What it calls, in the user's words.
    pub fn name(&self) -> &str {
        match &self.target {
            Target::Integration(name) => name,
            Target::Function(_) | Target::Activity | Target::Itself => "the task",
        }
    }

    /// The resource that it calls as a function.
    pub fn function(&self) -> Option<Spanned<String>> {
        match &self.target {
            Target::Function(Expr::Param { resource, .. }) => Some(Spanned::new(resource.to_string(), self.span)),
            _ => None,
        }
    }

    /// The integration that is probably meant, when Step Functions has none of this name.
    pub fn slip(&self) -> Option<Hint> {
        let call = self.name().split('.').next()?;
        (!OPTIMISED.contains(&call)).then(|| did_you_mean(call, OPTIMISED.iter().copied())).flatten()
    }

    /// The statements; `None` when nothing says on which resource. `machine` is the name of the state machine.
    pub fn rights(&self, machine: &str, stack: &Stack<'_>) -> Option<Vec<Statement>> {
        match &self.target {
            Target::Function(function) => Some(vec![self.invoke(function.clone())]),
            Target::Activity => Some(vec![]),
            Target::Itself => Some(vec![
                self.allow(&["states:StartExecution"], vec![arn("states", &format!("stateMachine:{machine}"))]),
                self.allow(
                    &["states:DescribeExecution", "states:RedriveExecution", "states:StopExecution"],
                    vec![
                        arn("states", &format!("execution:{machine}:*")),
                        arn("states", &format!("execution:{machine}/*")),
                    ],
                ),
            ]),
            Target::Integration(name) if name == "http:invoke" => self.http(machine),
            Target::Integration(name) => {
                let (call, mode) = name.split_once('.').unwrap_or((name, ""));
                self.integration(call, mode.starts_with("sync"), stack)
            }
        }
    }

    /// A call over HTTP, with the credentials of a connection of EventBridge's.
    fn http(&self, machine: &str) -> Option<Vec<Statement>> {
        let connection = ["Authentication", "InvocationConfig"]
            .iter()
            .find_map(|key| self.parameters.get(key)?.as_object()?.get("ConnectionArn"))?;
        let secret = match connection {
            Expr::Attribute { logical_id, span, .. } => {
                Expr::Attribute { logical_id: logical_id.clone(), name: "SecretArn".into(), span: *span }
            }
            // EventBridge names the secret after the connection.
            Expr::Str(arn) => {
                let (before, name) = arn.split_once(":connection/")?;
                let name = name.split('/').next()?;
                format!("{}:secret:events!connection/{name}/*", before.replacen(":events:", ":secretsmanager:", 1))
                    .into()
            }
            _ => return None,
        };
        Some(vec![
            self.allow(&["states:InvokeHTTPEndpoint"], vec![arn("states", &format!("stateMachine:{machine}"))]),
            self.allow(&["events:RetrieveConnectionCredentials"], vec![connection.clone()]),
            self.allow(&["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"], vec![secret]),
        ])
    }

    fn allow(&self, actions: &[&'static str], resources: Vec<Expr>) -> Statement {
        Statement::allow(actions, resources, self.span)
    }

    fn invoke(&self, function: Expr) -> Statement {
        let versions = join("", vec![function.clone(), ":*".into()]);
        self.allow(&["lambda:InvokeFunction"], vec![function, versions])
    }

    /// Step Functions makes this rule itself, to hear of finished work.
    fn managed_rule(&self, rule: &str) -> Statement {
        self.allow(
            &["events:PutTargets", "events:PutRule", "events:DescribeRule"],
            vec![arn("events", &format!("rule/{rule}"))],
        )
    }

    /// The optimised integrations; every other call is one of the SDK.
    fn integration(&self, call: &str, waits: bool, stack: &Stack<'_>) -> Option<Vec<Statement>> {
        let own = |service: &str, rest: &str| arn(service, &format!("{rest}{}-*", stack.identity.stack_name));
        let service = call.split_once(':').map_or(call, |(service, _)| service);
        let named = |key: &str| self.named(service, key, self.parameters.get(key)?);
        Some(match call {
            "lambda:invoke" => vec![self.invoke(named("FunctionName").unwrap_or_else(|| own("lambda", "function:")))],
            "sns:publish" => {
                vec![self.allow(&["sns:Publish"], vec![named("TopicArn").unwrap_or_else(|| own("sns", ""))])]
            }
            "sqs:sendMessage" => {
                vec![self.allow(&["sqs:SendMessage"], vec![named("QueueUrl").unwrap_or_else(|| own("sqs", ""))])]
            }
            "dynamodb:getItem" | "dynamodb:putItem" | "dynamodb:updateItem" | "dynamodb:deleteItem" => {
                let action = match call {
                    "dynamodb:getItem" => "dynamodb:GetItem",
                    "dynamodb:putItem" => "dynamodb:PutItem",
                    "dynamodb:updateItem" => "dynamodb:UpdateItem",
                    _ => "dynamodb:DeleteItem",
                };
                vec![self.allow(&[action], vec![named("TableName").unwrap_or_else(|| own("dynamodb", "table/"))])]
            }
            "events:putEvents" | "aws-sdk:eventbridge:putEvents" => {
                vec![self.allow(&["events:PutEvents"], self.buses(stack))]
            }
            "states:startExecution" => {
                let machine = named("StateMachineArn").unwrap_or_else(|| own("states", "stateMachine:"));
                let runs = runs_of(&machine).unwrap_or_else(|| own("states", "execution:"));
                let mut all = vec![self.allow(&["states:StartExecution"], vec![machine])];
                if waits {
                    all.push(self.allow(&["states:DescribeExecution", "states:StopExecution"], vec![runs]));
                    all.push(self.managed_rule("StepFunctionsGetEventsForStepFunctionsExecutionRule"));
                }
                all
            }
            "batch:submitJob" => {
                let queue = named("JobQueue").unwrap_or_else(|| own("batch", "job-queue/"));
                let definition = named("JobDefinition").unwrap_or_else(|| own("batch", "job-definition/"));
                let mut all = vec![self.allow(&["batch:SubmitJob"], vec![queue, definition])];
                if waits {
                    // AWS Batch knows no resource for looking at jobs.
                    all.push(self.allow(&["batch:DescribeJobs"], vec!["*".into()]));
                    all.push(self.allow(&["batch:TerminateJob"], vec![any_job()]));
                    all.push(self.managed_rule("StepFunctionsGetEventsForBatchJobsRule"));
                }
                all
            }
            "ecs:runTask" => {
                let task = named("TaskDefinition").unwrap_or_else(|| own("ecs", "task-definition/"));
                // The task runs with roles of its own; those of the stack carry its name.
                let services = Object::new().set("iam:PassedToService", "ecs-tasks.amazonaws.com");
                let roles = sub(format!(
                    "arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/{}-*",
                    stack.identity.stack_name
                ));
                let pass = self.allow(&["iam:PassRole"], vec![roles]);
                let mut all = vec![
                    self.allow(&["ecs:RunTask"], vec![task]),
                    pass.when(Object::new().set("StringEquals", services)),
                ];
                if waits {
                    let cluster = self.parameters.get("Cluster").and_then(Expr::as_str);
                    let tasks = match cluster.filter(|c| !c.starts_with("arn:") && !c.starts_with(JSONATA)) {
                        Some(cluster) => arn("ecs", &format!("task/{cluster}/*")),
                        None => own("ecs", "task/"),
                    };
                    all.push(self.allow(&["ecs:StopTask", "ecs:DescribeTasks"], vec![tasks]));
                    all.push(self.managed_rule("StepFunctionsGetEventsForECSTaskRule"));
                }
                all
            }
            "glue:startJobRun" => {
                let actions = &["glue:StartJobRun", "glue:GetJobRun", "glue:GetJobRuns", "glue:BatchStopJobRun"];
                vec![self.allow(actions, vec![named("JobName")?])]
            }
            "codebuild:startBuild" => {
                let actions = &["codebuild:StartBuild", "codebuild:StopBuild", "codebuild:BatchGetBuilds"];
                let mut all = vec![self.allow(actions, vec![named("ProjectName")?])];
                if waits {
                    all.push(self.managed_rule("StepFunctionsGetEventForCodeBuildStartBuildRule"));
                }
                all
            }
            // What a distributed map writes: large results come in parts.
            "s3:putObject" => {
                let actions =
                    &["s3:PutObject", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"];
                vec![self.allow(actions, vec![join("", vec![named("Bucket")?, "/*".into()])])]
            }
            _ => self.sdk_call(call)?,
        })
    }

    /// The buses that the entries name; the default bus when an entry names none.
    fn buses(&self, stack: &Stack<'_>) -> Vec<Expr> {
        let Some(Expr::List(entries)) = self.parameters.get("Entries") else {
            return vec![
                arn("events", &format!("event-bus/{}-*", stack.identity.stack_name)),
                arn("events", DEFAULT_BUS),
            ];
        };
        let mut all: Vec<Expr> = vec![];
        for entry in entries {
            let bus = entry.as_object().and_then(|e| e.get("EventBusName"));
            let bus = match bus {
                None => arn("events", DEFAULT_BUS),
                Some(name) => self
                    .named("events", "EventBusName", name)
                    .unwrap_or_else(|| arn("events", &format!("event-bus/{}-*", stack.identity.stack_name))),
            };
            if !all.contains(&bus) {
                all.push(bus);
            }
        }
        all
    }

    /// A call such as `aws-sdk:ssm:getParameter`: the one action that it names, on what its parameters name.
    fn sdk_call(&self, call: &str) -> Option<Vec<Statement>> {
        let call = call.strip_prefix("aws-sdk:").unwrap_or(call);
        let (service, action) = call.split_once(':')?;
        let prefix = SDK_PREFIXES.iter().find(|(sdk, _)| *sdk == service).map_or(service, |(_, iam)| iam);
        let action = match call {
            "s3:headObject" => "GetObject".to_string(),
            "s3:listObjects" | "s3:listObjectsV2" | "s3:headBucket" => "ListBucket".to_string(),
            "s3:deleteObjects" => "DeleteObject".to_string(),
            "s3:listObjectVersions" => "ListBucketVersions".to_string(),
            "lambda:invoke" => "InvokeFunction".to_string(),
            // IAM knows no batches of messages.
            _ if matches!(prefix, "sqs" | "sns") => capitalize(action.trim_end_matches("Batch")),
            _ => capitalize(action),
        };
        let mut resources: Vec<Expr> =
            self.parameters.0.iter().filter_map(|(key, value)| self.named(prefix, key, value)).collect();
        if prefix == "s3" && action.contains("Object") {
            resources = resources.into_iter().map(|bucket| join("", vec![bucket, "/*".into()])).collect();
        }
        if matches!(&*action, "Query" | "Scan") && prefix == "dynamodb" {
            let indexes: Vec<Expr> =
                resources.iter().map(|table| join("", vec![table.clone(), "/index/*".into()])).collect();
            resources.extend(indexes);
        }
        if resources.is_empty() {
            return None;
        }
        let store = match (prefix, &*action) {
            ("secretsmanager", "GetSecretValue") => Some(Store::SecretsManager),
            ("ssm", _) if self.parameters.get("WithDecryption").is_some() => Some(Store::Parameter),
            _ => None,
        };
        let decrypt = store.map(|store| secrets::decrypt(store, resources.clone(), self.span));
        let statement = Statement::allow(&[], resources, self.span);
        let call = Statement { actions: Expr::List(vec![format!("{prefix}:{action}").into()]), ..statement };
        Some(std::iter::once(call).chain(decrypt).collect())
    }

    /// ARN of what a parameter of a service's call names; `None` when it names nothing, or only when the machine runs.
    fn named(&self, service: &str, key: &str, value: &Expr) -> Option<Expr> {
        if key.ends_with(".$") || key.ends_with("RoleArn") || is_jsonata(value) {
            return None;
        }
        let form = NAMES.iter().find(|(of, named, _)| *of == service && *named == key).map(|(.., form)| *form);
        match value {
            // No name has this: it is filled in elsewhere.
            Expr::Str(text) if text.contains("${") => None,
            Expr::Str(text) if text.starts_with("arn:") => Some(value.clone()),
            Expr::Str(text) if key == "QueueUrl" => queue_arn(text),
            Expr::Str(text) => {
                // Without a revision every revision of the definition is meant.
                let revisions = if key.ends_with("Definition") && !text.contains(':') { ":*" } else { "" };
                Some(sub(form?.replace("{}", text.trim_start_matches('/')) + revisions))
            }
            Expr::Param { name, .. } if name.ends_with("Arn") || &**name == "arn" => Some(value.clone()),
            // A queue's address or a table's name was written as a parameter of its resource; the right needs the ARN of the same resource.
            Expr::Param { resource, span, .. } => {
                form.map(|_| Expr::Param { resource: resource.clone(), name: "arn".into(), span: *span })
            }
            // What CloudFormation gives: an ARN where the parameter is one, else a name.
            Expr::Intrinsic(..) | Expr::Attribute { .. } if key.ends_with("Arn") => Some(value.clone()),
            Expr::Intrinsic(..) | Expr::Attribute { .. } => {
                let (before, after) = form.filter(|f| f.contains(':'))?.split_once("{}")?;
                Some(join("", vec![sub(before), value.clone(), after.into()]))
            }
            _ => None,
        }
    }
}

/// The integrations with a name of their own that give rights. Others exist, and are taken for calls of the SDK.
const OPTIMISED: &[&str] = &[
    "batch:submitJob",
    "codebuild:startBuild",
    "dynamodb:deleteItem",
    "dynamodb:getItem",
    "dynamodb:putItem",
    "dynamodb:updateItem",
    "ecs:runTask",
    "events:putEvents",
    "glue:startJobRun",
    "lambda:invoke",
    "sns:publish",
    "sqs:sendMessage",
    "states:startExecution",
];

/// The runs of a machine whose ARN is written out.
fn runs_of(machine: &Expr) -> Option<Expr> {
    let arn = machine.as_str()?.replacen(":stateMachine:", ":execution:", 1);
    // Behind the name may stand a version or an alias.
    let mut parts: Vec<&str> = arn.splitn(8, ':').collect();
    parts.truncate(7);
    Some(format!("{}:*", parts.join(":")).into())
}

/// The bus that every account has.
const DEFAULT_BUS: &str = "event-bus/default";

/// An ARN in this account and region.
fn arn(service: &str, rest: &str) -> Expr {
    sub(format!("arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{rest}"))
}

/// `https://sqs.{region}.amazonaws.com/{account}/{name}` as ARN.
fn queue_arn(url: &str) -> Option<Expr> {
    let mut parts = url.strip_prefix("https://sqs.")?.split('/');
    let (host, account, name) = (parts.next()?, parts.next()?, parts.next()?);
    let region = host.split('.').next()?;
    Some(sub(format!("arn:${{AWS::Partition}}:sqs:{region}:{account}:{name}")))
}

/// Parameters of a service's calls that name a resource, and the ARN that a name stands for. Source: the Service Authorization Reference.
const NAMES: &[(&str, &str, &str)] = &[
    ("batch", "JobDefinition", "arn:${AWS::Partition}:batch:${AWS::Region}:${AWS::AccountId}:job-definition/{}"),
    ("batch", "JobQueue", "arn:${AWS::Partition}:batch:${AWS::Region}:${AWS::AccountId}:job-queue/{}"),
    ("bedrock", "ModelId", "arn:${AWS::Partition}:bedrock:${AWS::Region}::foundation-model/{}"),
    ("codebuild", "ProjectName", "arn:${AWS::Partition}:codebuild:${AWS::Region}:${AWS::AccountId}:project/{}"),
    ("cognito-idp", "UserPoolId", "arn:${AWS::Partition}:cognito-idp:${AWS::Region}:${AWS::AccountId}:userpool/{}"),
    ("dynamodb", "TableName", "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/{}"),
    ("ecs", "TaskDefinition", "arn:${AWS::Partition}:ecs:${AWS::Region}:${AWS::AccountId}:task-definition/{}"),
    ("events", "EventBusName", "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/{}"),
    ("glue", "JobName", "arn:${AWS::Partition}:glue:${AWS::Region}:${AWS::AccountId}:job/{}"),
    ("kinesis", "StreamName", "arn:${AWS::Partition}:kinesis:${AWS::Region}:${AWS::AccountId}:stream/{}"),
    ("lambda", "FunctionName", "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:{}"),
    ("s3", "Bucket", "arn:${AWS::Partition}:s3:::{}"),
    // Secrets Manager adds six characters of its own to the name.
    (
        "secretsmanager",
        "SecretId",
        "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:{}-??????",
    ),
    // An address; it is taken apart.
    ("sqs", "QueueUrl", "{}"),
    ("ssm", "Name", "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/{}"),
];

/// Services whose name in SDK integrations is not their prefix in IAM. Source: the Service Authorization Reference.
const SDK_PREFIXES: &[(&str, &str)] = &[
    ("cloudwatchlogs", "logs"),
    ("cognitoidentityprovider", "cognito-idp"),
    ("elasticloadbalancingv2", "elasticloadbalancing"),
    ("eventbridge", "events"),
    ("sesv2", "ses"),
    ("sfn", "states"),
];

/// How an expression in JSONata begins.
const JSONATA: &str = "{%";

/// A value that the machine works out at run time.
fn is_jsonata(value: &Expr) -> bool {
    value.as_str().is_some_and(|t| t.starts_with(JSONATA))
}
