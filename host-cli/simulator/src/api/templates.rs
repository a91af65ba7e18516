//! Actions about templates.

use serde_json::Value;

use super::{Answer, Call, definition};
use crate::engine::parameters::plain;
use crate::engine::template::Template;
use crate::protocol::{ApiError, Xml};

pub(super) fn get(call: &mut Call<'_>, xml: &mut Xml) -> Answer {
    let body = match call.request.filled("ChangeSetName") {
        Some(_) => super::change_sets::find(call)?.1.definition.template.clone(),
        None => {
            let name = call.request.required("StackName")?;
            let stack = call
                .world
                .find(name)
                .ok_or_else(|| ApiError::validation(format!("Stack with id {name} does not exist")))?;
            stack.definition.template.clone()
        }
    };
    xml.text("TemplateBody", &body);
    xml.strings("StagesAvailable", ["Original", "Processed"]);
    Ok(())
}

fn read(call: &Call<'_>) -> Result<Template, ApiError> {
    let text = match (definition::template(call.request, &call.world.buckets)?, call.request.filled("StackName")) {
        (Some(text), _) => text,
        (None, Some(_)) => call.stack()?.definition.template.clone(),
        (None, None) => return Err(ApiError::validation("Either Template URL or Template Body must be specified.")),
    };
    Template::parse(&text)
}

pub(super) fn validate(call: &mut Call<'_>, xml: &mut Xml) -> Answer {
    let template = read(call)?;
    xml.members("Parameters", &template.parameters, |xml, (name, declared)| {
        xml.text("ParameterKey", name);
        xml.maybe("DefaultValue", declared.get("Default").map(plain).as_deref());
        xml.flag("NoEcho", declared.get("NoEcho").is_some_and(|hidden| plain(hidden) == "true"));
        xml.maybe("Description", declared.get("Description").and_then(Value::as_str));
    });
    head(&template, xml);
    Ok(())
}

pub(super) fn summary(call: &mut Call<'_>, xml: &mut Xml) -> Answer {
    let template = read(call)?;
    xml.members("Parameters", &template.parameters, |xml, (name, declared)| {
        xml.text("ParameterKey", name);
        xml.maybe("DefaultValue", declared.get("Default").map(plain).as_deref());
        xml.text("ParameterType", declared.get("Type").and_then(Value::as_str).unwrap_or("String"));
        xml.flag("NoEcho", declared.get("NoEcho").is_some_and(|hidden| plain(hidden) == "true"));
        xml.maybe("Description", declared.get("Description").and_then(Value::as_str));
    });
    head(&template, xml);
    let mut kinds: Vec<&str> = template.resources.values().map(|resource| resource.kind.as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    xml.strings("ResourceTypes", kinds);
    xml.text("Version", "2010-09-09");
    xml.maybe("Metadata", template.metadata.as_ref().map(ToString::to_string).as_deref());
    Ok(())
}

fn head(template: &Template, xml: &mut Xml) {
    xml.maybe("Description", template.description.as_deref());
    if let Some((capability, reason)) = template.capabilities() {
        xml.strings("Capabilities", [capability]);
        xml.text("CapabilitiesReason", &reason);
    }
}
