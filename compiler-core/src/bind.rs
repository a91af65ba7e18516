//! The last leaves: what packaging made is put into the template.

use crate::template::{ArtifactField, ArtifactId, Expr, Template};
use std::collections::BTreeMap;

/// A packaged and stored artifact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BoundArtifact {
    /// Key of the object in the deployment bucket; for archives.
    pub s3_key: Option<String>,
    /// Address of the image with tag or digest; for images.
    pub image_uri: Option<String>,
    /// Digest of the content.
    pub digest: String,
}

/// Closes every artifact leaf that `artifacts` knows; the others stay open and are returned.
pub fn bind(template: &mut Template, artifacts: &BTreeMap<ArtifactId, BoundArtifact>) -> Vec<ArtifactId> {
    let mut unbound = vec![];
    for resource in template.resources.values_mut() {
        for (_, value) in resource.properties.0.iter_mut().chain(&mut resource.attributes.0) {
            value.rewrite(&mut |e| close(e, artifacts, &mut unbound));
        }
    }
    for output in template.outputs.values_mut() {
        output.value.rewrite(&mut |e| close(e, artifacts, &mut unbound));
    }
    crate::order::sort_by(&mut unbound, Ord::cmp);
    unbound.dedup();
    unbound
}

fn close(expr: &mut Expr, artifacts: &BTreeMap<ArtifactId, BoundArtifact>, unbound: &mut Vec<ArtifactId>) {
    let Expr::Artifact(id, field) = expr else { return };
    let value = artifacts.get(id).and_then(|a| match field {
        ArtifactField::S3Key => a.s3_key.clone(),
        ArtifactField::ImageUri => a.image_uri.clone(),
        ArtifactField::Digest => Some(a.digest.clone()),
    });
    match value {
        Some(text) => *expr = Expr::from(text),
        None => unbound.push(id.clone()),
    }
}
