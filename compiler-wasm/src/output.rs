//! What the caller gets: the template as text, findings, and who owns which template resource.

use crate::API_VERSION;
use crate::details::Details;
use crate::input::Format;
use crate::position::Positions;
use serde::Serialize;
use stacktape_compiler::source::{Sources, Span};
use stacktape_compiler::template::{to_json, to_yaml};
use stacktape_compiler::world::FactKey;
use stacktape_compiler::{Compiled, diagnostics as core};
use tsify::Tsify;

/// Result of `compile`.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct CompileResult {
    /// Version of this interface.
    pub api_version: u32,
    /// The template; absent when there are errors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<RenderedTemplate>,
    /// Every resource of the template with the config value that caused it, sorted by logical id.
    pub resources: Vec<TemplateResource>,
    /// Errors and warnings in the order of their places.
    pub diagnostics: Vec<Diagnostic>,
    /// Facts that were asked for and not given; stand-ins took their place.
    pub missing: Vec<MissingFact>,
    /// Paths of the files that were read, the config first.
    pub files: Vec<String>,
    /// What a preview shows beside the template; when it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<Details>,
}

/// Result of `diagnose`.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct DiagnoseResult {
    /// Version of this interface.
    pub api_version: u32,
    /// Errors and warnings in the order of their places.
    pub diagnostics: Vec<Diagnostic>,
    /// Facts that were asked for and not given; stand-ins took their place.
    pub missing: Vec<MissingFact>,
    /// Paths of the files that were read, the config first.
    pub files: Vec<String>,
}

/// The template in the forms that were asked for. Code that is not packaged yet stands in it as a named placeholder.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct RenderedTemplate {
    /// JSON text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub json: Option<String>,
    /// YAML text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub yaml: Option<String>,
}

/// One resource of the template.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct TemplateResource {
    /// Its key under `Resources`.
    pub logical_id: String,
    /// CloudFormation type such as `AWS::SQS::Queue`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Dotted name of the config resource that owns it; absent for what the stack needs as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// The config value that caused it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// A range in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// Path as the config names it.
    pub file: String,
    /// Where in it.
    pub range: Range,
}

/// From the first character to the one after the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Range {
    /// First character.
    pub start: Position,
    /// One past the last character.
    pub end: Position,
}

/// A position, for people and for editors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1, in Unicode characters: what the command line prints.
    pub column: u32,
    /// UTF-16 code units before it in its line, from 0: the language server protocol's `character`.
    pub character: u32,
    /// UTF-16 code units before it in the file: an index into the JavaScript string.
    pub offset: u32,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Diagnostic {
    /// Whether a template can still be made.
    pub severity: Severity,
    /// Stable name of the class of mistake, such as `unknown-property`.
    pub code: String,
    /// One line: what class of mistake this is.
    pub title: String,
    /// What is wrong.
    pub message: String,
    /// The narrowest place that has to change; absent when the finding is about no place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Next steps, the likeliest first.
    pub hints: Vec<String>,
    /// Other places that take part.
    pub labels: Vec<Label>,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// No template is made.
    Error,
    /// It compiles; the user should know.
    Warning,
}

/// Another place that takes part in a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Label {
    /// What is there.
    pub message: String,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// A fact that nobody gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum MissingFact {
    /// The twelve-digit id of the target account.
    AccountId,
    /// A property of the git working copy.
    Git {
        /// Such as `commit`.
        property: String,
    },
    /// Hosted zone and certificates of a domain.
    Domain {
        /// The domain name.
        name: String,
    },
    /// Id of the current version of a Secrets Manager secret.
    SecretVersion {
        /// Name of the secret.
        name: String,
    },
    /// Current version and type of an SSM parameter.
    SsmParameter {
        /// Name of the parameter.
        name: String,
    },
    /// An output of another stack.
    StackOutput {
        /// Name of the stack.
        stack: String,
        /// Name of the output.
        output: String,
        /// Region of the stack; the target region when absent.
        #[serde(skip_serializing_if = "Option::is_none")]
        region: Option<String>,
    },
    /// A VPC to reuse.
    Vpc {
        /// Its id, or `project/stage` of the stack that owns it.
        id: String,
    },
    /// Size of an EC2 instance type.
    InstanceType {
        /// Such as `t3.micro`.
        name: String,
    },
    /// Whether SES may send from this address.
    VerifiedSender {
        /// The e-mail address.
        address: String,
    },
}

