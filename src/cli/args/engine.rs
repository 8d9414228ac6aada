//! Where to compute.

use clap::{Args, ValueEnum};
use engine::gpu::Api;
use mellizo::synthesis::{BackendChoice, Processor};

/// Which backend.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum BackendName {
    /// The best GPU if there is one, else the CPU.
    #[default]
    Auto,
    /// A GPU; an error if there is none.
    Gpu,
    /// The CPU.
    Cpu,
}

/// An interface to GPUs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ApiName {
    /// Linux and Windows.
    Vulkan,
    /// macOS.
    Metal,
    /// Windows.
    Dx12,
}

#[derive(Clone, Debug, Args)]
pub struct ApiOption {
    /// Use only GPUs that are reached through this interface; MELLIZO_API says the same.
    #[arg(long, value_enum)]
    pub api: Option<ApiName>,
}

impl ApiOption {
    /// The interface that is asked for.
    pub fn wanted(&self) -> Option<Api> {
        self.api.map(|api| match api {
            ApiName::Vulkan => Api::Vulkan,
            ApiName::Metal => Api::Metal,
            ApiName::Dx12 => Api::Dx12,
        })
    }
}

#[derive(Clone, Debug, Args)]
pub struct EngineOptions {
    /// Where to compute.
    #[arg(long, value_enum, default_value_t)]
    pub backend: BackendName,
    /// Part of the name of the GPU to use; the only way to a software GPU.
    #[arg(long, value_name = "NAME")]
    pub adapter: Option<String>,
    #[command(flatten)]
    pub api: ApiOption,
    /// Threads of the CPU backend; all processors by default. Results do not depend on it.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: Option<u16>,
}

impl EngineOptions {
    /// The backend to open.
    pub fn choice(&self) -> BackendChoice {
        let processor = match self.backend {
            BackendName::Auto => Processor::Auto,
            BackendName::Gpu => Processor::Gpu,
            BackendName::Cpu => Processor::Cpu,
        };
        BackendChoice { processor, adapter: self.adapter.clone() }
    }
}
