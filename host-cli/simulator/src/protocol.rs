//! The AWS Query protocol: form-encoded requests with `Name.member.1.Key` paths in, XML out.

use std::collections::BTreeMap;

/// An error as AWS reports it: a code that SDKs match on and a message for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) status: u16,
}

impl ApiError {
    pub(crate) fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into(), status: 400 }
    }

    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Self::new("ValidationError", message)
    }

    /// The answer's body; the SDKs read `Code` and `Message`.
    pub(crate) fn to_xml(&self, namespace: &str) -> String {
        let mut xml = Xml::new();
        xml.open_with("ErrorResponse", namespace);
        xml.open("Error");
        xml.text("Type", if self.status < 500 { "Sender" } else { "Receiver" });
        xml.text("Code", &self.code);
        xml.text("Message", &self.message);
        xml.close();
        xml.text("RequestId", &crate::model::uuid());
        xml.close();
        xml.finish()
    }
}

/// The parameters of one request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Request {
    values: BTreeMap<String, String>,
}

impl Request {
    pub(crate) fn parse(body: &[u8]) -> Self {
        Self { values: form_urlencoded::parse(body).into_owned().collect() }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// A value that is there and not empty.
    pub(crate) fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    pub(crate) fn required(&self, name: &str) -> Result<&str, ApiError> {
        self.filled(name).ok_or_else(|| {
            let mut field = name.to_owned();
            if let Some(first) = field.get_mut(..1) {
                first.make_ascii_lowercase();
            }
            ApiError::validation(format!(
                "1 validation error detected: Value null at '{field}' failed to satisfy constraint: Member must not be null"
            ))
        })
    }

    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        self.get(name).map(|value| value.eq_ignore_ascii_case("true"))
    }

    /// The plain strings of a list, in order.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        self.indexes(name)
            .into_iter()
            .filter_map(|index| self.get(&format!("{name}.member.{index}")).map(str::to_owned))
            .collect()
    }

    /// The structures of a list, each with the list's prefix taken off its names.
    pub(crate) fn structures(&self, name: &str) -> Vec<Request> {
        self.indexes(name)
            .into_iter()
            .map(|index| {
                let prefix = format!("{name}.member.{index}.");
                let own = self.values.range(prefix.clone()..).take_while(|(key, _)| key.starts_with(&prefix));
                Request { values: own.map(|(key, value)| (key[prefix.len()..].to_owned(), value.clone())).collect() }
            })
            .collect()
    }

    /// Whether the request names the list at all, be it empty (`Tags=`).
    pub(crate) fn has_list(&self, name: &str) -> bool {
        self.values.contains_key(name) || !self.indexes(name).is_empty()
    }

    /// A fingerprint of all parameters, to compare requests that carry the same token.
    pub(crate) fn fingerprint(&self) -> String {
        let mut text = form_urlencoded::Serializer::new(String::new());
        text.extend_pairs(&self.values);
        text.finish()
    }

    fn indexes(&self, name: &str) -> Vec<u32> {
        let prefix = format!("{name}.member.");
        let own = self.values.range(prefix.clone()..).take_while(|(key, _)| key.starts_with(&prefix));
        let mut found: Vec<u32> =
            own.filter_map(|(key, _)| key[prefix.len()..].split('.').next()?.parse().ok()).collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// Writes XML; every text is escaped, elements are closed in the order they were opened.
#[derive(Debug, Default)]
pub(crate) struct Xml {
    text: String,
    open: Vec<String>,
}

impl Xml {
    pub(crate) fn new() -> Self {
        Self { text: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".into(), open: Vec::new() }
    }

    pub(crate) fn open(&mut self, name: &str) {
        self.text.extend(["<", name, ">"]);
        self.open.push(name.into());
    }

    pub(crate) fn open_with(&mut self, name: &str, namespace: &str) {
        self.text.extend(["<", name, " xmlns=\"", namespace, "\">"]);
        self.open.push(name.into());
    }

    pub(crate) fn close(&mut self) {
        if let Some(name) = self.open.pop() {
            self.text.extend(["</", &name, ">"]);
        }
    }

    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.text.extend(["<", name, ">"]);
        escape(value, &mut self.text);
        self.text.extend(["</", name, ">"]);
    }

    pub(crate) fn maybe(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }

    pub(crate) fn flag(&mut self, name: &str, value: bool) {
        self.text(name, if value { "true" } else { "false" });
    }

    /// `<name><member>…</member>…</name>`, each member's content written by `write`.
    pub(crate) fn members<T>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Self, T),
    ) {
        self.open(name);
        for item in items {
            self.open("member");
            write(self, item);
            self.close();
        }
        self.close();
    }

    pub(crate) fn strings<T: AsRef<str>>(&mut self, name: &str, items: impl IntoIterator<Item = T>) {
        self.open(name);
        for item in items {
            self.text("member", item.as_ref());
        }
        self.close();
    }

    pub(crate) fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.text
    }
}

/// Escapes markup; characters that XML cannot hold at all become U+FFFD, carriage returns survive as references.
fn escape(value: &str, out: &mut String) {
    for character in value.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push_str("&#xD;"),
            '\t' | '\n' => out.push(character),
            control if control < ' ' || matches!(control, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_structures() {
        let request = Request::parse(
            b"Action=X&Tags.member.2.Key=b&Tags.member.1.Key=a&Tags.member.1.Value=1%202&Tags.member.10.Key=c&Capabilities.member.1=CAPABILITY_IAM&NotificationARNs=",
        );
        let tags = request.structures("Tags");
        assert_eq!(tags.iter().map(|tag| tag.get("Key").unwrap()).collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(tags[0].get("Value"), Some("1 2"));
        assert_eq!(request.list("Capabilities"), ["CAPABILITY_IAM"]);
        assert!(request.has_list("NotificationARNs") && !request.has_list("Parameters"));
        assert!(request.required("StackName").unwrap_err().message.contains("'stackName'"));
    }

    #[test]
    fn markup_is_escaped() {
        let mut xml = Xml::new();
        xml.open("A");
        xml.text("B", "<&>\"\u{1}\n");
        assert!(xml.finish().ends_with("<A><B>&lt;&amp;&gt;&quot;\u{fffd}\n</B></A>"));
    }
}
