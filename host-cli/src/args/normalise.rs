//! The pre-pass: brings every spelling that the reference accepts (`-aco`, `--hot-swap`, `--stage=dev`, a command after its options, older
//! command names) into the one form that clap is told about: `command --camelCase[=value]`.

use super::table::{LATER_COMMANDS, OLDER_COMMANDS, OPTIONS, OptionRow, Takes};
use crate::error::{Failure, Result};
use crate::exit::Exit;
use serde_json::Value;
use stacktape_compiler::diagnostics::nearest;
use std::collections::BTreeMap;

/// A command line in clap's form.
#[derive(Debug, Default, PartialEq)]
pub struct Normalised {
    /// Arguments for clap, the program's name not included.
    pub argv: Vec<String>,
    /// What `$CliArgs` sees: every option that was given by its full name, and what follows `--`.
    pub given: BTreeMap<String, Value>,
}

/// Normalises the arguments after the program's name. `clap` tells which options each command takes.
pub fn normalise(args: &[String], clap: &clap::Command) -> Result<Normalised> {
    let (own, extra) = match args.iter().position(|a| a == "--") {
        Some(at) => (&args[..at], &args[at + 1..]),
        None => (args, &[][..]),
    };
    let mut words: Vec<&str> = vec![];
    let mut options: Vec<(String, &OptionRow, Value)> = vec![];
    let mut help = false;
    let mut version = false;
    let mut rest = own.iter().map(String::as_str).peekable();
    while let Some(token) = rest.next() {
        let Some(typed) = option_name(token) else {
            words.push(token);
            continue;
        };
        let (name, inline) = match typed.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (typed, None),
        };
        if matches!(name, "h" | "help") {
            help = true;
            continue;
        }
        if matches!(name, "v" | "version") {
            version = true;
            continue;
        }
        let row = find(name, words.first().and_then(|w| clap_command(clap, w)))
            .ok_or_else(|| unknown_option(token, name, clap))?;
        let mut take = || rest.next_if(|next| option_name(next).is_none());
        let value = match row.takes {
            Takes::Flag => match inline {
                None | Some("true") => Value::Bool(true),
                Some("false") => Value::Bool(false),
                Some(other) => {
                    return Err(Failure::usage(format!(
                        "`--{}` is on or off; it does not take the value `{other}`",
                        row.name
                    ))
                    .hint(format!("write `--{0}`, or `--{0}=false`", row.name)));
                }
            },
            Takes::Text => Value::String(inline.or_else(&mut take).ok_or_else(|| no_value(row))?.to_owned()),
            Takes::Number => {
                let text = inline.or_else(&mut take).ok_or_else(|| no_value(row))?;
                let number = text.parse::<serde_json::Number>();
                Value::Number(number.map_err(|_| {
                    Failure::usage(format!("`--{}` takes a number, not `{text}`", row.name))
                        .hint(format!("write `--{} 10`, for example", row.name))
                })?)
            }
            Takes::List => {
                let mut items: Vec<Value> = inline.map(Value::from).into_iter().collect();
                items.extend(std::iter::from_fn(take).map(Value::from));
                if items.is_empty() {
                    return Err(no_value(row));
                }
                Value::Array(items)
            }
        };
        options.push((token.to_owned(), row, value));
    }
    if version && words.is_empty() {
        words.push("version");
    }
    let Some(typed_command) = words.first().copied() else {
        if options.is_empty() {
            return Ok(Normalised { argv: vec!["help".into()], given: BTreeMap::new() });
        }
        return Err(Failure::usage("no command was given").hint("`stacktape help` lists the commands"));
    };
    let older = OLDER_COMMANDS.iter().find(|(old, ..)| *old == typed_command);
    let command = older.map_or(typed_command, |(_, new, _)| new);
    if help && clap_command(clap, command).is_some() {
        return Ok(Normalised { argv: vec!["help".into(), format!("--command={command}")], given: BTreeMap::new() });
    }
    let Some(clap_command) = clap_command(clap, command) else {
        return Err(unknown_command(typed_command, command, clap));
    };
    let mut out = Normalised { argv: vec![command.to_owned()], given: BTreeMap::new() };
    match words[1..] {
        [] => {}
        [about] if command == "help" => out.argv.push(format!("--command={about}")),
        [second, ..] => {
            return Err(Failure::usage(format!(
                "one command at a time: `{typed_command}` was given, and then `{second}`"
            ))
            .hint("an option starts with `--`; a value with spaces needs quotes"));
        }
    }
    out.argv.extend(older.iter().flat_map(|(.., implied)| implied.iter().map(|o| (*o).to_owned())));
    for (token, row, value) in options {
        if !takes(clap_command, row.name) {
            let hint = format!("`stacktape help {command}` lists its options");
            return Err(Failure::usage(format!("`{token}` is not an option of `{command}`")).hint(hint));
        }
        match &value {
            Value::Bool(true) => out.argv.push(format!("--{}", row.name)),
            Value::Bool(false) => {}
            Value::Array(items) => {
                out.argv.extend(items.iter().filter_map(Value::as_str).map(|item| format!("--{}={item}", row.name)));
            }
            Value::String(text) => out.argv.push(format!("--{}={text}", row.name)),
            other => out.argv.push(format!("--{}={other}", row.name)),
        }
        out.given.insert(row.name.to_owned(), value);
    }
    let extra = extra_args(extra);
    out.given.extend(extra);
    Ok(out)
}

