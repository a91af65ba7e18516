//! The executable that Lambda starts: takes events from its runtime API, one after the other.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::Value;
use stacktape_stack_lambda::aws::Aws;
use stacktape_stack_lambda::handle::handle;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let aws = Aws::from_env()?;
    let aws = &aws;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Value>| async move {
        handle(aws, event.payload, event.context.deadline()).await;
        // A failure was told to CloudFormation; to Lambda it would mean that the event is to be delivered again.
        Ok::<(), Error>(())
    }))
    .await
}
