//! The actions of the CloudFormation API: one function each, from request parameters to the XML inside the result element.

use crate::model::{Stack, StackStatus};
use crate::protocol::{ApiError, Request, Xml};
use crate::store::World;

mod change_sets;
mod definition;
mod reads;
mod stacks;
mod templates;

pub(crate) use change_sets::advance as advance_change_set;

pub(crate) const NAMESPACE: &str = "http://cloudformation.amazonaws.com/doc/2010-05-15/";

/// Work that goes on after the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Background {
    Operation { stack: String },
    ChangeSet { stack: String, change_set: String },
}

/// One request with the world that it acts on.
pub(crate) struct Call<'a> {
    pub(crate) world: &'a mut World,
    pub(crate) request: &'a Request,
    pub(crate) background: Vec<Background>,
}

type Answer = Result<(), ApiError>;
type Action = fn(&mut Call<'_>, &mut Xml) -> Answer;

/// All actions that the simulator serves.
const ACTIONS: &[(&str, Action)] = &[
    ("CancelUpdateStack", stacks::cancel_update),
    ("ContinueUpdateRollback", stacks::continue_rollback),
    ("CreateChangeSet", change_sets::create),
    ("CreateStack", stacks::create),
    ("DeleteChangeSet", change_sets::delete),
    ("DeleteStack", stacks::delete),
    ("DescribeChangeSet", change_sets::describe),
    ("DescribeStackEvents", reads::events),
    ("DescribeStackResource", reads::resource),
    ("DescribeStackResources", reads::resources),
    ("DescribeStacks", reads::stacks),
    ("ExecuteChangeSet", change_sets::execute),
    ("GetStackPolicy", reads::policy),
    ("GetTemplate", templates::get),
    ("GetTemplateSummary", templates::summary),
    ("ListChangeSets", change_sets::list),
    ("ListExports", reads::exports),
    ("ListStackResources", reads::list_resources),
    ("ListStacks", reads::list),
    ("RollbackStack", stacks::rollback),
    ("SetStackPolicy", stacks::set_policy),
    ("UpdateStack", stacks::update),
    ("UpdateTerminationProtection", stacks::update_protection),
    ("ValidateTemplate", templates::validate),
];

/// Answers one request; the second part is work to go on with.
pub(crate) fn answer(world: &mut World, request: &Request) -> (Result<String, ApiError>, Vec<Background>) {
    let name = request.get("Action").unwrap_or_default();
    let Some((name, action)) = ACTIONS.iter().find(|(known, _)| *known == name) else {
        let message = format!("The simulator does not serve cloudformation:{name}");
        return (Err(ApiError::new("InvalidAction", message)), Vec::new());
    };
    let mut xml = Xml::new();
    xml.open_with(&format!("{name}Response"), NAMESPACE);
    xml.open(&format!("{name}Result"));
    let mut call = Call { world, request, background: Vec::new() };
    let outcome = action(&mut call, &mut xml);
    let background = call.background;
    if let (Ok(()), Some(trouble)) = (&outcome, &world.trouble) {
        let error = ApiError {
            code: "InternalFailure".into(),
            message: format!("The simulator cannot write its state: {trouble}"),
            status: 500,
        };
        return (Err(error), background);
    }
    let answer = outcome.map(|()| {
        xml.close();
        xml.open("ResponseMetadata");
        xml.text("RequestId", &crate::model::uuid());
        xml.finish()
    });
    (answer, background)
}

impl Call<'_> {
    /// The stack that the request names, in the wording of most actions.
    fn stack(&self) -> Result<&Stack, ApiError> {
        let name = self.request.required("StackName")?;
        self.world.find(name).ok_or_else(|| ApiError::validation(format!("Stack [{name}] does not exist")))
    }

    fn stack_id(&self) -> Result<String, ApiError> {
        self.stack().map(|stack| stack.id.clone())
    }

    /// Changes the stack and writes it down before the answer leaves.
    fn change<T>(&mut self, id: &str, change: impl FnOnce(&mut Stack) -> T) -> Result<T, ApiError> {
        let stack = self
            .world
            .stacks
            .get_mut(id)
            .ok_or_else(|| ApiError::validation(format!("Stack [{id}] does not exist")))?;
        let result = change(stack);
        self.world.save(id, true);
        Ok(result)
    }

    fn operate(&mut self, id: &str) {
        self.background.push(Background::Operation { stack: id.to_owned() });
    }

    fn token(&self) -> Option<String> {
        self.request.filled("ClientRequestToken").map(str::to_owned)
    }

    /// Whether this very request was made before; a token that came with another request is an error.
    fn repeated(&self, stack: &Stack) -> Result<bool, ApiError> {
        let Some(token) = self.token() else { return Ok(false) };
        match stack.tokens.get(&token) {
            None => Ok(false),
            Some(known) if *known == self.request.fingerprint() => Ok(true),
            Some(_) => Err(ApiError::new(
                "TokenAlreadyExistsException",
                format!("A client request token already exists: {token}"),
            )),
        }
    }

    fn remember_token(&mut self, id: &str) {
        if let (Some(token), Some(stack)) = (self.token(), self.world.stacks.get_mut(id)) {
            stack.tokens.insert(token, self.request.fingerprint());
        }
    }

    /// The items of one page and the token of the next. `offset` counts from the start of `items`.
    fn page<'i, T>(&self, items: &'i [T], size: usize) -> Result<(&'i [T], Option<String>), ApiError> {
        let start = match self.request.filled("NextToken") {
            None => 0,
            Some(token) => token.parse::<usize>().map_err(|_| ApiError::validation("NextToken is invalid"))?,
        };
        let start = start.min(items.len());
        let end = (start + size).min(items.len());
        Ok((&items[start..end], (end < items.len()).then(|| end.to_string())))
    }
}

fn wrong_state(stack: &Stack) -> ApiError {
    ApiError::validation(format!("Stack:{} is in {} state and can not be updated.", stack.id, stack.status))
}

/// Stack names start with a letter and hold letters, digits and hyphens, at most 128 of them.
fn check_name(name: &str, field: &str) -> Result<(), ApiError> {
    let fits = name.len() <= 128
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|character| character.is_ascii_alphanumeric() || character == '-');
    if fits {
        return Ok(());
    }
    Err(ApiError::validation(format!(
        "1 validation error detected: Value '{name}' at '{field}' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"
    )))
}

fn living(stack: &&Stack) -> bool {
    stack.status != StackStatus::DeleteComplete
}
