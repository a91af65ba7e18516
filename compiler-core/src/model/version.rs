//! Versions of functions: CloudFormation publishes one when the description of its `AWS::Lambda::Version` changes. The description ends in a hash of
//! the function's configuration, made here.

use crate::naming::short_hash;
use crate::template::{Expr, Object};

/// What a version does not hold: the code has a digest of its own, the rest belongs to the function as a whole.
const NOT_IN_A_VERSION: [&str; 3] = ["Code", "Tags", "ReservedConcurrentExecutions"];

/// Hash of the properties of an `AWS::Lambda::Function` that make a new version necessary, beside the code.
pub fn configuration_hash(function: &Object) -> Expr {
    let mut configuration = function.clone();
    for key in NOT_IN_A_VERSION {
        configuration.remove(key);
    }
    short_hash(&Expr::Map(configuration).to_json_text()).into()
}
