//! What a preview shows beside the template: who may do what, what is packaged and uploaded, which config resources need each other, how near the limits are.

use crate::output::{Place, place};
use crate::position::Positions;
use serde::Serialize;
use stacktape_compiler::Compiled;
use stacktape_compiler::explain::{self, Access, short};
use stacktape_compiler::model::{ArtifactRequest, ArtifactSource, Buildpack, FunctionCode, ImageBuild};
use stacktape_compiler::template::graph::Survey;
use stacktape_compiler::template::{Expr, Template, limits};
use std::collections::BTreeSet;
use tsify::Tsify;

/// What a preview shows beside the template; empty when there are errors.
#[derive(Clone, Debug, Default, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Details {
    /// Every statement of the template's policies, by the resource that holds it.
    pub rights: Vec<Right>,
    /// Code that is packaged before the stack is deployed.
    pub artifacts: Vec<Artifact>,
    /// Folders that are uploaded into buckets afterwards.
    pub uploads: Vec<Upload>,
    /// Which config resource needs which.
    pub connections: Vec<Connection>,
    /// Counts against the limits of CloudFormation.
    pub limits: Vec<LimitUse>,
}

/// A statement of a policy, in short notation: `${FilesBucket.Arn}/*` stands for the intrinsic.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Right {
    /// Logical id of the resource that holds it.
    pub logical_id: String,
    /// What the holder may do (or, for managed policies, may do by a policy that AWS writes), who may assume it, whom it lets in.
    #[tsify(type = "'role' | 'managedPolicy' | 'trust' | 'resource'")]
    pub access: &'static str,
    /// `Allow` or `Deny`.
    pub effect: String,
    /// Actions; of a managed policy, its ARN.
    pub actions: Vec<String>,
    /// What they may be done on.
    pub resources: Vec<String>,
    /// Who may do them, where the statement says so.
    pub principals: Vec<String>,
    /// When, as JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// Dotted name of the config resource that owns the holder; absent for what the stack needs as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// The config value that asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// An archive or image.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Artifact {
    /// Its name within the stack.
    pub id: String,
    /// What it becomes.
    #[tsify(type = "'archive' | 'image'")]
    pub kind: &'static str,
    /// How it is made, in a few words.
    pub method: &'static str,
    /// The file or folder that it is made from, relative to the config.
    pub source: String,
    /// `x86_64` or `arm64`.
    pub architecture: String,
    /// Lambda runtime such as `nodejs24.x`; for archives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime: Option<String>,
    /// The packaging block.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// A folder that is kept in step with a bucket.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Upload {
    /// Dotted name of the config resource.
    pub resource: String,
    /// Physical name of the bucket.
    pub bucket: String,
    /// The folder, relative to the config.
    pub folder: String,
    /// The folder's name in the config.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// One config resource needs another: something that it makes refers to something that the other makes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Connection {
    /// Dotted name of the resource that refers.
    pub from: String,
    /// Dotted name of the resource that is referred to.
    pub to: String,
}

/// How much of a limit is used.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct LimitUse {
    /// What is counted.
    #[tsify(type = "'resources' | 'outputs' | 'parameters' | 'mappings' | 'bytes'")]
    pub name: &'static str,
    /// What the template has.
    pub used: u32,
    /// What CloudFormation accepts.
    pub allowed: u32,
}

impl Details {
    /// The details of a compilation.
    pub fn new(compiled: &Compiled) -> Self {
        let Some(template) = &compiled.template else { return Self::default() };
        let survey = Survey::of(template);
        let mut positions = Positions::new(&compiled.sources);
        let uploads = compiled.plan.syncs.iter().map(|sync| Upload {
            resource: sync.resource.clone(),
            bucket: sync.bucket.clone(),
            folder: sync.directory.value.clone(),
            place: place(sync.directory.span, &mut positions),
        });
        Self {
            uploads: uploads.collect(),
            rights: explain::rights(compiled).into_iter().map(|found| right(found, &mut positions)).collect(),
            artifacts: compiled.plan.artifacts.iter().map(|a| artifact(a, &mut positions)).collect(),
            connections: connections(compiled, &survey),
            limits: limit_uses(template, survey.bytes),
        }
    }
}

