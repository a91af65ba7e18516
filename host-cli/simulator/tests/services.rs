//! The services beside CloudFormation: S3 as a deploy host uses it, STS, the control endpoints, and what is not served.

mod common;

use std::time::Duration;

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart, Delete, ObjectIdentifier};
use common::{Fixture, refusal};
use serde_json::json;
use stacktape_simulator::{Fault, FaultKind};

#[tokio::test]
async fn objects_come_back_as_they_went() {
    let aws = Fixture::new().await;
    aws.s3.create_bucket().bucket("store").send().await.unwrap();
    let (code, _) = refusal(aws.s3.create_bucket().bucket("store").send().await);
    assert_eq!(code, "BucketAlreadyOwnedByYou");
    assert_eq!(aws.s3.head_bucket().bucket("store").send().await.unwrap().bucket_region(), Some("eu-west-1"));
    let location = aws.s3.get_bucket_location().bucket("store").send().await.unwrap();
    assert_eq!(location.location_constraint().unwrap().as_str(), "eu-west-1");

    let small = b"hello <world> & \xff\x00".to_vec();
    let put =
        aws.s3.put_object().bucket("store").key("a b/ü+&.txt").content_type("text/x-test").metadata("digest", "abc");
    put.body(small.clone().into()).send().await.unwrap();
    let got = aws.s3.get_object().bucket("store").key("a b/ü+&.txt").send().await.unwrap();
    assert_eq!(got.content_type(), Some("text/x-test"));
    assert_eq!(got.metadata().unwrap()["digest"], "abc");
    assert_eq!(got.body.collect().await.unwrap().to_vec(), small);

    // A body that streams from a file is sent in signed or trailed chunks.
    let large: Vec<u8> = (0..3_000_000_u32).map(|index| (index % 251) as u8).collect();
    let file = aws.folder.path().join("large.bin");
    std::fs::write(&file, &large).unwrap();
    let body = ByteStream::from_path(&file).await.unwrap();
    aws.s3.put_object().bucket("store").key("large.bin").body(body).send().await.unwrap();
    let head = aws.s3.head_object().bucket("store").key("large.bin").send().await.unwrap();
    assert_eq!((head.content_length(), head.content_encoding()), (Some(3_000_000), None));
    let got = aws.s3.get_object().bucket("store").key("large.bin").send().await.unwrap();
    assert!(got.body.collect().await.unwrap().to_vec() == large);

    let long = format!("{}/chunk.js", "static-folder-name/".repeat(12));
    let (code, message) =
        refusal(aws.s3.put_object().bucket("store").key(&long).body(small.clone().into()).send().await);
    assert_eq!(code, "KeyTooLongError");
    let most: usize = message.split_whitespace().find_map(|word| word.parse().ok()).unwrap();
    aws.s3.put_object().bucket("store").key(&long[..most]).body(small.clone().into()).send().await.unwrap();
    aws.s3.create_multipart_upload().bucket("store").key(&long[..most]).send().await.unwrap();
    let (code, _) = refusal(aws.s3.get_object().bucket("store").key("nothing").send().await);
    assert_eq!(code, "NoSuchKey");
    let (code, _) = refusal(aws.s3.put_object().bucket("no-such-bucket").key("x").body(small.into()).send().await);
    assert_eq!(code, "NoSuchBucket");
}

#[tokio::test]
async fn a_multipart_upload_is_put_together() {
    let aws = Fixture::new().await;
    aws.s3.create_bucket().bucket("store").send().await.unwrap();
    let upload = aws.s3.create_multipart_upload().bucket("store").key("big").send().await.unwrap();
    let id = upload.upload_id().unwrap();
    let parts: Vec<Vec<u8>> = (1..=3_u8).map(|number| vec![number; 5 * 1024 * 1024]).collect();
    let mut done = Vec::new();
    for (number, part) in (1..).zip(&parts) {
        let sent = aws
            .s3
            .upload_part()
            .bucket("store")
            .key("big")
            .upload_id(id)
            .part_number(number)
            .body(part.clone().into())
            .send()
            .await
            .unwrap();
        done.push(CompletedPart::builder().part_number(number).e_tag(sent.e_tag().unwrap()).build());
    }
    let completed = CompletedMultipartUpload::builder().set_parts(Some(done)).build();
    aws.s3
        .complete_multipart_upload()
        .bucket("store")
        .key("big")
        .upload_id(id)
        .multipart_upload(completed)
        .send()
        .await
        .unwrap();
    let got =
        aws.s3.get_object().bucket("store").key("big").send().await.unwrap().body.collect().await.unwrap().to_vec();
    assert!(got == parts.concat());
}

