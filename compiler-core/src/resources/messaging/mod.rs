//! Types that carry messages.
