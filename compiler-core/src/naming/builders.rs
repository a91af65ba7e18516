//! Names of builders: how `overrides` and `transforms` of a TypeScript config name a child (`lambdaLogGroup`) instead of by its logical id.

use super::logical::logical_id;

/// One builder a line: its name, the CloudFormation type without `AWS::`, and the words that its logical ids have between the name of the
/// resource and the type. `*` stands for words that depend on the config.
const BUILDERS: &str = include_str!("builders.txt");

/// What a builder makes.
struct Builder<'t> {
    name: &'t str,
    kind: &'t str,
    words: &'t str,
}

fn builders() -> impl Iterator<Item = Builder<'static>> {
    BUILDERS.lines().filter_map(|line| {
        let mut fields = line.split(' ');
        Some(Builder { name: fields.next()?, kind: fields.next()?, words: fields.next().unwrap_or_default() })
    })
}

impl Builder<'_> {
    /// How well a logical id fits: exact ids before those that hold the words, those before any. `None` when it does not fit.
    fn fit(&self, resource: &str, id: &str) -> Option<usize> {
        let words = self.words.trim_end_matches('*');
        if id == logical_id(resource, words, self.kind) {
            return Some(usize::MAX);
        }
        match words {
            "" if self.words.is_empty() => None,
            "" => Some(0),
            words => id.contains(&super::pascal(words)).then_some(words.len()),
        }
    }
}

/// Whether a builder makes the child of a resource that has this logical id and CloudFormation type (with `AWS::`).
pub fn is_built_by(builder: &str, resource: &str, id: &str, kind: &str) -> bool {
    let kind = kind.strip_prefix("AWS::").unwrap_or(kind);
    let fits: Vec<(usize, &str)> =
        builders().filter(|b| b.kind == kind).filter_map(|b| Some((b.fit(resource, id)?, b.name))).collect();
    let best = fits.iter().map(|(fit, _)| *fit).max();
    fits.iter().any(|(fit, name)| *name == builder && Some(*fit) == best)
}

/// Names of the builders that make the child of a resource that has this logical id and CloudFormation type (with `AWS::`).
pub fn builders_of(resource: &str, id: &str, kind: &str) -> Vec<&'static str> {
    builders().map(|b| b.name).filter(|name| is_built_by(name, resource, id, kind)).collect()
}

/// The CloudFormation type (without `AWS::`) that a builder makes; `None` when there is no such builder.
pub fn builder_kind(builder: &str) -> Option<&'static str> {
    builders().find(|b| b.name == builder).map(|b| b.kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_by_builder() {
        for (builder, resource, id, kind, expected) in [
            ("lambda", "api", "ApiFunction", "AWS::Lambda::Function", true),
            ("lambdaLogGroup", "api", "ApiLogGroup", "AWS::Logs::LogGroup", true),
            ("lambdaStpAlias", "api", "ApiStpAlias", "AWS::Lambda::Alias", true),
            ("lambdaPermission", "api", "ApiEvent0Permission", "AWS::Lambda::Permission", true),
            ("lambdaPermission", "api", "ApiPublicUrlPermission", "AWS::Lambda::Permission", false),
            ("lambdaPublicUrlPermission", "api", "ApiPublicUrlPermission", "AWS::Lambda::Permission", true),
            ("httpApiLambdaPermission", "api", "ApiGatewayPermission", "AWS::Lambda::Permission", true),
            ("eventBusRule", "api", "ApiEvent1Rule", "AWS::Events::Rule", true),
            ("lambda", "api", "ApiRole", "AWS::IAM::Role", false),
            ("bucket", "files", "FilesBucket", "AWS::S3::Bucket", true),
            ("snsEventPermission", "api", "ApiEvent0Permission", "AWS::Lambda::Permission", true),
            ("httpApiLogGroup", "main", "MainLogGroup", "AWS::Logs::LogGroup", true),
            ("ecsLogGroup", "web", "WebServiceContainerLogGroup", "AWS::Logs::LogGroup", true),
            ("nothing", "api", "ApiFunction", "AWS::Lambda::Function", false),
        ] {
            assert_eq!(is_built_by(builder, resource, id, kind), expected, "{builder} {id}");
        }
        assert_eq!(builder_kind("lambda"), Some("Lambda::Function"));
        assert_eq!(builder_kind("nothing"), None);
    }

    #[test]
    fn the_table_is_well_formed() {
        let mut names: Vec<&str> = builders().map(|b| b.name).collect();
        assert!(names.len() > 100);
        assert!(builders().all(|b| b.kind.contains("::")));
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
    }
}