#[tokio::test]
async fn a_bucket_is_listed_and_emptied() {
    let aws = Fixture::new().await;
    aws.s3.create_bucket().bucket("store").send().await.unwrap();
    for index in 0..25 {
        aws.s3.put_object().bucket("store").key(format!("dir/{index:02}")).body(vec![0].into()).send().await.unwrap();
    }
    aws.s3.put_object().bucket("store").key("other").body(vec![0].into()).send().await.unwrap();
    let mut pages = aws.s3.list_objects_v2().bucket("store").prefix("dir/").max_keys(10).into_paginator().send();
    let mut keys = Vec::new();
    while let Some(page) = pages.next().await {
        keys.extend(page.unwrap().contents().iter().map(|object| {
            // The MD5 sum of one zero byte.
            assert_eq!(object.e_tag(), Some("\"93b885adfe0da089cdf634904fd59f71\""));
            object.key().unwrap().to_owned()
        }));
    }
    assert_eq!(keys, (0..25).map(|index| format!("dir/{index:02}")).collect::<Vec<_>>());

    let (code, _) = refusal(aws.s3.delete_bucket().bucket("store").send().await);
    assert_eq!(code, "BucketNotEmpty");
    let mut marker = None;
    let mut found = 0;
    loop {
        let page =
            aws.s3.list_object_versions().bucket("store").max_keys(10).set_key_marker(marker).send().await.unwrap();
        let objects = page.versions().iter().map(|version| {
            assert_eq!(version.version_id(), Some("null"));
            ObjectIdentifier::builder().key(version.key().unwrap()).version_id("null").build().unwrap()
        });
        let objects: Vec<_> = objects.collect();
        found += objects.len();
        let delete = Delete::builder().set_objects(Some(objects)).build().unwrap();
        let gone = aws.s3.delete_objects().bucket("store").delete(delete).send().await.unwrap();
        assert!(gone.errors().is_empty());
        if page.is_truncated() != Some(true) {
            break;
        }
        marker = page.next_key_marker().map(str::to_owned);
    }
    assert_eq!(found, 26);
    aws.s3.delete_bucket().bucket("store").send().await.unwrap();
    assert!(aws.s3.list_buckets().send().await.unwrap().buckets().is_empty());
}

#[tokio::test]
async fn a_template_is_read_from_a_bucket() {
    let aws = Fixture::new().await;
    aws.s3.create_bucket().bucket("store").send().await.unwrap();
    let many: serde_json::Map<_, _> = (0..300)
        .map(|index| {
            (
                format!("Q{index}"),
                json!({"Type": "AWS::SQS::Queue", "Properties": {"Tags": [{"Key": "text", "Value": "x".repeat(200)}]}}),
            )
        })
        .collect();
    let text = json!({"Resources": many}).to_string();
    assert!(text.len() > 51_200);
    aws.s3.put_object().bucket("store").key("templates/v1.json").body(text.into_bytes().into()).send().await.unwrap();
    for url in [
        format!("{}/store/templates/v1.json", aws.simulator.endpoint_url()),
        "https://store.s3.eu-west-1.amazonaws.com/templates/v1.json".to_owned(),
    ] {
        aws.cfn.validate_template().template_url(url).send().await.unwrap();
    }
    let url = format!("{}/store/templates/v2.json", aws.simulator.endpoint_url());
    let (_, message) = refusal(aws.cfn.validate_template().template_url(url).send().await);
    assert!(message.starts_with("S3 error: The specified key does not exist."), "{message}");
}

#[tokio::test]
async fn the_caller_is_known() {
    let aws = Fixture::new().await;
    let config = aws_sdk_sts::Config::builder()
        .behavior_version(aws_sdk_sts::config::BehaviorVersion::latest())
        .region(aws_sdk_sts::config::Region::new("eu-west-1"))
        .credentials_provider(aws_sdk_sts::config::Credentials::new("any", "thing", None, None, "test"))
        .endpoint_url(aws.simulator.endpoint_url())
        .build();
    let sts = aws_sdk_sts::Client::from_conf(config);
    let caller = sts.get_caller_identity().send().await.unwrap();
    assert_eq!(caller.account(), Some("123456789012"));
    aws.simulator.fault(Fault { action: "sts:*".into(), kind: FaultKind::Expire, times: 1 });
    let (code, _) = refusal(sts.get_caller_identity().send().await);
    assert_eq!(code, "ExpiredToken");
    let (_, message) = refusal(sts.get_session_token().send().await);
    assert_eq!(message, "The simulator does not serve sts:GetSessionToken");
}

