//! Types that run code.

pub mod function;
pub mod state_machine;