impl CompileResult {
    /// Everything about a compilation.
    pub fn new(compiled: &Compiled, formats: &[Format], details: bool) -> Self {
        let DiagnoseResult { api_version, diagnostics, missing, files } = DiagnoseResult::new(compiled);
        let wanted = |format| formats.contains(&format);
        let template = compiled.template.as_ref().map(|t| RenderedTemplate {
            json: wanted(Format::Json).then(|| to_json(t, true)),
            yaml: wanted(Format::Yaml).then(|| to_yaml(t)),
        });
        let details = details.then(|| Details::new(compiled));
        Self { api_version, template, resources: resources(compiled), diagnostics, missing, files, details }
    }
}

impl DiagnoseResult {
    /// The findings of a compilation.
    pub fn new(compiled: &Compiled) -> Self {
        Self {
            api_version: API_VERSION,
            diagnostics: diagnostics(&compiled.diagnostics, &compiled.sources),
            missing: compiled.missing.iter().map(missing).collect(),
            files: compiled.sources.files().map(|(_, path, _)| path.to_string()).collect(),
        }
    }
}

/// Findings in files.
pub fn diagnostics(all: &[core::Diagnostic], sources: &Sources) -> Vec<Diagnostic> {
    let mut positions = Positions::new(sources);
    all.iter().map(|d| diagnostic(d, &mut positions)).collect()
}

fn resources(compiled: &Compiled) -> Vec<TemplateResource> {
    let mut positions = Positions::new(&compiled.sources);
    let of = |(id, resource): (&String, &stacktape_compiler::template::Resource)| {
        let origin = compiled.plan.origins.get(id);
        TemplateResource {
            logical_id: id.clone(),
            kind: resource.kind.to_string(),
            resource: origin.and_then(|o| o.resource.clone()),
            place: origin.and_then(|o| o.span).and_then(|span| place(span, &mut positions)),
        }
    };
    compiled.template.iter().flat_map(|t| &t.resources).map(of).collect()
}

pub(crate) fn place(span: Span, positions: &mut Positions<'_>) -> Option<Place> {
    positions.range(span).map(|(file, range)| Place { file, range })
}

fn diagnostic(d: &core::Diagnostic, positions: &mut Positions<'_>) -> Diagnostic {
    let title = core::CODES.iter().find(|info| info.code == d.code).map(|info| info.title).unwrap_or_default();
    Diagnostic {
        severity: match d.severity {
            core::Severity::Error => Severity::Error,
            core::Severity::Warning => Severity::Warning,
        },
        code: d.code.to_string(),
        title: title.to_owned(),
        message: d.message.clone(),
        place: place(d.span, positions),
        hints: d.hints.clone(),
        labels: d
            .labels
            .iter()
            .map(|(span, message)| Label { message: message.clone(), place: place(*span, positions) })
            .collect(),
    }
}

fn missing(key: &FactKey) -> MissingFact {
    match key.clone() {
        FactKey::AccountId => MissingFact::AccountId,
        FactKey::Git { property } => MissingFact::Git { property },
        FactKey::Domain { name } => MissingFact::Domain { name },
        FactKey::SecretVersion { name } => MissingFact::SecretVersion { name },
        FactKey::SsmParameter { name } => MissingFact::SsmParameter { name },
        FactKey::StackOutput { stack, output, region } => MissingFact::StackOutput { stack, output, region },
        FactKey::Vpc { id } => MissingFact::Vpc { id },
        FactKey::InstanceType { name } => MissingFact::InstanceType { name },
        FactKey::VerifiedSender { address } => MissingFact::VerifiedSender { address },
    }
}