fn right(right: explain::Right<'_>, positions: &mut Positions<'_>) -> Right {
    let of = |keys: [&str; 2]| keys.iter().find_map(|key| right.statement.as_object()?.get(key));
    let texts = |key: &str, not: &str| -> Vec<String> {
        // What a `Not…` lists is the exception.
        let excepted = if of([key, key]).is_none() { "all but " } else { "" };
        let say = |value: &Expr| format!("{excepted}{}", short(value));
        match of([key, not]) {
            Some(Expr::List(items)) => items.iter().map(say).collect(),
            Some(one) => vec![say(one)],
            None => vec![],
        }
    };
    let managed = right.access == Access::ManagedPolicy;
    Right {
        logical_id: right.logical_id.to_string(),
        access: match right.access {
            Access::Role => "role",
            Access::ManagedPolicy => "managedPolicy",
            Access::Trust => "trust",
            Access::Resource => "resource",
        },
        effect: of(["Effect", "Effect"]).map_or_else(|| "Allow".to_string(), short),
        actions: if managed { vec![short(&right.statement)] } else { texts("Action", "NotAction") },
        resources: texts("Resource", "NotResource"),
        principals: texts("Principal", "NotPrincipal"),
        condition: of(["Condition", "Condition"]).map(Expr::to_json_text),
        resource: right.resource.map(str::to_string),
        place: right.origin.and_then(|span| place(span, positions)),
    }
}

fn artifact(request: &ArtifactRequest, positions: &mut Positions<'_>) -> Artifact {
    let (kind, method, source, architecture, runtime) = match &request.source {
        ArtifactSource::Function(function) => {
            let (method, source) = match &function.code {
                FunctionCode::Buildpack(code) => bundle(code),
                FunctionCode::Archive { path } => ("taken as it is", path.value.clone()),
                FunctionCode::StackLambda => ("part of this tool", "for what CloudFormation cannot do".to_string()),
            };
            ("archive", method, source, &function.architecture, Some(function.runtime.clone()))
        }
        ArtifactSource::Image(image) => {
            let (method, source) = match &image.build {
                ImageBuild::Buildpack(buildpack) => bundle(&buildpack.code),
                ImageBuild::External { source, .. } => ("Cloud Native Buildpacks", source.value.clone()),
                ImageBuild::Nixpacks(nixpacks) => ("Nixpacks", nixpacks.source.value.clone()),
                ImageBuild::Dockerfile { context, dockerfile, .. } => {
                    ("Dockerfile", format!("{}/{dockerfile}", context.value.trim_end_matches('/')))
                }
            };
            ("image", method, source, &image.architecture, None)
        }
    };
    Artifact {
        id: request.id.0.to_string(),
        kind,
        method,
        source,
        architecture: architecture.clone(),
        runtime,
        place: place(request.span, positions),
    }
}

fn bundle(code: &Buildpack) -> (&'static str, String) {
    ("bundled from its entry file", code.entryfile.value.clone())
}

fn connections(compiled: &Compiled, survey: &Survey<'_>) -> Vec<Connection> {
    let owner = |id: &str| compiled.plan.origins.get(id).and_then(|origin| origin.resource.as_deref());
    let mut found = BTreeSet::new();
    for (id, needed) in survey.needs() {
        let Some(from) = owner(id) else { continue };
        found.extend(needed.into_iter().filter_map(owner).filter(|to| *to != from).map(|to| (from, to)));
    }
    found.into_iter().map(|(from, to)| Connection { from: from.to_string(), to: to.to_string() }).collect()
}

fn limit_uses(template: &Template, bytes: usize) -> Vec<LimitUse> {
    let section = |name: &str| template.sections.get(name).and_then(Expr::as_object).map_or(0, |o| o.0.len());
    [
        ("resources", template.resources.len(), limits::MAX_RESOURCES),
        ("outputs", template.outputs.len(), limits::MAX_OUTPUTS),
        ("parameters", section("Parameters"), limits::MAX_PARAMETERS),
        ("mappings", section("Mappings"), limits::MAX_MAPPINGS),
        ("bytes", bytes, limits::MAX_TEMPLATE_BYTES),
    ]
    .into_iter()
    .map(|(name, used, allowed)| LimitUse { name, used: used as u32, allowed: allowed as u32 })
    .collect()
}
