//! The one table of directives: one row for each, used by the evaluation, the reference docs and the editor's completion.

use super::evaluation::{Evaluation, Invocation, Reported};
use super::{compile_phase, deploy_phase, files};
use crate::syntax::Node;
use std::rc::Rc;

/// When a directive gets its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// When the config is compiled. Such a directive cannot take the value of a deploy-phase one.
    Compile,
    /// When CloudFormation deploys the template.
    Deploy,
}

/// What is known about a directive.
pub struct DirectiveInfo {
    /// Name without the `$`.
    pub name: &'static str,
    /// When it gets its value.
    pub phase: Phase,
    /// How it is written; optional arguments end in `?`.
    pub signature: &'static str,
    /// Fewest and most arguments.
    pub args: (usize, usize),
    /// What it gives, in a sentence or two.
    pub doc: &'static str,
    pub(super) run: Run,
}

pub(super) type Run = fn(&mut Evaluation<'_, '_>, &Invocation<'_>) -> Result<Rc<Node>, Reported>;

/// The row of a directive.
pub fn directive(name: &str) -> Option<&'static DirectiveInfo> {
    DIRECTIVES.iter().find(|d| d.name == name)
}

const MANY: usize = usize::MAX;

/// Every directive, by name.
#[rustfmt::skip]
pub static DIRECTIVES: &[DirectiveInfo] = &[
    DirectiveInfo { name: "AwsAccountId", phase: Phase::Compile, signature: "$AwsAccountId()", args: (0, 0), run: compile_phase::account_id,
        doc: "Twelve-digit id of the AWS account that the stack is deployed to." },
    DirectiveInfo { name: "CfFormat", phase: Phase::Deploy, signature: "$CfFormat('text with {}', value, …)", args: (1, MANY), run: deploy_phase::cf_format,
        doc: "Puts values into the `{}` of a text, one after the other. The values may be known only at deploy time." },
    DirectiveInfo { name: "CfResourceParam", phase: Phase::Deploy, signature: "$CfResourceParam('LogicalId', 'Attribute')", args: (2, 2), run: deploy_phase::cf_resource_param,
        doc: "Attribute of a CloudFormation resource of the stack, or `Ref` for what `Ref` gives." },
    DirectiveInfo { name: "CfStackOutput", phase: Phase::Deploy, signature: "$CfStackOutput('stack', 'output', 'region'?)", args: (2, 3), run: deploy_phase::cf_stack_output,
        doc: "Exported output of another stack in the same region, imported by CloudFormation: the other stack cannot drop the output while it is used." },
    DirectiveInfo { name: "CliArgs", phase: Phase::Compile, signature: "$CliArgs('name', default?)", args: (1, 2), run: compile_phase::cli_args,
        doc: "Option of the command line, or the default when it was not given." },
    DirectiveInfo { name: "File", phase: Phase::Compile, signature: "$File('path')", args: (1, 1), run: files::file,
        doc: "Content of a JSON, YAML, INI or .env file as a value. A path behind it selects a part: `$File('sizes.json').dev`." },
    DirectiveInfo { name: "FileRaw", phase: Phase::Compile, signature: "$FileRaw('path')", args: (1, 1), run: files::file_raw,
        doc: "Content of a file as text." },
    DirectiveInfo { name: "Format", phase: Phase::Compile, signature: "$Format('text with {}', value, …)", args: (1, MANY), run: compile_phase::format,
        doc: "Puts values into the `{}` of a text, one after the other." },
    DirectiveInfo { name: "GitInfo", phase: Phase::Compile, signature: "$GitInfo('property')", args: (1, 1), run: compile_phase::git_info,
        doc: "Property of the git working copy: `username`, `branch`, `commit`, `gitUrl` or `hasUncommitedChanges`." },
    DirectiveInfo { name: "Profile", phase: Phase::Compile, signature: "$Profile()", args: (0, 0), run: compile_phase::profile,
        doc: "Name of the AWS profile in use; `default` when none is named." },
    DirectiveInfo { name: "Region", phase: Phase::Compile, signature: "$Region()", args: (0, 0), run: compile_phase::region,
        doc: "AWS region that the stack is deployed to." },
    DirectiveInfo { name: "ResourceParam", phase: Phase::Deploy, signature: "$ResourceParam('resource', 'param')", args: (2, 2), run: deploy_phase::resource_param,
        doc: "Parameter of a resource of this config, such as its URL or ARN. A part of a composite resource is named `parent.part`." },
    DirectiveInfo { name: "Secret", phase: Phase::Deploy, signature: "$Secret('name') or $Secret('name.jsonKey')", args: (1, 1), run: deploy_phase::secret,
        doc: "Value of a Secrets Manager secret, or of one key of its JSON. The template holds a reference to the current version, never the value." },
    DirectiveInfo { name: "SsmParam", phase: Phase::Deploy, signature: "$SsmParam('name')", args: (1, 1), run: deploy_phase::ssm_param,
        doc: "Value of an SSM parameter in its current version. The template holds a reference, never the value." },
    DirectiveInfo { name: "StackOutput", phase: Phase::Compile, signature: "$StackOutput('stack', 'output', 'region'?)", args: (2, 3), run: compile_phase::stack_output,
        doc: "Output of another stack, as it is now; the other stack may be in another region." },
    DirectiveInfo { name: "Stage", phase: Phase::Compile, signature: "$Stage()", args: (0, 0), run: compile_phase::stage,
        doc: "Name of the stage that is deployed." },
    DirectiveInfo { name: "This", phase: Phase::Compile, signature: "$This().path", args: (0, 0), run: compile_phase::this,
        doc: "The config itself; the path selects a part." },
    DirectiveInfo { name: "Var", phase: Phase::Compile, signature: "$Var().name", args: (0, 0), run: compile_phase::var,
        doc: "The `variables` of the config; the path selects one." },
];
