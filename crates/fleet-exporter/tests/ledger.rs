//! The ledger: the same counters for the same facts, in whichever order, however often, and over restarts.

#[path = "ledger/days.rs"]
mod days;
#[path = "ledger/durable.rs"]
mod durable;
#[path = "ledger/order.rs"]
mod order;
#[path = "ledger/times.rs"]
mod times;
