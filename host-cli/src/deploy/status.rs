//! The meaning of every CloudFormation stack status: what a command may do with a stack that it finds in it, and what it says about an
//! operation that runs. Both are total functions over one table; a status that this version does not know is refused, or waited for when
//! its name ends in `_IN_PROGRESS`.

/// What a command finds before it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// No stack, or only the shell of one that a change set left: it can be created.
    Create,
    /// It can be updated.
    Update,
    /// Something runs: wait until it has ended, then look again.
    Wait,
    /// A first deploy that failed and was rolled back: nothing lives in it, and it can only be deleted.
    Recreate,
    /// Nothing can be done with it here.
    Refuse(Refusal),
}

/// Why a stack cannot be deployed to, and the way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The rollback of a first deploy failed: the stack must be deleted.
    RollbackFailed,
    /// The rollback of an update failed: it must be continued.
    UpdateRollbackFailed,
    /// The rollback of an import failed: it must be continued.
    ImportRollbackFailed,
    /// A deletion failed half-way: it must be repeated.
    DeleteFailed,
    /// A status that this version does not know.
    Unknown,
}

/// What runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// The first change set.
    Create,
    /// A later one.
    Update,
    /// Deletion.
    Delete,
}

/// What a status says about an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It runs, forwards or back.
    Running,
    /// It is done.
    Succeeded,
    /// It failed; the stack is as it was before.
    RolledBack,
    /// It failed; the stack is left as it is, because rollback was switched off.
    Kept,
    /// It failed, and so did the way back.
    Stuck,
}

/// Every status that CloudFormation documents.
#[cfg(test)]
pub const STATUSES: &[&str] = &[
    "CREATE_IN_PROGRESS",
    "CREATE_FAILED",
    "CREATE_COMPLETE",
    "ROLLBACK_IN_PROGRESS",
    "ROLLBACK_FAILED",
    "ROLLBACK_COMPLETE",
    "DELETE_IN_PROGRESS",
    "DELETE_FAILED",
    "DELETE_COMPLETE",
    "UPDATE_IN_PROGRESS",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
    "UPDATE_COMPLETE",
    "UPDATE_FAILED",
    "UPDATE_ROLLBACK_IN_PROGRESS",
    "UPDATE_ROLLBACK_FAILED",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
    "UPDATE_ROLLBACK_COMPLETE",
    "REVIEW_IN_PROGRESS",
    "IMPORT_IN_PROGRESS",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_IN_PROGRESS",
    "IMPORT_ROLLBACK_FAILED",
    "IMPORT_ROLLBACK_COMPLETE",
];

/// What a deploy does with a stack that it finds with this status.
pub fn entry(status: &str) -> Entry {
    match status {
        // A change set was made for a stack that was never created: a killed run, or one that was not confirmed.
        "REVIEW_IN_PROGRESS" | "DELETE_COMPLETE" => Entry::Create,
        // The last two were left on purpose (rollback switched off); the next update starts from there.
        "CREATE_COMPLETE"
        | "UPDATE_COMPLETE"
        | "UPDATE_ROLLBACK_COMPLETE"
        | "IMPORT_COMPLETE"
        | "IMPORT_ROLLBACK_COMPLETE"
        | "UPDATE_FAILED"
        | "CREATE_FAILED" => Entry::Update,
        "ROLLBACK_COMPLETE" => Entry::Recreate,
        "ROLLBACK_FAILED" => Entry::Refuse(Refusal::RollbackFailed),
        "UPDATE_ROLLBACK_FAILED" => Entry::Refuse(Refusal::UpdateRollbackFailed),
        "IMPORT_ROLLBACK_FAILED" => Entry::Refuse(Refusal::ImportRollbackFailed),
        "DELETE_FAILED" => Entry::Refuse(Refusal::DeleteFailed),
        other if other.ends_with("_IN_PROGRESS") => Entry::Wait,
        _ => Entry::Refuse(Refusal::Unknown),
    }
}

/// Whether a deletion may start, must wait, or has nothing to do. Every stable state may be deleted.
pub fn delete_entry(status: &str) -> Entry {
    match status {
        "DELETE_COMPLETE" => Entry::Create,
        "REVIEW_IN_PROGRESS" => Entry::Update,
        other if other.ends_with("_IN_PROGRESS") => Entry::Wait,
        _ => Entry::Update,
    }
}

