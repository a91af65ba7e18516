//! The text of a shell script for a bastion.

use super::values::Value;

/// What a bastion runs for one command: the variables, the working directory, the command.
///
/// `secrets` names the parameter that holds the exports of the secret variables. They reach the shell's memory only: not the list of commands, not the
/// file that Systems Manager writes on the instance.
pub fn script(variables: &[Value], secrets: Option<&str>, region: &str, cwd: &str, command: &str) -> String {
    let mut lines: Vec<String> = variables.iter().filter(|v| !v.secret).map(export).collect();
    if let Some(name) = secrets {
        lines.push(format!(
            "stp_secrets=$(aws ssm get-parameter --region {} --name {} --with-decryption --query Parameter.Value --output text) || exit 1",
            quote(region),
            quote(name)
        ));
        lines.push("eval \"$stp_secrets\"; unset stp_secrets".into());
    }
    lines.push(format!("cd -- {} || exit 1", quote(cwd)));
    lines.push(command.to_owned());
    lines.join("\n")
}

/// The exports of the secret variables.
pub fn secret_exports(variables: &[Value]) -> String {
    variables.iter().filter(|v| v.secret).map(export).collect::<Vec<_>>().join("\n")
}

fn export(variable: &Value) -> String {
    format!("export {}={}", variable.name, quote(&variable.text))
}

/// Whether a shell takes it as the name of a variable.
pub fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A text that the shell takes as it is. Systems Manager would replace `{{ssm:…}}`, so no two braces stand together.
fn quote(text: &str) -> String {
    let mut out = String::from("'");
    for c in text.chars() {
        match c {
            '\'' => out.push_str("'\\''"),
            '{' if out.ends_with('{') => out.push_str("''{"),
            _ => out.push(c),
        }
    }
    out.push('\'');
    out
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn value(name: &str, text: &str, secret: bool) -> Value {
        Value { name: name.into(), text: text.into(), secret }
    }

    #[test]
    fn a_shell_gives_back_what_was_quoted() {
        for text in ["", "a b", "it's", "$HOME `id` \"\\\n!", "{{ssm:x}} {{{{", "-n", "'{{'"] {
            let quoted = quote(text);
            assert!(!quoted.contains("{{"), "{quoted}");
            let ran = std::process::Command::new("sh").arg("-c").arg(format!("printf %s {quoted}")).output().unwrap();
            assert_eq!(String::from_utf8(ran.stdout).unwrap(), text);
        }
    }

    #[test]
    fn secrets_stand_in_a_parameter_only() {
        let variables = [value("A", "1", false), value("B", "hidden", true)];
        assert_eq!(
            script(&variables, Some("/p"), "eu-west-1", "/var", "uptime"),
            "export A='1'\n\
             stp_secrets=$(aws ssm get-parameter --region 'eu-west-1' --name '/p' --with-decryption --query Parameter.Value \
             --output text) || exit 1\n\
             eval \"$stp_secrets\"; unset stp_secrets\n\
             cd -- '/var' || exit 1\n\
             uptime"
        );
        assert_eq!(secret_exports(&variables), "export B='hidden'");
        assert!(is_name("STP_A1") && !is_name("1A") && !is_name("A-B") && !is_name(""));
    }
}
