//! Scenarios, end-to-end and house-keeping tests.
