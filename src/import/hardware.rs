//! Classes of machines, as far as pods tell of them.

use super::kdl::Kdl;
use super::set::{Set, items, text};
use crate::language::nodes::{ContainerMode, Effect};
use crate::language::value::{Cpu, DeviceName, LabelKey, LabelValue, Memory, Name, Value};
use crate::syntax::Scalar;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// A class as pods see it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Class {
    selector: BTreeMap<String, String>,
    tolerations: Vec<(String, Option<String>, Option<String>)>,
    devices: BTreeSet<String>,
}

/// The classes of all sets, with their names.
#[derive(Default)]
pub struct Classes {
    known: Vec<(String, Class)>,
}

/// What words say of where a set's pods go.
#[derive(Default)]
pub struct Place {
    /// `hardware "gpu" devices=1`
    pub hardware: Option<Kdl>,
    /// `tolerate …`, where there is no class.
    pub tolerate: Vec<Kdl>,
}

impl Classes {
    /// Where a set's pods go; its class is declared where no set had it before.
    pub fn of(&mut self, set: &Set) -> Place {
        let (work_pod, work) = set.work_place();
        let pod = if set.mode == ContainerMode::Kubernetes { set.pod() } else { work_pod };
        let selector = selector(pod);
        let tolerations: Vec<_> = items(pod, "tolerations").iter().filter_map(toleration).collect();
        let amounts = devices(work);
        if selector.is_empty() && amounts.is_empty() {
            return Place { hardware: None, tolerate: tolerations.iter().map(tolerate).collect() };
        }
        let class = Class { selector, tolerations, devices: amounts.keys().cloned().collect() };
        let name = match self.known.iter().find(|(_, known)| *known == class) {
            Some((name, _)) => name.clone(),
            None => {
                let name = self.name_for(&class);
                self.known.push((name.clone(), class));
                name
            }
        };
        let mut counts = amounts.values();
        let first = counts.next().copied();
        let mut hardware = Kdl::new("hardware").arg(name);
        match first {
            Some(count) if counts.all(|other| *other == count) => hardware = hardware.prop("devices", count),
            Some(_) => {
                let each =
                    amounts.iter().map(|(device, count)| Kdl::new("device").arg(device.as_str()).arg(*count));
                hardware = hardware.children(each);
            }
            None => {}
        }
        Place { hardware: Some(hardware), tolerate: Vec::new() }
    }

    fn name_for(&self, class: &Class) -> String {
        let device = class.devices.first().and_then(|device| device.rsplit('/').next());
        let label = class.selector.iter().next().map(|(key, value)| match value.as_str() {
            "true" | "" => key.rsplit('/').next().unwrap_or(key).to_owned(),
            value => value.to_owned(),
        });
        let device = device.map(str::to_owned);
        let text =
            if class.devices.len() > 1 { label.or(device) } else { device.or(label) }.unwrap_or_default();
        let name = Name::from_text(&text).map_or_else(|| "machines".to_owned(), |name| name.to_string());
        let taken = |name: &str| self.known.iter().any(|(known, _)| known == name);
        if !taken(&name) {
            return name;
        }
        (2..).map(|number| format!("{name}-{number}")).find(|name| !taken(name)).unwrap_or(name)
    }

    /// The declarations, with machines where nodes of the cluster are known; and names of classes without.
    pub fn declared(&self, nodes: &[Json]) -> (Vec<Kdl>, Vec<String>) {
        let mut uncounted = Vec::new();
        let declare = |(name, class): &(String, Class)| {
            let groups = machines(name, class, nodes);
            let mut kdl = Kdl::new("hardware").arg(name.as_str());
            if groups.is_empty() {
                uncounted.push(name.clone());
                let sample = if class.devices.is_empty() { "" } else { " devices=4" };
                kdl.comment = Some(format!(
                    "TODO: how many machines there are, so that capacity is proved:\n\
                     nodes \"{name}\" count=2 cpu=64 memory=\"512Gi\"{sample}"
                ));
            }
            kdl.children(class.devices.iter().map(|device| Kdl::new("device").arg(device.as_str())))
                .children(
                    class
                        .selector
                        .iter()
                        .map(|(key, value)| Kdl::new("select").arg(key.as_str()).arg(value.as_str())),
                )
                .children(class.tolerations.iter().map(tolerate))
                .children(groups)
        };
        let declared = self.known.iter().map(declare).collect();
        (declared, uncounted)
    }
}

