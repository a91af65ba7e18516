//! YAML and JSON text to one spanned tree.
//!
//! Both formats give the same [`Node`]s. Merge keys are applied (a merged value keeps the span of its anchor), a duplicate key is an error,
//! aliases are expanded under a budget, nesting is limited, and CloudFormation's short tags (`!Ref`, `!GetAtt`, `!Sub` …) become the long form.

mod node;

pub use node::{Entry, Map, Node, Value};
