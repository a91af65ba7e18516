//! What scripts need of AWS beside the values of their variables: the rights of a role (STS), commands on an instance and tunnels through it (Systems
//! Manager), and which instances a group has (Auto Scaling; `signed.rs` says why it has no SDK crate).

use super::error::AwsError;
use super::signed::{Call, Service, Signed};
use aws_config::SdkConfig;
use aws_sdk_ssm::config::retry::RetryConfig;
use aws_sdk_ssm::types::{ParameterTier, ParameterType};

/// Seconds within which an instance must have taken a command.
const DELIVERY: i32 = 120;
/// Seconds that a command may run: the longest that Systems Manager knows. Scripts on this machine have no limit either.
const EXECUTION: &str = "172800";

/// Keys that act as a role for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleKeys {
    /// `AWS_ACCESS_KEY_ID`.
    pub access_key_id: String,
    /// `AWS_SECRET_ACCESS_KEY`.
    pub secret_access_key: String,
    /// `AWS_SESSION_TOKEN`.
    pub session_token: String,
}

/// A command on an instance, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Invocation {
    /// `Pending`, `InProgress`, `Success`, `Failed`, …
    pub status: String,
    /// The same in more detail: `DeliveryTimedOut`, …
    pub details: String,
    /// Exit code; negative while there is none.
    pub code: i32,
    /// The first 24,000 characters of its standard output.
    pub stdout: String,
    /// The first 8,000 characters of its standard error.
    pub stderr: String,
}

impl Invocation {
    /// Whether nothing more will happen.
    pub fn has_ended(&self) -> bool {
        !matches!(self.status.as_str(), "" | "Pending" | "InProgress" | "Delayed" | "Cancelling")
    }
}

/// A session, in the words that AWS's plugin wants to hear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Id.
    pub id: String,
    /// The answer of StartSession as JSON. It holds a token.
    pub answer: String,
    /// The request of StartSession as JSON.
    pub request: String,
}

/// The requests. No port with an implementation: tests serve the wire.
pub struct Remote {
    sts: aws_sdk_sts::Client,
    ssm: aws_sdk_ssm::Client,
    groups: Signed,
    region: String,
    endpoint: String,
}

impl Remote {
    /// Clients for a region.
    pub fn new(config: &SdkConfig, region: &str, endpoint: Option<&str>) -> Self {
        let domain = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
        let mut sts = aws_sdk_sts::config::Builder::from(config);
        let mut ssm = aws_sdk_ssm::config::Builder::from(config);
        if let Some(url) = endpoint {
            sts = sts.endpoint_url(url);
            ssm = ssm.endpoint_url(url);
        }
        let service = Service { id: "Auto Scaling", signing_name: "autoscaling" };
        let url = format!("https://autoscaling.{region}.{domain}");
        Self {
            sts: aws_sdk_sts::Client::from_conf(sts.build()),
            ssm: aws_sdk_ssm::Client::from_conf(ssm.build()),
            groups: Signed::new(config, service, region, &url, endpoint),
            region: region.to_owned(),
            endpoint: endpoint.map_or_else(|| format!("https://ssm.{region}.{domain}"), str::to_owned),
        }
    }

    /// Region of the clients.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Where Systems Manager answers.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Acts as a role for an hour, which every role allows.
    pub async fn assume_role(&self, arn: &str, session: &str) -> Result<RoleKeys, AwsError> {
        const REQUEST: &str = "STS AssumeRole";
        let answer = self.sts.assume_role().role_arn(arn).role_session_name(session).send().await;
        let answer = answer.map_err(|e| AwsError::of(REQUEST, e))?;
        let keys = answer.credentials().ok_or_else(|| AwsError::local(REQUEST, "the answer has no keys".into()))?;
        Ok(RoleKeys {
            access_key_id: keys.access_key_id().to_owned(),
            secret_access_key: keys.secret_access_key().to_owned(),
            session_token: keys.session_token().to_owned(),
        })
    }

    /// Ids of the instances of a group that are in service.
    pub async fn instances(&self, group: &str) -> Result<Vec<String>, AwsError> {
        const REQUEST: &str = "AutoScaling DescribeAutoScalingGroups";
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("Action", "DescribeAutoScalingGroups")
            .append_pair("Version", "2011-01-01")
            .append_pair("AutoScalingGroupNames.member.1", group)
            .finish();
        let call = Call { path: "/".into(), content_type: "application/x-www-form-urlencoded; charset=utf-8", body };
        let answer = self.groups.send(REQUEST, call).await?;
        in_service(&answer).ok_or_else(|| AwsError::local(REQUEST, "the answer cannot be read".into()))
    }

    /// Has an instance run a shell script, and gives the id of the command. Not repeated: who sends it twice may run it twice.
    pub async fn start_command(&self, instance: &str, script: &str, comment: &str) -> Result<String, AwsError> {
        let once = aws_sdk_ssm::config::Config::builder().retry_config(RetryConfig::disabled());
        let call = self
            .ssm
            .send_command()
            .instance_ids(instance)
            .document_name("AWS-RunShellScript")
            .comment(comment)
            .timeout_seconds(DELIVERY)
            .parameters("commands", vec![script.to_owned()])
            .parameters("executionTimeout", vec![EXECUTION.to_owned()]);
        let answer = call.customize().config_override(once).send().await;
        let answer = answer.map_err(|e| AwsError::of("SSM SendCommand", e))?;
        Ok(answer.command().and_then(|c| c.command_id()).unwrap_or_default().to_owned())
    }