/// What a status says about an operation that was started.
pub fn standing(operation: Operation, status: &str) -> Standing {
    use Operation::{Create, Delete, Update};
    match (operation, status) {
        (Create, "CREATE_COMPLETE") | (Update, "UPDATE_COMPLETE") | (Delete, "DELETE_COMPLETE") => Standing::Succeeded,
        (Create, "ROLLBACK_COMPLETE" | "DELETE_COMPLETE") => Standing::RolledBack,
        (Create, "CREATE_FAILED") | (Update, "UPDATE_FAILED") => Standing::Kept,
        // An update that starts from CREATE_FAILED and fails with rollback switched off stays what it was.
        (Update, "CREATE_FAILED") => Standing::Kept,
        (Update, "UPDATE_ROLLBACK_COMPLETE" | "ROLLBACK_COMPLETE") => Standing::RolledBack,
        (Create, "ROLLBACK_FAILED") | (Update, "UPDATE_ROLLBACK_FAILED" | "ROLLBACK_FAILED") => Standing::Stuck,
        (Delete, "DELETE_FAILED") => Standing::Stuck,
        // The shell of a stack just before its change set starts.
        (Create, "REVIEW_IN_PROGRESS") => Standing::Running,
        (_, other) if other.ends_with("_IN_PROGRESS") => Standing::Running,
        // Somebody deleted the stack meanwhile, or the stack shows the status from before the operation: not an answer.
        (Delete, _) => Standing::Running,
        _ => Standing::Stuck,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One row a status: entry of a deploy, then the standing of a creation, an update, a deletion.
    const TABLE: &str = "
        CREATE_IN_PROGRESS                           Wait                         Running    Running    Running
        CREATE_FAILED                                Update                       Kept       Kept       Running
        CREATE_COMPLETE                              Update                       Succeeded  Stuck      Running
        ROLLBACK_IN_PROGRESS                         Wait                         Running    Running    Running
        ROLLBACK_FAILED                              Refuse(RollbackFailed)       Stuck      Stuck      Running
        ROLLBACK_COMPLETE                            Recreate                     RolledBack RolledBack Running
        DELETE_IN_PROGRESS                           Wait                         Running    Running    Running
        DELETE_FAILED                                Refuse(DeleteFailed)         Stuck      Stuck      Stuck
        DELETE_COMPLETE                              Create                       RolledBack Stuck      Succeeded
        UPDATE_IN_PROGRESS                           Wait                         Running    Running    Running
        UPDATE_COMPLETE_CLEANUP_IN_PROGRESS          Wait                         Running    Running    Running
        UPDATE_COMPLETE                              Update                       Stuck      Succeeded  Running
        UPDATE_FAILED                                Update                       Stuck      Kept       Running
        UPDATE_ROLLBACK_IN_PROGRESS                  Wait                         Running    Running    Running
        UPDATE_ROLLBACK_FAILED                       Refuse(UpdateRollbackFailed) Stuck      Stuck      Running
        UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS Wait                         Running    Running    Running
        UPDATE_ROLLBACK_COMPLETE                     Update                       Stuck      RolledBack Running
        REVIEW_IN_PROGRESS                           Create                       Running    Running    Running
        IMPORT_IN_PROGRESS                           Wait                         Running    Running    Running
        IMPORT_COMPLETE                              Update                       Stuck      Stuck      Running
        IMPORT_ROLLBACK_IN_PROGRESS                  Wait                         Running    Running    Running
        IMPORT_ROLLBACK_FAILED                       Refuse(ImportRollbackFailed) Stuck      Stuck      Running
        IMPORT_ROLLBACK_COMPLETE                     Update                       Stuck      Stuck      Running
        SOMETHING_NEW_IN_PROGRESS                    Wait                         Running    Running    Running
        SOMETHING_NEW                                Refuse(Unknown)              Stuck      Stuck      Running";

    #[test]
    fn every_status_has_a_row_and_a_meaning() {
        let rows: Vec<Vec<&str>> =
            TABLE.lines().map(|l| l.split_whitespace().collect::<Vec<_>>()).filter(|r| !r.is_empty()).collect();
        for status in STATUSES {
            assert!(rows.iter().any(|r| r[0] == *status), "{status} has no row");
        }
        for row in rows {
            let got = [
                format!("{:?}", entry(row[0])),
                format!("{:?}", standing(Operation::Create, row[0])),
                format!("{:?}", standing(Operation::Update, row[0])),
                format!("{:?}", standing(Operation::Delete, row[0])),
            ];
            assert_eq!(got.join(" "), row[1..].join(" "), "{}", row[0]);
        }
    }

    #[test]
    fn every_stable_state_can_be_deleted() {
        for status in STATUSES {
            let expected = match *status {
                "DELETE_COMPLETE" => Entry::Create,
                "REVIEW_IN_PROGRESS" => Entry::Update,
                s if s.ends_with("_IN_PROGRESS") => Entry::Wait,
                _ => Entry::Update,
            };
            assert_eq!(delete_entry(status), expected, "{status}");
        }
    }
}
