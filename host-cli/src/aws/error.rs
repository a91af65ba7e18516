//! What can go wrong with a request to AWS, as few classes as the host reacts to, each with a message and a next step.

use crate::error::Failure;
use crate::exit::Exit;
use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::RequestId;

/// Class of a failed request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// No credentials were found, or they could not be loaded.
    NoCredentials,
    /// Credentials were found, and AWS says that they are expired or unknown.
    BadCredentials,
    /// The endpoint could not be reached, or stopped answering.
    Network,
    /// The identity may not do this.
    Denied,
    /// Too many requests; the same request may succeed later.
    Throttled,
    /// AWS had a problem of its own; the same request may succeed later.
    Server,
    /// There is no such thing.
    NotFound,
    /// The request contradicts the state of things or the rules.
    Refused,
}

/// A failed request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwsError {
    /// Class.
    pub kind: Kind,
    /// Service and operation such as `CloudFormation CreateChangeSet`.
    pub request: &'static str,
    /// AWS's error code, empty when there was no answer.
    pub code: String,
    /// AWS's words, or those of the network library.
    pub message: String,
    /// AWS's id of the request, for its support.
    pub request_id: Option<String>,
}

impl AwsError {
    /// Whether the same read may succeed when it is tried again.
    pub fn is_transient(&self) -> bool {
        matches!(self.kind, Kind::Network | Kind::Throttled | Kind::Server)
    }

    /// A request that could not even be made.
    pub fn local(request: &'static str, message: String) -> Self {
        Self { kind: Kind::Refused, request, code: "Local".into(), message, request_id: None }
    }

    /// Classifies an error of the SDK.
    pub fn of<E>(request: &'static str, error: SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let status = error.raw_response().map(|r| r.status().as_u16());
        // An answer without a body (to a HEAD request) has nothing but its status.
        let code = error.code().map_or_else(|| status.map(|s| format!("HTTP{s}")).unwrap_or_default(), str::to_owned);
        let request_id = error.raw_response().and_then(|r| r.request_id()).map(str::to_owned);
        let chain = DisplayErrorContext(&error).to_string();
        let kind = match &error {
            SdkError::TimeoutError(_) => Kind::Network,
            SdkError::DispatchFailure(failure) if failure.is_io() || failure.is_timeout() => Kind::Network,
            SdkError::DispatchFailure(_) | SdkError::ConstructionFailure(_) => class_of_chain(&chain),
            SdkError::ResponseError(_) => Kind::Network,
            // Neither a code nor words of AWS: something else answered, a proxy's error page for example.
            _ if code.is_empty() && error.message().is_none_or(str::is_empty) && chain.contains("parsing XML") => {
                Kind::Network
            }
            _ => class(&code, error.message().unwrap_or_default(), status),
        };
        let message = match error.message() {
            Some(message) if !message.is_empty() => message.to_owned(),
            _ if kind == Kind::Network && status.is_some() => {
                format!("what answers there (status {}) is not AWS", status.unwrap_or_default())
            }
            // The innermost cause says most: "Connection refused" rather than "dispatch failure".
            _ => root_cause(&error),
        };
        Self { kind, request, code, message, request_id }
    }

    /// The message and next step for the user.
    pub fn failure(&self) -> Failure {
        let said = |exit, code, message: String| Failure::new(exit, code, message);
        match self.kind {
            Kind::NoCredentials => said(Exit::Credentials, "no-credentials", "no AWS credentials were found".into())
                .hint("set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or run `aws configure` or `aws sso login`")
                .hint("to try without AWS: `stacktape deploy --simulate`"),
            Kind::BadCredentials if self.code.contains("Expired") => {
                said(Exit::Credentials, "expired-credentials", "the AWS credentials have expired".into())
                    .hint("get new ones: `aws sso login`, or set fresh AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN")
            }
            Kind::BadCredentials => {
                said(Exit::Credentials, "bad-credentials", format!("AWS does not accept the credentials: {}", self.message))
                    .hint("check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_PROFILE, and the clock of this machine")
            }
            Kind::Network => said(Exit::Network, "no-network", format!("AWS could not be reached ({}): {}", self.request, self.message))
                .hint("check the network, a proxy, AWS_ENDPOINT_URL and the region, then run the command again; nothing is lost by that"),
            Kind::Denied => said(Exit::Aws, "access-denied", format!("AWS refuses {}: {}", self.request, self.message))
                .hint("the identity of these credentials needs the permission that the message names"),
            Kind::Throttled => said(Exit::Aws, "throttled", format!("AWS asks to slow down ({}): {}", self.request, self.message))
                .hint("run the command again in a minute; it takes up where it was"),
            Kind::Server => said(Exit::Aws, "aws-problem", format!("AWS has a problem ({}): {}", self.request, self.message))
                .hint("run the command again in a minute; it takes up where it was"),
            Kind::NotFound => said(Exit::Aws, "not-found", format!("{}: {}", self.request, self.message)),
            Kind::Refused => said(Exit::Aws, "refused", format!("AWS refuses {}: {}", self.request, self.message))
                .maybe_hint(self.request_id.as_ref().map(|id| format!("request id for AWS support: {id}"))),
        }
    }
}

