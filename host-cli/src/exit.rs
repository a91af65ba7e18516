//! The exit codes: one table, which `docs/exit-codes.md` repeats and a test compares.

/// Why the process ended, as scripts see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    /// Done, or nothing was to be done.
    Ok = 0,
    /// A mistake of this program, not of the user.
    Internal = 1,
    /// Unknown command or option, a missing or malformed value.
    Usage = 2,
    /// The config was read and has errors.
    Config = 3,
    /// The config file is missing, unreadable, or there are several.
    ConfigFile = 4,
    /// No usable AWS credentials: none found, expired, or of another account.
    Credentials = 5,
    /// AWS could not be reached.
    Network = 6,
    /// AWS refused a request: access denied, name taken, quota, throttled until the deadline.
    Aws = 7,
    /// The stack operation failed; CloudFormation's verdict.
    Stack = 8,
    /// The stack is in a state that does not allow the command.
    State = 9,
    /// A confirmation was needed and not given.
    Consent = 10,
    /// Code could not be packaged.
    Packaging = 11,
    /// A local file could not be written.
    Write = 12,
    /// The command or option belongs to a later version.
    Later = 13,
    /// The named stack does not exist.
    NotFound = 14,
    /// A script of the config failed.
    Script = 15,
    /// Ended by Ctrl-C.
    Interrupted = 130,
}

/// Every code with its meaning, in order.
pub const EXIT_CODES: &[(Exit, &str)] = &[
    (Exit::Ok, "done, or nothing was to be done"),
    (Exit::Internal, "a mistake of this program; please report it"),
    (Exit::Usage, "unknown command or option, a missing or malformed value"),
    (Exit::Config, "the config has errors; each was shown with its place"),
    (Exit::ConfigFile, "the config file is missing, unreadable, or there are several"),
    (Exit::Credentials, "no usable AWS credentials: none found, expired, or of another account"),
    (Exit::Network, "AWS could not be reached"),
    (Exit::Aws, "AWS refused a request: access denied, name taken, quota, throttled until the deadline"),
    (Exit::Stack, "the stack operation failed; the stack's own status is the verdict"),
    (Exit::State, "the stack is in a state that does not allow the command"),
    (Exit::Consent, "a confirmation was needed and not given"),
    (Exit::Packaging, "code could not be packaged"),
    (Exit::Write, "a local file could not be written"),
    (Exit::Later, "the command or option belongs to a later version"),
    (Exit::NotFound, "the named stack does not exist"),
    (Exit::Script, "a script of the config failed"),
    (Exit::Interrupted, "ended by Ctrl-C"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_repeats_the_table() {
        let page = include_str!("../../docs/exit-codes.md");
        for (exit, meaning) in EXIT_CODES {
            let row = format!("| {} | {meaning} |", *exit as u8);
            assert!(page.contains(&row), "docs/exit-codes.md lacks the row: {row}");
        }
        let rows = page.lines().filter(|l| l.starts_with("| ") && l[2..].starts_with(char::is_numeric)).count();
        assert_eq!(rows, EXIT_CODES.len(), "docs/exit-codes.md has rows that the table does not have");
    }
}
