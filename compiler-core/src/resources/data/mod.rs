//! Types that hold data.

pub mod bucket;