/// Labels of nodes that a pod is sent to.
fn selector(pod: &Json) -> BTreeMap<String, String> {
    let labels = pod.get("nodeSelector").and_then(Json::as_object).into_iter().flatten();
    let text = |(key, value): (&String, &Json)| Some((key.clone(), value.as_str()?.to_owned()));
    let good = |(key, value): &(String, String)| {
        LabelKey::parse(key).is_some() && LabelValue::parse(value).is_some()
    };
    labels.filter_map(text).filter(good).collect()
}

/// A toleration that the language has words for: key, value, effect.
fn toleration(toleration: &Json) -> Option<(String, Option<String>, Option<String>)> {
    let key = LabelKey::parse(text(toleration, "key")?)?.to_string();
    let value = match text(toleration, "operator") {
        Some("Exists") => None,
        None | Some("Equal") => Some(LabelValue::parse(text(toleration, "value").unwrap_or(""))?.to_string()),
        Some(_) => return None,
    };
    let effect = text(toleration, "effect").filter(|effect| !effect.is_empty());
    if let Some(effect) = effect {
        Effect::read(&Scalar::String(effect.to_owned())).ok()?;
    }
    toleration.get("tolerationSeconds").is_none().then(|| (key, value, effect.map(str::to_owned)))
}

fn tolerate((key, value, effect): &(String, Option<String>, Option<String>)) -> Kdl {
    Kdl::new("tolerate").arg(key.as_str()).maybe("value", value.clone()).maybe("effect", effect.clone())
}

/// Devices that a container holds.
fn devices(container: &Json) -> BTreeMap<String, u64> {
    let limits = container.pointer("/resources/limits").and_then(Json::as_object).into_iter().flatten();
    let device = |(name, amount): (&String, &Json)| {
        let name = DeviceName::parse(name)?.to_string();
        Some((name, amount.as_str()?.parse::<u64>().ok().filter(|count| *count > 0)?))
    };
    limits.filter_map(device).collect()
}

/// Nodes of the cluster that are of a class, by what they can give.
fn machines(class_name: &str, class: &Class, nodes: &[Json]) -> Vec<Kdl> {
    type Group = (String, String, BTreeMap<String, String>, Vec<Kdl>);
    let mut groups: Vec<(Group, u64)> = Vec::new();
    for node in nodes {
        let label = |key: &str| node.pointer("/metadata/labels").and_then(|labels| labels.get(key)?.as_str());
        let allocatable =
            |name: &str| node.pointer("/status/allocatable").and_then(|amounts| amounts.get(name)?.as_str());
        if !class.selector.iter().all(|(key, value)| label(key) == Some(value)) {
            continue;
        }
        let devices =
            class.devices.iter().filter_map(|name| Some((name.clone(), allocatable(name)?.to_owned())));
        let devices: BTreeMap<_, _> = devices.filter(|(_, count)| count != "0").collect();
        let (Some(cpu), Some(memory)) =
            (allocatable("cpu").and_then(Cpu::parse), allocatable("memory").and_then(Memory::parse))
        else {
            continue;
        };
        if devices.len() < class.devices.len() {
            continue;
        }
        let spec = node.get("spec").unwrap_or(&Json::Null);
        let taints = items(spec, "taints").iter().filter_map(|taint| {
            let effect = text(taint, "effect")?;
            let kdl = Kdl::new("taint").arg(LabelKey::parse(text(taint, "key")?)?.to_string());
            Some(kdl.maybe("value", text(taint, "value")).prop("effect", effect))
        });
        let group = (cpu.to_string(), memory.to_string(), devices, taints.collect());
        match groups.iter_mut().find(|(known, _)| *known == group) {
            Some((_, count)) => *count += 1,
            None => groups.push((group, 1)),
        }
    }
    let name = |at: usize| match at {
        0 => class_name.to_owned(),
        at => format!("{class_name}-{}", at + 1),
    };
    let write = |(at, ((cpu, memory, devices, taints), count)): (usize, (Group, u64))| {
        let mut kdl = Kdl::new("nodes").arg(name(at)).prop("count", count);
        kdl = super::pool::amount(kdl, "cpu", &cpu).prop("memory", memory);
        let counts: Vec<u64> = devices.values().filter_map(|count| count.parse().ok()).collect();
        let each = devices
            .keys()
            .zip(&counts)
            .map(|(name, count)| Kdl::new("device").arg(name.as_str()).arg(*count));
        match counts.split_first() {
            Some((first, rest)) if rest.iter().all(|count| count == first) => {
                kdl.prop("devices", *first).children(taints)
            }
            _ => kdl.children(each).children(taints),
        }
    };
    groups.into_iter().enumerate().map(write).collect()
}
