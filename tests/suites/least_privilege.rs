//! A stack holds the rights that its config asks for, each on the resources that it needs.
//!
//! Every statement of a role has a grant with the config value that asked for it. No statement reaches further than the stack, except the reviewed actions
//! that AWS cannot scope, and what the user wrote. Runs over every case, over every pair of types of which one connects to the other, and over the configs of a
//! folder that `STACKTAPE_CONFIGS` names.

#[path = "least_privilege/pairs.rs"]
mod pairs;

use stacktape_compiler::Compiled;
use stacktape_compiler::diagnostics::Severity;
use stacktape_compiler::explain::{Access, Right, rights, short};
use stacktape_compiler::template::Expr;
use std::path::{Path, PathBuf};

/// An action that may stand beside a resource which names nothing of the stack, and why. Source: the Service Authorization Reference.
struct Row {
    action: &'static str,
    resource: &'static str,
    reason: &'static str,
}

const fn any(action: &'static str, reason: &'static str) -> Row {
    Row { action, resource: "*", reason }
}

const NO_RESOURCE_TYPE: &str = "the action has no resource type";

/// The reviewed list.
const UNSCOPABLE: &[Row] = &[
    any("batch:DescribeJobs", NO_RESOURCE_TYPE),
    any("batch:ListJobs", NO_RESOURCE_TYPE),
    any("ec2:DescribeNetworkInterfaces", NO_RESOURCE_TYPE),
    any("ecr:GetAuthorizationToken", "the token is the account's; pulling with it is scoped to repositories"),
    any("ecs:ListServices", "no resource type; a condition keeps it to the cluster"),
    any("elasticloadbalancing:DescribeListeners", NO_RESOURCE_TYPE),
    any("elasticloadbalancing:DescribeRules", NO_RESOURCE_TYPE),
    any("elasticloadbalancing:DescribeTargetGroups", NO_RESOURCE_TYPE),
    any("elasticloadbalancing:DescribeTargetHealth", NO_RESOURCE_TYPE),
    any("sns:Publish", "a user pool sends SMS to phone numbers, which are no resources; only Cognito can use the role"),
    any("ssmmessages:CreateControlChannel", NO_RESOURCE_TYPE),
    any("ssmmessages:CreateDataChannel", NO_RESOURCE_TYPE),
    any("ssmmessages:OpenControlChannel", NO_RESOURCE_TYPE),
    any("ssmmessages:OpenDataChannel", NO_RESOURCE_TYPE),
    any("wafv2:ListWebACLs", NO_RESOURCE_TYPE),
    Row {
        action: "wafv2:*WebACL",
        resource: "arn:${AWS::Partition}:wafv2:us-east-1:${AWS::AccountId}:global/managedruleset/*/*",
        reason: "a firewall with rule groups of AWS or of a vendor needs the right on them; the ids in their ARNs are not told",
    },
    Row {
        action: "ec2:CreateNetworkInterface",
        resource: "arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:*/*",
        reason: "Lambda makes the interfaces; it wants all ids of the account in its role, because none exists yet",
    },
    Row {
        action: "ec2:DeleteNetworkInterface",
        resource: "arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:*/*",
        reason: "as for making them",
    },
    Row {
        action: "batch:TerminateJob",
        resource: "arn:${AWS::Partition}:batch:${AWS::Region}:${AWS::AccountId}:job/*",
        reason: "AWS Batch makes up the id of a job; names are not part of its ARN",
    },
    Row {
        action: "ecr:*",
        resource: "arn:${AWS::Partition}:ecr:${AWS::Region}:${AWS::AccountId}:repository/*",
        reason: "only CloudFormation knows the address of the image, and it has no function that takes a repository's name out of it",
    },
    Row {
        action: "kms:Decrypt",
        resource: "arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/*",
        reason: "only its owner knows which key encrypts a secret; conditions keep it to the one secret, read through its service",
    },
    Row {
        action: "kms:Decrypt",
        resource: "arn:aws:kms:eu-west-1:123456789012:key/*",
        reason: "as above, beside a secret whose ARN stands in the config",
    },
    Row {
        action: "ses:*",
        resource: "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:*",
        reason: "connectTo `aws:ses` asks for SES as a whole; its identities belong to no stack",
    },
    Row {
        action: "ses:SendEmail",
        resource: "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/*",
        reason: "the identity may be the address or its domain; a condition keeps it to the sender's address",
    },
    Row {
        action: "ses:SendEmail",
        resource: "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:configuration-set/*",
        reason: "the account may have a default configuration set; a condition keeps it to the sender's address",
    },
    Row {
        action: "cloudwatch:*Alarm*",
        resource: "arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:TargetTracking-service/*",
        reason: "Application Auto Scaling chooses the names of its alarms",
    },
];

