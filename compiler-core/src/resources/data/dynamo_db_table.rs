//! `dynamo-db-table`: a DynamoDB table with its indexes, as a global table with one replica in the stack's region.

use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::dev_mode::DevMode;
use crate::facets::references;
use crate::model::{
    ExpandCx, Fragment, GatewayEndpoint, Linked, Offer, Param, Resource, ResourceKind, Stack, Statement,
};
use crate::naming::logical_id;
use crate::order::SortedMap;
use crate::source::{Span, Spanned};
use crate::template::{self, Expr, Object, get_att, join, reference, sub};

/// A DynamoDB table.
pub struct DynamoDbTable;

/// A DynamoDB table. AWS encrypts it at rest.
#[derive(Clone, Debug, Decode, Describe)]
pub struct DynamoDbTableProps {
    /// What identifies an item. Cannot be changed later without a new table.
    pub primary_key: PrimaryKey,
    /// Capacity that is reserved. Without it, each request is paid for and there is nothing to plan.
    pub provisioned_throughput: Option<ProvisionedThroughput>,
    /// Whether the table can be restored to any second of the last 35 days.
    #[config(default = false)]
    pub enable_point_in_time_recovery: Option<Val<bool>>,
    /// Makes a stream of changes, and says what its records hold.
    pub stream_type: Option<StreamType>,
    /// Further ways to query the table; at most 20.
    #[config(items = 0..=20)]
    pub secondary_indexes: Option<Vec<SecondaryIndex>>,
    /// How the table takes part in development mode.
    pub dev: Option<DevMode>,
}

/// What identifies an item.
#[derive(Clone, Debug, Decode, Describe)]
pub struct PrimaryKey {
    /// Attribute that says in which partition an item is stored.
    pub partition_key: TableAttribute,
    /// Attribute by which the items of a partition are sorted.
    pub sort_key: Option<TableAttribute>,
}

/// An attribute that a key is made of.
#[derive(Clone, Debug, Decode, Describe)]
pub struct TableAttribute {
    /// Its name.
    #[config(length = 1..=255, example = "id")]
    pub name: Spanned<String>,
    /// Its type.
    #[config(rename = "type", example = "string")]
    pub kind: Spanned<AttributeType>,
}

/// Type of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum AttributeType {
    /// Bytes.
    #[config(name = "binary")]
    Binary,
    /// A number.
    #[config(name = "number")]
    Number,
    /// Text.
    #[config(name = "string")]
    Text,
}

/// Capacity that is reserved.
#[derive(Clone, Debug, Decode, Describe)]
pub struct ProvisionedThroughput {
    /// Reads of 4 KB a second that the table starts with.
    #[config(range = 1..=1000000)]
    pub read_units: Val<u32>,
    /// Writes of 1 KB a second that the table starts with.
    #[config(range = 1..=1000000)]
    pub write_units: Val<u32>,
    /// Lets the write capacity follow the load.
    pub write_scaling: Option<CapacityScaling>,
    /// Lets the read capacity follow the load.
    pub read_scaling: Option<CapacityScaling>,
}

/// Lets a capacity follow the load.
#[derive(Clone, Debug, Decode, Describe)]
pub struct CapacityScaling {
    /// Lowest capacity.
    #[config(range = 1..=1000000, unit = "units")]
    pub min_units: Val<u32>,
    /// Highest capacity.
    #[config(range = 1..=1000000, unit = "units")]
    pub max_units: Val<u32>,
    /// Share of the capacity that may be used before more is added.
    #[config(range = 20..=90, unit = "percent")]
    pub keep_utilization_under: Val<f64>,
}

/// What the records of a stream of changes hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum StreamType {
    /// The key only.
    #[config(name = "KEYS_ONLY")]
    KeysOnly,
    /// The item before and after the change.
    #[config(name = "NEW_AND_OLD_IMAGES")]
    NewAndOldImages,
    /// The item after the change.
    #[config(name = "NEW_IMAGE")]
    NewImage,
    /// The item before the change.
    #[config(name = "OLD_IMAGE")]
    OldImage,
}

