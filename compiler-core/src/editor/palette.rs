//! The resource types to choose from, and adding one to the config.

use super::{Edit, OpenConfig};

/// A resource type to add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaletteItem {
    /// The `type`.
    pub kind: &'static str,
    /// What it is.
    pub docs: &'static str,
    /// A name that the config does not have yet.
    pub name: String,
}

/// A resource that was added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    /// Its name.
    pub name: String,
    /// The edits.
    pub edits: Vec<Edit>,
}

/// Every resource type.
pub fn palette(_open: &OpenConfig<'_>) -> Vec<PaletteItem> {
    vec![]
}

/// Adds a resource with its required properties. Without a name one is made from the type.
pub fn add_resource(_open: &OpenConfig<'_>, kind: &str, _name: Option<&str>) -> Result<Added, String> {
    Err(format!("there is no resource type `{kind}`"))
}
