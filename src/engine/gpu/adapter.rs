//! Which GPU: the user's choice by name and interface, or the best one that is not a software
//! imitation.

use ground::error::{Error, Result};
use std::fmt;
use std::sync::Mutex;
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
    /// Whether it is reached through the interface, if one is asked for.
    fn offers(&self, api: Option<Api>) -> bool {
        api.is_none_or(|api| self.backend.eq_ignore_ascii_case(api.name()))
    }

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

/// An interface to GPUs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Api {
    /// Linux, Windows, Android.
    Vulkan,
    /// macOS and iOS.
    Metal,
    /// Windows.
    Dx12,
}

/// Names the interface to use where nobody says it in another way.
pub const API_VARIABLE: &str = "MELLIZO_API";

/// What a command was asked for.
static LIMIT: Mutex<Option<Api>> = Mutex::new(None);

impl Api {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Vulkan, Self::Metal, Self::Dx12];

    /// Its name on the command line and in `MELLIZO_API`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Vulkan => "vulkan",
            Self::Metal => "metal",
            Self::Dx12 => "dx12",
        }
    }

    /// Uses no other interface from now on, in this process; none: whatever the environment says.
    pub fn limit(api: Option<Self>) {
        *LIMIT.lock().expect("nothing panics while it is held") = api;
    }

    /// The one that [`Api::limit`] or else the environment names; none if neither names one.
    /// Errors when it is none of them.
    pub fn wanted() -> Result<Option<Self>> {
        let limit = *LIMIT.lock().expect("nothing panics while it is held");
        if limit.is_some() {
            return Ok(limit);
        }
        Self::named(std::env::var_os(API_VARIABLE).unwrap_or_default().to_string_lossy().trim())
    }

    fn named(text: &str) -> Result<Option<Self>> {
        if text.is_empty() {
            return Ok(None);
        }
        let found = Self::ALL.into_iter().find(|api| api.name().eq_ignore_ascii_case(text));
        found.map(Some).ok_or_else(|| {
            Error::Usage(format!("{API_VARIABLE} is {text:?}; it may be vulkan, metal or dx12"))
        })
    }
}

/// Every adapter of this machine; those of one interface where the environment names it.
pub fn adapters() -> Vec<AdapterSummary> {
    reached(&instance(false)).into_iter().map(|(_, summary)| summary).collect()
}

/// Why no adapter is [listed](adapters): there is none, or none of the interface that is asked for.
pub fn why_none() -> String {
    let all: Vec<_> = found(&instance(false)).into_iter().map(|(_, summary)| summary).collect();
    match Api::wanted() {
        Ok(api) => nothing_fits(&all, None, api),
        Err(error) => error.to_string(),
    }
}

/// Every adapter, or every one of the interface that the environment names.
pub(super) fn reached(instance: &wgpu::Instance) -> Vec<(wgpu::Adapter, AdapterSummary)> {
    // A name that is none finds nothing; whoever opens an adapter is told.
    let Ok(api) = Api::wanted() else { return Vec::new() };
    found(instance).into_iter().filter(|(_, summary)| summary.offers(api)).collect()
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
fn found(instance: &wgpu::Instance) -> Vec<(wgpu::Adapter, AdapterSummary)> {
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
/// real hardware; of those of one interface where the environment names it.
pub(super) fn choose(
    instance: &wgpu::Instance,
    name: Option<&str>,
) -> Result<(wgpu::Adapter, AdapterSummary)> {
    let api = Api::wanted()?;
    let mut found = found(instance);
    let summaries: Vec<_> = found.iter().map(|(_, summary)| summary.clone()).collect();
    match preferred(&summaries, name, api) {
        Some(index) => Ok(found.swap_remove(index)),
        None => Err(Error::Device(nothing_fits(&summaries, name, api))),
    }
}

/// Discrete before integrated before everything else; of equals the first.
fn preferred(summaries: &[AdapterSummary], name: Option<&str>, api: Option<Api>) -> Option<usize> {
    let wanted = name.map(str::to_lowercase);
    let fits = |summary: &AdapterSummary| match &wanted {
        Some(wanted) => summary.name.to_lowercase().contains(wanted),
        None => !summary.software,
    };
    let fits = |summary: &AdapterSummary| summary.offers(api) && fits(summary);
    let order = |kind: &str| {
        ["discrete", "integrated", "virtual", "other", "software"].iter().position(|k| *k == kind)
    };
    let candidates = summaries.iter().enumerate().filter(|(_, summary)| fits(summary));
    candidates.min_by_key(|(_, summary)| order(summary.kind)).map(|(index, _)| index)
}

fn nothing_fits(summaries: &[AdapterSummary], name: Option<&str>, api: Option<Api>) -> String {
    let list: Vec<_> = summaries.iter().map(AdapterSummary::to_string).collect();
    let there = if list.is_empty() {
        "there is none".to_owned()
    } else {
        format!("there are: {}", list.join("; "))
    };
    let through = api.map_or(String::new(), |api| format!(" through {}", api.name()));
    let reached = summaries.iter().any(|summary| summary.offers(api));
    match name {
        Some(name) => format!("no GPU adapter{through} is called {name:?}; {there}"),
        None if list.is_empty() => {
            "no GPU adapter was found; install a driver or use the CPU backend".to_owned()
        }
        None if !reached => format!("no GPU adapter{through} was found; {there}"),
        None => {
            format!(
                "only software GPU adapters{through} were found, which are used only by name; \
                 {there}"
            )
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
        assert_eq!(preferred(&all, None, None), Some(2));
        assert_eq!(preferred(&all[..2], None, None), Some(1));
        assert_eq!(preferred(&all[..1], None, None), None);
        assert_eq!(preferred(&all, Some("LLVM"), None), Some(0));
        assert_eq!(preferred(&all, Some("radeon"), None), None);
    }

    #[test]
    fn an_error_lists_what_is_there() {
        let all = [summary("llvmpipe", "software")];
        assert!(nothing_fits(&all, None, None).contains("llvmpipe (Vulkan, software)"));
        assert!(
            nothing_fits(&all, Some("radeon"), None).contains("\"radeon\"; there are: llvmpipe")
        );
        assert!(nothing_fits(&[], None, None).contains("CPU backend"));
    }

    #[test]
    fn an_interface_that_is_asked_for_is_the_only_one() {
        let vulkan = summary("H200", "discrete");
        let all = [vulkan.clone(), AdapterSummary { backend: "Dx12".into(), ..vulkan }];
        assert_eq!(preferred(&all, None, Some(Api::Dx12)), Some(1));
        assert_eq!(preferred(&all, Some("h2"), Some(Api::Vulkan)), Some(0));
        assert_eq!(preferred(&all, None, Some(Api::Metal)), None);
        let none = nothing_fits(&all, None, Some(Api::Metal));
        assert!(none.starts_with("no GPU adapter through metal was found; there are: "), "{none}");
        assert!(none.contains("H200 (Dx12, discrete)"), "{none}");
    }

    #[test]
    fn an_interface_has_a_name_and_another_word_is_an_error() {
        for api in Api::ALL {
            assert_eq!(Api::named(api.name()).unwrap(), Some(api));
        }
        assert_eq!(Api::named("VULKAN").unwrap(), Some(Api::Vulkan));
        assert_eq!(Api::named("").unwrap(), None);
        let error = Api::named("opengl").unwrap_err().to_string();
        assert!(error.contains("MELLIZO_API is \"opengl\"; it may be vulkan, metal or dx12"));
    }
}
