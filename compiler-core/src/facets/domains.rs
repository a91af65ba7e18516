//! Custom domains: hosted zones, certificates, records.
