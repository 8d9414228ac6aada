//! `mellizo doctor`.

use ground::error::{Error, Result};
use mellizo::synthesis::doctor::{Finding, Health, examine, is_broken};
use serde_json::json;

/// Looks at the machine and says what is in the way. Errors when something does not work.
pub(super) fn doctor(as_json: bool) -> Result<()> {
    let findings = examine();
    match as_json {
        true => super::stdout::line(document(&findings))?,
        false => super::stdout::folded(&list(&findings))?,
    }
    match is_broken(&findings) {
        true => Err(Error::Device("a device of this machine does not work".into())),
        false => Ok(()),
    }
}

fn word(health: Health) -> &'static str {
    match health {
        Health::Good => "good",
        Health::Doubtful => "doubtful",
        Health::Broken => "broken",
    }
}

fn document(findings: &[Finding]) -> String {
    let finding = |f: &Finding| json!({ "what": f.what, "health": word(f.health), "found": f.found, "remedy": f.remedy });
    let findings: Vec<_> = findings.iter().map(finding).collect();
    json!({ "version": crate::cli::version::VERSION, "command": "doctor", "findings": findings })
        .to_string()
}

fn list(findings: &[Finding]) -> String {
    let line = |f: &Finding| {
        let remedy =
            f.remedy.as_ref().map_or(String::new(), |text| format!("\n          -> {text}"));
        format!("{:<8}  {}: {}{remedy}", word(f.health), f.what, f.found)
    };
    findings.iter().map(line).collect::<Vec<_>>().join("\n")
}
