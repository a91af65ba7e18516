//! `custom-resource-definition`: the code behind resources of your own that CloudFormation creates, updates and deletes.
//!
//! A composite: its one child is a `function` that carries the definition's name. Instances refer to that function.

use super::function::{Function, FunctionProps};
use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::facets::environment::EnvironmentVariable;
use crate::facets::iam::IamStatement;
use crate::facets::packaging::LambdaPackaging;
use crate::model::{
    AnyResource, ExpandCx, Fragment, GatewayEndpoint, Outbox, Resource, ResourceKind, ResourceName, Stack,
};
use crate::shared_infra::vpc::EndpointDemand;
use crate::source::Spanned;

/// The code behind resources of your own.
pub struct CustomResourceDefinition;

/// The code behind resources of your own. CloudFormation calls it to create, update and delete each `custom-resource-instance`, and waits until it has
/// answered at the address in the event's `ResponseURL`.
#[derive(Clone, Debug, Decode, Describe)]
pub struct CustomResourceDefinitionProps {
    /// Where the code comes from.
    pub packaging: LambdaPackaging,
    /// Environment variables. At most 4 KB in all.
    pub environment: Option<Vec<EnvironmentVariable>>,
    /// Lambda runtime such as `nodejs22.x`; follows from the entry file when not given.
    pub runtime: Option<Val<String>>,
    /// How long one call may take.
    #[config(range = 1..=900, unit = "seconds", default = 10)]
    pub timeout: Option<Val<u32>>,
    /// Memory. Processor power grows with it: 1769 MB are one full vCPU.
    #[config(range = 128..=10240, unit = "MB", default = 1024)]
    pub memory: Option<Val<u32>>,
    /// Whether the code runs inside the stack's VPC: it reaches databases there. The VPC gets a gateway endpoint of S3, because CloudFormation takes
    /// answers there; a VPC that the stack reuses must have one.
    #[config(default = false)]
    pub join_default_vpc: bool,
    /// Resources that the code uses: it gets the rights, and their parameters as `STP_…` variables.
    #[config(names = "target")]
    pub connect_to: Option<Vec<Spanned<String>>>,
    /// Further rights of the code.
    pub iam_role_statements: Option<Vec<IamStatement>>,
}

/// Timeout of the code when the config gives none, as the reference documents it.
const DEFAULT_TIMEOUT: u32 = 10;

/// Name of the function inside a definition, for references such as `maker.backingFunction`.
const FUNCTION: &str = "backingFunction";

impl Resource<CustomResourceDefinition> {
    /// Name of the function that does the work.
    pub fn function_name(&self) -> ResourceName {
        self.name.inner(FUNCTION)
    }
}

impl ResourceKind for CustomResourceDefinition {
    const TYPE: &'static str = "custom-resource-definition";
    type Props = CustomResourceDefinitionProps;

    fn desugar(r: &Resource<Self>) -> Vec<Box<dyn AnyResource>> {
        let p = r.props.clone();
        let function = FunctionProps {
            environment: p.environment,
            runtime: p.runtime,
            timeout: Some(p.timeout.unwrap_or_else(|| DEFAULT_TIMEOUT.into())),
            memory: p.memory,
            join_default_vpc: p.join_default_vpc,
            connect_to: p.connect_to,
            iam_role_statements: p.iam_role_statements,
            ..FunctionProps::of(p.packaging)
        };
        vec![Box::new(Resource::<Function>::new(r.function_name(), r.span, function))]
    }

    fn link(r: &Resource<Self>, _: &Stack<'_>, out: &mut Outbox) {
        if r.props.join_default_vpc {
            out.demand(EndpointDemand(GatewayEndpoint::S3));
        }
    }

    fn expand(_: &Resource<Self>, _: &mut ExpandCx<'_>) -> Fragment {
        Fragment::default()
    }
}
