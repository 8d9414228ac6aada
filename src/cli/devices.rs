//! `mellizo devices`.

use engine::cpu::Cpu;
use engine::gpu::{AdapterSummary, remembered, why_none};
use engine::op::Backend;
use ground::error::Result;
use serde_json::json;
use std::collections::BTreeMap;

/// An adapter, and for how many matrix products and sorts each variant was chosen.
type Known = (AdapterSummary, BTreeMap<String, usize>);

/// Lists the CPU backend and every GPU.
pub(super) fn devices(as_json: bool) -> Result<()> {
    let found = remembered(mellizo::synthesis::cache_folder().as_deref());
    let cpu = Cpu::single().describe();
    match as_json {
        true => super::stdout::line(document(&cpu, &found)),
        false => super::stdout::folded(&list(&cpu, &found)),
    }
}

fn document(cpu: &str, found: &[Known]) -> String {
    let adapter = |(a, products): &Known| {
        json!({
            "name": a.name,
            "backend": a.backend,
            "driver": a.driver,
            "kind": a.kind,
            "software": a.software,
            "products": products,
        })
    };
    let mut document = json!({
        "version": crate::cli::version::VERSION,
        "cpu": cpu,
        "adapters": found.iter().map(adapter).collect::<Vec<_>>(),
    });
    if found.is_empty() {
        document["none"] = json!(why_none());
    }
    document.to_string()
}

fn list(cpu: &str, found: &[Known]) -> String {
    let mut lines = vec![cpu.to_string()];
    for (adapter, products) in found {
        let note = if adapter.software { " (used only with --adapter)" } else { "" };
        let driver = if adapter.driver.is_empty() {
            String::new()
        } else {
            format!(", driver {}", adapter.driver)
        };
        lines.push(format!("GPU: {adapter}{driver}{note}"));
        if !products.is_empty() {
            let counts: Vec<_> =
                products.iter().map(|(variant, count)| format!("{count} by {variant}")).collect();
            lines.push(format!("     products and sorts measured: {}", counts.join(", ")));
        }
    }
    if found.is_empty() {
        lines.push(format!("GPU: {}", why_none()));
    }
    lines.join("\n")
}
