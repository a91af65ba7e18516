//! What comes after everything else: scripts that run when a stack is deployed, or before it is deleted.

use crate::order;
use crate::template::Template;
use crate::template::graph::Survey;
use std::collections::BTreeSet;

/// Lets the resources `come_last` wait for all others, except those that need one of them. CloudFormation deletes in the opposite order.
///
/// Only resources that nothing else waits for are listed: they wait for the rest.
pub fn order(template: &mut Template, come_last: &BTreeSet<String>) {
    let survey = Survey::of(template);
    let needs = survey.needs();
    // Those that come last, and whatever the user made wait for them.
    let mut later = order::set(come_last.iter().map(String::as_str));
    loop {
        let before = later.len();
        let found = needs.iter().filter(|(_, needed)| !needed.is_disjoint(&later)).map(|(id, _)| *id);
        later.extend(found.collect::<Vec<_>>());
        if later.len() == before {
            break;
        }
    }
    let earlier = || needs.iter().filter(|(id, _)| !later.contains(**id));
    let waited_for = order::set(earlier().flat_map(|(_, needed)| needed.iter().copied()));
    let ends: Vec<String> =
        earlier().map(|(id, _)| *id).filter(|id| !waited_for.contains(id)).map(str::to_string).collect();
    let own: Vec<(String, BTreeSet<String>)> = come_last
        .iter()
        .map(|id| {
            let named = order::set(needs.get(id.as_str()).into_iter().flatten().map(|id| id.to_string()));
            (id.clone(), named)
        })
        .collect();
    for (id, named) in own {
        if let Some(resource) = template.resources.get_mut(&id) {
            resource.depends_on.extend(ends.iter().filter(|end| !named.contains(*end)).cloned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::order;
    use crate::template::{Expr, Object, Resource, Template, reference};
    use std::collections::BTreeSet;

    #[test]
    fn only_ends_are_waited_for_and_never_what_waits_itself() {
        let mut template = Template::default();
        for (id, needs) in [
            ("Function", vec!["Role"]),
            ("Role", vec![]),
            ("Script", vec!["Function"]),
            ("Other", vec![]),
            ("Raw", vec!["Script"]),
            ("Deep", vec!["Raw"]),
        ] {
            let needs = needs.into_iter().map(reference).collect();
            let properties = Object::new().set("Needs", Expr::List(needs));
            template.resources.insert(id.into(), Resource::new("AWS::X::Y", properties));
        }
        order(&mut template, &BTreeSet::from(["Script".to_string()]));
        // `Function` is named by the script itself; `Role` by `Function`; `Raw` and `Deep` wait for the script.
        assert_eq!(template.resources["Script"].depends_on, BTreeSet::from(["Other".to_string()]));
        assert!(template.resources["Raw"].depends_on.is_empty());
    }
}
