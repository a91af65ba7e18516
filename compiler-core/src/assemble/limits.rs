//! CloudFormation's limits as diagnostics: which is exceeded, where, and what to do.

use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::model::Sections;
use crate::plan::DeployPlan;
use crate::source::Span;
use crate::template::Template;
use crate::template::limits::{Excess, Limit, Named, check};

/// Reports every limit that the template, of so many bytes, exceeds or comes near to.
pub fn report(template: &Template, bytes: usize, plan: &DeployPlan, sections: &Sections, sink: &mut Sink) {
    for excess in check(template, bytes) {
        let span = place(&excess.limit, plan, sections).unwrap_or_default();
        let (message, hint) = explain(&excess);
        // Ids that the reference generates with an underscore keep it: they are identities. CloudFormation refuses them, so the user must know.
        let only_warn = !excess.is_fatal() || matches!(excess.limit, Limit::NameCharacters(Named::Resource(_)));
        let diagnostic = match only_warn {
            true => Diagnostic::warning(Code::LIMIT, span, message),
            false => Diagnostic::error(Code::LIMIT, span, message),
        };
        sink.push(diagnostic.hint(hint));
    }
}

fn explain(excess: &Excess) -> (String, String) {
    let Excess { found, allowed, .. } = excess;
    let split = "move some resources into a config (and stack) of their own".to_string();
    match &excess.limit {
        Limit::Resources if excess.is_fatal() => {
            (format!("the stack would have {found} CloudFormation resources, and {allowed} is the limit"), split)
        }
        Limit::Resources => (format!("the stack has {found} of at most {allowed} CloudFormation resources"), split),
        Limit::Outputs => {
            (format!("the stack would have {found} outputs, and {allowed} is the limit"), "remove some outputs".into())
        }
        Limit::Parameters => (
            format!("the stack would have {found} parameters, and {allowed} is the limit"),
            "remove some parameters".into(),
        ),
        Limit::Mappings => (
            format!("the stack would have {found} mappings, and {allowed} is the limit"),
            "remove some mappings".into(),
        ),
        Limit::TemplateBytes => (format!("the template would have {found} bytes, and {allowed} is the limit"), split),
        Limit::DescriptionBytes => (
            format!("the stack's description would have {found} bytes, and {allowed} is the limit"),
            "shorten the names of the project and the stage".into(),
        ),
        Limit::NameLength(named) => (
            format!("the name `{}` has {found} characters, and {allowed} is the limit", text(named)),
            "shorten the name in the config".into(),
        ),
        Limit::NameCharacters(named) => (
            format!(
                "the logical id `{}` has characters other than letters and digits, which CloudFormation refuses",
                text(named)
            ),
            "change the name or path that it is made of: a digit after a separator gives an underscore".into(),
        ),
    }
}

fn text(named: &Named) -> &str {
    match named {
        Named::Resource(name) | Named::Output(name) | Named::Parameter(name) => name,
    }
}

fn place(limit: &Limit, plan: &DeployPlan, sections: &Sections) -> Option<Span> {
    match limit {
        Limit::NameLength(Named::Resource(id)) | Limit::NameCharacters(Named::Resource(id)) => {
            plan.origins.get(id)?.span
        }
        Limit::NameLength(Named::Output(name)) | Limit::NameCharacters(Named::Output(name)) => {
            let outputs = sections.stack_config.as_ref()?.outputs.as_ref()?;
            outputs.iter().find(|o| o.name.value == *name).map(|o| o.name.span)
        }
        Limit::Outputs => sections.stack_config.as_ref()?.outputs.as_ref()?.last().map(|o| o.name.span),
        _ => None,
    }
}
