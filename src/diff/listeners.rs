//! What listeners take: a pod for each pool, day and night.

use super::pairing::Side;
use crate::emit::arc::listener_size;
use crate::language::value::{Cpu, Memory};
use schemars::JsonSchema;
use serde::Serialize;

/// The bill of all listeners.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Bill {
    /// Pods, each with an address and a connection to GitHub.
    pub pods: u64,
    /// Their CPU.
    pub cpu: String,
    /// Their memory.
    pub memory: String,
}

/// The bill before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Listeners {
    /// Before.
    pub before: Bill,
    /// After.
    pub after: Bill,
}

/// Both bills.
pub fn listeners(before: Option<Side<'_>>, after: Side<'_>) -> Listeners {
    let nothing = Bill { pods: 0, cpu: Cpu(0).to_string(), memory: Memory(0).to_string() };
    Listeners { before: before.map_or(nothing, bill), after: bill(after) }
}

fn bill(side: Side<'_>) -> Bill {
    let mut pods = 0;
    let (mut cpu, mut memory) = (Cpu(0), Memory(0));
    for pool in &side.fleet.pools {
        let (own_cpu, own_memory) = listener_size(pool);
        pods += 1;
        cpu = Cpu(cpu.0.saturating_add(own_cpu.0));
        memory = Memory(memory.0.saturating_add(own_memory.0));
    }
    Bill { pods, cpu: cpu.to_string(), memory: memory.to_string() }
}
