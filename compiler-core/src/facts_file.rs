//! Facts from a JSON file, for compiling without a network: `--facts FILE`.
//!
//! Top-level keys: `accountId`, `domains`, `secretVersions`, `ssmParameterVersions`, `vpcs`, `verifiedSenders`, `git`, `stackOutputs`, `instanceTypes`.
//! In the keyed sections `*` stands for any name, and `null` says that the thing was looked up and does not exist.

use crate::diagnostics::{did_you_mean, nearest};
use crate::world::{DomainFact, Fact, FactKey, InstanceTypeFact, VpcFact};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A read fact file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FactsFile {
    account_id: Option<String>,
    domains: Entries,
    secret_versions: Entries,
    ssm_parameters: Entries,
    vpcs: Entries,
    verified_senders: Vec<String>,
    git: Entries,
    /// By `stack`, or `region/stack` for a stack in one region only.
    stack_outputs: BTreeMap<String, Entries>,
    instance_types: Entries,
}

type Entries = BTreeMap<String, Fact>;

/// A mistake in a fact file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactsFileError {
    /// Where, such as `domains."example.com".hostedZoneId`; empty for the file as a whole.
    pub path: String,
    /// What is wrong.
    pub message: String,
    /// The next step.
    pub hint: Option<String>,
}

impl std::fmt::Display for FactsFileError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)?;
        self.hint.iter().try_for_each(|hint| write!(f, " ({hint})"))
    }
}

impl std::error::Error for FactsFileError {}

const SECTIONS: [&str; 9] = [
    "accountId",
    "domains",
    "secretVersions",
    "ssmParameterVersions",
    "vpcs",
    "verifiedSenders",
    "git",
    "stackOutputs",
    "instanceTypes",
];
const GIT_PROPERTIES: [&str; 5] = ["username", "branch", "commit", "gitUrl", "hasUncommitedChanges"];

