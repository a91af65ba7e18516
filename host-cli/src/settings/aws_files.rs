//! The region of an AWS profile, read from `~/.aws` without loading the AWS SDK: offline commands need the region and nothing else.

use super::Environment;
use std::path::PathBuf;

/// Region of a profile in the config file, then in the credentials file.
pub fn region_of(env: &Environment, profile: &str) -> Option<String> {
    let file =
        |var: &str, name: &str| env.get(var).map(PathBuf::from).or_else(|| Some(env.home()?.join(".aws").join(name)));
    let read = |path: Option<PathBuf>| std::fs::read_to_string(path?).ok();
    read(file("AWS_CONFIG_FILE", "config"))
        .and_then(|text| region_in(&text, profile))
        .or_else(|| read(file("AWS_SHARED_CREDENTIALS_FILE", "credentials")).and_then(|text| region_in(&text, profile)))
}

/// `region = …` in `[profile NAME]` or `[NAME]`. Indented lines belong to nested settings.
fn region_in(text: &str, profile: &str) -> Option<String> {
    let mut inside = false;
    for line in text.lines() {
        if let Some(section) = line.trim().strip_prefix('[').and_then(|l| l.split(']').next()) {
            let section = section.trim();
            inside = section.strip_prefix("profile ").map_or(section, str::trim) == profile;
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
    use super::region_in;

    #[test]
    fn finds_the_profile() {
        let text =
            "[default]\nregion=eu-west-1\n[profile work]\ns3 =\n  region = nested\nregion = us-east-2\n# region = x\n";
        assert_eq!(region_in(text, "default").as_deref(), Some("eu-west-1"));
        assert_eq!(region_in(text, "work").as_deref(), Some("us-east-2"));
        assert_eq!(region_in(text, "other"), None);
    }
}
