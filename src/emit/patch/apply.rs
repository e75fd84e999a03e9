//! Finds the objects that patches mean, and changes them.

use super::target::{Refusal, change};
use super::text::{self, Change};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::emit::arc::COMPANION_KINDS;
use crate::emit::object::{Body, Object, Objects, PoolObjects};
use crate::language::nodes::Patch;
use crate::language::suggest::{nearest, one_of};
use crate::model::{Fleet, Pool};
use crate::schema::fields::beside;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

/// The kind under which the template of a job's pod is patched: in the cluster it is text in a ConfigMap.
const HOOK_TEMPLATE: &str = "HookTemplate";

/// The patches of the fleet file that stand outside of pools.
pub struct Patches<'a> {
    patches: Vec<FleetPatch<'a>>,
}

struct FleetPatch<'a> {
    patch: &'a Patch,
    change: Change,
    hits: usize,
}

impl<'a> Patches<'a> {
    /// Reads them; what is no patch is reported.
    pub fn read(fleet: &'a Fleet, diagnostics: &mut Diagnostics) -> Self {
        let read = |patch| Some(FleetPatch { patch, change: read(patch, diagnostics)?, hits: 0 });
        Self { patches: fleet.patches.iter().filter_map(read).collect() }
    }

    /// Patches the objects of pools: first with the fleet's patches, then with each pool's own.
    pub fn apply_to_pools(
        &mut self,
        fleet: &Fleet,
        pools: &mut [PoolObjects],
        diagnostics: &mut Diagnostics,
    ) {
        for fleet_patch in &mut self.patches {
            let FleetPatch { patch, change, hits } = fleet_patch;
            let mut run = Run { patch, change, hits: 0, diagnostics };
            for (pool, objects) in fleet.pools.iter().zip(&mut *pools) {
                run.patch_pool(fleet, pool, objects);
            }
            *hits += run.hits;
        }
        for (pool, objects) in fleet.pools.iter().zip(pools) {
            for patch in &pool.node.patches {
                let Some(change) = read(patch, diagnostics) else { continue };
                let mut run = Run { patch, change: &change, hits: 0, diagnostics };
                run.patch_pool(fleet, pool, objects);
                run.report_no_hit(fleet, std::iter::once((pool, &*objects)), &[]);
            }
        }
    }

    /// Patches all other objects with the fleet's patches.
    pub fn apply_to_others(&mut self, others: &mut [Object], diagnostics: &mut Diagnostics) {
        for fleet_patch in &mut self.patches {
            let FleetPatch { patch, change, hits } = fleet_patch;
            let mut run = Run { patch, change, hits: 0, diagnostics };
            for object in &mut *others {
                run.patch_object(object);
            }
            *hits += run.hits;
        }
    }

    /// Reports patches of the fleet that no object was meant by.
    pub fn report_no_hits(&self, fleet: &Fleet, objects: &Objects, diagnostics: &mut Diagnostics) {
        for FleetPatch { patch, change, hits } in &self.patches {
            let mut run = Run { patch, change, hits: *hits, diagnostics };
            run.report_no_hit(fleet, fleet.pools.iter().zip(&objects.pools), &objects.others);
        }
    }
}

fn read(patch: &Patch, diagnostics: &mut Diagnostics) -> Option<Change> {
    match text::read(patch) {
        Ok(change) => Some(change),
        Err(unusable) => {
            let found = Diagnostic::new("patch-invalid", unusable.message)
                .label(unusable.span, "in this patch")
                .help(unusable.help);
            diagnostics.push(found);
            None
        }
    }
}

/// One patch on its way through the objects.
struct Run<'a> {
    patch: &'a Patch,
    change: &'a Change,
    hits: usize,
    diagnostics: &'a mut Diagnostics,
}

