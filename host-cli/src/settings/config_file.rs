//! Finding the config: `--configPath`, or the one well-known name in the working directory.

use super::Environment;
use crate::args::ConfigArgs;
use crate::error::{Failure, Result};
use crate::exit::Exit;
use std::path::{Path, PathBuf};

/// Names that are looked for, in the order in which they are listed to the user.
const NAMES: &[&str] =
    &["stacktape.yml", "stacktape.yaml", "stacktape.json", "stacktape.ts", "stacktape.js", "stacktape.mjs"];

/// A config and where it lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// The config file.
    pub config: PathBuf,
    /// The config file as the user would name it.
    pub shown: String,
    /// Directory that relative paths in the config start from.
    pub root: PathBuf,
    /// Outermost directory that the config may read from: the git working copy around `root`, else the workspace, else `root`.
    pub boundary: PathBuf,
    /// The config's text.
    pub text: String,
}

/// Finds and reads the config.
pub fn find(args: &ConfigArgs, env: &Environment) -> Result<Project> {
    let given_root = match &args.current_working_directory {
        Some(dir) => Some(directory(&env.cwd.join(dir), dir)?),
        None => None,
    };
    let config = match &args.config_path {
        // A path on the command line starts from where the command was typed.
        Some(path) => env.cwd.join(path),
        None => discover(given_root.as_deref().unwrap_or(&env.cwd))?,
    };
    let shown = shown(&config, &env.cwd);
    let text = read(&config, &shown)?;
    let parent = config.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(&env.cwd).to_owned();
    let root = given_root.unwrap_or(parent);
    let root = root.canonicalize().unwrap_or(root);
    let around = |is: &dyn Fn(&Path) -> bool| root.ancestors().find(|dir| is(dir));
    let boundary =
        around(&|dir| dir.join(".git").exists()).or_else(|| around(&is_workspace)).unwrap_or(&root).to_owned();
    Ok(Project { config, shown, root, boundary, text })
}

/// The folder that the config is or would be in.
pub fn folder(args: &ConfigArgs, env: &Environment) -> Result<Project> {
    let root = match (&args.current_working_directory, &args.config_path) {
        (Some(dir), _) => directory(&env.cwd.join(dir), dir)?,
        (None, Some(path)) => env.cwd.join(path).parent().unwrap_or(&env.cwd).to_owned(),
        (None, None) => env.cwd.clone(),
    };
    let root = root.canonicalize().unwrap_or(root);
    Ok(Project { config: root.clone(), shown: String::new(), boundary: root.clone(), root, text: String::new() })
}

fn discover(dir: &Path) -> Result<PathBuf> {
    // Whatever has the name counts, a folder or a broken link too: reading it then says what is wrong with it.
    let found: Vec<&str> =
        NAMES.iter().copied().filter(|name| std::fs::symlink_metadata(dir.join(name)).is_ok()).collect();
    match found[..] {
        [one] => Ok(dir.join(one)),
        [] => {
            Err(Failure::new(Exit::ConfigFile, "no-config", format!("there is no stacktape.yml in {}", dir.display()))
                .hint("run the command in the directory of your config")
                .hint("or name the file with `--configPath FILE`")
                .hint(format!("names that are found by themselves: {}", NAMES.join(", "))))
        }
        _ => Err(Failure::new(
            Exit::ConfigFile,
            "several-configs",
            format!("there are {} configs in {}: {}", found.len(), dir.display(), found.join(", ")),
        )
        .hint(format!("say which one: `--configPath {}`", found[0]))),
    }
}

/// Whether packages of a folder import each other: npm, yarn and pnpm say so in these files.
fn is_workspace(folder: &Path) -> bool {
    let manifest = || std::fs::read_to_string(folder.join("package.json")).unwrap_or_default();
    folder.join("pnpm-workspace.yaml").exists() || manifest().contains("\"workspaces\"")
}

fn directory(path: &Path, shown: &str) -> Result<PathBuf> {
    if path.is_dir() {
        return Ok(path.to_owned());
    }
    Err(Failure::new(Exit::ConfigFile, "no-directory", format!("the working directory `{shown}` does not exist"))
        .hint("`--currentWorkingDirectory` names the directory that relative paths start from"))
}

