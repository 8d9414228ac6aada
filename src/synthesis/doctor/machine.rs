//! Drivers, loaders, permissions, containers, clusters, WSL and SSH.

use super::Finding;
use crate::synthesis::cache_folder;
use engine::gpu::AdapterSummary;
use std::env::var_os;
use std::path::{Path, PathBuf};

/// Where Linux keeps libraries.
const LIBRARIES: [&str; 6] = [
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib64",
    "/usr/lib",
    "/lib64",
    "/usr/local/lib",
];

/// Where descriptions of Vulkan drivers lie.
const DRIVERS: [&str; 4] = [
    "/usr/share/vulkan/icd.d",
    "/etc/vulkan/icd.d",
    "/usr/local/share/vulkan/icd.d",
    "/usr/local/etc/vulkan/icd.d",
];

/// A machine as far as it matters here; made by [`Machine::here`], or by tests.
#[derive(Clone, Debug, Default)]
pub(super) struct Machine {
    /// Whether Vulkan's loader was found.
    pub(super) loader: bool,
    /// Descriptions of drivers.
    pub(super) drivers: Vec<String>,
    /// The variable that says which drivers to use.
    pub(super) chosen_drivers: Option<String>,
    /// Nodes of GPUs, and whether this user may open them.
    pub(super) nodes: Vec<(String, bool)>,
    pub(super) container: bool,
    pub(super) wsl: bool,
    pub(super) ssh: bool,
    /// The cluster's variable for the GPUs of a job; none outside of a job.
    pub(super) job_gpus: Option<String>,
    /// Processors that the cluster gave to the job.
    pub(super) job_processors: Option<usize>,
    pub(super) threads: usize,
    /// GPUs that are no software ones.
    pub(super) real_adapters: usize,
}

/// Everything that was found on this machine.
pub(super) fn findings(adapters: &[AdapterSummary]) -> Vec<Finding> {
    let real_adapters = adapters.iter().filter(|adapter| !adapter.software).count();
    let mut findings = if cfg!(target_os = "linux") {
        Machine::here(real_adapters).findings()
    } else {
        Vec::new()
    };
    findings.extend(cache());
    findings
}

impl Machine {
    fn here(real_adapters: usize) -> Self {
        let named = |name: &str| var_os(name).map(|value| value.to_string_lossy().into_owned());
        let version = std::fs::read_to_string("/proc/version").unwrap_or_default();
        let groups = std::fs::read_to_string("/proc/1/cgroup").unwrap_or_default();
        let marks = ["/.dockerenv", "/run/.containerenv", "/.singularity.d"];
        let container = marks.iter().any(|mark| Path::new(mark).exists())
            || ["docker", "kubepods", "containerd", "lxc"].iter().any(|word| groups.contains(word));
        let in_job = var_os("SLURM_JOB_ID").is_some() || var_os("PBS_JOBID").is_some();
        let job_gpus = in_job
            .then(|| named("SLURM_JOB_GPUS").or(named("CUDA_VISIBLE_DEVICES")).unwrap_or_default());
        Self {
            loader: loader(),
            drivers: DRIVERS.iter().flat_map(|folder| names(folder, ".json")).collect(),
            chosen_drivers: named("VK_DRIVER_FILES").or(named("VK_ICD_FILENAMES")),
            nodes: nodes(),
            container,
            wsl: version.to_lowercase().contains("microsoft"),
            ssh: var_os("SSH_CONNECTION").is_some(),
            job_gpus,
            job_processors: named("SLURM_CPUS_PER_TASK").and_then(|text| text.parse().ok()),
            threads: rayon::current_num_threads(),
            real_adapters,
        }
    }

    pub(super) fn findings(&self) -> Vec<Finding> {
        let all = [
            self.loader_finding(),
            self.driver_finding(),
            self.node_finding(),
            self.container_finding(),
            self.wsl_finding(),
            self.job_finding(),
            self.thread_finding(),
            self.ssh_finding(),
        ];
        all.into_iter().flatten().collect()
    }

    fn loader_finding(&self) -> Option<Finding> {
        if self.loader {
            return Some(Finding::good("Vulkan loader", "libvulkan.so.1 is there"));
        }
        let remedy = "install it (Debian: libvulkan1, Fedora: vulkan-loader), or use --backend cpu";
        Some(Finding::doubtful("Vulkan loader", "libvulkan.so.1 was not found", remedy))
    }

    fn driver_finding(&self) -> Option<Finding> {
        let what = "Vulkan drivers";
        if let Some(chosen) = &self.chosen_drivers {
            let mut paths = std::env::split_paths(chosen);
            return Some(match paths.find(|path| !path.exists()) {
                None => Finding::good(what, format!("VK_DRIVER_FILES names {chosen}")),
                Some(path) => Finding::doubtful(
                    what,
                    format!("VK_DRIVER_FILES names {}, which is not there", path.display()),
                    "unset VK_DRIVER_FILES and VK_ICD_FILENAMES, or name a file that is there",
                ),
            });
        }
        if self.drivers.is_empty() {
            let remedy = "install the driver of the GPU (NVIDIA: its own; AMD, Intel and software: \
                          mesa-vulkan-drivers)";
            return Some(Finding::doubtful(what, "none are installed", remedy));
        }
        Some(Finding::good(what, self.drivers.join(", ")))
    }

