//! The AWS ports against moto, service by service: its S3, STS, Secrets Manager and SSM stand for AWS; its CloudFormation knows the calls, though
//! neither asynchronous statuses nor replacement. Skipped, with the reason printed, only where moto is not installed (`pip install 'moto[server]'`).

use aws_config::{BehaviorVersion, Region};
use stacktape::aws::Aws;
use stacktape::aws::cloudformation::{ChangeSetKind, ChangeSetRequest, TemplateSource};
use stacktape::aws::error::Kind;
use stacktape::aws::lookups::Parameter;
use stacktape::aws::s3::{BucketOwner, Content, Put};
use stacktape::aws::signed::{Call, Service, Signed};
use stacktape::deploy::job::Artifact;
use stacktape::facts::look_up;
use stacktape::ui::{Style, Ui};
use stacktape::upload;
use stacktape_compiler::world::{Fact, FactKey, InstanceTypeFact, VpcFact};
use std::collections::BTreeMap;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A moto server on a free port; it ends with the test.
struct Moto {
    server: Child,
    url: String,
}

impl Moto {
    fn start() -> Option<Self> {
        let probe = Command::new("moto_server").arg("--help").stdout(Stdio::null()).stderr(Stdio::null()).status();
        if !probe.is_ok_and(|status| status.success()) {
            println!("skipped: moto is not installed (pip install 'moto[server]')");
            return None;
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Command::new("moto_server")
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let deadline = Instant::now() + Duration::from_secs(60);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < deadline, "moto does not answer");
            std::thread::sleep(Duration::from_millis(100));
        }
        Some(Self { server, url: format!("http://127.0.0.1:{port}") })
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

const TEMPLATE: &str = r#"{"Description":"STP-stack_shop_dev_1","Resources":{
  "Bucket":{"Type":"AWS::S3::Bucket","Properties":{"BucketName":"shop-bucket"}},
  "Queue":{"Type":"AWS::SQS::Queue","Properties":{"QueueName":"NAME"}}},
  "Outputs":{"StpDeploymentVersion":{"Value":"VERSION"}}}"#;

fn template(queue: &str, version: &str) -> String {
    TEMPLATE.replace("NAME", queue).replace("VERSION", version)
}

