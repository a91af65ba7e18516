//! `efs-filesystem`: files that functions and containers share. Makes the file system, a security group and a mount target in each public subnet.
//!
//! Access points belong to who mounts: each mounted folder of each consumer has one. A consumer checks, announces and adds its mounts through
//! [`EfsMount`] and [`Mounts`].

use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::model::{ExpandCx, Fragment, Linked, Outbox, Param, Resource, ResourceKind, ResourceName, Stack, Statement};
use crate::naming::{logical_id, root_dir_spec};
use crate::order::SortedMap;
use crate::shared_infra::vpc::{self, VpcDemand};
use crate::source::{Span, Spanned};
use crate::template::{self, Expr, Object, get_att, reference};

/// A file system.
pub struct EfsFilesystem;

/// Files that functions and containers share.
#[derive(Clone, Debug, Decode, Describe)]
pub struct EfsFilesystemProps {
    /// Whether AWS Backup keeps daily backups for 35 days.
    #[config(default = false)]
    pub backup_enabled: bool,
    /// How throughput grows: with use (`elastic`), with the stored amount (`bursting`), or as you say (`provisioned`).
    #[config(default = "elastic")]
    pub throughput_mode: Option<ThroughputMode>,
    /// Throughput of the mode `provisioned`; paid for by the hour.
    #[config(range = 1..=3414, unit = "MiB/s")]
    pub provisioned_throughput_in_mibps: Option<Val<f64>>,
}

/// How throughput grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum ThroughputMode {
    /// With use.
    #[config(name = "elastic")]
    Elastic,
    /// With the stored amount.
    #[config(name = "bursting")]
    Bursting,
    /// As the config says.
    #[config(name = "provisioned")]
    Provisioned,
}

/// A file system of this config in the tree of a function or container.
#[derive(Clone, Debug, Decode, Describe)]
pub struct EfsMount {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Name of the `efs-filesystem` resource.
    #[config(names = "efs-filesystem")]
    pub efs_filesystem_name: Spanned<String>,
    /// Folder of the file system that becomes the root of the mount. It is made when it does not exist, owned by user 1000.
    #[config(default = "/")]
    pub root_directory: Option<Spanned<String>>,
    /// Absolute path at which the files appear; below `/mnt/` in a function.
    pub mount_path: Spanned<String>,
}

/// Mail to a file system: somebody mounts it.
#[derive(Clone, Debug)]
pub struct Mounted {
    /// Id of the consumer's security group.
    pub security_group: Expr,
    /// The mount.
    pub span: Span,
}

/// NFS.
const PORT: u32 = 2049;
/// Of a reused VPC only the first two subnets get a mount target: a third may lie in the same zone, where EFS allows one.
const MOUNT_TARGETS_IN_REUSED_VPC: usize = 2;

impl Resource<EfsFilesystem> {
    /// Logical id of the file system.
    pub fn filesystem_id(&self) -> String {
        logical_id(self.name.flat(), "", "AWS::EFS::FileSystem")
    }

    fn security_group_id(&self) -> String {
        logical_id(self.name.flat(), "", "AWS::EC2::SecurityGroup")
    }

    /// Logical ids of the mount targets, which a consumer waits for, and their subnets.
    pub fn mount_targets(&self, stack: &Stack<'_>) -> Vec<(String, Expr)> {
        let most = if vpc::reused(stack).is_some() { MOUNT_TARGETS_IN_REUSED_VPC } else { usize::MAX };
        let subnets = vpc::network(stack).public_subnets.into_iter().take(most).enumerate();
        let id = |i| logical_id(self.name.flat(), &format!("Subnet{i}"), "AWS::EFS::MountTarget");
        subnets.map(|(i, subnet)| (id(i), subnet)).collect()
    }
}

impl ResourceKind for EfsFilesystem {
    const TYPE: &'static str = "efs-filesystem";
    type Props = EfsFilesystemProps;

    fn check(r: &Resource<Self>, _: &Linked<'_>, sink: &mut Sink) {
        let p = &r.props;
        let provisioned = p.throughput_mode == Some(ThroughputMode::Provisioned);
        match &p.provisioned_throughput_in_mibps {
            None if provisioned => sink.push(
                Diagnostic::error(
                    Code::MISSING_PROPERTY,
                    r.span,
                    format!("`{}` has provisioned throughput, and no amount of it", r.name),
                )
                .hint("add provisionedThroughputInMibps, or choose the throughputMode elastic"),
            ),
            Some(amount) if !provisioned => sink.push(
                Diagnostic::warning(
                    Code::SUSPICIOUS,
                    amount.span,
                    "provisionedThroughputInMibps counts only with the throughputMode provisioned, and is left out",
                )
                .hint("set throughputMode: provisioned, or remove provisionedThroughputInMibps"),
            ),
            _ => {}
        }
    }

