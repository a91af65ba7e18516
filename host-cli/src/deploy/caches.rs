//! Emptying the caches of CDNs once new content is there: until their entries expire they would serve what was there before.
//!
//! An object in the deployment bucket says that an emptying is due. It is written before the first change and deleted after the last request, so a run
//! that is killed in between, or whose request fails, is made up for by the next one.

use super::driver::count;
use super::job::Job;
use crate::aws::Aws;
use crate::aws::error::AwsError;
use crate::aws::retry;
use crate::aws::s3::{Content, Put, Version};
use crate::error::Result;
use crate::ui::Ui;
use std::collections::BTreeMap;
use std::time::Duration;

/// Key of the object.
pub const DUE: &str = "cdn-invalidation-due";
/// For how long one request is repeated.
const PATIENCE: Duration = Duration::from_secs(60);

/// Writes down that the caches must be emptied.
pub async fn note(aws: &Aws, job: &Job) -> Result<()> {
    let put = Put {
        bucket: job.bucket.clone(),
        key: DUE.into(),
        content: Content::Bytes(vec![]),
        content_type: None,
        headers: BTreeMap::new(),
        tags: vec![],
    };
    Ok(aws.s3.put(&put).await?)
}

/// What became of the caches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Emptied {
    /// Distributions that CloudFront empties now.
    pub distributions: usize,
    /// Milliseconds.
    pub duration_ms: u64,
}

/// Empties every cache of the stack. `reference` names this run: repeating a request with it does nothing twice. The stack is deployed whatever
/// CloudFront says, so a refusal is a warning with the command that helps.
pub async fn empty(aws: &Aws, ui: &Ui, job: &Job, reference: &str) -> Result<Emptied> {
    let total = job.invalidations.len();
    let phase = ui.begin("invalidate", format!("Emptying the cache of {}", count(total, "CDN")));
    let resources = retry::read(PATIENCE, || aws.cloudformation.resources(&job.stack_name)).await?;
    let mut done = 0;
    let mut failed: Vec<(String, AwsError)> = vec![];
    for id in &job.invalidations {
        // A distribution that an override took out has no cache either.
        let Some(there) = resources.iter().find(|r| r.logical_id == *id) else { continue };
        let distribution = &there.physical_id;
        match retry::read(PATIENCE, || aws.cloudfront.invalidate(distribution, reference)).await {
            Ok(invalidation) => {
                ui.debug(format!("{id}: invalidation {invalidation} of {distribution}"));
                done += 1;
            }
            Err(error) => failed.push((distribution.clone(), error)),
        }
    }
    if failed.is_empty() {
        aws.s3.delete(&job.bucket, &[Version { key: DUE.into(), id: None }]).await?;
        let text = format!("CloudFront empties {}; the edge locations follow within minutes", count(done, "cache"));
        return Ok(Emptied { distributions: done, duration_ms: ui.done(&phase, text) });
    }
    let text = format!("{done} of {total} emptied");
    let duration_ms = ui.failed(&phase, text);
    for (distribution, error) in failed {
        ui.warn(format!(
            "the CDN {distribution} may serve older content: {}; the next deploy tries again, or empty it now: \
             `aws cloudfront create-invalidation --distribution-id {distribution} --paths '/*'`",
            error.failure().message
        ));
    }
    Ok(Emptied { distributions: done, duration_ms })
}