/// The configs with their texts: every case, every pair, and those of a folder that is given.
fn configs() -> Vec<(String, String, Compiled)> {
    let read = |path: &Path| std::fs::read_to_string(path).unwrap_or_default();
    let mut all: Vec<_> =
        stacktape_tests::cases().into_iter().map(|c| (c.name.clone(), read(&c.config()), c.compile())).collect();
    all.extend(pairs::pairs().into_iter().map(|p| (p.name, p.text, p.compiled)));
    let Some(folder) = std::env::var_os("STACKTAPE_CONFIGS") else { return all };
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|e| e == "yml" || e == "yaml") {
                found.push(path);
            }
        }
    }
    let mut found = vec![];
    walk(Path::new(&folder), &mut found);
    let facts = stacktape_tests::cases_folder().join("facts.json");
    for path in found {
        let compiled = stacktape_tests::compile_file(&path, Some(&facts)).unwrap_or_else(|e| panic!("{e}"));
        all.push((path.display().to_string(), read(&path), compiled));
    }
    all
}

#[test]
fn every_statement_of_a_role_has_a_grant_with_its_origin() {
    let mut seen = 0;
    for (name, text, compiled) in configs() {
        if compiled.template.is_none() {
            continue;
        }
        let mut granted = 0;
        for right in rights(&compiled).iter().filter(|r| r.access == Access::Role) {
            let place = right.origin.and_then(|span| compiled.sources.place(span));
            assert!(
                place.is_some_and(|p| p.end > p.start),
                "{name}: nobody asked for {} of {}",
                short(&right.statement),
                right.logical_id
            );
            // A raw resource, or an override: its id is written in the config.
            assert!(
                right.granted || text.contains(right.logical_id),
                "{name}: no grant for {} of {}",
                short(&right.statement),
                right.logical_id
            );
            granted += usize::from(right.granted);
        }
        let overridden = compiled.plan.grants.iter().filter(|g| text.contains(&g.role)).count();
        let grants = compiled.plan.grants.len();
        assert!(
            granted <= grants && granted + overridden >= grants,
            "{name}: {grants} grants, {granted} in the template"
        );
        seen += granted;
    }
    assert!(seen > 300, "only {seen} statements were seen");
}

