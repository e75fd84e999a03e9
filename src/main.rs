//! The fleetc command.
fn main() {}
