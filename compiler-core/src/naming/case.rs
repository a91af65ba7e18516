//! Letter case: words, PascalCase and UPPER_SNAKE_CASE as version 5 of the `change-case` npm package makes them. Letters outside ASCII keep their case:
//! CloudFormation refuses ids with them, and the tables for them are large.

/// The words of an identifier. A word ends before a capital that follows a small letter or digit (`my|Table`, `db2|Table`), before the last of
/// several capitals when a small letter follows (`DB|Cluster`), and at everything that is neither letter nor digit.
pub fn words(text: &str) -> Vec<&str> {
    let mut chars = text.char_indices().peekable();
    let mut words = vec![];
    let mut start = None;
    let mut before = None;
    while let Some((at, c)) = chars.next() {
        let previous = before.replace(c);
        if !is_word_char(c) {
            words.extend(start.take().map(|from| &text[from..at]));
            continue;
        }
        let small_follows = chars.peek().is_some_and(|(_, next)| next.is_lowercase());
        let boundary = |b: char| b.is_lowercase() || b.is_ascii_digit() || (b.is_uppercase() && small_follows);
        if c.is_uppercase() && previous.is_some_and(boundary) {
            words.extend(start.take().map(|from| &text[from..at]));
        }
        start.get_or_insert(at);
    }
    words.extend(start.map(|from| &text[from..]));
    words
}

fn is_word_char(c: char) -> bool {
    c.is_alphabetic() || c.is_ascii_digit()
}

/// `stp-myDB-cluster` → `StpMyDbCluster`. A word after the first that starts with a digit gets a leading `_`: `web-1` → `Web_1`.
pub fn pascal(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    for (i, word) in words(text).into_iter().enumerate() {
        let mut chars = word.chars();
        let Some(first) = chars.next() else { continue };
        if i > 0 && first.is_ascii_digit() {
            out.push('_');
        }
        out.push(first.to_ascii_uppercase());
        out.extend(chars.map(|c| c.to_ascii_lowercase()));
    }
    out
}

/// `mainDb.connectionString` → `MAIN_DB_CONNECTION_STRING`.
pub fn snake_upper(text: &str) -> String {
    words(text).into_iter().map(|word| word.to_ascii_uppercase()).collect::<Vec<_>>().join("_")
}

/// Name of the variable that `connectTo` injects for a parameter of a resource (`main.db`, `connectionString`): `STP_MAIN_DB_CONNECTION_STRING`.
pub fn env_name(resource: &str, parameter: &str) -> String {
    snake_upper(&format!("STP_{resource}_{parameter}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_where_the_case_changes() {
        for (text, expected) in [
            ("StpVPC", "Stp VPC"),
            ("ECSService", "ECS Service"),
            ("DBCluster", "DB Cluster"),
            ("EIP0", "EIP0"),
            ("MyDB2Table", "My DB2 Table"),
            ("xmlHTTPBucket", "xml HTTP Bucket"),
            ("Flow1A2b", "Flow1 A2b"),
            ("a--b__c.d", "a b c d"),
            ("--", ""),
            ("", ""),
            ("/v1/{user_id}/files-2/{proxy+}", "v1 user id files 2 proxy"),
        ] {
            assert_eq!(words(text).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn pascal_case() {
        for (text, expected) in [
            ("StpVPC", "StpVpc"),
            ("StpVpc", "StpVpc"),
            ("ECSService", "EcsService"),
            ("EIP0", "Eip0"),
            ("404page-Function", "404pageFunction"),
            ("svc2svc-web-1-LogGroup", "Svc2svcWeb_1LogGroup"),
            ("svc2svc-3rd-LogGroup", "Svc2svc_3rdLogGroup"),
            ("svc2svc-WEB_two-LogGroup", "Svc2svcWebTwoLogGroup"),
            ("MyDB2Table-GlobalTable", "MyDb2TableGlobalTable"),
            ("UPPERSERVICE--Cluster", "UpperserviceCluster"),
            ("Stp-Batch-onDemand--JobQueue", "StpBatchOnDemandJobQueue"),
            ("demo-dev", "DemoDev"),
            ("éclair-àÉb", "éclairàÉb"),
        ] {
            assert_eq!(pascal(text), expected, "{text}");
        }
    }

    #[test]
    fn injected_variables() {
        for (resource, parameter, expected) in [
            ("mainDb", "connectionString", "STP_MAIN_DB_CONNECTION_STRING"),
            ("MyDB2Table", "arn", "STP_MY_DB2_TABLE_ARN"),
            ("xmlHTTPBucket", "name", "STP_XML_HTTP_BUCKET_NAME"),
            ("Q1", "url", "STP_Q1_URL"),
            ("crmEnterprise", "readReplica0Port", "STP_CRM_ENTERPRISE_READ_REPLICA0_PORT"),
            ("backend.filesBucket", "name", "STP_BACKEND_FILES_BUCKET_NAME"),
        ] {
            assert_eq!(env_name(resource, parameter), expected);
        }
    }
}
