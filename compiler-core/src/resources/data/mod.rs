//! Types that hold data.