#[test]
fn no_statement_reaches_further_than_the_stack() {
    let mut used = vec![false; UNSCOPABLE.len()];
    let mut wrong = vec![];
    for (name, _, compiled) in configs() {
        let stack = compiled.plan.identity.stack_name.clone();
        for right in rights(&compiled).iter().filter(|r| r.granted && !is_users(r, &compiled)) {
            let Some(statement) = right.statement.as_object() else { continue };
            for resource in texts(statement.get("Resource")) {
                if is_of_stack(&resource, &stack) {
                    continue;
                }
                for action in texts(statement.get("Action")) {
                    let row =
                        UNSCOPABLE.iter().position(|row| row.resource == resource && matches(row.action, &action));
                    match row {
                        Some(row) => used[row] = true,
                        None => wrong.push(format!("{name}: {} may {action} on {resource}", right.logical_id)),
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let unused: Vec<_> = UNSCOPABLE.iter().zip(used).filter(|(_, used)| !used).map(|(row, _)| row.action).collect();
    assert!(unused.is_empty(), "nobody needs these rows: {unused:?}");
    assert!(UNSCOPABLE.iter().all(|row| row.reason.len() > 10));
}

/// Rights of the consumer's own roles, as text, each with the text of the config that asked for it.
fn own_rights(compiled: &Compiled) -> Vec<(String, Vec<String>, String)> {
    let all = rights(compiled);
    let own =
        all.iter().filter(|r| r.access == Access::Role && r.resource.is_some_and(|n| n.starts_with(pairs::CONSUMER)));
    own.map(|right| {
        let origin = right.origin.map(|span| {
            let text = compiled.sources.text(span.file);
            text.get(span.start as usize..span.end as usize).unwrap_or_default().to_string()
        });
        let resources = right.statement.as_object().map(|s| texts(s.get("Resource"))).unwrap_or_default();
        (short(&right.statement), resources, origin.unwrap_or_default())
    })
    .collect()
}

#[test]
fn a_connection_gives_rights_on_its_target_and_nothing_else() {
    let (mut connected, mut refused) = (0, 0);
    for pair in pairs::pairs() {
        assert!(pair.alone.template.is_some(), "{}", pair.name);
        let errors: Vec<_> = pair.compiled.diagnostics.iter().filter(|d| d.severity == Severity::Error).collect();
        let Some(template) = &pair.compiled.template else {
            let texts: Vec<&str> = errors.iter().map(|d| d.message.as_str()).collect();
            let place = errors.first().and_then(|d| {
                let text = pair.compiled.sources.text(d.span.file);
                text.get(d.span.start as usize..d.span.end as usize)
            });
            assert_eq!((errors.len(), place), (1, Some(pairs::TARGET)), "{}: {texts:?}", pair.name);
            refused += 1;
            continue;
        };
        assert!(errors.is_empty() && !template.resources.is_empty(), "{}", pair.name);
        let before: Vec<String> = own_rights(&pair.alone).into_iter().map(|(text, ..)| text).collect();
        let mut gained = 0;
        for (text, resources, origin) in own_rights(&pair.compiled) {
            if before.contains(&text) {
                continue;
            }
            gained += 1;
            assert!(origin == pairs::TARGET || origin == "'aws:ses'", "{}: {origin:?} asked for {text}", pair.name);
            for resource in resources {
                let reviewed = UNSCOPABLE.iter().any(|row| row.resource == resource);
                // The queues belong to all jobs of the stack; the same statement names the job.
                let of_target = resource.to_lowercase().contains(pairs::TARGET)
                    || (resource.contains(":job-queue/demo-dev-batch-") && text.contains("target-job-definition"));
                assert!(reviewed || of_target, "{}: {text} reaches {resource}", pair.name);
            }
        }
        assert!(gained > 0, "{}: the connection gives no rights", pair.name);
        connected += 1;
    }
    assert!(connected > 80 && refused > 80, "{connected} pairs connect, {refused} are refused");
}

/// What the user wrote in `iamRoleStatements` is passed on as it is.
fn is_users(right: &Right<'_>, compiled: &Compiled) -> bool {
    let Some(span) = right.origin else { return false };
    let text = compiled.sources.text(span.file);
    text.get(span.start as usize..span.end as usize)
        .is_some_and(|t| t.contains("Resource:") || t.contains("\"Resource\""))
}

fn texts(value: Option<&Expr>) -> Vec<String> {
    match value {
        Some(Expr::List(items)) => items.iter().map(short).collect(),
        Some(one) => vec![short(one)],
        None => vec![],
    }
}

/// Whether a resource has no wildcard, or is part of something that the stack owns or names: an attribute of one of its resources, or its name in the part of
/// the ARN behind the account.
fn is_of_stack(resource: &str, stack: &str) -> bool {
    if !resource.contains('*') {
        return true;
    }
    let own = resource.starts_with("${") && !resource.starts_with("${AWS::");
    // The objects of one bucket: names of buckets are unique in the world.
    if resource
        .split_once(":s3:::")
        .is_some_and(|(_, bucket)| bucket.split_once("/*").is_some_and(|(n, _)| !n.contains('*')))
    {
        return true;
    }
    let last = resource.replace("${AWS::", "").split(':').skip(5).collect::<Vec<_>>().join(":");
    own || last.contains(stack) || last.contains("${")
}

fn matches(pattern: &str, action: &str) -> bool {
    let mut rest = action;
    let mut parts = pattern.split('*').peekable();
    let Some(first) = parts.next() else { return false };
    let Some(tail) = rest.strip_prefix(first) else { return false };
    rest = tail;
    while let Some(part) = parts.next() {
        match rest.find(part) {
            Some(_) if parts.peek().is_none() => return rest.ends_with(part),
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.is_empty() || pattern.ends_with('*')
}
