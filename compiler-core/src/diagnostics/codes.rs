//! The one table of diagnostic codes. Every row has a case under `tests/cases` that provokes it.

/// Names a row of [`CODES`]; shown to the user as text such as `unknown-property`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub &'static str);

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

/// What is documented about a code.
#[derive(Clone, Copy, Debug)]
pub struct CodeInfo {
    /// The code.
    pub code: Code,
    /// One line: what class of mistake this is.
    pub title: &'static str,
    /// What to do about it, in a few sentences.
    pub doc: &'static str,
}

macro_rules! codes {
    ($( $(#[doc = $doc:literal])+ $name:ident = $text:literal, $title:literal; )+) => {
        impl Code {
            $( $(#[doc = $doc])+ pub const $name: Code = Code($text); )+
        }
        /// Every code, in the order of the pipeline.
        pub static CODES: &[CodeInfo] = &[
            $( CodeInfo { code: Code::$name, title: $title, doc: concat!($($doc),+) }, )+
        ];
    };
}

codes! {
    /// The file could not be read, or is empty.
    UNREADABLE = "unreadable-config", "the config cannot be read";
    /// The text is no valid YAML or JSON. Only the first such error is reported: what follows it would be guesswork.
    SYNTAX = "syntax", "the config is not valid YAML or JSON";
    /// A key stands twice in one mapping. YAML parsers silently keep one of them; here it is an error.
    DUPLICATE_KEY = "duplicate-key", "a key is given twice";
    /// Aliases expand to more nodes than any config needs, or nesting is deeper than 64 levels.
    TOO_LARGE = "too-large", "the config is too large or too deeply nested";
    /// A directive name that does not exist.
    UNKNOWN_DIRECTIVE = "unknown-directive", "unknown directive";
    /// A directive that cannot be parsed, or has the wrong number or kind of arguments.
    BAD_DIRECTIVE = "bad-directive", "a directive is used wrongly";
    /// A directive has no value: the path, file, variable, secret or output that it names does not exist.
    DIRECTIVE_VALUE = "directive-without-value", "a directive has no value";
    /// Directives refer to each other in a circle.
    DIRECTIVE_CYCLE = "directive-cycle", "directives refer to each other in a circle";
    /// A property that the type does not have.
    UNKNOWN_PROPERTY = "unknown-property", "unknown property";
    /// A property that must be given is missing.
    MISSING_PROPERTY = "missing-property", "a required property is missing";
    /// A value of the wrong type.
    WRONG_TYPE = "wrong-type", "a value has the wrong type";
    /// A value that is not one of the allowed ones.
    BAD_VALUE = "bad-value", "a value is not allowed";
    /// A number outside the range that AWS accepts.
    OUT_OF_RANGE = "out-of-range", "a number is out of range";
    /// A resource, script or union member of a type that does not exist.
    UNKNOWN_TYPE = "unknown-type", "unknown type";
    /// A name that breaks the naming rules, or is used twice.
    BAD_NAME = "bad-name", "a name is not allowed";
    /// A reference to a resource (or script) that the config does not have.
    UNKNOWN_RESOURCE = "unknown-resource", "a referenced resource does not exist";
    /// A reference to a resource of another type than needed here.
    WRONG_RESOURCE_TYPE = "wrong-resource-type", "a referenced resource has the wrong type";
    /// A parameter that the referenced resource does not have.
    UNKNOWN_PARAM = "unknown-param", "a referenced parameter does not exist";
    /// Properties that exclude, require or contradict each other.
    CONFLICT = "conflicting-properties", "properties contradict each other";
    /// Two resources claim the same thing: a route, a priority, a domain, a logical id.
    CLASH = "clash", "two resources claim the same thing";
    /// A domain for which the account has no hosted zone or no certificate.
    DOMAIN = "domain-not-ready", "a domain has no hosted zone or certificate";
    /// An override of a child that the resource does not have.
    UNKNOWN_CHILD = "unknown-child", "an override names an unknown child resource";
    /// A `transforms` or `finalTransform` function of a TypeScript config threw, or gave something that is no template part.
    TRANSFORM = "transform-failed", "a transform of a TypeScript config failed";
    /// A raw CloudFormation part is not valid.
    BAD_TEMPLATE_PART = "bad-cloudformation", "a raw CloudFormation part is not valid";
    /// Resources depend on each other in a circle.
    DEPENDENCY_CYCLE = "dependency-cycle", "resources depend on each other in a circle";
    /// A CloudFormation limit is exceeded.
    LIMIT = "limit-exceeded", "a CloudFormation limit is exceeded";
    /// The part of the language is not built in this version.
    UNSUPPORTED = "unsupported", "not supported in this version";
    /// Accepted for compatibility; there is a newer way.
    DEPRECATED = "deprecated", "deprecated";
    /// AWS will probably refuse or ignore this.
    SUSPICIOUS = "suspicious", "this will probably not do what is meant";
}
