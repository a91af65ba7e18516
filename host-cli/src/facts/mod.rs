//! What the compiler wants to know about the outside: from `--facts`, from the command line, from git, and for a deploy from AWS.

mod git;
mod lookup;

pub use lookup::look_up;

use crate::error::{Failure, Result};
use crate::exit::Exit;
use crate::settings::Environment;
use stacktape_compiler::facts_file::FactsFile;
use stacktape_compiler::world::{Fact, FactKey};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;

/// Every fact that is known so far.
pub struct Facts {
    file: FactsFile,
    found: Mutex<BTreeMap<FactKey, Fact>>,
    root: PathBuf,
    env: Environment,
}

impl Facts {
    /// The facts of a file (`--facts`) and an account id (`--awsAccountId`), and git in `root`.
    pub fn new(file: Option<&str>, account_id: Option<&str>, root: PathBuf, env: &Environment) -> Result<Self> {
        let file = match file {
            Some(path) => read(path, env)?,
            None => FactsFile::default(),
        };
        let facts = Self { file, found: Mutex::default(), root, env: env.clone() };
        if let Some(id) = account_id {
            facts.add(FactKey::AccountId, Fact::Text { value: crate::settings::account_id(id)? });
        }
        Ok(facts)
    }

    /// Remembers a fact.
    pub fn add(&self, key: FactKey, fact: Fact) {
        if let Ok(mut found) = self.found.lock() {
            found.insert(key, fact);
        }
    }

    /// A fact: what was found, then the file, then git. The command line wins over the file.
    pub fn get(&self, key: &FactKey) -> Option<Fact> {
        if let Some(fact) = self.found.lock().ok().and_then(|found| found.get(key).cloned()) {
            return Some(fact);
        }
        let fact = self.file.fact(key).or_else(|| match key {
            FactKey::Git { property } => Some(git::fact(property, &self.root, &self.env)),
            _ => None,
        })?;
        self.add(key.clone(), fact.clone());
        Some(fact)
    }
}

fn read(path: &str, env: &Environment) -> Result<FactsFile> {
    let bad = |message: String| Failure::new(Exit::Usage, "bad-facts", message);
    let text = std::fs::read_to_string(env.cwd.join(path))
        .map_err(|e| bad(format!("the fact file `{path}` cannot be read: {e}")).hint("`--facts` names a JSON file"))?;
    FactsFile::parse(&text).map_err(|errors| {
        let list: Vec<String> = errors.iter().map(ToString::to_string).collect();
        bad(format!("the fact file `{path}` is not usable: {}", list.join("; ")))
            .hint("docs/facts.md describes the form of the file")
    })
}

/// A fact in the user's words, for lists of what is not known.
pub fn describe(key: &FactKey) -> String {
    match key {
        FactKey::AccountId => "the AWS account id (`--awsAccountId`)".into(),
        FactKey::Git { property } => format!("git {property}"),
        FactKey::Domain { name } => format!("hosted zone and the certificates of {name}"),
        FactKey::SecretVersion { name } => format!("current version of the secret {name}"),
        FactKey::SsmParameter { name } => format!("version and type of the SSM parameter {name}"),
        FactKey::StackOutput { stack, output, .. } => format!("output {output} of the stack {stack}"),
        FactKey::Vpc { id } => format!("subnets of the VPC {id}"),
        FactKey::InstanceType { name } => format!("size of the instance type {name}"),
        FactKey::VerifiedSender { address } => format!("whether SES may send from {address}"),
    }
}