    fn link(r: &Resource<Self>, _: &Stack<'_>, out: &mut Outbox) {
        out.demand(VpcDemand { span: r.span, private: false, endpoints_for: vec![] });
    }

    fn params(r: &Resource<Self>, _: &Linked<'_>) -> Vec<Param> {
        let attribute = |name| get_att(r.filesystem_id(), name);
        vec![Param::new("arn", attribute("Arn")), Param::new("id", attribute("FileSystemId"))]
    }

    fn expand(r: &Resource<Self>, cx: &mut ExpandCx<'_>) -> Fragment {
        let (linked, stack) = (cx.linked, cx.stack());
        let mut fragment = Fragment::default();
        let p = &r.props;
        let provisioned = p.throughput_mode == Some(ThroughputMode::Provisioned);
        let properties = Object::new()
            .opt("BackupPolicy", p.backup_enabled.then(|| Object::new().set("Status", "ENABLED")))
            .set("Encrypted", true)
            .set("FileSystemTags", stack.tags(&[]))
            .set("PerformanceMode", "generalPurpose")
            .opt("ProvisionedThroughputInMibps", p.provisioned_throughput_in_mibps.clone().filter(|_| provisioned))
            .set("ThroughputMode", p.throughput_mode.unwrap_or(ThroughputMode::Elastic));
        let resource = template::Resource::new("AWS::EFS::FileSystem", properties).holds_data();
        fragment.add(r.filesystem_id(), r.span, resource);
        security_group(r, linked, &mut fragment);
        for (id, subnet) in r.mount_targets(stack) {
            let properties = Object::new()
                .set("FileSystemId", reference(r.filesystem_id()))
                .set("SecurityGroups", vec![reference(r.security_group_id())])
                .set("SubnetId", subnet);
            fragment.add(id, r.span, template::Resource::new("AWS::EFS::MountTarget", properties));
        }
        fragment
    }
}

/// Lets in who mounts, and nobody else.
fn security_group(r: &Resource<EfsFilesystem>, linked: &Linked<'_>, fragment: &mut Fragment) {
    let (stack, name) = (linked.stack, r.name.flat());
    let mut consumers: Vec<Expr> = vec![];
    for mail in linked.mail::<Mounted>(&r.name) {
        if !consumers.contains(&mail.security_group) {
            consumers.push(mail.security_group.clone());
        }
    }
    let rule = |group: Expr| {
        let rule = Object::new().set("FromPort", PORT).set("IpProtocol", "tcp").set("ToPort", PORT);
        Expr::from(rule.set("SourceSecurityGroupId", group))
    };
    let properties = Object::new()
        // Cannot be changed without a replacement; deployed groups carry this one.
        .set("GroupDescription", format!("Security group for EFS filesystem {name}"))
        .set("GroupName", stack.identity.security_group(&format!("{name}-efs")))
        .list("SecurityGroupIngress", consumers.into_iter().map(rule).collect())
        .set("Tags", stack.tags(&[]))
        .set("VpcId", vpc::network(stack).vpc_id);
    let resource = template::Resource::new("AWS::EC2::SecurityGroup", properties);
    fragment.add(r.security_group_id(), r.span, resource);
}

impl EfsMount {
    /// The folder of the file system.
    fn root(&self) -> &str {
        self.root_directory.as_ref().map_or("/", |r| r.value.as_str())
    }

    fn is_whole(&self) -> bool {
        self.root().trim_matches('/').is_empty()
    }

    fn access_point_id(&self, owner: &ResourceName, filesystem: &Resource<EfsFilesystem>) -> String {
        let root = if self.is_whole() { None } else { Some(self.root()) };
        let specifier = format!("{}-{}", filesystem.name.flat(), root_dir_spec(root));
        // A folder such as `/2026` would put an underscore into the id, which CloudFormation refuses.
        logical_id(owner.flat(), &specifier, "AWS::EFS::AccessPoint").replace('_', "")
    }

    /// Name of the volume in a task definition; a folder that is mounted twice is one volume.
    pub fn volume_name(&self) -> String {
        let root = if self.is_whole() { None } else { Some(self.root()) };
        format!("efs-{}-{}", self.efs_filesystem_name.value.replace('.', "-"), root_dir_spec(root))
    }

    /// Reports an unknown file system and paths that are not absolute.
    pub fn check(&self, linked: &Linked<'_>, sink: &mut Sink) {
        linked.stack.require::<EfsFilesystem>(&self.efs_filesystem_name, "efsFilesystemName", sink);
        for (property, path) in [("rootDirectory", self.root_directory.as_ref()), ("mountPath", Some(&self.mount_path))]
        {
            if let Some(path) = path.filter(|p| !p.starts_with('/')) {
                sink.push(
                    Diagnostic::error(
                        Code::BAD_VALUE,
                        path.span,
                        format!("{property} must be an absolute path, found \"{}\"", path.value),
                    )
                    .hint(format!("write /{}", path.trim_start_matches("./"))),
                );
            }
        }
    }
}

