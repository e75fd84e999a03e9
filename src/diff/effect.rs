//! What a change does in the cluster, from harmless to fatal.

use schemars::JsonSchema;
use serde::Serialize;
use std::fmt;

macro_rules! effects {
    ($( $(#[doc = $doc:literal])+ $variant:ident = $word:literal, $title:literal; )*) => {
        /// What a change does in the cluster. The order is from harmless to fatal.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
        #[serde(rename_all = "kebab-case")]
        pub enum Effect { $( $(#[doc = $doc])+ $variant, )* }

        impl Effect {
            /// All of them, harmless first.
            pub const ALL: &[Self] = &[ $( Self::$variant ),* ];

            /// Its name on the command line and in JSON.
            pub const fn word(self) -> &'static str {
                match self { $( Self::$variant => $word ),* }
            }

            /// A few words for a heading.
            pub const fn title(self) -> &'static str {
                match self { $( Self::$variant => $title ),* }
            }

            /// What it means.
            pub const fn doc(self) -> &'static str {
                match self { $( Self::$variant => concat!($($doc),+) ),* }
            }
        }
    };
}

effects! {
    /// Nothing happens because of the subject itself; what uses it may change.
    Nothing = "nothing", "nothing by itself";
    /// Objects are updated in place; nothing restarts.
    InPlace = "in-place", "updated in place";
    /// Jobs that start later see it; running ones do not.
    NextJobs = "next-jobs", "next jobs";
    /// Something is added; nothing that is there changes.
    Added = "added", "added";
    /// A listener restarts: for some seconds no job is assigned. Running jobs go on.
    ListenerRestarts = "listener-restarts", "listener restarts";
    /// New runners start beside the old ones, which finish their jobs.
    RunnersRoll = "runners-roll", "runners roll";
    /// The pool takes no job until its running ones are done; new jobs queue meanwhile.
    PoolDrains = "pool-drains", "drains";
    /// A pool leaves: its scale set is deleted, and jobs that name it queue until GitHub gives up.
    PoolRemoved = "pool-removed", "removed";
    /// The scale set is made anew; jobs queue meanwhile.
    ScaleSetRecreated = "scale-set-recreated", "scale set re-created";
    /// The pool takes no job until somebody repairs it by hand.
    PoolStalls = "pool-stalls", "stalls";
    /// The API server refuses the change, and Argo CD's sync fails.
    Refused = "refused", "refused";
    /// Data is deleted.
    DataLost = "data-lost", "data deleted";
}

impl Effect {
    /// The effect of this name.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|effect| effect.word() == word)
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}