/// The name behind the dashes; `None` for a word, a lone dash (standard output) or a negative number.
fn option_name(token: &str) -> Option<&str> {
    let name = token.strip_prefix("--").or_else(|| token.strip_prefix('-'))?;
    name.starts_with(|c: char| c.is_ascii_alphabetic()).then_some(name)
}

/// The row of a typed name: full name, kebab-case of it, or an alias; where two rows share an alias, the one that the command takes.
fn find(name: &str, command: Option<&clap::Command>) -> Option<&'static OptionRow> {
    let camel = camel_case(name);
    if let Some(row) = OPTIONS.iter().find(|row| row.name == camel) {
        return Some(row);
    }
    let mut rows = OPTIONS.iter().filter(|row| row.aliases.contains(&name));
    let first = rows.next()?;
    let taken = |row: &&OptionRow| command.is_some_and(|c| takes(c, row.name));
    Some(if taken(&first) { first } else { rows.find(taken).unwrap_or(first) })
}

fn camel_case(name: &str) -> String {
    let mut out = String::new();
    for (i, part) in name.split('-').enumerate() {
        let mut chars = part.chars();
        match chars.next() {
            Some(first) if i > 0 => out.extend(first.to_uppercase()),
            Some(first) => out.push(first),
            None => {}
        }
        out.push_str(chars.as_str());
    }
    out
}

fn clap_command<'a>(clap: &'a clap::Command, name: &str) -> Option<&'a clap::Command> {
    clap.get_subcommands().find(|c| c.get_name() == name)
}

fn takes(command: &clap::Command, option: &str) -> bool {
    command.get_arguments().any(|a| a.get_long() == Some(option))
}

/// `--key value` and `--flag` pairs after `--`; keys stay as typed.
fn extra_args(tokens: &[String]) -> BTreeMap<String, Value> {
    let mut out = BTreeMap::new();
    let mut rest = tokens.iter().map(String::as_str).peekable();
    while let Some(token) = rest.next() {
        let Some(name) = option_name(token) else { continue };
        let (key, value) = match name.split_once('=') {
            Some((key, value)) => (key, scalar(value)),
            None => (name, rest.next_if(|next| option_name(next).is_none()).map_or(Value::Bool(true), scalar)),
        };
        out.insert(key.to_owned(), value);
    }
    out
}

/// `3` and `true` are a number and a boolean, as they are in a config; `007` stays text.
fn scalar(text: &str) -> Value {
    match text.parse::<serde_json::Number>() {
        Ok(number) if number.to_string() == text => Value::Number(number),
        _ => text.parse::<bool>().map_or_else(|_| Value::from(text), Value::from),
    }
}

fn no_value(row: &OptionRow) -> Failure {
    let many = if row.takes == Takes::List { " VALUE …" } else { " VALUE" };
    Failure::usage(format!("`--{}` needs a value", row.name)).hint(format!("write `--{}{many}`", row.name))
}

fn unknown_option(token: &str, name: &str, clap: &clap::Command) -> Failure {
    let ours = clap.get_subcommands().flat_map(|c| c.get_arguments().filter_map(clap::Arg::get_long));
    let near = nearest(&camel_case(name), ours).or_else(|| nearest(&camel_case(name), OPTIONS.iter().map(|r| r.name)));
    let shown = token.split_once('=').map_or(token, |(name, _)| name);
    Failure::usage(format!("there is no option `{shown}`"))
        .maybe_hint(near.map(|n| format!("did you mean `--{n}`?")))
        .hint("`stacktape help COMMAND` lists the options of a command")
}

