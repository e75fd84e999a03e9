//! What containers ask for, read back from the objects.

use crate::language::value::{Cpu, Memory};
use k8s_openapi::api::core::v1::Container;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

/// The request of a container; Kubernetes takes the limit where there is none.
pub fn request<'a>(container: &'a Container, resource: &str) -> Option<&'a Quantity> {
    let resources = container.resources.as_ref()?;
    let requested = resources.requests.as_ref().and_then(|requests| requests.get(resource));
    requested.or_else(|| limit(container, resource))
}

/// The limit of a container.
pub fn limit<'a>(container: &'a Container, resource: &str) -> Option<&'a Quantity> {
    container.resources.as_ref()?.limits.as_ref()?.get(resource)
}

/// Processor time; none where the quantity is written in a way that nobody writes processor time.
pub fn cpu(quantity: &Quantity) -> Option<Cpu> {
    Cpu::parse(&quantity.0)
}

/// Bytes; without a suffix too, as Kubernetes takes them.
pub fn memory(quantity: &Quantity) -> Option<Memory> {
    Memory::parse(&quantity.0).or_else(|| quantity.0.parse().ok().map(Memory))
}

/// Whether two quantities are the same amount, also where they are written differently.
pub fn same(resource: &str, one: &Quantity, other: &Quantity) -> bool {
    one == other
        || match resource {
            "cpu" => cpu(one).is_some() && cpu(one) == cpu(other),
            _ => memory(one).is_some() && memory(one) == memory(other),
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_compared_not_their_texts() {
        let quantity = |text: &str| Quantity(text.to_owned());
        assert!(same("cpu", &quantity("2"), &quantity("2000m")));
        assert!(same("memory", &quantity("1Gi"), &quantity("1073741824")));
        assert!(!same("memory", &quantity("1Gi"), &quantity("1G")));
        assert!(!same("cpu", &quantity("x"), &quantity("y")));
    }
}
