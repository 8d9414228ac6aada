//! Where to compute.

use clap::{Args, ValueEnum};
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

#[derive(Clone, Debug, Args)]
pub struct EngineOptions {
    /// Where to compute.
    #[arg(long, value_enum, default_value_t)]
    pub backend: BackendName,
    /// Part of the name of the GPU to use; the only way to a software GPU.
    #[arg(long, value_name = "NAME")]
    pub adapter: Option<String>,
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