impl Run<'_> {
    fn means(&self, kind: &str, metadata: &ObjectMeta) -> bool {
        let name = metadata.name.as_deref().unwrap_or("");
        self.patch.kind.as_str() == kind
            && self.patch.name.as_ref().is_none_or(|wanted| wanted.as_str() == name)
    }

    fn patch_pool(&mut self, fleet: &Fleet, pool: &Pool, objects: &mut PoolObjects) {
        if self.means("AutoscalingRunnerSet", &objects.runner_set.metadata) {
            self.hits += 1;
            match change(&mut objects.runner_set, self.change) {
                Ok(()) => objects.runner_set_patched.push(self.patch.span),
                Err(refusal) => self.refuse("AutoscalingRunnerSet", refusal),
            }
        }
        let name = objects.runner_set.metadata.clone();
        if let Some(template) = &mut objects.hook_template
            && self.means(HOOK_TEMPLATE, &name)
        {
            self.hits += 1;
            match change(template, self.change) {
                Ok(()) => objects.hook_template_patched.push(self.patch.span),
                Err(refusal) => self.refuse(HOOK_TEMPLATE, refusal),
            }
        }
        if COMPANION_KINDS.iter().any(|(_, kind)| *kind == self.patch.kind.as_str()) {
            self.patch_companions(fleet, pool, objects);
        }
    }

    fn patch_companions(&mut self, fleet: &Fleet, pool: &Pool, objects: &mut PoolObjects) {
        let before = self.hits;
        let mut companions = objects.companions(fleet, pool).into_owned();
        companions.iter_mut().for_each(|object| self.patch_object(object));
        if self.hits > before {
            objects.patched_companions = Some(companions);
        }
    }

    fn patch_object(&mut self, object: &mut Object) {
        let kind = object.body.kind();
        if !self.means(&kind, &object.body.metadata()) {
            return;
        }
        self.hits += 1;
        match change_body(&mut object.body, self.change) {
            Ok(()) => object.patched.push(self.patch.span),
            Err(refusal) => self.refuse(&kind, refusal),
        }
    }

    fn refuse(&mut self, kind: &str, refusal: Refusal) {
        let span =
            self.patch.merge.as_ref().or(self.patch.json.as_ref()).map_or(self.patch.span, |b| b.text.span);
        let found = match refusal {
            Refusal::Operation(reason) => {
                Diagnostic::new("patch-invalid", format!("the patch of {kind} can't be applied: {reason}"))
                    .label(span, "in this patch")
                    .help("`fleetc build` shows the object as it is without the patch")
            }
            Refusal::Shape(reason) => {
                Diagnostic::new("patch-invalid", format!("the patched {kind} would not be valid: {reason}"))
                    .label(span, "in this patch")
                    .effect("the API server would refuse the object")
                    .help("correct the field's type")
            }
            Refusal::Identity(field) => Diagnostic::new(
                "patch-invalid",
                format!("a patch can't change {field}"),
            )
            .label(span, "in this patch")
            .effect("the object would become another one, and the rest of the fleet would still name the old")
            .help("change the name in the fleet file, or carry an object of your own along with `manifest`"),
            Refusal::Unknown(paths) => {
                let code = match kind {
                    "AutoscalingRunnerSet" => "crd-prunes-field",
                    HOOK_TEMPLATE => "hook-template-shape",
                    _ => "patch-unknown-field",
                };
                let fields = one_of(paths.iter().map(String::as_str)).replace(" or ", " and ");
                let help = match paths.iter().find_map(|path| meant(kind, path)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "check the path: it starts at the object, as in `spec: {template: {spec: …}}`"
                        .to_owned(),
                };
                Diagnostic::new(code, format!("{kind} has no field {fields}"))
                    .label(span, "in this patch")
                    .effect("strict server-side apply refuses the object; any other way the field is dropped silently")
                    .help(help)
            }
        };
        self.diagnostics.push(found);
    }

    fn report_no_hit<'o>(
        &mut self,
        fleet: &Fleet,
        pools: impl Iterator<Item = (&'o Pool, &'o PoolObjects)>,
        others: &'o [Object],
    ) {
        if self.hits > 0 {
            return;
        }
        let kind = self.patch.kind.as_str();
        let mut kinds: Vec<String> = Vec::new();
        let mut names: Vec<String> = Vec::new();
        let mut note = |found: String, metadata: ObjectMeta| {
            if found == kind {
                names.extend(metadata.name);
            }
            if !kinds.contains(&found) {
                kinds.push(found);
            }
        };
        for (pool, objects) in pools {
            note("AutoscalingRunnerSet".to_owned(), objects.runner_set.metadata.clone());
            if objects.hook_template.is_some() {
                note(HOOK_TEMPLATE.to_owned(), objects.runner_set.metadata.clone());
            }
            let companions = objects.companions(fleet, pool);
            companions.iter().for_each(|object| note(object.body.kind(), object.body.metadata()));
        }
        others.iter().for_each(|object| note(object.body.kind(), object.body.metadata()));
        let found = match &self.patch.name {
            Some(name) if !names.is_empty() => {
                let near = nearest(name.as_str(), names.iter().map(String::as_str));
                let help = near.map_or_else(
                    || "`fleetc build` lists the objects by name".to_owned(),
                    |near| format!("did you mean \"{near}\"?"),
                );
                Diagnostic::new("patch-no-target", format!("no {kind} is called \"{}\"", name.value))
                    .label(name.span, "not emitted")
                    .help(help)
            }
            _ => {
                let near = nearest(kind, kinds.iter().map(String::as_str));
                let help = near.map_or_else(
                    || format!("here you can patch {}", one_of(kinds.iter().map(String::as_str))),
                    |near| format!("did you mean \"{near}\"?"),
                );
                Diagnostic::new("patch-no-target", format!("no {kind} is emitted here"))
                    .label(self.patch.kind.span, "not emitted")
                    .help(help)
            }
        };
        self.diagnostics.push(found);
    }
}