fn read(path: &Path, shown: &str) -> Result<String> {
    let bytes = std::fs::read(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound if path.is_symlink() => Failure::new(
            Exit::ConfigFile,
            "unreadable-config",
            format!("`{shown}` is a link to a file that is not there"),
        )
        .hint(format!("see where it leads: `ls -l {shown}`")),
        std::io::ErrorKind::NotFound => {
            Failure::new(Exit::ConfigFile, "no-config", format!("there is no file `{shown}`"))
                .hint("`--configPath` is relative to the directory where the command runs")
        }
        std::io::ErrorKind::PermissionDenied => {
            Failure::new(Exit::ConfigFile, "unreadable-config", format!("`{shown}` may not be read by this user"))
                .hint(format!("check its permissions: `ls -l {shown}`"))
        }
        std::io::ErrorKind::IsADirectory => {
            Failure::new(Exit::ConfigFile, "unreadable-config", format!("`{shown}` is a directory, not a config file"))
                .hint("name a file with `--configPath FILE`")
        }
        _ => Failure::new(Exit::ConfigFile, "unreadable-config", format!("`{shown}` cannot be read: {error}"))
            .hint("copy it to where it can be read, and name it with `--configPath FILE`"),
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let line = error.as_bytes()[..error.utf8_error().valid_up_to()].iter().filter(|b| **b == b'\n').count() + 1;
        Failure::new(Exit::ConfigFile, "unreadable-config", format!("`{shown}` is not UTF-8 text (line {line})"))
            .hint("save the file as UTF-8")
    })
}

/// Relative to the working directory where that is shorter to read.
fn shown(path: &Path, cwd: &Path) -> String {
    path.strip_prefix(cwd).unwrap_or(path).display().to_string().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find_in(dir: &Path, args: &ConfigArgs) -> Result<Project> {
        find(args, &Environment { vars: Default::default(), cwd: dir.to_owned() })
    }

    #[test]
    fn one_two_none() {
        let dir = tempfile::tempdir().unwrap();
        let none = find_in(dir.path(), &ConfigArgs::default()).unwrap_err();
        assert_eq!((none.exit, none.code), (Exit::ConfigFile, "no-config"));
        std::fs::write(dir.path().join("stacktape.yml"), "resources: {}").unwrap();
        let one = find_in(dir.path(), &ConfigArgs::default()).unwrap();
        assert_eq!((one.shown.as_str(), one.text.as_str()), ("stacktape.yml", "resources: {}"));
        std::fs::write(dir.path().join("stacktape.json"), "{}").unwrap();
        let two = find_in(dir.path(), &ConfigArgs::default()).unwrap_err();
        assert!(
            two.message.contains("there are 2 configs") && two.message.ends_with("stacktape.yml, stacktape.json"),
            "{two:?}"
        );
        let named = ConfigArgs { config_path: Some("stacktape.json".into()), ..Default::default() };
        assert_eq!(find_in(dir.path(), &named).unwrap().text, "{}");
    }

    #[test]
    fn unreadable_is_explained() {
        let dir = tempfile::tempdir().unwrap();
        let named = |name: &str| ConfigArgs { config_path: Some(name.into()), ..Default::default() };
        assert_eq!(find_in(dir.path(), &named("x.yml")).unwrap_err().message, "there is no file `x.yml`");
        std::fs::create_dir(dir.path().join("sub")).unwrap();
        assert_eq!(find_in(dir.path(), &named("sub")).unwrap_err().message, "`sub` is a directory, not a config file");
        std::fs::write(dir.path().join("latin.yml"), b"a: 1\nb: \xe4\n").unwrap();
        assert_eq!(
            find_in(dir.path(), &named("latin.yml")).unwrap_err().message,
            "`latin.yml` is not UTF-8 text (line 2)"
        );
    }

    #[cfg(unix)]
    #[test]
    fn what_has_the_name_and_is_no_file_is_named() {
        let dir = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("nowhere", dir.path().join("stacktape.yml")).unwrap();
        let broken = find_in(dir.path(), &ConfigArgs::default()).unwrap_err();
        assert_eq!(broken.message, "`stacktape.yml` is a link to a file that is not there");
        std::fs::remove_file(dir.path().join("stacktape.yml")).unwrap();
        std::fs::create_dir(dir.path().join("stacktape.yml")).unwrap();
        let folder = find_in(dir.path(), &ConfigArgs::default()).unwrap_err();
        assert_eq!(folder.message, "`stacktape.yml` is a directory, not a config file");
    }

    #[test]
    fn paths_start_at_the_config() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("services/a")).unwrap();
        std::fs::create_dir(dir.path().join(".git")).unwrap();
        std::fs::write(dir.path().join("services/a/stacktape.yml"), "").unwrap();
        let named = ConfigArgs { config_path: Some("services/a/stacktape.yml".into()), ..Default::default() };
        let project = find_in(dir.path(), &named).unwrap();
        let real = dir.path().canonicalize().unwrap();
        assert_eq!((project.root, project.boundary), (real.join("services/a"), real));
    }
}
