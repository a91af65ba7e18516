//! `event-bus`.

use crate::decode::Decode;
use crate::describe::Describe;
use crate::model::{ExpandCx, Fragment, Resource, ResourceKind};

/// x
pub struct EventBus;

/// x
#[derive(Clone, Debug, Decode, Describe)]
pub struct EventBusProps {}

impl ResourceKind for EventBus {
    const TYPE: &'static str = "event-bus";
    type Props = EventBusProps;
    fn expand(_r: &Resource<Self>, _cx: &mut ExpandCx<'_>) -> Fragment {
        Fragment::default()
    }
}