/// A further way to query the table: a copy of it under another key (a global secondary index).
#[derive(Clone, Debug, Decode, Describe)]
pub struct SecondaryIndex {
    /// Name of the index.
    #[config(length = 3..=255)]
    pub name: Spanned<String>,
    /// Attribute that says in which partition of the index an item is stored.
    pub partition_key: TableAttribute,
    /// Attribute by which the items of a partition are sorted.
    pub sort_key: Option<TableAttribute>,
    /// Attributes that the index holds beside the keys; at most 100. Only the keys when not given.
    #[config(items = 0..=100)]
    pub projections: Option<Vec<String>>,
}

/// Share of the capacity that may be used when no scaling is configured: nothing scales, but CloudFormation wants a figure.
const FIXED_TARGET: u32 = 90;

impl TableAttribute {
    fn definition(&self) -> Expr {
        let kind = match self.kind.value {
            AttributeType::Binary => "B",
            AttributeType::Number => "N",
            AttributeType::Text => "S",
        };
        Object::new().set("AttributeName", self.name.value.clone()).set("AttributeType", kind).into()
    }
}

fn key_schema(partition: &TableAttribute, sort: Option<&TableAttribute>) -> Vec<Expr> {
    let key = |attribute: &TableAttribute, kind: &'static str| {
        Expr::from(Object::new().set("AttributeName", attribute.name.value.clone()).set("KeyType", kind))
    };
    [Some(key(partition, "HASH")), sort.map(|s| key(s, "RANGE"))].into_iter().flatten().collect()
}

impl ProvisionedThroughput {
    fn check(&self, sink: &mut Sink) {
        for (property, units, scaling) in [
            ("readUnits", &self.read_units, &self.read_scaling),
            ("writeUnits", &self.write_units, &self.write_scaling),
        ] {
            let Some(scaling) = scaling else { continue };
            let (Some(min), Some(max)) = (scaling.min_units.as_known(), scaling.max_units.as_known()) else { continue };
            if min > max {
                let message = format!("minUnits ({min}) is more than maxUnits ({max})");
                sink.push(
                    Diagnostic::error(Code::CONFLICT, scaling.min_units.span, message)
                        .label(scaling.max_units.span, "maxUnits")
                        .hint("swap the two, or raise maxUnits"),
                );
            } else if let Some(start) = units.as_known().filter(|u| !(min..=max).contains(u)) {
                let message = format!("{property} ({start}) lies outside of its scaling, which is {min} to {max}");
                sink.push(
                    Diagnostic::warning(Code::SUSPICIOUS, units.span, message)
                        .hint(format!("use {}", if start < min { min } else { max })),
                );
            }
        }
    }

    fn reads(&self) -> Object {
        let settings = capacity(&self.read_units, self.read_scaling.as_ref());
        Object::new().set("ReadCapacityAutoScalingSettings", settings)
    }

    fn writes(&self) -> Object {
        let settings = capacity(&self.write_units, self.write_scaling.as_ref());
        Object::new().set("WriteCapacityAutoScalingSettings", settings)
    }
}

/// A global table has scaling in any case; a fixed capacity is a scaling between equal bounds.
fn capacity(units: &Val<u32>, scaling: Option<&CapacityScaling>) -> Object {
    let (min, max, target) = match scaling {
        Some(s) => (s.min_units.clone(), s.max_units.clone(), s.keep_utilization_under.clone().into()),
        None => (units.clone(), units.clone(), Expr::from(FIXED_TARGET)),
    };
    Object::new()
        .set("MinCapacity", min)
        .set("MaxCapacity", max)
        .set("SeedCapacity", units.clone())
        .set("TargetTrackingScalingPolicyConfiguration", Object::new().set("TargetValue", target))
}

impl SecondaryIndex {
    fn to_expr(&self, throughput: Option<&ProvisionedThroughput>) -> Expr {
        let projections: Vec<Expr> = self.projections.iter().flatten().map(Expr::from).collect();
        let projection = match projections.is_empty() {
            true => Object::new().set("ProjectionType", "KEYS_ONLY"),
            false => Object::new().set("ProjectionType", "INCLUDE").set("NonKeyAttributes", projections),
        };
        Object::new()
            .set("IndexName", self.name.value.clone())
            .set("KeySchema", key_schema(&self.partition_key, self.sort_key.as_ref()))
            .set("Projection", projection)
            .opt("WriteProvisionedThroughputSettings", throughput.map(ProvisionedThroughput::writes))
            .into()
    }