    fn node_finding(&self) -> Option<Finding> {
        let closed: Vec<&str> =
            self.nodes.iter().filter(|(_, open)| !open).map(|(name, _)| name.as_str()).collect();
        if !closed.is_empty() {
            let remedy = "ask to be in the groups render and video, then log in again";
            let found = format!("{} may not be opened by this user", closed.join(", "));
            return Some(Finding::doubtful("GPU nodes", found, remedy));
        }
        let names: Vec<&str> = self.nodes.iter().map(|(name, _)| name.as_str()).collect();
        let nvidia = names.iter().any(|name| name.starts_with("/dev/nvidia"));
        let driver = self.drivers.iter().any(|name| name.contains("nvidia"));
        if nvidia && !driver && self.real_adapters == 0 {
            let remedy = match self.container {
                true => {
                    "start the container with NVIDIA_DRIVER_CAPABILITIES=all: the default \
                         leaves Vulkan out"
                }
                false => {
                    "install the part of NVIDIA's driver that has Vulkan (Debian: \
                          nvidia-vulkan-icd)"
                }
            };
            let found = "an NVIDIA GPU is there, and its Vulkan driver is not";
            return Some(Finding::doubtful("GPU nodes", found, remedy));
        }
        let found = if names.is_empty() { "none".into() } else { names.join(", ") };
        Some(Finding::good("GPU nodes", found))
    }

    fn container_finding(&self) -> Option<Finding> {
        let what = "Container";
        match (self.container, self.nodes.is_empty()) {
            (false, _) => None,
            (true, false) => Some(Finding::good(what, "it was given a GPU")),
            (true, true) => Some(Finding::doubtful(
                what,
                "it was given no GPU",
                "if the host has one, start it with --gpus all (NVIDIA, and \
                 NVIDIA_DRIVER_CAPABILITIES=all), --device /dev/dri (AMD, Intel) or --nv \
                 (Apptainer)",
            )),
        }
    }

    fn wsl_finding(&self) -> Option<Finding> {
        let remedy = "install mesa-vulkan-drivers 23 or later, whose driver `dzn` reaches Windows' \
                      GPU, or run mellizo.exe on Windows itself";
        let found = "Vulkan sees no GPU of Windows";
        let good = || Finding::good("WSL", "a GPU of Windows is seen");
        self.wsl.then(|| match self.real_adapters {
            0 => Finding::doubtful("WSL", found, remedy),
            _ => good(),
        })
    }

    fn job_finding(&self) -> Option<Finding> {
        let gpus = self.job_gpus.as_ref()?;
        if gpus.is_empty() && self.real_adapters == 0 {
            let remedy = "ask for one (Slurm: --gres=gpu:1), or give --backend cpu";
            return Some(Finding::doubtful("Cluster", "the job has no GPU", remedy));
        }
        let found = if gpus.is_empty() { "a job" } else { "a job with GPUs" };
        Some(Finding::good("Cluster", found))
    }

    fn thread_finding(&self) -> Option<Finding> {
        let threads = self.threads;
        match self.job_processors {
            Some(given) if given < threads => Some(Finding::doubtful(
                "Threads",
                format!("{threads} threads on {given} processors of the job"),
                format!("give --threads {given}"),
            )),
            _ => Some(Finding::good("Threads", threads.to_string())),
        }
    }

    fn ssh_finding(&self) -> Option<Finding> {
        let found = "over SSH: a connection that ends, ends the run; its checkpoints are kept";
        let remedy = "run it in tmux, screen or nohup; `run --resume DIR` goes on";
        self.ssh.then(|| Finding::doubtful("SSH", found, remedy))
    }
}

fn loader() -> bool {
    let given = var_os("LD_LIBRARY_PATH").unwrap_or_default();
    let folders = std::env::split_paths(&given).chain(LIBRARIES.iter().map(PathBuf::from));
    folders.into_iter().any(|folder| folder.join("libvulkan.so.1").exists())
}

/// Names in a folder that end like this.
fn names(folder: &str, ending: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(ending)).collect();
    names.sort();
    names
}

/// The nodes of GPUs, and whether they can be opened.
fn nodes() -> Vec<(String, bool)> {
    let render = names("/dev/dri", "").into_iter().filter(|name| name.starts_with("renderD"));
    let render = render.map(|name| format!("/dev/dri/{name}"));
    let nvidia = names("/dev", "")
        .into_iter()
        .filter(|name| name.strip_prefix("nvidia").is_some_and(|rest| rest.parse::<u32>().is_ok()));
    let all = render
        .chain(nvidia.map(|name| format!("/dev/{name}")))
        .chain(Path::new("/dev/dxg").exists().then(|| "/dev/dxg".to_owned()));
    let open = |path: &String| std::fs::File::options().read(true).write(true).open(path).is_ok();
    all.map(|path| (path.clone(), open(&path))).collect()
}

/// Whether choices and pipelines can be remembered.
fn cache() -> Option<Finding> {
    let folder = cache_folder()?;
    let made = std::fs::create_dir_all(&folder);
    let written = made.and_then(|()| {
        let path = folder.join(".doctor");
        std::fs::write(&path, b"")?;
        std::fs::remove_file(path)
    });
    let found = folder.display().to_string();
    Some(match written {
        Ok(()) => Finding::good("Cache folder", found),
        Err(error) => Finding::doubtful(
            "Cache folder",
            format!("{found}: {error}"),
            "set MELLIZO_CACHE_DIR to a folder that can be written to, or to nothing",
        ),
    })
}

#[cfg(test)]
mod tests;
