//! Which GPU: the user's choice by name, or the best one that is not a software imitation.

use ground::error::{Error, Result};
use std::fmt;
use wgpu::DeviceType;

/// One way to reach one GPU of this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdapterSummary {
    /// The device's name.
    pub name: String,
    /// The interface: `Vulkan`, `Metal` or `Dx12`.
    pub backend: String,
    /// The driver and its version, as far as it tells them.
    pub driver: String,
    /// `discrete`, `integrated`, `virtual`, `software` or `other`.
    pub kind: &'static str,
    /// Whether a CPU plays the GPU: used only when asked for by name.
    pub software: bool,
}

impl AdapterSummary {
    fn of(info: &wgpu::AdapterInfo) -> Self {
        let kind = match info.device_type {
            DeviceType::DiscreteGpu => "discrete",
            DeviceType::IntegratedGpu => "integrated",
            DeviceType::VirtualGpu => "virtual",
            DeviceType::Cpu => "software",
            DeviceType::Other => "other",
        };
        Self {
            name: info.name.clone(),
            backend: format!("{:?}", info.backend),
            driver: format!("{} {}", info.driver, info.driver_info).trim().to_owned(),
            kind,
            software: info.device_type == DeviceType::Cpu,
        }
    }
}

impl fmt::Display for AdapterSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}, {})", self.name, self.backend, self.kind)
    }
}

/// Every adapter of this machine.
pub fn adapters() -> Vec<AdapterSummary> {
    found(&instance(false)).into_iter().map(|(_, summary)| summary).collect()
}

/// wgpu without its own checks unless they are asked for: in this crate every dispatch is fixed
/// when a Program is compiled.
pub(super) fn instance(checks: bool) -> wgpu::Instance {
    let flags =
        if checks { wgpu::InstanceFlags::debugging() } else { wgpu::InstanceFlags::empty() };
    let backends = wgpu::Backends::PRIMARY;
    let plain = wgpu::InstanceDescriptor::new_without_display_handle();
    wgpu::Instance::new(wgpu::InstanceDescriptor { backends, flags, ..plain })
}

/// Every adapter, and what is to be said about it.
pub(super) fn found(instance: &wgpu::Instance) -> Vec<(wgpu::Adapter, AdapterSummary)> {
    let adapters = pollster::block_on(instance.enumerate_adapters(wgpu::Backends::PRIMARY));
    adapters
        .into_iter()
        .map(|adapter| {
            let summary = AdapterSummary::of(&adapter.get_info());
            (adapter, summary)
        })
        .collect()
}

/// The adapter whose name contains `name` (upper and lower case are the same), or the best one of
/// real hardware.
pub(super) fn choose(
    instance: &wgpu::Instance,
    name: Option<&str>,
) -> Result<(wgpu::Adapter, AdapterSummary)> {
    let mut found = found(instance);
    let summaries: Vec<_> = found.iter().map(|(_, summary)| summary.clone()).collect();
    match preferred(&summaries, name) {
        Some(index) => Ok(found.swap_remove(index)),
        None => Err(Error::Device(nothing_fits(&summaries, name))),
    }
}

/// Discrete before integrated before everything else; of equals the first.
fn preferred(summaries: &[AdapterSummary], name: Option<&str>) -> Option<usize> {
    let wanted = name.map(str::to_lowercase);
    let fits = |summary: &AdapterSummary| match &wanted {
        Some(wanted) => summary.name.to_lowercase().contains(wanted),
        None => !summary.software,
    };
    let order = |kind: &str| {
        ["discrete", "integrated", "virtual", "other", "software"].iter().position(|k| *k == kind)
    };
    let candidates = summaries.iter().enumerate().filter(|(_, summary)| fits(summary));
    candidates.min_by_key(|(_, summary)| order(summary.kind)).map(|(index, _)| index)
}

fn nothing_fits(summaries: &[AdapterSummary], name: Option<&str>) -> String {
    let list: Vec<_> = summaries.iter().map(AdapterSummary::to_string).collect();
    let there = if list.is_empty() {
        "there is none".to_owned()
    } else {
        format!("there are: {}", list.join("; "))
    };
    match name {
        Some(name) => format!("no GPU adapter is called {name:?}; {there}"),
        None if list.is_empty() => {
            "no GPU adapter was found; install a driver or use the CPU backend".to_owned()
        }
        None => {
            format!("only software GPU adapters were found, which are used only by name; {there}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(name: &str, kind: &'static str) -> AdapterSummary {
        let software = kind == "software";
        AdapterSummary {
            name: name.into(),
            backend: "Vulkan".into(),
            driver: String::new(),
            kind,
            software,
        }
    }

    #[test]
    fn a_discrete_gpu_comes_first_and_software_only_by_name() {
        let all = [
            summary("llvmpipe", "software"),
            summary("Iris", "integrated"),
            summary("H200", "discrete"),
        ];
        assert_eq!(preferred(&all, None), Some(2));
        assert_eq!(preferred(&all[..2], None), Some(1));
        assert_eq!(preferred(&all[..1], None), None);
        assert_eq!(preferred(&all, Some("LLVM")), Some(0));
        assert_eq!(preferred(&all, Some("radeon")), None);
    }

    #[test]
    fn an_error_lists_what_is_there() {
        let all = [summary("llvmpipe", "software")];
        assert!(nothing_fits(&all, None).contains("llvmpipe (Vulkan, software)"));
        assert!(nothing_fits(&all, Some("radeon")).contains("\"radeon\"; there are: llvmpipe"));
        assert!(nothing_fits(&[], None).contains("CPU backend"));
    }
}
