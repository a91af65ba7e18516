//! What CloudFormation accepts: how many, how long, how large.
//!
//! Figures: the quotas page of the CloudFormation user guide; the size is the one that the service itself states when it refuses a template
//! ("may not exceed 1000000 bytes"), which is less than the page's "1 MB" suggests.

use super::{Expr, Template};

/// Resources of a template.
pub const MAX_RESOURCES: usize = 500;
/// From more resources than this on, the user should know how near the limit is.
pub const WARN_RESOURCES: usize = 470;
/// Outputs of a template.
pub const MAX_OUTPUTS: usize = 200;
/// Parameters of a template.
pub const MAX_PARAMETERS: usize = 200;
/// Mappings of a template.
pub const MAX_MAPPINGS: usize = 200;
/// Bytes of a template that is passed as the address of an S3 object.
pub const MAX_TEMPLATE_BYTES: usize = 1_000_000;
/// Bytes of a template that is passed in the request itself; a larger one has to be uploaded first.
pub const MAX_INLINE_BYTES: usize = 51_200;
/// Bytes of the template's description.
pub const MAX_DESCRIPTION_BYTES: usize = 1024;
/// Characters of a logical id and of the name of an output or parameter.
pub const MAX_NAME_LENGTH: usize = 255;

/// A limit of CloudFormation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Number of resources.
    Resources,
    /// Number of outputs.
    Outputs,
    /// Number of parameters.
    Parameters,
    /// Number of mappings.
    Mappings,
    /// Bytes of the whole template as compact JSON, which is what gets uploaded.
    TemplateBytes,
    /// Bytes of the description.
    DescriptionBytes,
    /// Length of a name.
    NameLength(Named),
    /// A name holds something other than letters A–Z, a–z and digits. Here `found` counts the wrong characters.
    NameCharacters(Named),
}

/// What has a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// A resource; its logical id.
    Resource(String),
    /// An output.
    Output(String),
    /// A parameter.
    Parameter(String),
}

/// A limit that a template exceeds, or comes near to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excess {
    /// Which limit.
    pub limit: Limit,
    /// What the template has.
    pub found: usize,
    /// What CloudFormation accepts.
    pub allowed: usize,
}

impl Excess {
    /// Whether CloudFormation will refuse the template; otherwise it comes near the limit only.
    pub fn is_fatal(&self) -> bool {
        self.found > self.allowed
    }
}

/// Every limit that the template, of so many bytes as compact JSON, exceeds: counts first, then size, then names in their order. Also a warning when
/// resources run short.
pub fn check(template: &Template, bytes: usize) -> Vec<Excess> {
    let mut found = vec![];
    let resources = template.resources.len();
    if resources > WARN_RESOURCES {
        found.push(Excess { limit: Limit::Resources, found: resources, allowed: MAX_RESOURCES });
    }
    let section = |name: &str| template.sections.get(name).and_then(Expr::as_object).map_or(0, |o| o.0.len());
    let counts = [
        (Limit::Outputs, template.outputs.len(), MAX_OUTPUTS),
        (Limit::Parameters, section("Parameters"), MAX_PARAMETERS),
        (Limit::Mappings, section("Mappings"), MAX_MAPPINGS),
        (Limit::DescriptionBytes, template.description.len(), MAX_DESCRIPTION_BYTES),
        (Limit::TemplateBytes, bytes, MAX_TEMPLATE_BYTES),
    ];
    found.extend(counts.into_iter().filter(|(_, n, max)| n > max).map(|(limit, found, allowed)| Excess {
        limit,
        found,
        allowed,
    }));
    for id in template.resources.keys() {
        name(id, Named::Resource, &mut found);
    }
    for id in template.outputs.keys() {
        name(id, Named::Output, &mut found);
    }
    for (id, _) in template.sections.get("Parameters").and_then(Expr::as_object).iter().flat_map(|o| &o.0) {
        name(id, Named::Parameter, &mut found);
    }
    found
}

fn name(text: &str, named: impl Fn(String) -> Named, found: &mut Vec<Excess>) {
    let length = text.chars().count();
    if length > MAX_NAME_LENGTH {
        let limit = Limit::NameLength(named(text.to_string()));
        found.push(Excess { limit, found: length, allowed: MAX_NAME_LENGTH });
    }
    let wrong = text.chars().filter(|c| !c.is_ascii_alphanumeric()).count();
    if wrong > 0 {
        found.push(Excess { limit: Limit::NameCharacters(named(text.to_string())), found: wrong, allowed: 0 });
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Object, Output, Resource, to_json};
    use super::*;

    fn check(t: &Template) -> Vec<Excess> {
        super::check(t, to_json(t, false).len())
    }

    fn template(resources: usize) -> Template {
        let mut t = Template::default();
        for i in 0..resources {
            t.resources.insert(format!("R{i}"), Resource::new("AWS::SNS::Topic", Object::new()));
        }
        t
    }

    fn output() -> Output {
        Output { value: "x".into(), description: None, export: None }
    }

    #[test]
    fn resources() {
        assert_eq!(check(&template(470)), []);
        let near = check(&template(471));
        assert_eq!(near, [Excess { limit: Limit::Resources, found: 471, allowed: 500 }]);
        assert!(!near[0].is_fatal());
        assert!(!check(&template(500))[0].is_fatal());
        assert!(check(&template(501))[0].is_fatal());
    }

    #[test]
    fn counts_and_sizes() {
        let mut t = template(1);
        for i in 0..201 {
            t.outputs.insert(format!("O{i}"), output());
        }
        let many = |n| Object((0..n).map(|i| (format!("P{i}").into(), "x".into())).collect());
        t.sections.insert("Parameters", many(201));
        t.sections.insert("Mappings", many(200));
        t.description = "d".repeat(1025);
        let limits: Vec<_> = check(&t).into_iter().map(|e| (e.limit, e.found)).collect();
        assert_eq!(limits, [(Limit::Outputs, 201), (Limit::Parameters, 201), (Limit::DescriptionBytes, 1025)]);

        let mut t = template(1);
        let rest = to_json(&t, false).len() + r#","Metadata":"""#.len();
        t.sections.insert("Metadata", "x".repeat(MAX_TEMPLATE_BYTES - rest));
        assert_eq!(check(&t), []);
        t.sections.insert("Metadata", "x".repeat(MAX_TEMPLATE_BYTES - rest + 1));
        assert_eq!(check(&t), [Excess { limit: Limit::TemplateBytes, found: 1_000_001, allowed: 1_000_000 }]);
    }

    #[test]
    fn names() {
        let mut t = Template::default();
        for id in ["Web_1LogGroup", &"A".repeat(255), &"B".repeat(256)] {
            t.resources.insert(id.to_string(), Resource::new("AWS::SNS::Topic", Object::new()));
        }
        t.outputs.insert("my-url".to_string(), output());
        let named: Vec<_> = check(&t).into_iter().map(|e| (e.limit, e.found)).collect();
        assert_eq!(
            named,
            [
                (Limit::NameLength(Named::Resource("B".repeat(256))), 256),
                (Limit::NameCharacters(Named::Resource("Web_1LogGroup".to_string())), 1),
                (Limit::NameCharacters(Named::Output("my-url".to_string())), 1),
            ]
        );
    }
}
