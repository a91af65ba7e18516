//! `kinesis-stream`.

use crate::decode::Decode;
use crate::describe::Describe;
use crate::model::{ExpandCx, Fragment, Resource, ResourceKind};

/// x
pub struct KinesisStream;

/// x
#[derive(Clone, Debug, Decode, Describe)]
pub struct KinesisStreamProps {}

impl ResourceKind for KinesisStream {
    const TYPE: &'static str = "kinesis-stream";
    type Props = KinesisStreamProps;
    fn expand(_r: &Resource<Self>, _cx: &mut ExpandCx<'_>) -> Fragment {
        Fragment::default()
    }
}