    /// How a command stands. Right after it was sent, AWS may not know it yet.
    pub async fn invocation(&self, command: &str, instance: &str) -> Result<Invocation, AwsError> {
        let answer = self.ssm.get_command_invocation().command_id(command).instance_id(instance).send().await;
        match answer.map_err(|e| AwsError::of("SSM GetCommandInvocation", e)) {
            Ok(answer) => Ok(Invocation {
                status: answer.status().map(|s| s.as_str().to_owned()).unwrap_or_default(),
                details: answer.status_details().unwrap_or_default().to_owned(),
                code: answer.response_code(),
                stdout: answer.standard_output_content().unwrap_or_default().to_owned(),
                stderr: answer.standard_error_content().unwrap_or_default().to_owned(),
            }),
            Err(error) if error.code == "InvocationDoesNotExist" => Ok(Invocation::default()),
            Err(error) => Err(error),
        }
    }

    /// Stops a command.
    pub async fn cancel_command(&self, command: &str) -> Result<(), AwsError> {
        let answer = self.ssm.cancel_command().command_id(command).send().await;
        answer.map(drop).map_err(|e| AwsError::of("SSM CancelCommand", e))
    }

    /// Keeps a text as a parameter, encrypted with the account's key for Systems Manager.
    pub async fn put_secret(&self, name: &str, text: &str) -> Result<(), AwsError> {
        let call = self.ssm.put_parameter().name(name).value(text).r#type(ParameterType::SecureString);
        let answer = call.tier(ParameterTier::IntelligentTiering).overwrite(true).send().await;
        answer.map(drop).map_err(|e| AwsError::of("SSM PutParameter", e))
    }

    /// Deletes a parameter.
    pub async fn delete_secret(&self, name: &str) -> Result<(), AwsError> {
        let answer = self.ssm.delete_parameter().name(name).send().await;
        answer.map(drop).map_err(|e| AwsError::of("SSM DeleteParameter", e))
    }

    /// Begins a session that forwards a free port of this machine through an instance.
    pub async fn start_session(&self, instance: &str, host: &str, port: u32) -> Result<Session, AwsError> {
        const DOCUMENT: &str = "AWS-StartPortForwardingSessionToRemoteHost";
        let call = self.ssm.start_session().target(instance).document_name(DOCUMENT);
        let call = call.parameters("host", vec![host.to_owned()]).parameters("portNumber", vec![port.to_string()]);
        let answer = call.send().await.map_err(|e| AwsError::of("SSM StartSession", e))?;
        let parameters = serde_json::json!({ "host": [host], "portNumber": [port.to_string()] });
        let request =
            serde_json::json!({ "Target": instance, "DocumentName": DOCUMENT, "Parameters": parameters }).to_string();
        let id = answer.session_id().unwrap_or_default().to_owned();
        let said = serde_json::json!({
            "SessionId": id,
            "TokenValue": answer.token_value().unwrap_or_default(),
            "StreamUrl": answer.stream_url().unwrap_or_default(),
        });
        Ok(Session { id, answer: said.to_string(), request })
    }

    /// Ends a session.
    pub async fn end_session(&self, id: &str) -> Result<(), AwsError> {
        let answer = self.ssm.terminate_session().session_id(id).send().await;
        answer.map(drop).map_err(|e| AwsError::of("SSM TerminateSession", e))
    }
}

/// The instances of DescribeAutoScalingGroups that are in service.
fn in_service(answer: &str) -> Option<Vec<String>> {
    let document = roxmltree::Document::parse(answer).ok()?;
    let child = |node: roxmltree::Node<'_, '_>, name: &str| {
        node.children().find(|n| n.tag_name().name() == name).and_then(|n| n.text()).map(str::to_owned)
    };
    let all = document.descendants().filter(|n| n.tag_name().name() == "Instances").flat_map(|n| n.children());
    let running = all.filter(|n| child(*n, "LifecycleState").as_deref() == Some("InService"));
    Some(running.filter_map(|n| child(n, "InstanceId")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instances_that_are_in_service() {
        let member = |id: &str, state: &str| {
            format!("<member><InstanceId>{id}</InstanceId><LifecycleState>{state}</LifecycleState></member>")
        };
        let answer = format!(
            "<R xmlns=\"http://autoscaling.amazonaws.com/doc/2011-01-01/\"><AutoScalingGroups><member><Instances>{}{}\
             </Instances></member></AutoScalingGroups></R>",
            member("i-1", "Terminating"),
            member("i-2", "InService")
        );
        assert_eq!(in_service(&answer), Some(vec!["i-2".to_owned()]));
        assert_eq!(in_service("<R/>"), Some(vec![]), "no such group");
        assert_eq!(in_service("no"), None);
    }

    #[test]
    fn ends_of_commands() {
        let is = |status: &str| Invocation { status: status.into(), ..Invocation::default() }.has_ended();
        for status in ["", "Pending", "InProgress", "Delayed", "Cancelling"] {
            assert!(!is(status), "{status}");
        }
        for status in ["Success", "Failed", "TimedOut", "Cancelled", "Undeliverable"] {
            assert!(is(status), "{status}");
        }
    }
}
