//! What CloudFormation knows about each resource type's properties: create-only ones (a change replaces the resource), conditionally create-only ones,
//! read-only ones (what `Fn::GetAtt` gives), required ones and the ones that identify the resource. The facts come from AWS's resource schemas
//! (`data/README.md`); looking one up costs a binary search and the splitting of one line.

use std::io::Read;
use std::sync::LazyLock;

use flate2::read::GzDecoder;

static COMPRESSED: &[u8] = include_bytes!("../data/resource-types.txt.gz");

/// The unpacked table and the place of each line in it, sorted by type name.
static TABLE: LazyLock<(String, Vec<(usize, usize)>)> = LazyLock::new(|| {
    let mut text = String::new();
    // The data is part of the program and a test reads all of it, so a failure here is a broken build and leaves an empty table.
    if GzDecoder::new(COMPRESSED).read_to_string(&mut text).is_err() {
        text.clear();
    }
    let mut lines = Vec::new();
    let mut start = 0;
    for (end, _) in text.match_indices('\n') {
        lines.push((start, end));
        start = end + 1;
    }
    (text, lines)
});

/// What the schema of one resource type says. Nested properties are written `Parent/Child`, list items `Parent/*/Child`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceType {
    /// The type's name, `AWS::SQS::Queue`.
    pub name: &'static str,
    /// A replacement deletes the old resource before it creates the new one.
    pub deletes_before_create: bool,
    /// The property that holds the resource's tags, if it can be tagged.
    pub tag_property: Option<&'static str>,
    /// The properties which together identify a resource of this type; some may be read-only.
    pub primary_identifier: Vec<&'static str>,
    /// Properties that a template must give.
    pub required: Vec<&'static str>,
    /// Properties that cannot change during a resource's life: a new value means a new resource.
    pub create_only: Vec<&'static str>,
    /// Properties whose change replaces the resource in some cases, in place in others.
    pub conditional_create_only: Vec<&'static str>,
    /// Properties that AWS sets and a template cannot: the attributes of `Fn::GetAtt`.
    pub read_only: Vec<&'static str>,
    /// All other top-level properties.
    pub other: Vec<&'static str>,
}

impl ResourceType {
    /// Whether a template may set this top-level property.
    pub fn accepts(&self, property: &str) -> bool {
        let top = |path: &&'static str| path.split('/').next() == Some(property);
        // A path below a property (`Endpoint/Port` read-only) does not list the property itself; it then stands under `other`.
        self.other.contains(&property)
            || self.create_only.iter().any(&top)
            || self.conditional_create_only.iter().any(top)
    }

    /// Whether a change of the property at `path` (`Parent/Child`, list items as numbers) replaces the resource.
    pub fn recreation(&self, path: &str) -> Recreation {
        if self.create_only.iter().any(|pattern| overlaps(pattern, path)) {
            Recreation::Always
        } else if self.conditional_create_only.iter().any(|pattern| overlaps(pattern, path)) {
            Recreation::Conditionally
        } else {
            Recreation::Never
        }
    }
}

/// Whether changing a property replaces its resource, in the words of a change set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Recreation {
    /// The property changes in place.
    Never,
    /// It depends on the value.
    Conditionally,
    /// The property is create-only.
    Always,
}

impl Recreation {
    /// The word of the CloudFormation API.
    pub fn as_str(self) -> &'static str {
        match self {
            Recreation::Never => "Never",
            Recreation::Conditionally => "Conditionally",
            Recreation::Always => "Always",
        }
    }
}

/// The schema facts of a type, or `None` when AWS has no such type (in us-east-1). Custom resources (`Custom::…`) share one entry.
pub fn resource_type(name: &str) -> Option<ResourceType> {
    let wanted = if name.starts_with("Custom::") { "AWS::CloudFormation::CustomResource" } else { name };
    let (text, lines) = &*TABLE;
    let key = |&(start, end): &(usize, usize)| text[start..end].split('\t').next().unwrap_or_default();
    let at = lines.binary_search_by(|line| key(line).cmp(wanted)).ok()?;
    let (start, end) = *lines.get(at)?;
    let mut columns = text[start..end].split('\t');
    let mut next = || columns.next().unwrap_or_default();
    let list = |column: &'static str| column.split(' ').filter(|name| !name.is_empty()).collect::<Vec<_>>();
    Some(ResourceType {
        name: next(),
        deletes_before_create: next() == "r",
        tag_property: Some(next()).filter(|name| !name.is_empty()),
        primary_identifier: list(next()),
        required: list(next()),
        create_only: list(next()),
        conditional_create_only: list(next()),
        read_only: list(next()),
        other: list(next()),
    })
}

/// The create-only properties of a type; empty for an unknown type. A change of any of them replaces the resource.
pub fn create_only(name: &str) -> Vec<&'static str> {
    resource_type(name).map(|known| known.create_only).unwrap_or_default()
}

/// How many types the table knows.
pub fn len() -> usize {
    TABLE.1.len()
}

/// A pattern and a changed path concern each other when one lies within the other: a changed parent may hold the create-only child.
fn overlaps(pattern: &str, path: &str) -> bool {
    pattern.split('/').zip(path.split('/')).all(|(want, have)| want == have || want == "*")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_is_complete_and_sorted() {
        assert!(len() > 1800, "{} types", len());
        let names: Vec<_> =
            TABLE.1.iter().map(|&(start, end)| TABLE.0[start..end].split('\t').next().unwrap()).collect();
        assert!(names.is_sorted());
        for name in names {
            assert_eq!(resource_type(name).map(|known| known.name), Some(name));
        }
    }

    #[test]
    fn facts_of_known_types() {
        let queue = resource_type("AWS::SQS::Queue").unwrap();
        assert_eq!(queue.create_only, ["FifoQueue", "QueueName"]);
        assert_eq!(queue.read_only, ["Arn", "QueueUrl"]);
        assert!(
            queue.accepts("VisibilityTimeout")
                && queue.accepts("QueueName")
                && !queue.accepts("Arn")
                && !queue.accepts("Colour")
        );
        assert_eq!(create_only("AWS::S3::Bucket"), ["BucketName", "BucketNamePrefix", "BucketNamespace"]);
        assert!(resource_type("AWS::Logs::SubscriptionFilter").unwrap().deletes_before_create);
        assert!(resource_type("AWS::SQS::Kueue").is_none());
        assert_eq!(resource_type("Custom::Anything").unwrap().required, ["ServiceToken"]);
    }

    #[test]
    fn nested_paths_concern_their_parents() {
        assert!(overlaps("A/B", "A/B/C") && overlaps("A/B", "A") && overlaps("A/*/B", "A/3/B"));
        assert!(!overlaps("A/B", "A/C") && !overlaps("A", "B"));
    }
}