/// The mounts of one consumer.
pub struct Mounts<'a> {
    /// The consumer.
    pub owner: &'a ResourceName,
    /// What it mounts, in any of its parts.
    pub all: Vec<&'a EfsMount>,
}

/// A mount that the template can refer to.
pub struct MountPoint<'a> {
    /// The mount.
    pub mount: &'a EfsMount,
    /// The file system.
    pub filesystem: &'a Resource<EfsFilesystem>,
    /// Logical id of the access point.
    pub access_point: String,
}

impl<'a> Mounts<'a> {
    /// Tells the file systems that a security group has to be let in.
    pub fn announce(&self, security_group: &Expr, stack: &Stack<'_>, out: &mut Outbox) {
        for mount in &self.all {
            if let Some(filesystem) = stack.get::<EfsFilesystem>(&mount.efs_filesystem_name) {
                let mail = Mounted { security_group: security_group.clone(), span: mount.span };
                out.send(&filesystem.name, mail);
            }
        }
    }

    /// Logical ids of the mount targets that the consumer waits for.
    pub fn wait_for(&self, linked: &Linked<'a>) -> Vec<String> {
        let points = self.points(linked);
        points.iter().flat_map(|p| p.filesystem.mount_targets(linked.stack)).map(|(id, _)| id).collect()
    }

    /// The mounts whose file systems exist.
    pub fn points(&self, linked: &Linked<'a>) -> Vec<MountPoint<'a>> {
        let point = |mount: &&'a EfsMount| {
            let filesystem = linked.get::<EfsFilesystem>(&mount.efs_filesystem_name)?;
            Some(MountPoint { mount, filesystem, access_point: mount.access_point_id(self.owner, filesystem) })
        };
        self.all.iter().filter_map(point).collect()
    }

    /// Adds an access point for each folder that is mounted.
    pub fn add(&self, linked: &Linked<'a>, fragment: &mut Fragment) {
        let mut seen = SortedMap::new();
        for point in self.points(linked) {
            if seen.insert(point.access_point.clone(), ()).is_none() {
                let resource = access_point(point.mount, point.filesystem, linked.stack);
                fragment.add(point.access_point, point.mount.span, resource);
            }
        }
    }

    /// The rights to mount and write, through the consumer's own access points only.
    pub fn statements(&self, linked: &Linked<'a>) -> Vec<Statement> {
        let mut by_filesystem: SortedMap<String, Vec<MountPoint<'a>>> = SortedMap::new();
        for point in self.points(linked) {
            by_filesystem.get_or_insert_with(point.filesystem.filesystem_id(), Default::default).push(point);
        }
        let statement = |(filesystem, points): (String, Vec<MountPoint<'a>>)| {
            let mut actions = vec!["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"];
            // The whole file system belongs to root, and without this right EFS takes root for nobody.
            if points.iter().any(|p| p.mount.is_whole()) {
                actions.push("elasticfilesystem:ClientRootAccess");
            }
            let origin = points[0].mount.span;
            let mut arns: Vec<Expr> = vec![];
            for point in points {
                let arn = get_att(point.access_point, "Arn");
                if !arns.contains(&arn) {
                    arns.push(arn);
                }
            }
            let through = Object::new().set("elasticfilesystem:AccessPointArn", Expr::List(arns));
            Statement::allow(&actions, vec![get_att(filesystem, "Arn")], origin)
                .when(Object::new().set("StringEquals", through))
        };
        by_filesystem.into_iter().map(statement).collect()
    }
}

/// The whole file system is mounted as root, who owns it; a folder as user 1000, who gets to own it when it is made. Both cannot be changed without
/// a replacement.
fn access_point(mount: &EfsMount, filesystem: &Resource<EfsFilesystem>, stack: &Stack<'_>) -> template::Resource {
    let user = |id: &'static str| Object::new().set("Gid", id).set("Uid", id);
    let (user, root) = match mount.is_whole() {
        true => (user("0"), Object::new().set("Path", "/")),
        false => {
            let owner = Object::new().set("OwnerGid", "1000").set("OwnerUid", "1000").set("Permissions", "0755");
            (user("1000"), Object::new().set("CreationInfo", owner).set("Path", mount.root().to_string()))
        }
    };
    let properties = Object::new()
        .set("AccessPointTags", stack.tags(&[]))
        .set("FileSystemId", reference(filesystem.filesystem_id()))
        .set("PosixUser", user)
        .set("RootDirectory", root);
    template::Resource::new("AWS::EFS::AccessPoint", properties)
}
