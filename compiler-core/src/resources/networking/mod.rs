//! Types that let traffic in.
