//! `kafka-topic`: messages of a topic of a Kafka cluster outside AWS.

use super::EventCx;
use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::secrets::{self, Store};
use crate::source::Span;
use crate::template::{Expr, Object};

/// Messages in a Kafka topic.
#[derive(Clone, Debug, Decode, Describe)]
pub struct KafkaEvent {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// The cluster and the topic.
    pub custom_kafka_configuration: Option<KafkaCluster>,
    /// Most messages in one call.
    #[config(range = 1..=10000, default = 100)]
    pub batch_size: Option<Val<u32>>,
    /// How long to wait for a full batch; half a second when not given.
    #[config(range = 0..=300, unit = "seconds")]
    pub max_batch_window_seconds: Option<Val<u32>>,
}

/// The cluster and the topic.
#[derive(Clone, Debug, Decode, Describe)]
pub struct KafkaCluster {
    /// Brokers as `host:port`.
    #[config(items = 1..=10)]
    pub bootstrap_servers: Vec<Val<String>>,
    /// Topic.
    pub topic_name: Val<String>,
    /// How the function proves who it is.
    pub authentication: KafkaAuthentication,
}

/// How the function proves who it is.
#[derive(Clone, Debug, Decode, Describe)]
#[config(tag = "type")]
pub enum KafkaAuthentication {
    /// User name and password over TLS (SASL/PLAIN).
    #[config(name = "BASIC_AUTH")]
    Basic(KafkaSecret),
    /// SASL/SCRAM with SHA-256.
    #[config(name = "SASL_SCRAM_256_AUTH")]
    Scram256(KafkaSecret),
    /// SASL/SCRAM with SHA-512.
    #[config(name = "SASL_SCRAM_512_AUTH")]
    Scram512(KafkaSecret),
    /// Client certificate.
    #[config(name = "MTLS")]
    Mtls(KafkaCertificates),
}

/// A secret with `username` and `password`.
#[derive(Clone, Debug, Decode, Describe)]
pub struct KafkaSecret {
    /// ARN of the Secrets Manager secret.
    pub authentication_secret_arn: Val<String>,
}

/// Secrets with certificates.
#[derive(Clone, Debug, Decode, Describe)]
pub struct KafkaCertificates {
    /// ARN of the secret with the client certificate and its private key.
    pub client_certificate: Val<String>,
    /// ARN of the secret with the certificate of the brokers' own authority.
    pub server_root_ca_certificate: Option<Val<String>>,
}

impl KafkaAuthentication {
    /// Type in the event source mapping and ARN of each secret.
    fn secrets(&self) -> Vec<(&'static str, &Val<String>)> {
        match self {
            Self::Basic(s) => vec![("BASIC_AUTH", &s.authentication_secret_arn)],
            Self::Scram256(s) => vec![("SASL_SCRAM_256_AUTH", &s.authentication_secret_arn)],
            Self::Scram512(s) => vec![("SASL_SCRAM_512_AUTH", &s.authentication_secret_arn)],
            Self::Mtls(c) => {
                let root = c.server_root_ca_certificate.iter().map(|arn| ("SERVER_ROOT_CA_CERTIFICATE", arn));
                std::iter::once(("CLIENT_CERTIFICATE_TLS_AUTH", &c.client_certificate)).chain(root).collect()
            }
        }
    }
}

impl KafkaEvent {
    pub(super) fn check(&self, sink: &mut Sink) {
        if self.custom_kafka_configuration.is_none() {
            sink.push(
                Diagnostic::error(
                    Code::MISSING_PROPERTY,
                    self.span,
                    "a kafka-topic event needs customKafkaConfiguration",
                )
                .hint("add customKafkaConfiguration with bootstrapServers, topicName and authentication"),
            );
        }
    }

    pub(super) fn expand(&self, cx: &mut EventCx<'_, '_>) {
        let Some(cluster) = &self.custom_kafka_configuration else { return };
        let found = cluster.authentication.secrets();
        let arns = found.iter().map(|(_, arn)| Expr::from((*arn).clone())).collect();
        cx.rights.extend(secrets::read(Store::SecretsManager, arns, self.span));
        let access: Vec<Object> =
            found.iter().map(|(kind, arn)| Object::new().set("Type", *kind).set("URI", (*arn).clone())).collect();
        let endpoints = Object::new().set("KafkaBootstrapServers", cluster.bootstrap_servers.clone());
        let properties = Object::new()
            .opt("BatchSize", self.batch_size.clone())
            .set("Enabled", true)
            .set("FunctionName", cx.function.endpoint())
            .opt("MaximumBatchingWindowInSeconds", self.max_batch_window_seconds.clone())
            .set("SelfManagedEventSource", Object::new().set("Endpoints", endpoints))
            .set("SourceAccessConfigurations", access)
            .set("Topics", vec![cluster.topic_name.clone()]);
        cx.add_mapping(self.span, properties);
    }
}