    /// The capacity for reads, which belongs to the replica. Required of a table with provisioned capacity.
    fn replica_settings(&self, throughput: &ProvisionedThroughput) -> Expr {
        Object::new()
            .set("IndexName", self.name.value.clone())
            .set("ReadProvisionedThroughputSettings", throughput.reads())
            .into()
    }
}

impl Resource<DynamoDbTable> {
    /// Logical id of the table.
    pub fn table_id(&self) -> String {
        logical_id(self.name.flat(), "", "AWS::DynamoDB::GlobalTable")
    }

    /// Physical name of the table.
    pub fn table_name(&self, stack: &Stack<'_>) -> String {
        stack.identity.global_table(self.name.flat())
    }

    fn indexes(&self) -> &[SecondaryIndex] {
        self.props.secondary_indexes.as_deref().unwrap_or_default()
    }

    /// Every attribute that a key is made of, in the order of writing; one that several keys use comes several times.
    fn key_attributes(&self) -> impl Iterator<Item = &TableAttribute> {
        let own = [Some(&self.props.primary_key.partition_key), self.props.primary_key.sort_key.as_ref()];
        let of_indexes = self.indexes().iter().flat_map(|i| [Some(&i.partition_key), i.sort_key.as_ref()]);
        own.into_iter().chain(of_indexes).flatten()
    }

    fn attribute_definitions(&self) -> Vec<Expr> {
        let mut seen = vec![];
        let mut definitions = vec![];
        for attribute in self.key_attributes() {
            if !seen.contains(&&attribute.name.value) {
                seen.push(&attribute.name.value);
                definitions.push(attribute.definition());
            }
        }
        definitions
    }

    fn replica(&self, stack: &Stack<'_>) -> Object {
        let p = &self.props;
        let recovery = p.enable_point_in_time_recovery.clone().map_or(Expr::from(false), Expr::from);
        let throughput = p.provisioned_throughput.as_ref();
        let indexes = throughput.map(|t| self.indexes().iter().map(|i| i.replica_settings(t)).collect());
        Object::new()
            .set("Region", stack.identity.region.clone())
            .set("PointInTimeRecoverySpecification", Object::new().set("PointInTimeRecoveryEnabled", recovery))
            .opt("ReadProvisionedThroughputSettings", throughput.map(ProvisionedThroughput::reads))
            .list("GlobalSecondaryIndexes", indexes.unwrap_or_default())
            .set("Tags", stack.tags(&[]))
    }
}

fn check_attributes(r: &Resource<DynamoDbTable>, sink: &mut Sink) {
    let mut first = SortedMap::new();
    for attribute in r.key_attributes() {
        let known = first.get_or_insert_with(&attribute.name.value, || attribute);
        if known.kind.value != attribute.kind.value {
            sink.push(
                Diagnostic::error(
                    Code::CONFLICT,
                    attribute.kind.span,
                    format!(
                        "the attribute `{}` is of type {} here and of type {} elsewhere",
                        attribute.name.value, attribute.kind.value, known.kind.value
                    ),
                )
                .label(known.kind.span, "first given here")
                .hint("an attribute has one type in the whole table; make them the same"),
            );
        }
    }
    let own = (&r.props.primary_key.partition_key, r.props.primary_key.sort_key.as_ref());
    let keys = std::iter::once(own).chain(r.indexes().iter().map(|i| (&i.partition_key, i.sort_key.as_ref())));
    for (partition, sort) in keys {
        if let Some(sort) = sort.filter(|s| s.name.value == partition.name.value) {
            sink.push(
                Diagnostic::error(
                    Code::CONFLICT,
                    sort.name.span,
                    format!("`{}` is the partition key and the sort key of one key", sort.name.value),
                )
                .label(partition.name.span, "partition key")
                .hint("sort by another attribute, or remove sortKey"),
            );
        }
    }
}

