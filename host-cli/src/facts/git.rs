//! Facts about the git working copy, from `git` itself or, where there is none, from the variables that CI systems set.

use crate::settings::Environment;
use stacktape_compiler::world::Fact;
use std::path::Path;
use std::process::Command;

/// Variables that may know a property, the first one that is set wins.
fn variables(property: &str) -> &'static [&'static str] {
    match property {
        "commit" => &["STP_GIT_COMMIT_SHA", "GITHUB_SHA", "CI_COMMIT_SHA", "BITBUCKET_COMMIT"],
        "branch" => {
            &["STP_GIT_BRANCH_NAME", "GITHUB_HEAD_REF", "GITHUB_REF_NAME", "CI_COMMIT_REF_NAME", "BITBUCKET_BRANCH"]
        }
        "username" => &["STP_GIT_USER_NAME", "GITHUB_ACTOR", "GITLAB_USER_NAME", "BITBUCKET_STEP_TRIGGERER_UUID"],
        "gitUrl" => &["STP_GIT_URL", "CI_REPOSITORY_URL", "BITBUCKET_GIT_HTTP_ORIGIN"],
        _ => &[],
    }
}

/// One property; [`Fact::Absent`] when neither git nor the environment knows it.
pub fn fact(property: &str, root: &Path, env: &Environment) -> Fact {
    let from_git = match property {
        "commit" => git(root, &["rev-parse", "HEAD"]),
        "branch" => git(root, &["rev-parse", "--abbrev-ref", "HEAD"]).filter(|b| b != "HEAD"),
        "username" => git(root, &["config", "user.name"]),
        "gitUrl" => git(root, &["config", "--get", "remote.origin.url"]),
        "hasUncommitedChanges" => git(root, &["status", "--porcelain"]).map(|out| (!out.is_empty()).to_string()),
        _ => None,
    };
    let value = from_git.filter(|v| !v.is_empty()).or_else(|| {
        let github = || Some(format!("{}/{}", env.get("GITHUB_SERVER_URL")?, env.get("GITHUB_REPOSITORY")?));
        let variable = variables(property).iter().find_map(|name| env.get(name)).map(str::to_owned);
        variable.or_else(|| (property == "gitUrl").then(github).flatten())
    });
    match value {
        Some(value) if property == "gitUrl" => Fact::Text { value: without_credentials(&value) },
        Some(value) => Fact::Text { value },
        None => Fact::Absent,
    }
}

fn git(root: &Path, args: &[&str]) -> Option<String> {
    let output = Command::new("git").args(args).current_dir(root).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// A URL may carry a password or token; nothing of the template may.
fn without_credentials(url: &str) -> String {
    match url.split_once("://") {
        Some((scheme, rest)) => {
            let (host, path) = rest.split_once('/').map_or((rest, None), |(h, p)| (h, Some(p)));
            let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
            format!("{scheme}://{host}{}", path.map(|p| format!("/{p}")).unwrap_or_default())
        }
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_stripped() {
        assert_eq!(without_credentials("https://me:secret@example.com/a/b.git"), "https://example.com/a/b.git");
        assert_eq!(without_credentials("git@example.com:a/b.git"), "git@example.com:a/b.git");
    }

    #[test]
    fn ci_variables_stand_in() {
        let dir = tempfile::tempdir().unwrap();
        let vars = [("GITHUB_SHA", "abc"), ("GITHUB_SERVER_URL", "https://example.com"), ("GITHUB_REPOSITORY", "a/b")];
        let vars = vars.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let env = Environment { vars, cwd: dir.path().into() };
        let text = |property: &str| match fact(property, dir.path(), &env) {
            Fact::Text { value } => value,
            other => format!("{other:?}"),
        };
        assert_eq!([text("commit"), text("gitUrl")], ["abc", "https://example.com/a/b"]);
        assert_eq!(fact("nonsense", dir.path(), &env), Fact::Absent);
    }
}