fn request(kind: ChangeSetKind, label: &str, body: String) -> ChangeSetRequest {
    ChangeSetRequest {
        stack_name: "shop-dev".into(),
        name: format!("shop-dev-{label}"),
        token: label.into(),
        kind,
        template: TemplateSource::Body(body),
        tags: vec![("stp:stage".into(), "dev".into())],
        role_arn: None,
        notification_arns: vec![],
        rollback_alarms: vec![],
        monitoring_minutes: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ports_speak_with_moto() {
    let Some(moto) = Moto::start() else { return };
    let aws = Aws::at("eu-west-1", &moto.url).await;
    let identity = aws.lookups.identity().await.unwrap();
    assert_eq!(identity.account, "123456789012");
    stacks_come_and_change(&aws).await;
    artifacts_are_uploaded_once(&aws).await;
    let config = sdk(&moto.url).await;
    a_bucket_is_emptied_with_its_versions(&aws, &config).await;
    secrets_and_parameters(&aws, &config).await;
    domains(&aws, &config).await;
    senders(&aws, &config).await;
    caches(&aws, &config).await;
    instance_sizes(&aws).await;
    networks(&aws, &config).await;
    scripts(&aws).await;
    let stacks = &aws.cloudformation;
    stacks.delete_stack("shop-dev", "bye").await.unwrap();
    assert_eq!(stacks.stack("shop-dev").await.unwrap().map(|s| s.status), None);
    assert_eq!(aws.s3.owner("shop-bucket").await.unwrap(), BucketOwner::Nobody);
}

async fn stacks_come_and_change(aws: &Aws) {
    let stacks = &aws.cloudformation;
    assert_eq!(stacks.stack("shop-dev").await.unwrap(), None);
    assert_eq!(stacks.last_event("shop-dev").await.unwrap(), None);
    assert_eq!(aws.s3.owner("shop-bucket").await.unwrap(), BucketOwner::Nobody);
    let made = stacks.create_change_set(&request(ChangeSetKind::Create, "c1", template("q", "v000001"))).await.unwrap();
    let set = stacks.change_set(&made.id).await.unwrap();
    assert_eq!(set.status, "CREATE_COMPLETE");
    assert_eq!(set.changes.iter().filter(|c| c.action == "Add").count(), 2, "{:?}", set.changes);
    stacks.execute_change_set(&made.id, "e1", false).await.unwrap();
    let stack = stacks.stack("shop-dev").await.unwrap().unwrap();
    assert_eq!((stack.status.as_str(), stack.name.as_str()), ("CREATE_COMPLETE", "shop-dev"));
    assert_eq!(stack.tags.get("stp:stage").map(String::as_str), Some("dev"));
    let seen = stacks.last_event("shop-dev").await.unwrap();
    assert!(seen.is_some());
    let ids: Vec<String> = stacks.resources("shop-dev").await.unwrap().into_iter().map(|r| r.physical_id).collect();
    assert!(ids.contains(&"shop-bucket".to_owned()), "{ids:?}");

    let made =
        stacks.create_change_set(&request(ChangeSetKind::Update, "c2", template("other", "v000002"))).await.unwrap();
    stacks.execute_change_set(&made.id, "e2", false).await.unwrap();
    let stack = stacks.stack("shop-dev").await.unwrap().unwrap();
    assert_eq!(stack.status, "UPDATE_COMPLETE");
    let news = stacks.events("shop-dev", seen.as_deref()).await.unwrap();
    assert!(!news.is_empty() && news.iter().all(|e| Some(&e.id) != seen.as_ref()), "{news:?}");
    let deployed = stacks.template("shop-dev").await.unwrap().unwrap();
    assert!(deployed.contains("v000002"), "{deployed}");
    assert_eq!(stacks.stacks().await.unwrap().len(), 1);
}

async fn artifacts_are_uploaded_once(aws: &Aws) {
    let dir = tempfile::tempdir().unwrap();
    let archive = dir.path().join("a.zip");
    std::fs::write(&archive, vec![7_u8; 300_000]).unwrap();
    let artifact = |name: &str, digest: &str| Artifact {
        name: name.into(),
        digest: digest.into(),
        path: archive.clone(),
        size: 300_000,
    };
    let all: Vec<Artifact> = (0..25).map(|n| artifact(&format!("f{n}"), &format!("d{n}"))).collect();
    let ui =
        Ui::with_sinks(Style::detect(None, Default::default()), Box::new(std::io::sink()), Box::new(std::io::sink()));
    let first = upload::plan(&all, &aws.s3.list("shop-bucket", "").await.unwrap(), "v000001");
    assert_eq!(first.missing.len(), 25);
    upload::upload(&*aws.s3, &ui, "shop-bucket", &first.missing).await.unwrap();
    let objects = aws.s3.list("shop-bucket", "").await.unwrap();
    assert_eq!((objects.len(), objects[0].size), (25, 300_000));
    let second = upload::plan(&all, &objects, "v000002");
    assert_eq!((second.missing.len(), &second.stored), (0, &first.stored));
    assert_eq!(aws.s3.owner("shop-bucket").await.unwrap(), BucketOwner::Us);
}

async fn scripts(aws: &Aws) {
    let remote = &aws.remote;
    let keys = remote.assume_role("arn:aws:iam::123456789012:role/api", "stp-migrate").await.unwrap();
    assert!(!keys.access_key_id.is_empty() && !keys.session_token.is_empty());
    assert_eq!(remote.instances("no-such-group").await.unwrap(), Vec::<String>::new());
    remote.put_secret("/stp/shop-dev/script/1", "export A='1'").await.unwrap();
    assert_eq!(aws.lookups.parameter_text("/stp/shop-dev/script/1").await.unwrap(), "export A='1'");
    remote.delete_secret("/stp/shop-dev/script/1").await.unwrap();
    assert_eq!(aws.lookups.parameter("/stp/shop-dev/script/1").await.unwrap(), None);
    let command = remote.start_command("i-0123456789abcdef0", "uptime", "a script").await.unwrap();
    assert!(remote.invocation(&command, "i-0123456789abcdef0").await.unwrap().has_ended());
}

/// The SDK itself, for what the ports cannot make.
async fn sdk(url: &str) -> aws_config::SdkConfig {
    let credentials = aws_sdk_sts::config::Credentials::new("t", "t", None, None, "test");
    aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(credentials)
        .endpoint_url(url)
        .load()
        .await
}

async fn a_bucket_is_emptied_with_its_versions(aws: &Aws, config: &aws_config::SdkConfig) {
    use aws_sdk_s3::types::{BucketVersioningStatus, VersioningConfiguration};
    let s3 = aws_sdk_s3::Client::from_conf(aws_sdk_s3::config::Builder::from(config).force_path_style(true).build());
    let on = VersioningConfiguration::builder().status(BucketVersioningStatus::Enabled).build();
    s3.put_bucket_versioning().bucket("shop-bucket").versioning_configuration(on).send().await.unwrap();
    let put = Put {
        bucket: "shop-bucket".into(),
        key: "ä b.txt".into(),
        content: Content::Bytes(b"hello".to_vec()),
        content_type: Some("text/plain".into()),
        headers: BTreeMap::from([("cache-control".into(), "max-age=1".into())]),
        tags: vec![("kind".into(), "a + b".into())],
    };
    aws.s3.put(&put).await.unwrap();
    aws.s3.put(&put).await.unwrap();
    let etag = aws.s3.list("shop-bucket", "ä").await.unwrap()[0].etag.clone();
    assert_eq!(etag, "5d41402abc4b2a76b9719d911017c592");
    let versions = aws.s3.versions("shop-bucket").await.unwrap();
    assert_eq!(versions.len(), 27, "two versions of one object");
    aws.s3.delete("shop-bucket", &versions).await.unwrap();
    assert!(aws.s3.versions("shop-bucket").await.unwrap().is_empty());
    assert!(aws.s3.versions("no-such-bucket").await.unwrap().is_empty());
}

async fn secrets_and_parameters(aws: &Aws, config: &aws_config::SdkConfig) {
    let secrets = aws_sdk_secretsmanager::Client::new(config);
    let made = secrets.create_secret().name("db").secret_string("marker").send().await.unwrap();
    let version = aws.lookups.secret_version("db").await.unwrap();
    assert_eq!(version.as_deref(), made.version_id());
    secrets.put_secret_value().secret_id("db").secret_string("rotated").send().await.unwrap();
    assert_ne!(aws.lookups.secret_version("db").await.unwrap(), version);
    assert_eq!(aws.lookups.secret_version("none").await.unwrap(), None);
    let ssm = aws_sdk_ssm::Client::new(config);
    let parameter = |kind| ssm.put_parameter().name("/a/b").value("v").r#type(kind).overwrite(true);
    parameter(aws_sdk_ssm::types::ParameterType::String).send().await.unwrap();
    parameter(aws_sdk_ssm::types::ParameterType::SecureString).send().await.unwrap();
    assert_eq!(aws.lookups.parameter("/a/b").await.unwrap(), Some(Parameter { version: 2, secure: true }));
    assert_eq!(aws.lookups.parameter("/none").await.unwrap(), None);
}

async fn senders(aws: &Aws, config: &aws_config::SdkConfig) {
    let ses = aws_sdk_sesv2::Client::new(config);
    ses.create_email_identity().email_identity("example.com").send().await.unwrap();
    // moto never gets as far as verifying: one identity is pending, the other unknown; neither is an error.
    assert!(!aws.lookups.may_send_from("example.com").await.unwrap());
    assert!(!aws.lookups.may_send_from("example.org").await.unwrap());
}

async fn domains(aws: &Aws, config: &aws_config::SdkConfig) {
    let route53 = aws_sdk_route53::Client::new(config);
    let made = route53.create_hosted_zone().name("example.com").caller_reference("1").send().await.unwrap();
    let acm = aws_sdk_acm::Client::new(config);
    let arn = acm.request_certificate().domain_name("*.example.com").send().await.unwrap().certificate_arn.unwrap();
    let zone = aws.lookups.hosted_zone("example.com").await.unwrap();
    assert_eq!(zone.as_deref(), made.hosted_zone().and_then(|z| z.id().strip_prefix("/hostedzone/")));
    assert_eq!(aws.lookups.hosted_zone("example.org").await.unwrap(), None);
    // moto issues certificates a minute late; until then a pending one must not be taken.
    let issued = aws.lookups.certificates("eu-west-1").await.unwrap();
    assert!(issued.iter().all(|c| c.arn == arn && c.names.contains(&"*.example.com".to_owned())), "{issued:?}");
    assert!(aws.lookups.certificates("us-east-1").await.unwrap().is_empty());
}

async fn caches(aws: &Aws, config: &aws_config::SdkConfig) {
    let service = Service { id: "CloudFront", signing_name: "cloudfront" };
    let cloudfront = Signed::new(config, service, "us-east-1", "https://nowhere.invalid", None);
    let body = "<DistributionConfig xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><CallerReference>1</CallerReference>\
        <Origins><Quantity>1</Quantity><Items><Origin><Id>o</Id><DomainName>example.com</DomainName></Origin></Items></Origins>\
        <DefaultCacheBehavior><TargetOriginId>o</TargetOriginId><ViewerProtocolPolicy>allow-all</ViewerProtocolPolicy>\
        </DefaultCacheBehavior><Comment>c</Comment><Enabled>true</Enabled></DistributionConfig>";
    let call = Call { path: "/2020-05-31/distribution".into(), content_type: "application/xml", body: body.into() };
    let made = cloudfront.send("CloudFront CreateDistribution", call).await.unwrap();
    let id = made.split_once("<Id>").unwrap().1.split_once("</Id>").unwrap().0;
    assert!(!aws.cloudfront.invalidate(id, "run-1").await.unwrap().is_empty());
    let unknown = aws.cloudfront.invalidate("ENONE", "run-1").await.unwrap_err();
    assert_eq!((unknown.kind, unknown.code.as_str()), (Kind::NotFound, "NoSuchDistribution"));
}

async fn instance_sizes(aws: &Aws) {
    let size = |name: &str| {
        let key = FactKey::InstanceType { name: name.into() };
        async move { look_up(aws, &key).await.unwrap() }
    };
    let fact = |vcpus, memory_mib, architecture: &str| {
        Fact::InstanceType(InstanceTypeFact { vcpus, memory_mib, architecture: architecture.into() })
    };
    assert_eq!(size("t3.medium").await, fact(2, 4096, "x86_64"));
    assert_eq!(size("m6g.2xlarge").await, fact(8, 32768, "arm64"));
    assert_eq!(size("t3.mediocre").await, Fact::Absent);
}

/// A network like that of a stack of ours: one subnet in the main table, one with a table that leads to the internet.
async fn networks(aws: &Aws, config: &aws_config::SdkConfig) {
    let ec2 =
        Signed::new(config, Service { id: "EC2", signing_name: "ec2" }, "eu-west-1", "https://nowhere.invalid", None);
    let ask = async |action: &str, rest: &str, wanted: &str| {
        let body = format!("Action={action}&Version=2016-11-15&{rest}");
        let call = Call { path: "/".into(), content_type: "application/x-www-form-urlencoded", body };
        let answer = ec2.send("EC2", call).await.unwrap();
        let (_, id) = answer.split_once(&format!("<{wanted}>")).unwrap_or(("", ""));
        id.split('<').next().unwrap_or_default().to_owned()
    };
    let body = r#"{"Description":"STP-stack_net_dev_1","Resources":{"StpVpc":{"Type":"AWS::EC2::VPC","Properties":{"CidrBlock":"10.1.0.0/16"}}}}"#;
    let request =
        ChangeSetRequest { stack_name: "net-dev".into(), ..request(ChangeSetKind::Create, "net", body.into()) };
    let made = aws.cloudformation.create_change_set(&request).await.unwrap();
    aws.cloudformation.execute_change_set(&made.id, "net", false).await.unwrap();
    let vpc = aws.cloudformation.resources("net-dev").await.unwrap()[0].physical_id.clone();
    let mut subnets = vec![];
    for (n, zone) in [(0, "b"), (1, "a"), (2, "c")] {
        let place = format!("VpcId={vpc}&CidrBlock=10.1.{n}.0%2F24&AvailabilityZone=eu-west-1{zone}");
        subnets.push(ask("CreateSubnet", &place, "subnetId").await);
    }
    let gateway = ask("CreateInternetGateway", "", "internetGatewayId").await;
    ask("AttachInternetGateway", &format!("VpcId={vpc}&InternetGatewayId={gateway}"), "return").await;
    let table = ask("CreateRouteTable", &format!("VpcId={vpc}"), "routeTableId").await;
    let route = format!("RouteTableId={table}&DestinationCidrBlock=0.0.0.0%2F0&GatewayId={gateway}");
    ask("CreateRoute", &route, "return").await;
    for subnet in &subnets[..2] {
        ask("AssociateRouteTable", &format!("RouteTableId={table}&SubnetId={subnet}"), "associationId").await;
    }
    let expected = Fact::Vpc(VpcFact {
        id: Some(vpc.clone()),
        cidr: "10.1.0.0/16".into(),
        public_subnets: vec![subnets[1].clone(), subnets[0].clone()],
        private_subnets: vec![subnets[2].clone()],
    });
    for (id, expected) in [
        (vpc.as_str(), &expected),
        ("net/dev", &expected),
        ("shop/dev", &Fact::Absent),
        ("no/such", &Fact::Absent),
        ("vpc-0123456789abcdef0", &Fact::Absent),
    ] {
        assert_eq!(look_up(aws, &FactKey::Vpc { id: id.into() }).await.as_ref(), Ok(expected), "{id}");
    }
}