fn check_index_names(r: &Resource<DynamoDbTable>, sink: &mut Sink) {
    let mut seen: SortedMap<&str, Span> = SortedMap::new();
    for index in r.indexes() {
        let name = &index.name;
        let valid = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
        if !valid {
            let message = format!("the index name `{}` must have letters, digits, `_`, `-` and `.` only", name.value);
            sink.push(Diagnostic::error(Code::BAD_NAME, name.span, message).hint("rename the index"));
        }
        if let Some(first) = seen.insert(name, name.span) {
            let message = format!("two indexes of the table are called `{}`", name.value);
            sink.push(
                Diagnostic::error(Code::BAD_NAME, name.span, message)
                    .label(first, "first given here")
                    .hint("rename one of them"),
            );
        }
    }
}

impl ResourceKind for DynamoDbTable {
    const TYPE: &'static str = "dynamo-db-table";
    type Props = DynamoDbTableProps;

    fn check(r: &Resource<Self>, _linked: &Linked<'_>, sink: &mut Sink) {
        check_attributes(r, sink);
        check_index_names(r, sink);
        if let Some(throughput) = &r.props.provisioned_throughput {
            throughput.check(sink);
        }
    }

    fn params(r: &Resource<Self>, linked: &Linked<'_>) -> Vec<Param> {
        let (id, name) = (r.table_id(), r.table_name(linked.stack));
        let arn = sub(format!("arn:${{AWS::Partition}}:dynamodb:${{AWS::Region}}:${{AWS::AccountId}}:table/{name}"));
        let mut params = vec![
            Param::new("name", reference(id.clone())).or_standalone(name),
            Param::new("arn", get_att(id.clone(), "Arn")).or_standalone(arn),
        ];
        params.extend(r.props.stream_type.map(|_| Param::new("streamArn", get_att(id, "StreamArn"))));
        params
    }

    fn offer(r: &Resource<Self>, _linked: &Linked<'_>) -> Option<Offer> {
        let items = &[
            "dynamodb:BatchGetItem",
            "dynamodb:BatchWriteItem",
            "dynamodb:ConditionCheckItem",
            "dynamodb:DeleteItem",
            "dynamodb:DescribeTable",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:Scan",
            "dynamodb:UpdateItem",
        ];
        let table = references::own(r, "arn");
        let below = |path: &'static str| join("", vec![table.clone(), path.into()]);
        let mut statements = vec![Statement::allow(items, vec![table.clone(), below("/index/*")], r.span)];
        if r.props.stream_type.is_some() {
            let stream = &["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"];
            statements.push(Statement::allow(stream, vec![below("/stream/*")], r.span));
        }
        Some(Offer { statements, gateway_endpoint: Some(GatewayEndpoint::DynamoDb), ..Offer::default() })
    }

    fn expand(r: &Resource<Self>, cx: &mut ExpandCx<'_>) -> Fragment {
        let (p, stack) = (&r.props, cx.stack());
        let throughput = p.provisioned_throughput.as_ref();
        let billing = if throughput.is_some() { "PROVISIONED" } else { "PAY_PER_REQUEST" };
        let properties = Object::new()
            .set("TableName", r.table_name(stack))
            .set("AttributeDefinitions", r.attribute_definitions())
            .set("KeySchema", key_schema(&p.primary_key.partition_key, p.primary_key.sort_key.as_ref()))
            .set("BillingMode", billing)
            .list("GlobalSecondaryIndexes", r.indexes().iter().map(|i| i.to_expr(throughput)).collect())
            .set("Replicas", vec![r.replica(stack)])
            .opt("StreamSpecification", p.stream_type.map(|t| Object::new().set("StreamViewType", t)))
            .opt("WriteProvisionedThroughputSettings", throughput.map(ProvisionedThroughput::writes));
        let mut fragment = Fragment::default();
        let table = template::Resource::new("AWS::DynamoDB::GlobalTable", properties).holds_data();
        fragment.add(r.table_id(), r.span, table);
        fragment
    }
}
