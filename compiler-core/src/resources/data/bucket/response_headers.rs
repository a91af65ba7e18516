//! Response headers that S3 does not keep, for a bucket behind a CDN: where every file gets them, the CDN adds them to each response.

use super::{Bucket, FileHeader};
use crate::model::{Fragment, Resource, Stack};
use crate::naming::{logical_id, pascal};
use crate::template::{self, Expr, Object};

const KIND: &str = "AWS::CloudFront::ResponseHeadersPolicy";

fn headers(r: &Resource<Bucket>) -> Vec<&FileHeader> {
    r.props.directory_upload.iter().flat_map(|u| u.headers_of_every_file()).collect()
}

/// Logical id of the response headers policy, when there is one.
pub(super) fn policy_id(r: &Resource<Bucket>) -> Option<String> {
    (!headers(r).is_empty()).then(|| logical_id(r.name.flat(), "CDN", KIND))
}

/// Adds the policy.
pub(super) fn add(r: &Resource<Bucket>, stack: &Stack<'_>, fragment: &mut Fragment) {
    let Some(id) = policy_id(r) else { return };
    let (mut security, mut custom) = (Object::new(), Object::new());
    for header in headers(r) {
        match security_header(header) {
            Some((name, value)) => security.insert(name, value),
            // A later rule wins, so one header stands once.
            None => custom.insert(
                header.key.to_ascii_lowercase(),
                Object::new().set("Header", &header.key.value).set("Override", true).set("Value", &header.value),
            ),
        }
    }
    let name = pascal(&format!("{}-{}-ResponseHeadersPolicy", stack.identity.stack_name, r.name.flat()));
    let items: Vec<Expr> = custom.0.into_iter().map(|(_, item)| item).collect();
    let config = Object::new()
        .opt("CustomHeadersConfig", (!items.is_empty()).then(|| Object::new().set("Items", Expr::List(items))))
        .set("Name", name)
        .opt("SecurityHeadersConfig", (!security.is_empty()).then_some(security));
    let properties = Object::new().set("ResponseHeadersPolicyConfig", config);
    fragment.add(id, r.span, template::Resource::new(KIND, properties));
}

/// The headers that CloudFront takes only in their own form: its property and the value. One that cannot be read this way is set as it is, and
/// CloudFront says what it does not like.
fn security_header(header: &FileHeader) -> Option<(&'static str, Object)> {
    let value = header.value.trim();
    let lower = value.to_ascii_lowercase();
    let set = Object::new().set("Override", true);
    Some(match header.key.to_ascii_lowercase().as_str() {
        "content-security-policy" => ("ContentSecurityPolicy", set.set("ContentSecurityPolicy", value.to_string())),
        "x-content-type-options" => ("ContentTypeOptions", set),
        "x-frame-options" => ("FrameOptions", set.set("FrameOption", value.to_ascii_uppercase())),
        "referrer-policy" => ("ReferrerPolicy", set.set("ReferrerPolicy", lower)),
        "strict-transport-security" => {
            let part =
                |name: &str| lower.split(';').map(str::trim).find_map(|p| p.strip_prefix(name).map(str::to_string));
            let seconds = part("max-age=")?.trim_matches('"').parse::<u32>().ok()?;
            let transport = set
                .set("AccessControlMaxAgeSec", seconds)
                .set("IncludeSubdomains", part("includesubdomains").is_some())
                .set("Preload", part("preload").is_some());
            ("StrictTransportSecurity", transport)
        }
        "x-xss-protection" => {
            let block = lower.contains("mode=block");
            let report = lower.split(';').find_map(|p| p.trim().strip_prefix("report=").map(str::to_string));
            let protection = set
                .opt("ModeBlock", block.then_some(true))
                .set("Protection", lower.starts_with('1'))
                .opt("ReportUri", report);
            ("XSSProtection", protection)
        }
        _ => return None,
    })
}
