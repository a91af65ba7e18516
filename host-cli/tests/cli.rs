//! Every folder under `tests/cli` is a case: `cmd` (one command a line, `NAME=value` before it sets variables, `# exit N` names the expected exit
//! code), `in/` (the working directory, optional), `stdout.txt`, `stderr.txt`, and `out/` (files that must exist afterwards with this content).
//! `BLESS=1 cargo test -p stacktape --test cli` writes what came out; read the difference before committing it.

use std::path::{Path, PathBuf};
use std::process::Command;

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/cli")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() { copy(&path, &target) } else { std::fs::copy(&path, &target).map(drop).unwrap() }
    }
}

/// Replaces what differs from run to run: the working directory and durations.
fn stable(text: &str, dir: &Path) -> String {
    let text = text
        .replace(&dir.canonicalize().unwrap().display().to_string(), "[DIR]")
        .replace(&dir.display().to_string(), "[DIR]");
    let mut out = String::new();
    for line in text.lines() {
        match line.rfind(" (").filter(|_| line.ends_with(" ms)") || line.ends_with(" s)")) {
            Some(at) => out.push_str(&format!("{} (TIME)", &line[..at])),
            None => out.push_str(line),
        }
        out.push('\n');
    }
    out
}

fn run(case: &Path) -> Result<(), String> {
    let dir = tempfile::tempdir().unwrap();
    let home = tempfile::tempdir().unwrap();
    if case.join("in").is_dir() {
        copy(&case.join("in"), dir.path());
    }
    let (mut stdout, mut stderr, mut expected_exit, mut exit) = (String::new(), String::new(), 0, 0);
    for line in std::fs::read_to_string(case.join("cmd")).unwrap().lines() {
        if let Some(code) = line.strip_prefix("# exit ") {
            expected_exit = code.trim().parse().unwrap();
            continue;
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_stacktape"));
        command.current_dir(dir.path()).env_clear().env("HOME", home.path()).env("AWS_EC2_METADATA_DISABLED", "true");
        let mut words = line.split_whitespace();
        for word in words.by_ref() {
            match word.split_once('=') {
                Some((name, value)) => command.env(name, value),
                None if word == "stacktape" => break,
                None => panic!("{}: a line starts with variables and `stacktape`, not `{word}`", case.display()),
            };
        }
        let output = command.args(words).output().unwrap();
        stdout.push_str(&stable(&String::from_utf8_lossy(&output.stdout), dir.path()));
        stderr.push_str(&stable(&String::from_utf8_lossy(&output.stderr), dir.path()));
        exit = output.status.code().unwrap_or(-1);
    }
    let mut wrong = vec![];
    if exit != expected_exit {
        wrong.push(format!("exit code {exit}, expected {expected_exit}\n{stderr}"));
    }
    compare(&case.join("stdout.txt"), &stdout, &mut wrong);
    compare(&case.join("stderr.txt"), &stderr, &mut wrong);
    if case.join("out").is_dir() {
        for entry in std::fs::read_dir(case.join("out")).unwrap() {
            let path = entry.unwrap().path();
            let got = std::fs::read_to_string(dir.path().join(path.file_name().unwrap())).unwrap_or_default();
            compare(&path, &got, &mut wrong);
        }
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(format!("{}:\n{}", case.file_name().unwrap().display(), wrong.join("\n")))
    }
}

fn compare(path: &Path, got: &str, wrong: &mut Vec<String>) {
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(path, got).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(path).unwrap_or_default();
    if expected != got {
        wrong.push(format!("--- {}\n{expected}+++ got\n{got}", path.file_name().unwrap().display()));
    }
}

#[test]
fn command_line_cases() {
    let mut folders: Vec<PathBuf> =
        std::fs::read_dir(cases()).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_dir()).collect();
    folders.sort();
    assert!(folders.len() >= 20, "only {} cases found", folders.len());
    let failures: Vec<String> = folders.iter().filter_map(|case| run(case).err()).collect();
    assert!(failures.is_empty(), "{} of {} cases fail\n{}", failures.len(), folders.len(), failures.join("\n"));
}