#[tokio::test]
async fn throttled_calls_are_tried_again() {
    let aws = Fixture::new().await;
    aws.simulator.fault(Fault { action: "DescribeStacks".into(), kind: FaultKind::Throttle, times: 2 });
    aws.cfn.describe_stacks().send().await.unwrap();
    aws.simulator.fault(Fault { action: "cloudformation:*".into(), kind: FaultKind::Throttle, times: 5 });
    let (code, message) = refusal(aws.cfn.describe_stacks().send().await);
    assert_eq!((code.as_str(), message.as_str()), ("Throttling", "Rate exceeded"));
    aws.simulator.reset();
    aws.cfn.describe_stacks().send().await.unwrap();
    aws.simulator.fault(Fault { action: "s3:ListBuckets".into(), kind: FaultKind::Expire, times: 1 });
    assert_eq!(refusal(aws.s3.list_buckets().send().await).0, "ExpiredToken");
    aws.s3.list_buckets().send().await.unwrap();
}

/// One request by hand: status line and body.
async fn post(endpoint: &str, path: &str, headers: &str, body: &str) -> (String, String) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(endpoint.trim_start_matches("http://")).await.unwrap();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    (head.lines().next().unwrap().to_owned(), body.to_owned())
}

#[tokio::test]
async fn orders_come_over_http_too() {
    let aws = Fixture::with_step(Duration::from_millis(1)).await;
    let order = async |path: &str, body: &str| post(&aws.simulator.endpoint_url(), path, "", body).await;
    let body = json!({"logicalId": "A", "operation": "CREATE", "reason": "Told to", "times": 1, "stackName": "one"})
        .to_string();
    assert!(order("/_simulator/fail", &body).await.0.contains(" 200 "));
    let template = json!({"Resources": {"A": {"Type": "AWS::SNS::Topic"}}});
    assert_eq!(aws.create("two", template.clone()).await, "CREATE_COMPLETE");
    assert_eq!(aws.create("one", template).await, "ROLLBACK_COMPLETE");
    assert!(aws.story("one").await.contains(&"A CREATE_FAILED Told to".to_owned()));
    let (status, text) = order("/_simulator/fail", r#"{"logicalId": "A", "operation": "BREAK"}"#).await;
    assert!(status.contains(" 400 ") && text.contains("BREAK"), "{status} {text}");
    assert!(order("/_simulator/throttle", r#"{"action": "ListStacks", "times": 1}"#).await.0.contains(" 200 "));
    aws.cfn.list_stacks().send().await.unwrap();
    assert!(order("/_simulator/steps", r#"{"left": null}"#).await.0.contains(" 200 "));
    assert!(order("/_simulator/nonsense", "{}").await.0.contains(" 404 "));
}

#[tokio::test]
async fn other_services_are_refused_by_name() {
    let aws = Fixture::new().await;
    let signed = |service: &str| {
        format!(
            "Authorization: AWS4-HMAC-SHA256 Credential=AK/20260101/eu-west-1/{service}/aws4_request, SignedHeaders=host, Signature=0\r\n"
        )
    };
    let endpoint = aws.simulator.endpoint_url();
    let target = signed("dynamodb")
        + "X-Amz-Target: DynamoDB_20120810.ListTables\r\nContent-Type: application/x-amz-json-1.0\r\n";
    let (_, text) = post(&endpoint, "/", &target, "{}").await;
    assert!(text.contains("The simulator does not serve dynamodb:ListTables"), "{text}");
    let (_, text) = post(&endpoint, "/2015-03-31/functions", &signed("lambda"), "{}").await;
    assert!(text.contains("The simulator does not serve lambda:POST /2015-03-31/functions"), "{text}");
    let form = signed("iam") + "Content-Type: application/x-www-form-urlencoded\r\n";
    let (_, text) = post(&endpoint, "/", &form, "Action=ListRoles&Version=2010-05-08").await;
    assert!(
        text.contains("<Code>InvalidAction</Code><Message>The simulator does not serve iam:ListRoles</Message>"),
        "{text}"
    );
}
