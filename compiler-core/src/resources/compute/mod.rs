//! Types that run code.

pub mod function;