/// The field that a misspelt one was meant as.
fn meant(kind: &str, path: &str) -> Option<String> {
    let fields = beside(kind, path);
    let name = path.rsplit('.').next().unwrap_or(path);
    nearest(name, fields.iter().map(String::as_str)).map(str::to_owned)
}

fn change_body(body: &mut Body, by: &Change) -> Result<(), Refusal> {
    match body {
        Body::AutoscalingRunnerSet(object) => change(object, by),
        Body::ConfigMap(object) => change(object, by),
        Body::ServiceAccount(object) => change(object, by),
        Body::Role(object) => change(object, by),
        Body::RoleBinding(object) => change(object, by),
        Body::ClusterRole(object) => change(object, by),
        Body::ClusterRoleBinding(object) => change(object, by),
        Body::CronJob(object) => change(object, by),
        Body::Deployment(object) => change(object, by),
        Body::Service(object) => change(object, by),
        Body::Namespace(object) => change(object, by),
        Body::PersistentVolumeClaim(object) => change(object, by),
        Body::PriorityClass(object) => change(object, by),
        Body::LimitRange(object) => change(object, by),
        Body::ResourceQuota(object) => change(object, by),
        Body::NetworkPolicy(object) => change(object, by),
        Body::AppProject(object) => change(object, by),
        Body::Application(object) => change(object, by),
        Body::CustomResourceDefinition(object) => change(object, by),
        Body::Fleet(object) => change(object, by),
        Body::VaultServer(object) => change(object, by),
        Body::VaultJwtAuth(object) => change(object, by),
        Body::VaultKubernetesAuth(object) => change(object, by),
        Body::VaultPolicy(object) => change(object, by),
        Body::VaultJwtRole(object) => change(object, by),
        Body::VaultKubernetesRole(object) => change(object, by),
        Body::PrometheusRule(object) => change(object, by),
        Body::PodMonitor(object) => change(object, by),
        Body::ServiceMonitor(object) => change(object, by),
        Body::Manifest(object) => change(object, by),
    }
}