impl From<AwsError> for Failure {
    fn from(error: AwsError) -> Self {
        error.failure()
    }
}

fn root_cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

/// Credentials are loaded inside the request; the SDK reports them as a failed dispatch.
fn class_of_chain(chain: &str) -> Kind {
    let chain = chain.to_lowercase();
    let any = |words: &[&str]| words.iter().any(|w| chain.contains(w));
    if any(&[
        "no providers in chain provided credentials",
        "credentialsnotloaded",
        "credentials provider was not enabled",
        "no credentials",
    ]) {
        Kind::NoCredentials
    } else if any(&["expiredtoken", "token has expired", "sso session", "token is expired"]) {
        Kind::BadCredentials
    } else if any(&["credentials"]) {
        Kind::NoCredentials
    } else {
        Kind::Network
    }
}

fn class(code: &str, message: &str, status: Option<u16>) -> Kind {
    match code {
        "ExpiredToken"
        | "ExpiredTokenException"
        | "RequestExpired"
        | "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "SignatureDoesNotMatch"
        | "InvalidAccessKeyId"
        | "AuthFailure"
        | "InvalidSignatureException"
        | "IncompleteSignature" => Kind::BadCredentials,
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" | "AllAccessDisabled" => Kind::Denied,
        "Throttling"
        | "ThrottlingException"
        | "ThrottledException"
        | "TooManyRequestsException"
        | "RequestLimitExceeded"
        | "SlowDown"
        | "BandwidthLimitExceeded"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "PriorRequestNotComplete" => Kind::Throttled,
        "NoSuchBucket"
        | "NoSuchKey"
        | "NotFound"
        | "ResourceNotFoundException"
        | "NotFoundException"
        | "ParameterNotFound"
        | "ChangeSetNotFound"
        | "ChangeSetNotFoundException"
        | "StackNotFoundException" => Kind::NotFound,
        "ValidationError" if message.contains("does not exist") => Kind::NotFound,
        _ if message.contains("Rate exceeded") => Kind::Throttled,
        _ => match status {
            Some(429) => Kind::Throttled,
            Some(404) => Kind::NotFound,
            Some(403) => Kind::Denied,
            Some(500..) => Kind::Server,
            _ => Kind::Refused,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes() {
        assert_eq!(class("Throttling", "Rate exceeded", Some(400)), Kind::Throttled);
        assert_eq!(class("ValidationError", "Stack with id a-dev does not exist", Some(400)), Kind::NotFound);
        assert_eq!(class("ValidationError", "No updates are to be performed.", Some(400)), Kind::Refused);
        assert_eq!(class("ExpiredToken", "", Some(403)), Kind::BadCredentials);
        assert_eq!(class("", "", Some(503)), Kind::Server);
        assert_eq!(
            class_of_chain("dispatch failure: other: the credentials provider was not enabled"),
            Kind::NoCredentials
        );
        assert_eq!(class_of_chain("dispatch failure: io error: connection refused"), Kind::Network);
    }

    #[test]
    fn every_class_has_a_next_step() {
        for kind in
            [Kind::NoCredentials, Kind::BadCredentials, Kind::Network, Kind::Denied, Kind::Throttled, Kind::Server]
        {
            let error = AwsError {
                kind,
                request: "STS GetCallerIdentity",
                code: "ExpiredToken".into(),
                message: "m".into(),
                request_id: None,
            };
            assert!(!error.failure().hints.is_empty(), "{kind:?}");
        }
    }
}
