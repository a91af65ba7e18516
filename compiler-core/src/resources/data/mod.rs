//! Types that hold data.

pub mod bucket;
pub mod dynamo_db_table;
pub mod efs_filesystem;
