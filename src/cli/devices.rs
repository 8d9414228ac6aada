//! `mellizo devices`.

use crate::cpu::Cpu;
use crate::error::Result;
use crate::gpu::{AdapterSummary, adapters};
use crate::op::Backend;
use serde_json::json;

/// Lists the CPU backend and every GPU.
pub(super) fn devices(as_json: bool) -> Result<()> {
    let found = adapters();
    let cpu = Cpu::<f32>::new().describe();
    let text = if as_json { document(&cpu, &found) } else { list(&cpu, &found) };
    super::stdout::line(text)
}

fn document(cpu: &str, found: &[AdapterSummary]) -> String {
    let adapter = |a: &AdapterSummary| json!({ "name": a.name, "backend": a.backend, "driver": a.driver, "kind": a.kind, "software": a.software });
    json!({
        "version": super::outcome::VERSION,
        "cpu": cpu,
        "adapters": found.iter().map(adapter).collect::<Vec<_>>(),
    })
    .to_string()
}

fn list(cpu: &str, found: &[AdapterSummary]) -> String {
    let mut lines = vec![cpu.to_string()];
    for adapter in found {
        let note = if adapter.software { " (used only with --adapter)" } else { "" };
        let driver = if adapter.driver.is_empty() { String::new() } else { format!(", driver {}", adapter.driver) };
        lines.push(format!("GPU: {adapter}{driver}{note}"));
    }
    if found.is_empty() {
        lines.push("GPU: none found".into());
    }
    lines.join("\n")
}
