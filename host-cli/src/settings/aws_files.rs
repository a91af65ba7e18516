//! AWS profiles, read from `~/.aws` without loading the AWS SDK: offline commands need the region and nothing else.

use super::Environment;
use crate::error::{Failure, Result};
use crate::exit::Exit;
use stacktape_compiler::diagnostics::nearest;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Region of a profile in the config file, then in the credentials file.
pub fn region_of(env: &Environment, profile: &str) -> Option<String> {
    texts(env).find_map(|text| region_in(&text, profile))
}

/// Checks that a profile which was named exists. Where keys are in the environment, the AWS chain never looks at it.
pub fn check_profile(env: &Environment, profile: &str) -> Result<()> {
    let known: BTreeSet<String> = texts(env).flat_map(|text| profiles_in(&text)).collect();
    if env.get("AWS_ACCESS_KEY_ID").is_some() || profile == "default" || known.contains(profile) {
        return Ok(());
    }
    let list = known.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    let hint = match nearest(profile, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => format!("make it with `aws configure --profile {profile}`"),
        None => format!("there are: {list}"),
    };
    let message = format!("there is no AWS profile `{profile}` in ~/.aws");
    Err(Failure::new(Exit::Credentials, "no-credentials", message).hint(hint))
}

/// The config file and the credentials file, as far as they can be read.
fn texts(env: &Environment) -> impl Iterator<Item = String> {
    [("AWS_CONFIG_FILE", "config"), ("AWS_SHARED_CREDENTIALS_FILE", "credentials")].into_iter().filter_map(
        |(var, name)| {
            let path = env.get(var).map(PathBuf::from).or_else(|| Some(env.home()?.join(".aws").join(name)))?;
            std::fs::read_to_string(path).ok()
        },
    )
}

/// The name of the profile that a line begins, if it begins one.
fn section(line: &str) -> Option<&str> {
    let section = line.trim().strip_prefix('[')?.split(']').next()?.trim();
    Some(section.strip_prefix("profile ").map_or(section, str::trim))
}

fn profiles_in(text: &str) -> Vec<String> {
    text.lines().filter_map(section).map(str::to_owned).collect()
}

/// `region = …` in `[profile NAME]` or `[NAME]`. Indented lines belong to nested settings.
fn region_in(text: &str, profile: &str) -> Option<String> {
    let mut inside = false;
    for line in text.lines() {
        if let Some(name) = section(line) {
            inside = name == profile;
        } else if inside
            && !line.starts_with([' ', '\t', '#', ';'])
            && let Some((key, value)) = line.split_once('=')
            && key.trim() == "region"
        {
            return Some(value.trim().to_owned()).filter(|v| !v.is_empty());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_profile_is_named() {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join(".aws")).unwrap();
        std::fs::write(home.path().join(".aws/config"), "[profile work]\nregion = eu-west-1\n").unwrap();
        let vars = [("HOME".to_owned(), home.path().display().to_string())].into();
        let mut env = Environment { vars, cwd: home.path().to_owned() };
        assert_eq!(check_profile(&env, "work"), Ok(()));
        let failure = check_profile(&env, "wrok").unwrap_err();
        assert_eq!(failure.message, "there is no AWS profile `wrok` in ~/.aws");
        assert_eq!(failure.hints, ["did you mean `work`?"]);
        assert_eq!(check_profile(&env, "other").unwrap_err().hints, ["there are: work"]);
        env.vars.insert("AWS_ACCESS_KEY_ID".into(), "x".into());
        assert_eq!(check_profile(&env, "other"), Ok(()), "the keys are used");
    }

    #[test]
    fn finds_the_profile() {
        let text =
            "[default]\nregion=eu-west-1\n[profile work]\ns3 =\n  region = nested\nregion = us-east-2\n# region = x\n";
        assert_eq!(region_in(text, "default").as_deref(), Some("eu-west-1"));
        assert_eq!(region_in(text, "work").as_deref(), Some("us-east-2"));
        assert_eq!(region_in(text, "other"), None);
    }
}
