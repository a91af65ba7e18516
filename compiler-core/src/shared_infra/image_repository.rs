//! The image repository: where images of containers, batch jobs and agents are pushed before CloudFormation starts them.
//!
//! Makes `StpContainerRepository` as soon as something runs containers. An image without a tag was replaced by a newer one and goes after a day.

use crate::model::{ExpandCx, Fragment};
use crate::source::Span;
use crate::template::{Object, Resource};

/// Logical id of the repository.
pub const REPOSITORY: &str = "StpContainerRepository";

/// Something runs containers.
pub struct RepositoryDemand {
    /// The config value that needs it.
    pub span: Span,
}

const EXPIRE_UNTAGGED: &str = concat!(
    r#"{"rules":[{"rulePriority":1,"description":"images without a tag","selection":{"tagStatus":"untagged","#,
    r#""countType":"sinceImagePushed","countUnit":"days","countNumber":1},"action":{"type":"expire"}}]}"#
);

/// Makes the repository when somebody demands it.
pub fn expand(cx: &mut ExpandCx<'_>) -> Fragment {
    let mut fragment = Fragment::default();
    let Some(first) = cx.linked.demands::<RepositoryDemand>().next() else { return fragment };
    let stack = cx.stack();
    let properties = Object::new()
        // Deleting the stack deletes the images of its containers, which nothing else runs.
        .set("EmptyOnDelete", true)
        .set("LifecyclePolicy", Object::new().set("LifecyclePolicyText", EXPIRE_UNTAGGED))
        .set("RepositoryName", stack.identity.image_repository())
        .set("Tags", stack.tags(&[]));
    let resource = Resource::new("AWS::ECR::Repository", properties).holds_data();
    fragment.add(REPOSITORY, first.span, resource);
    fragment
}
