//! `custom-resource-instance`: one resource that the code of a `custom-resource-definition` makes. Its one child is a CloudFormation custom resource.

use super::custom_resource_definition::CustomResourceDefinition;
use super::function::Function;
use crate::decode::{Decode, Dict, Raw};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::model::{ExpandCx, Fragment, Linked, Resource, ResourceKind};
use crate::naming::logical_id;
use crate::shared_infra::vpc;
use crate::source::Spanned;
use crate::template::{self, Object};

/// A resource of your own.
pub struct CustomResourceInstance;

/// A resource of your own. What its code answers with is read with `$CfResourceParam`.
#[derive(Clone, Debug, Decode, Describe)]
pub struct CustomResourceInstanceProps {
    /// Name of the `custom-resource-definition` whose code makes it.
    #[config(names = "custom-resource-definition")]
    pub definition_name: Spanned<String>,
    /// Given to the code as `ResourceProperties`. CloudFormation passes every number and boolean on as text, and calls the code again when one of
    /// the values changes.
    pub resource_properties: Dict<Raw>,
}

/// Properties of a custom resource that belong to CloudFormation. Source: the resource reference of `AWS::CloudFormation::CustomResource`.
const SERVICE_TOKEN: &str = "ServiceToken";

/// Under this name configs of the reference reach a function that the reference itself puts into every stack.
const VENDOR_FUNCTION: &str = "STACKTAPE_SERVICE_CUSTOM_RESOURCE_LAMBDA";

impl ResourceKind for CustomResourceInstance {
    const TYPE: &'static str = "custom-resource-instance";
    type Props = CustomResourceInstanceProps;

    fn check(r: &Resource<Self>, linked: &Linked<'_>, sink: &mut Sink) {
        let p = &r.props;
        if p.definition_name.value == VENDOR_FUNCTION {
            let message = format!("{VENDOR_FUNCTION} names a function of the reference that stacks do not have here");
            sink.push(
                Diagnostic::error(Code::UNSUPPORTED, p.definition_name.span, message)
                    .hint("add a custom-resource-definition with code of your own and name it"),
            );
        } else {
            linked.stack.require::<CustomResourceDefinition>(&p.definition_name, "definitionName", sink);
        }
        if let Some((key, _)) = p.resource_properties.iter().find(|(key, _)| &*key.value == SERVICE_TOKEN) {
            let message = format!("{SERVICE_TOKEN} says which code makes the resource; definitionName does that here");
            sink.push(
                Diagnostic::error(Code::CONFLICT, key.span, message)
                    .hint(format!("rename or remove {SERVICE_TOKEN} in resourceProperties")),
            );
        }
    }

    fn expand(r: &Resource<Self>, cx: &mut ExpandCx<'_>) -> Fragment {
        let mut fragment = Fragment::default();
        let Some(definition) = cx.linked.get::<CustomResourceDefinition>(&r.props.definition_name) else {
            return fragment;
        };
        let Some(function) = cx.linked.get::<Function>(definition.function_name().dotted()) else { return fragment };
        let token = template::get_att(function.function_id(), "Arn");
        let mut properties = Object::new().set(SERVICE_TOKEN, token);
        properties.0.extend(r.props.resource_properties.object().0);
        let kind = "AWS::CloudFormation::CustomResource";
        let mut resource = template::Resource::new(kind, properties);
        if definition.props.join_default_vpc && vpc::reused(cx.stack()).is_none() {
            // The code cannot answer before there is a way to S3.
            resource = resource.after(vpc::S3_ENDPOINT);
        }
        fragment.add(logical_id(r.name.flat(), "", kind), r.span, resource);
        fragment
    }
}
