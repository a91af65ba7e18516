//! `sns-topic`.

use crate::decode::Decode;
use crate::describe::Describe;
use crate::model::{ExpandCx, Fragment, Resource, ResourceKind};

/// x
pub struct SnsTopic;

/// x
#[derive(Clone, Debug, Decode, Describe)]
pub struct SnsTopicProps {
    /// x
    #[config(default = false)]
    pub fifo_enabled: bool,
}

impl ResourceKind for SnsTopic {
    const TYPE: &'static str = "sns-topic";
    type Props = SnsTopicProps;
    fn expand(_r: &Resource<Self>, _cx: &mut ExpandCx<'_>) -> Fragment {
        Fragment::default()
    }
}
