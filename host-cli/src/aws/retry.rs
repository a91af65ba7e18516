//! Reads are repeated, with growing and jittered pauses, until a deadline. Writes are not: the SDK repeats those with their token.

use super::error::AwsError;
use std::future::Future;
use std::time::Duration;
use tokio::time::Instant;

/// First pause.
const FIRST: Duration = Duration::from_millis(500);
/// Longest pause.
const LONGEST: Duration = Duration::from_secs(20);

/// Repeats `read` while it fails with something that may pass, for at most `patience`.
pub async fn read<T, F>(patience: Duration, mut read: impl FnMut() -> F) -> Result<T, AwsError>
where
    F: Future<Output = Result<T, AwsError>>,
{
    let deadline = Instant::now() + patience;
    let mut pause = FIRST;
    loop {
        match read().await {
            Err(error) if error.is_transient() && Instant::now() + pause < deadline => {
                tokio::time::sleep(jitter(pause)).await;
                pause = (pause * 2).min(LONGEST);
            }
            other => return other,
        }
    }
}

/// Between half and all of a pause, so that many clients do not come back at the same moment.
pub fn jitter(pause: Duration) -> Duration {
    pause.mul_f64(0.5 + fastrand::f64() / 2.0)
}

#[cfg(test)]
mod tests {
    use super::super::error::Kind;
    use super::*;
    use std::cell::Cell;

    fn failing(kind: Kind) -> AwsError {
        AwsError { kind, request: "test", code: String::new(), message: String::new(), request_id: None }
    }

    #[tokio::test(start_paused = true)]
    async fn throttling_passes() {
        let calls = Cell::new(0);
        let got = read(Duration::from_secs(60), || {
            calls.set(calls.get() + 1);
            let calls = calls.get();
            async move { if calls < 5 { Err(failing(Kind::Throttled)) } else { Ok(calls) } }
        });
        assert_eq!(got.await.unwrap(), 5);
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_is_final_and_patience_ends() {
        let calls = Cell::new(0);
        let count = || calls.set(calls.get() + 1);
        let refused: Result<(), _> = read(Duration::from_secs(60), || {
            count();
            async { Err(failing(Kind::Denied)) }
        })
        .await;
        assert_eq!((refused.unwrap_err().kind, calls.get()), (Kind::Denied, 1));
        let lost: Result<(), _> = read(Duration::from_secs(60), || async { Err(failing(Kind::Network)) }).await;
        assert_eq!(lost.unwrap_err().kind, Kind::Network);
    }
}