impl FactsFile {
    /// Reads the JSON text of a fact file. Reports every mistake, not only the first.
    pub fn parse(text: &str) -> Result<Self, Vec<FactsFileError>> {
        let root: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|e| {
            vec![FactsFileError { path: String::new(), message: format!("not valid JSON: {e}"), hint: None }]
        })?;
        let mut reader = Reader { errors: vec![] };
        let mut file = Self::default();
        if let Some(root) = reader.object(&root, "", Some(&SECTIONS)) {
            for (key, value) in root {
                file.section(key, value, &mut reader);
            }
        }
        if reader.errors.is_empty() { Ok(file) } else { Err(reader.errors) }
    }

    fn section(&mut self, key: &str, value: &Value, r: &mut Reader) {
        match key {
            "accountId" => {
                self.account_id = r.text(value, key).filter(|id| {
                    let valid = id.len() == 12 && id.bytes().all(|b| b.is_ascii_digit());
                    if !valid {
                        r.error(
                            key,
                            format!("\"{id}\" is no AWS account id"),
                            Some("account ids have twelve digits".into()),
                        );
                    }
                    valid
                });
            }
            "domains" => self.domains = r.entries(value, key, |r, v, at| r.domain(v, at)),
            "secretVersions" => {
                self.secret_versions = r.entries(value, key, |r, v, at| Some(Fact::Text { value: r.text(v, at)? }))
            }
            "ssmParameterVersions" => self.ssm_parameters = r.entries(value, key, |r, v, at| r.ssm_parameter(v, at)),
            "vpcs" => self.vpcs = r.entries(value, key, |r, v, at| r.vpc(v, at)),
            "verifiedSenders" => self.verified_senders = r.texts(value, key).unwrap_or_default(),
            "git" => self.git = r.git(value, key),
            "stackOutputs" => {
                for (stack, outputs) in r.object(value, key, None).into_iter().flatten() {
                    let at = join(key, stack);
                    let outputs = r.entries(outputs, &at, |r, v, at| Some(Fact::Text { value: r.text(v, at)? }));
                    self.stack_outputs.insert(stack.clone(), outputs);
                }
            }
            "instanceTypes" => self.instance_types = r.entries(value, key, |r, v, at| r.instance_type(v, at)),
            _ => {}
        }
    }

    /// The answer to a question; `None` when the file does not say.
    pub fn fact(&self, key: &FactKey) -> Option<Fact> {
        match key {
            FactKey::AccountId => self.account_id.as_ref().map(|id| Fact::Text { value: id.clone() }),
            FactKey::Git { property } => self.git.get(property).cloned(),
            FactKey::Domain { name } => self.domain(name),
            FactKey::SecretVersion { name } => any(&self.secret_versions, name),
            FactKey::SsmParameter { name } => any(&self.ssm_parameters, name),
            FactKey::StackOutput { stack, output, region } => {
                let regional = region.as_ref().and_then(|region| self.stack_outputs.get(&format!("{region}/{stack}")));
                let outputs =
                    regional.or_else(|| self.stack_outputs.get(stack)).or_else(|| self.stack_outputs.get("*"))?;
                any(outputs, output)
            }
            FactKey::Vpc { id } => any(&self.vpcs, id),
            FactKey::InstanceType { name } => any(&self.instance_types, name),
            FactKey::VerifiedSender { address } => {
                let domain = address.rsplit('@').next().unwrap_or_default();
                let covers = |sender: &String| sender == "*" || sender == address || sender == domain;
                self.verified_senders.iter().any(covers).then_some(Fact::Bool { value: true })
            }
        }
    }

    /// The entry of a domain or of the nearest parent that has one. A certificate covers the domain of its entry and one level below.
    fn domain(&self, name: &str) -> Option<Fact> {
        let mut zone = name;
        let mut levels = 0;
        loop {
            match self.domains.get(zone) {
                Some(Fact::Domain(fact)) if levels > 1 => {
                    return Some(Fact::Domain(DomainFact {
                        hosted_zone_id: fact.hosted_zone_id.clone(),
                        ..DomainFact::default()
                    }));
                }
                Some(fact) => return Some(fact.clone()),
                None => {}
            }
            match zone.split_once('.') {
                Some((_, parent)) => zone = parent,
                None => return self.domains.get("*").cloned(),
            }
            levels += 1;
        }
    }
}

/// The entry of a name, or the one that stands for any name.
fn any(entries: &Entries, name: &str) -> Option<Fact> {
    entries.get(name).or_else(|| entries.get("*")).cloned()
}

fn join(path: &str, key: &str) -> String {
    let plain = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    match (path.is_empty(), plain) {
        (true, true) => key.to_string(),
        (false, true) => format!("{path}.{key}"),
        (true, false) => format!("{key:?}"),
        (false, false) => format!("{path}.{key:?}"),
    }
}

/// Takes values out of JSON and collects what is wrong with them.
struct Reader {
    errors: Vec<FactsFileError>,
}

impl Reader {
    fn error(&mut self, path: &str, message: String, hint: Option<String>) {
        self.errors.push(FactsFileError { path: path.to_string(), message, hint });
    }

