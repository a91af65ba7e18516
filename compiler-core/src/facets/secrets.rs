//! The rights of a role that reads secrets: on the secret, and on the key of the customer's that may encrypt it. Keys of AWS's own ask for no right.

use crate::model::Statement;
use crate::source::Span;
use crate::template::{Expr, Object, sub};

/// Where a secret lies.
#[derive(Clone, Copy, Debug)]
pub enum Store {
    /// Secrets Manager.
    SecretsManager,
    /// A secure parameter of the Systems Manager.
    Parameter,
}

/// Reading what the ARNs name.
pub fn read(store: Store, arns: Vec<Expr>, span: Span) -> [Statement; 2] {
    let action = match store {
        Store::SecretsManager => "secretsmanager:GetSecretValue",
        Store::Parameter => "ssm:GetParameter",
    };
    [Statement::allow(&[action], arns.clone(), span), decrypt(store, arns, span)]
}

/// Decrypting what the ARNs name, and nothing else that the same key encrypts. Source: "Encryption context" in the guides of both services.
pub fn decrypt(store: Store, arns: Vec<Expr>, span: Span) -> Statement {
    let (service, context) = match store {
        Store::SecretsManager => ("secretsmanager", "kms:EncryptionContext:SecretARN"),
        Store::Parameter => ("ssm", "kms:EncryptionContext:PARAMETER_ARN"),
    };
    let mut keys: Vec<Expr> = vec![];
    for key in arns.iter().map(keys_beside) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    let condition =
        Object::new().set("kms:ViaService", format!("{service}.*.amazonaws.com")).set(context, Expr::List(arns));
    Statement::allow(&["kms:Decrypt"], keys, span).when(Object::new().set("StringLike", condition))
}

/// The keys of the account and region that an ARN names; those of the stack when CloudFormation makes the ARN.
fn keys_beside(arn: &Expr) -> Expr {
    match arn.as_str().unwrap_or_default().split(':').collect::<Vec<_>>()[..] {
        ["arn", partition, _, region, account, ..] => format!("arn:{partition}:kms:{region}:{account}:key/*").into(),
        _ => sub("arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/*"),
    }
}
