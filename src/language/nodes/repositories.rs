//! What the fleet file knows of repositories and their workflows: `fleetc lint` reads workflows against it.

use crate::language::node::node;
use crate::language::value::{Glob, RepositoryName, RunnerGroup, RunnerLabel, Text, choice};

choice! {
    /// Who can see a repository.
    "visibility" Visibility {
        /// Everybody: anybody may fork it and open a pull request.
        "public" => Public,
        /// Members of the enterprise.
        "internal" => Internal,
        /// Those who are invited.
        "private" => Private,
    }
}

node! {
    /// A repository whose workflows use the fleet, as far as GitHub's settings of it matter.
    "repository" => Repository {
        /// Owner and name.
        "name" name: arg RepositoryName,
        /// Who can see it.
        "visibility" visibility: prop Visibility,
    }
}

node! {
    /// What GitHub lets use a runner group: its settings, as this file knows them.
    "runner-group" => RunnerGroupPolicy {
        /// Its name.
        "name" name: arg RunnerGroup,
        /// Whether public repositories may use it.
        "public" public: prop bool = "#false",
        /// The repositories that may use it; absent: all that can see it.
        "repositories" repositories: opt_child RepositoryPatterns,
    }
}

node! {
    /// The repositories that may use a runner group.
    "repositories" => RepositoryPatterns {
        /// Owner and name; `*` stands for any name.
        "patterns" patterns: args Glob,
    }
}

node! {
    /// A name that workflows may no longer use: of a pool that left the fleet, or a label of one.
    "retired" => Retired {
        /// The name, as `runs-on` had it.
        "name" name: arg RunnerLabel,
        /// The pool to use instead.
        "use" successor: opt_prop RunnerLabel => "pool",
        /// Why it left.
        "reason" reason: opt_prop Text,
    }
}

node! {
    /// A configuration variable of GitHub (`vars.NAME`) that `runs-on` of workflows depends on.
    "variable" => Variable {
        /// Its name.
        "name" name: arg Text,
        /// Its value.
        "value" value: arg Text,
        /// The repositories in which it has this value; absent: all.
        "repository" repository: opt_prop Glob,
    }
}

node! {
    /// Labels of runners that are not this fleet's, such as larger ones of GitHub's: `runs-on` may name them.
    "other-runners" => OtherRunners {
        /// The labels; `*` stands for any characters.
        "labels" labels: args Glob,
    }
}
