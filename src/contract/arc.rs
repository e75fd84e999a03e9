//! Releases of actions-runner-controller (the `gha-runner-scale-set` generation).

use crate::language::value::Version;

/// What one release knows and does.
#[derive(Debug, PartialEq, Eq)]
pub struct Release {
    /// Its number.
    pub version: Version,
    /// Whether `spec.runnerScaleSetLabels` exists (its CRD at the release's tag).
    pub scale_set_labels: bool,
    /// Whether a pool's version label must equal the controller's release exactly; else major and
    /// minor do (`autoscalingrunnerset_controller.go`).
    pub exact_version_label: bool,
    /// Whether names of listeners take the organization into account (ARC pull request 4299).
    pub listener_name_has_scope: bool,
    /// Whether a changed credential reaches a running listener (ARC pull request 4492).
    pub rotates_secrets: bool,
    /// Whether jobs of a GitHub Enterprise Server are handed out (broken in 0.14.0, ARC issue 4442).
    pub dispatches_on_enterprise_server: bool,
    /// Characters of a random suffix that hook 0.7 and 0.8 leave in a workflow pod's name are this
    /// number less the length of the resource's name (ARC issue 4368).
    pub workflow_name_room: usize,
    /// Fields of a pool's `spec` whose change makes a new set of runners (`RunnerSetSpecHash` in
    /// `autoscalingrunnerset_types.go`). A change of any other field only makes a new listener
    /// (`ListenerSpecHash`, which is of the whole `spec`).
    pub runner_set_fields: &'static [&'static str],
    /// Whether, with the update strategy `eventual`, a deleted listener comes back only when no runner is left, idle
    /// ones included (`drainingJobs` in `autoscalingrunnerset_controller.go`; ARC issues 4432 and 4563).
    pub listener_waits_for_runners: bool,
    /// Whether replacing a pool's set of runners may leave the pool without a listener that works (ARC issues 4561, 4595
    /// and 4596).
    pub template_change_may_wedge: bool,
    /// Git tag of the charts and CRDs.
    pub tag: &'static str,
}

const BASE: Release = Release {
    version: Version::new(0, 12, 0),
    scale_set_labels: false,
    exact_version_label: false,
    listener_name_has_scope: false,
    rotates_secrets: false,
    dispatches_on_enterprise_server: true,
    workflow_name_room: 40,
    runner_set_fields: &[
        "githubConfigUrl",
        "githubConfigSecret",
        "runnerGroup",
        "runnerScaleSetName",
        "proxy",
        "githubServerTLS",
        "template",
    ],
    listener_waits_for_runners: true,
    template_change_may_wedge: false,
    tag: "gha-runner-scale-set-0.12.0",
};

/// Annotations that the controller writes on a pool's resource (release 0.14.2,
/// `autoscalingrunnerset_controller.go`). Nobody else may.
pub const OWNED_ANNOTATIONS: &[&str] = &[
    "actions.github.com/change-hash",
    "actions.github.com/runner-group-name",
    "actions.github.com/runner-scale-set-name",
    "runner-scale-set-id",
];

/// Annotation of a pool's resource whose change makes a new listener; the official chart writes it, fleetc does not.
pub const VALUES_HASH: &str = "actions.github.com/values-hash";

/// Labels that it writes there.
pub const OWNED_LABELS: &[&str] =
    &["actions.github.com/enterprise", "actions.github.com/organization", "actions.github.com/repository"];

/// All releases that fleetc can compile for, oldest first.
pub const RELEASES: &[Release] = &[
    Release {
        version: Version::new(0, 11, 0),
        exact_version_label: true,
        tag: "gha-runner-scale-set-0.11.0",
        ..BASE
    },
    BASE,
    Release { version: Version::new(0, 12, 1), tag: "gha-runner-scale-set-0.12.1", ..BASE },
    Release { version: Version::new(0, 13, 0), tag: "gha-runner-scale-set-0.13.0", ..BASE },
    Release {
        version: Version::new(0, 13, 1),
        listener_name_has_scope: true,
        tag: "gha-runner-scale-set-0.13.1",
        ..BASE
    },
    Release {
        version: Version::new(0, 14, 0),
        scale_set_labels: true,
        template_change_may_wedge: true,
        listener_name_has_scope: true,
        dispatches_on_enterprise_server: false,
        tag: "gha-runner-scale-set-0.14.0",
        ..BASE
    },
    Release {
        version: Version::new(0, 14, 1),
        scale_set_labels: true,
        template_change_may_wedge: true,
        listener_name_has_scope: true,
        tag: "gha-runner-scale-set-0.14.1",
        ..BASE
    },
    LATEST,
];

/// The newest release that fleetc knows: what a fleet gets that names none.
pub const LATEST: Release = Release {
    version: Version::new(0, 14, 2),
    scale_set_labels: true,
    template_change_may_wedge: true,
    listener_name_has_scope: true,
    rotates_secrets: true,
    tag: "gha-runner-scale-set-0.14.2",
    ..BASE
};

/// The release of this number.
pub fn release(version: Version) -> Option<&'static Release> {
    RELEASES.iter().find(|release| release.version == version)
}
