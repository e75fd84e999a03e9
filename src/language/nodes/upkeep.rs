//! What fleet-controller does where a cluster is not as the file says.

use crate::language::node::node;
use crate::language::value::choice;

choice! {
    /// What is done about pools that may have more runners than the healthy hardware holds.
    "guard" GuardMode {
        /// It is reported.
        "observe" => Observe,
        /// They may have no more than that until the hardware is back.
        "enforce" => Enforce,
    }
}

choice! {
    /// What is done about what runners leave behind.
    "janitor" JanitorMode {
        /// It is reported.
        "report" => Report,
        /// It is removed.
        "remove" => Remove,
    }
}

node! {
    /// What fleet-controller does where a cluster is not as the file says.
    "upkeep" => Upkeep {
        /// About pools that may have more runners than the healthy hardware holds.
        "guard" guard: prop GuardMode = "\"observe\"",
        /// About what runners leave behind.
        "janitor" janitor: prop JanitorMode = "\"report\"",
    }
}
