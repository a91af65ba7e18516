//! Functions that Cognito calls, and its permission to do so.

use super::UserAuthPool;
use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::Sink;
use crate::facets::references;
use crate::model::{Fragment, Linked, Resource};
use crate::template::{self, Object, get_att};

/// ARNs of functions that Cognito calls, such as `$ResourceParam('myFunction', 'arn')`.
#[derive(Clone, Debug, Decode, Describe)]
pub struct UserPoolHooks {
    /// Writes a message before it is sent.
    pub custom_message: Option<Val<String>>,
    /// Called after a user has signed in.
    pub post_authentication: Option<Val<String>>,
    /// Called after a user has confirmed the account.
    pub post_confirmation: Option<Val<String>>,
    /// Decides whether a user may sign in.
    pub pre_authentication: Option<Val<String>>,
    /// Decides whether somebody may sign up.
    pub pre_sign_up: Option<Val<String>>,
    /// Changes the claims of a token before it is made.
    pub pre_token_generation: Option<Val<String>>,
    /// Brings users over from elsewhere when they sign in for the first time.
    pub user_migration: Option<Val<String>>,
    /// Makes a challenge of your own.
    pub create_auth_challenge: Option<Val<String>>,
    /// Decides which challenge comes next.
    pub define_auth_challenge: Option<Val<String>>,
    /// Checks the answer to a challenge.
    pub verify_auth_challenge_response: Option<Val<String>>,
}

impl UserPoolHooks {
    /// The hooks that are given: property, name in the template, function.
    fn given(&self) -> Vec<(&'static str, &'static str, &Val<String>)> {
        let all = [
            ("createAuthChallenge", "CreateAuthChallenge", &self.create_auth_challenge),
            ("customMessage", "CustomMessage", &self.custom_message),
            ("defineAuthChallenge", "DefineAuthChallenge", &self.define_auth_challenge),
            ("postAuthentication", "PostAuthentication", &self.post_authentication),
            ("postConfirmation", "PostConfirmation", &self.post_confirmation),
            ("preAuthentication", "PreAuthentication", &self.pre_authentication),
            ("preSignUp", "PreSignUp", &self.pre_sign_up),
            ("preTokenGeneration", "PreTokenGeneration", &self.pre_token_generation),
            ("userMigration", "UserMigration", &self.user_migration),
            ("verifyAuthChallengeResponse", "VerifyAuthChallengeResponse", &self.verify_auth_challenge_response),
        ];
        all.into_iter().filter_map(|(property, name, function)| Some((property, name, function.as_ref()?))).collect()
    }

    /// Reports what is no ARN.
    pub fn check(&self, linked: &Linked<'_>, sink: &mut Sink) {
        for (property, _, function) in self.given() {
            references::check_arn(property, function, linked, sink);
        }
    }

    /// `LambdaConfig` of the pool.
    pub fn to_object(&self) -> Object {
        self.given().into_iter().fold(Object::new(), |o, (_, name, function)| o.set(name, function.clone()))
    }

    /// Lets the pool, and no other one, call each function.
    pub fn permit(&self, r: &Resource<UserAuthPool>, fragment: &mut Fragment) {
        let kind = "AWS::Lambda::Permission";
        for (_, name, function) in self.given() {
            let properties = Object::new()
                .set("Action", "lambda:InvokeFunction")
                .set("FunctionName", function.clone())
                .set("Principal", "cognito-idp.amazonaws.com")
                .set("SourceArn", get_att(r.pool_id(), "Arn"));
            fragment.add(r.id(name, kind), function.span, template::Resource::new(kind, properties));
        }
    }
}
