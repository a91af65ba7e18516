//! Types that say who may do what.

pub mod user_auth_pool;