    fn wrong<T>(&mut self, path: &str, value: &Value, wanted: &str) -> Option<T> {
        let found = match value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "text",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        };
        self.error(path, format!("{wanted} is needed here, not {found}"), None);
        None
    }

    /// An object; with `allowed`, other keys are refused.
    fn object<'v>(&mut self, value: &'v Value, path: &str, allowed: Option<&[&str]>) -> Option<&'v Map<String, Value>> {
        let Some(map) = value.as_object() else { return self.wrong(path, value, "an object") };
        for key in map.keys() {
            if let Some(allowed) = allowed.filter(|a| !a.contains(&key.as_str())) {
                let hint = did_you_mean(key, allowed.iter().copied())
                    .map(|hint| hint.text)
                    .unwrap_or_else(|| format!("keys are {}", allowed.join(", ")));
                self.error(&join(path, key), "there is no such key".into(), Some(hint));
            }
        }
        Some(map)
    }

    /// A section of facts by name; `null` is the fact that there is none.
    fn entries(&mut self, value: &Value, path: &str, read: fn(&mut Self, &Value, &str) -> Option<Fact>) -> Entries {
        let mut entries = Entries::new();
        for (key, value) in self.object(value, path, None).into_iter().flatten() {
            let fact = if value.is_null() { Some(Fact::Absent) } else { read(self, value, &join(path, key)) };
            if let Some(fact) = fact {
                entries.insert(key.clone(), fact);
            }
        }
        entries
    }

    fn text(&mut self, value: &Value, path: &str) -> Option<String> {
        match value.as_str() {
            Some("") => {
                self.error(path, "this text must not be empty".into(), None);
                None
            }
            Some(text) => Some(text.to_string()),
            None => self.wrong(path, value, "text"),
        }
    }

    fn texts(&mut self, value: &Value, path: &str) -> Option<Vec<String>> {
        let Some(items) = value.as_array() else { return self.wrong(path, value, "a list of texts") };
        items.iter().enumerate().map(|(i, item)| self.text(item, &format!("{path}[{i}]"))).collect()
    }

    fn positive(&mut self, value: &Value, path: &str) -> Option<u64> {
        match value.as_u64() {
            Some(n) if n > 0 => Some(n),
            _ => self.wrong(path, value, "a whole number from 1"),
        }
    }

    /// A key that must be there.
    fn required<'v>(&mut self, map: &'v Map<String, Value>, path: &str, key: &str) -> Option<&'v Value> {
        let found = map.get(key);
        // A misspelt key is one mistake, not two.
        if found.is_none() && !map.keys().any(|k| nearest(k, [key]).is_some()) {
            self.error(path, format!("`{key}` is missing"), None);
        }
        found
    }

    fn required_text(&mut self, map: &Map<String, Value>, path: &str, key: &str) -> Option<String> {
        self.required(map, path, key).and_then(|v| self.text(v, &join(path, key)))
    }

    fn git(&mut self, value: &Value, path: &str) -> Entries {
        if self.object(value, path, Some(&GIT_PROPERTIES)).is_none() {
            return Entries::new();
        }
        self.entries(value, path, |r, v, at| match v {
            Value::Bool(b) if at.ends_with("hasUncommitedChanges") => Some(Fact::Bool { value: *b }),
            _ if at.ends_with("hasUncommitedChanges") => r.wrong(at, v, "true or false"),
            _ => Some(Fact::Text { value: r.text(v, at)? }),
        })
    }

    fn domain(&mut self, value: &Value, path: &str) -> Option<Fact> {
        let map = self.object(value, path, Some(&["hostedZoneId", "certificates"]))?;
        let hosted_zone_id = self.required_text(map, path, "hostedZoneId");
        let mut certificates = BTreeMap::new();
        if let Some(value) = map.get("certificates") {
            let path = join(path, "certificates");
            for (region, arn) in self.object(value, &path, None)? {
                if let Some(arn) = self.text(arn, &join(&path, region)) {
                    certificates.insert(region.clone(), arn);
                }
            }
        }
        Some(Fact::Domain(DomainFact { hosted_zone_id: hosted_zone_id?, certificates }))
    }

    fn ssm_parameter(&mut self, value: &Value, path: &str) -> Option<Fact> {
        if value.is_number() {
            return Some(Fact::SsmParameter { version: self.positive(value, path)?, secure: false });
        }
        let map = self.object(value, path, Some(&["version", "secure"]))?;
        let version = self.required(map, path, "version").and_then(|v| self.positive(v, &join(path, "version")));
        let secure = match map.get("secure") {
            None => false,
            Some(Value::Bool(b)) => *b,
            Some(other) => return self.wrong(&join(path, "secure"), other, "true or false"),
        };
        Some(Fact::SsmParameter { version: version?, secure })
    }

    fn vpc(&mut self, value: &Value, path: &str) -> Option<Fact> {
        let map = self.object(value, path, Some(&["id", "cidr", "publicSubnets", "privateSubnets"]))?;
        let id = match map.get("id") {
            Some(id) => Some(self.text(id, &join(path, "id"))?),
            None => None,
        };
        let cidr = self.required_text(map, path, "cidr");
        let public_subnets =
            self.required(map, path, "publicSubnets").and_then(|v| self.texts(v, &join(path, "publicSubnets")));
        let private_subnets =
            self.required(map, path, "privateSubnets").and_then(|v| self.texts(v, &join(path, "privateSubnets")));
        Some(Fact::Vpc(VpcFact { id, cidr: cidr?, public_subnets: public_subnets?, private_subnets: private_subnets? }))
    }

    fn instance_type(&mut self, value: &Value, path: &str) -> Option<Fact> {
        let map = self.object(value, path, Some(&["vcpus", "memoryMib", "architecture"]))?;
        let vcpus = self.required(map, path, "vcpus").and_then(|v| self.positive(v, &join(path, "vcpus")));
        let memory_mib = self.required(map, path, "memoryMib").and_then(|v| self.positive(v, &join(path, "memoryMib")));
        let architecture = self.required_text(map, path, "architecture")?;
        if !["x86_64", "arm64"].contains(&architecture.as_str()) {
            let message = format!("\"{architecture}\" is no architecture");
            self.error(&join(path, "architecture"), message, Some("architectures are x86_64 and arm64".into()));
            return None;
        }
        let vcpus = u32::try_from(vcpus?).unwrap_or(u32::MAX);
        Some(Fact::InstanceType(InstanceTypeFact { vcpus, memory_mib: memory_mib?, architecture }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(text: &str) -> FactsFile {
        FactsFile::parse(text).unwrap()
    }

    fn errors(text: &str) -> Vec<String> {
        FactsFile::parse(text).unwrap_err().iter().map(ToString::to_string).collect()
    }

    fn text(value: &str) -> Option<Fact> {
        Some(Fact::Text { value: value.into() })
    }

    const DOMAINS: &str =
        r#"{"domains": {"example.com": {"hostedZoneId": "Z1", "certificates": {"eu-west-1": "arn:1"}}}}"#;

    fn domain(name: &str) -> Option<(String, usize)> {
        match facts(DOMAINS).fact(&FactKey::Domain { name: name.into() }) {
            Some(Fact::Domain(d)) => Some((d.hosted_zone_id, d.certificates.len())),
            _ => None,
        }
    }

    #[test]
    fn a_domain_is_served_by_its_parents_zone() {
        assert_eq!(domain("example.com"), Some(("Z1".into(), 1)));
        assert_eq!(domain("api.example.com"), Some(("Z1".into(), 1)));
        assert_eq!(domain("v1.api.example.com"), Some(("Z1".into(), 0)), "a certificate covers one level");
        assert_eq!(domain("example.org"), None);
        assert_eq!(domain("badexample.com"), None);
    }

    #[test]
    fn a_star_stands_for_any_name_and_null_for_absence() {
        let facts = facts(
            r#"{"secretVersions": {"*": "v1", "gone": null}, "ssmParameterVersions": {"/a": 3, "/b": {"version": 2, "secure": true}},
                "verifiedSenders": ["a@x.io", "y.io"], "vpcs": {"*": {"cidr": "10.0.0.0/16", "publicSubnets": ["s-1"], "privateSubnets": []}}}"#,
        );
        let secret = |name: &str| facts.fact(&FactKey::SecretVersion { name: name.into() });
        assert_eq!(secret("db"), text("v1"));
        assert_eq!(secret("gone"), Some(Fact::Absent));
        let ssm = |name: &str| facts.fact(&FactKey::SsmParameter { name: name.into() });
        assert_eq!(ssm("/a"), Some(Fact::SsmParameter { version: 3, secure: false }));
        assert_eq!(ssm("/b"), Some(Fact::SsmParameter { version: 2, secure: true }));
        assert_eq!(ssm("/c"), None);
        let sender = |address: &str| facts.fact(&FactKey::VerifiedSender { address: address.into() });
        assert_eq!(sender("a@x.io"), Some(Fact::Bool { value: true }));
        assert_eq!(sender("any@y.io"), Some(Fact::Bool { value: true }));
        assert_eq!(sender("b@x.io"), None);
        assert!(
            matches!(facts.fact(&FactKey::Vpc { id: "vpc-1".into() }), Some(Fact::Vpc(v)) if v.cidr == "10.0.0.0/16" && v.public_subnets.len() == 1)
        );
        assert_eq!(facts.fact(&FactKey::AccountId), None);
    }

    #[test]
    fn git_stack_outputs_and_instance_types_are_ours() {
        let facts = facts(
            r#"{"accountId": "123456789012", "git": {"commit": "abc", "hasUncommitedChanges": false},
                "stackOutputs": {"net": {"id": "here", "gone": null}, "us-east-1/net": {"id": "there"}},
                "instanceTypes": {"t3.micro": {"vcpus": 2, "memoryMib": 1024, "architecture": "x86_64"}}}"#,
        );
        assert_eq!(facts.fact(&FactKey::AccountId), text("123456789012"));
        let git = |property: &str| facts.fact(&FactKey::Git { property: property.into() });
        assert_eq!(git("commit"), text("abc"));
        assert_eq!(git("hasUncommitedChanges"), Some(Fact::Bool { value: false }));
        assert_eq!(git("branch"), None);
        let output = |output: &str, region: Option<&str>| {
            facts.fact(&FactKey::StackOutput {
                stack: "net".into(),
                output: output.into(),
                region: region.map(Into::into),
            })
        };
        assert_eq!(output("id", None), text("here"));
        assert_eq!(output("id", Some("us-east-1")), text("there"));
        assert_eq!(output("id", Some("us-west-2")), text("here"));
        assert_eq!(output("gone", None), Some(Fact::Absent));
        assert_eq!(output("other", None), None);
        let size = facts.fact(&FactKey::InstanceType { name: "t3.micro".into() });
        assert!(matches!(size, Some(Fact::InstanceType(t)) if t.vcpus == 2 && t.memory_mib == 1024));
    }

    #[test]
    fn every_mistake_has_its_path() {
        assert_eq!(
            errors(
                r#"{"accountID": "1", "accountId": "12", "domains": {"example.com": {"hostedZone": "Z"}, "example.org": {}}, "ssmParameterVersions": {"/a": 0}}"#
            ),
            [
                "accountID: there is no such key (did you mean `accountId`?)",
                "accountId: \"12\" is no AWS account id (account ids have twelve digits)",
                "domains.\"example.com\".hostedZone: there is no such key (did you mean `hostedZoneId`?)",
                "domains.\"example.org\": `hostedZoneId` is missing",
                "ssmParameterVersions.\"/a\": a whole number from 1 is needed here, not a number",
            ]
        );
        assert_eq!(
            errors(
                r#"{"verifiedSenders": ["a", 5], "git": {"sha": "x"}, "instanceTypes": {"m": {"vcpus": 1, "memoryMib": 1, "architecture": "arm"}}}"#
            ),
            [
                "verifiedSenders[1]: text is needed here, not a number",
                "git.sha: there is no such key (keys are username, branch, commit, gitUrl, hasUncommitedChanges)",
                "instanceTypes.m.architecture: \"arm\" is no architecture (architectures are x86_64 and arm64)",
            ]
        );
        assert_eq!(errors("[]"), ["an object is needed here, not a list"]);
        assert_eq!(errors("{"), ["not valid JSON: EOF while parsing an object at line 1 column 1"]);
    }
}