fn unknown_command(typed: &str, command: &str, clap: &clap::Command) -> Failure {
    if LATER_COMMANDS.contains(&command) {
        return Failure::new(Exit::Later, "later", format!("`{typed}` is not in this version"))
            .hint("`stacktape help` lists what there is");
    }
    let names = clap.get_subcommands().map(clap::Command::get_name).chain(OLDER_COMMANDS.iter().map(|(old, ..)| *old));
    let near = nearest(typed, names).or_else(|| nearest(typed, LATER_COMMANDS.iter().copied()));
    Failure::usage(format!("there is no command `{typed}`"))
        .maybe_hint(near.map(|n| format!("did you mean `{n}`?")))
        .hint("`stacktape help` lists the commands")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Cli;
    use clap::CommandFactory;
    use serde_json::json;

    fn run(line: &str) -> Result<Normalised> {
        let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        normalise(&args, &Cli::command())
    }

    fn argv(line: &str) -> String {
        run(line).map_or_else(|e| format!("error: {}", e.message), |n| n.argv.join(" "))
    }

    #[test]
    fn every_spelling_becomes_one() {
        for line in [
            "deploy --stage dev --autoConfirmOperation",
            "deploy -s dev -aco",
            "deploy --s=dev --aco",
            "deploy --stage=dev --auto-confirm-operation",
            "deploy -stage dev -y",
            "deploy -s dev -aco=true",
        ] {
            assert_eq!(argv(line), "deploy --stage=dev --autoConfirmOperation", "{line}");
        }
        assert_eq!(argv("--stage dev deploy"), "deploy --stage=dev");
        assert_eq!(argv("deploy -aco=false"), "deploy");
        assert_eq!(
            argv("deploy --allowReplace db orders -s dev"),
            "deploy --allowReplace=db --allowReplace=orders --stage=dev"
        );
        assert_eq!(argv("synth --outFile -"), "synth --outFile=-");
    }

    #[test]
    fn older_names_map() {
        assert_eq!(argv("stack:list -r eu-west-1"), "info:stacks --region=eu-west-1");
        assert_eq!(argv("stack:info"), "info:stack");
        assert_eq!(argv("codebuild:deploy -s dev"), "deploy --runner=codebuild --stage=dev");
        assert_eq!(argv("preview-changes"), "error: `preview-changes` is not in this version");
    }

    #[test]
    fn help_and_version_have_many_faces() {
        for line in ["help deploy", "deploy -h", "deploy --h", "deploy -help", "deploy --help", "help --command deploy"]
        {
            assert_eq!(argv(line), "help --command=deploy", "{line}");
        }
        for line in ["", "help"] {
            assert_eq!(argv(line), "help");
        }
        for line in ["-v", "--version", "-version", "version"] {
            assert_eq!(argv(line), "version");
        }
    }

    #[test]
    fn mistakes_are_named() {
        assert_eq!(argv("deply"), "error: there is no command `deply`");
        assert_eq!(run("deply").unwrap_err().hints[0], "did you mean `deploy`?");
        assert_eq!(argv("deploy --stagee=dev"), "error: there is no option `--stagee`");
        assert_eq!(run("deploy --stagee dev").unwrap_err().hints[0], "did you mean `--stage`?");
        assert_eq!(argv("validate --hotSwap"), "error: `--hotSwap` is not an option of `validate`");
        assert_eq!(argv("deploy delete"), "error: one command at a time: `deploy` was given, and then `delete`");
        assert_eq!(argv("deploy --stage"), "error: `--stage` needs a value");
        assert_eq!(argv("deploy --stage --region eu-west-1"), "error: `--stage` needs a value");
        assert_eq!(argv("--stage dev"), "error: no command was given");
        assert_eq!(run("logs").unwrap_err().exit, Exit::Later);
    }

    #[test]
    fn cli_args_see_what_was_given() {
        let given = run("deploy -s dev --no-cache -- --greeting hello --loud --n=3 --code 007").unwrap().given;
        assert_eq!(
            json!(given),
            json!({"stage": "dev", "noCache": true, "greeting": "hello", "loud": true, "n": 3, "code": "007"})
        );
    }

    #[test]
    fn table_and_clap_agree() {
        let clap = Cli::command();
        for command in clap.get_subcommands() {
            for arg in command.get_arguments() {
                let long = arg.get_long().expect("every option has a long name");
                let row =
                    OPTIONS.iter().find(|r| r.name == long).unwrap_or_else(|| panic!("{long} is not in the table"));
                let expected = match arg.get_action() {
                    clap::ArgAction::SetTrue => row.takes == Takes::Flag,
                    clap::ArgAction::Append => row.takes == Takes::List,
                    _ => matches!(row.takes, Takes::Text | Takes::Number),
                };
                assert!(
                    expected,
                    "{}: --{long} is {:?} in the table, {:?} for clap",
                    command.get_name(),
                    row.takes,
                    arg.get_action()
                );
            }
        }
    }
}
