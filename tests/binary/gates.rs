//! Privacy gates: what does not pass them gets nowhere near `share`.

use crate::desk::{Desk, cpu};
use crate::evaluation::tables;

const RUN: &str = "run real.csv --schema schema.toml --recipe small.toml --epochs 2 --holdout 0.3 \
                   --backend cpu";

#[test]
fn a_run_that_passes_fills_share_and_one_that_does_not_leaves_it_empty() {
    let desk = tables();
    let passed = desk.judged(&format!("{RUN} --max-mia-auc 1 --out good")).good();
    assert!(passed.stderr.contains("look at good/share/report.html"), "{}", passed.stderr);
    let plain = desk.judged(&format!("{RUN} --out plain")).good();
    assert!(plain.stderr.contains("look at plain/share/report.html"), "{}", plain.stderr);
    assert_eq!(desk.names("good/share"), desk.names("plain/share"));
    assert_eq!(desk.names("good/private"), desk.names("plain/private"));
    assert_eq!(desk.bytes("good/share/synthetic.csv"), desk.bytes("plain/share/synthetic.csv"));
    let report = |out: &str| {
        let text = desk.text(&format!("{out}/report.json"));
        let report: serde_json::Value = serde_json::from_str(&text).unwrap();
        let risks = report["privacy"]["risks"].as_array().unwrap().clone();
        let mia = risks.iter().find(|risk| risk["name"] == "mia_auc").unwrap();
        mia["value"].as_f64().unwrap()
    };
    let measured = report("good/share");
    let failed = desk.judged(&format!("{RUN} --max-mia-auc 0.2 --out bad --json"));
    assert!(measured > 0.2, "{measured}: nothing that can fail");
    assert_eq!((failed.code, &failed.json()["exit_code"]), (Some(8), &8.into()));
    assert!(desk.names("bad/share").is_empty(), "{:?}", desk.names("bad/share"));
    assert_eq!(desk.names("bad/private/withheld"), desk.names("plain/share"));
    let error = failed.stderr.lines().last().unwrap();
    assert!(error.contains("privacy gate failed") && error.contains("--max-mia-auc"), "{error}");
    assert_eq!(report("bad/private/withheld"), measured);
    // Its training need not be done again.
    let words = "its checkpoints are kept: `mellizo run --resume bad`";
    assert!(failed.stderr.contains(words), "{}", failed.stderr);
    let again = desk.judged("run --resume bad --max-mia-auc 0.1");
    assert_eq!(again.code, Some(8), "{}", again.stderr);
    assert!(desk.names("bad/share").is_empty(), "{:?}", desk.names("bad/share"));
    desk.judged("run --resume bad --max-mia-auc 1").good();
    assert_eq!(desk.bytes("bad/share/synthetic.csv"), desk.bytes("plain/share/synthetic.csv"));
    assert_eq!(desk.names("bad/private"), desk.names("plain/private"));
    // A later run in that folder leaves nothing of it.
    desk.mellizo_on(&cpu(), &format!("{} --out bad --force", RUN.replace(" --backend cpu", "")))
        .good();
    assert!(!desk.path("bad/private/withheld").exists(), "{:?}", desk.names("bad/private"));
}

#[test]
fn gates_that_cannot_be_passed_are_refused_before_any_work() {
    let desk = Desk::new();
    let line = "run --recipe small.toml --epochs 1 --backend cpu --max-mia-auc 0.6 --out a";
    desk.judged(line).refused(2, &["--max-mia-auc", "--holdout", "--audit-minutes"]);
    let line = "train --recipe small.toml --holdout 0.2 --backend cpu --max-mia-auc 0.6 --out a";
    desk.judged(line).refused(2, &["--max-mia-auc", "mellizo run"]);
    let line = "run --recipe small.toml --epochs 1 --backend cpu --require-epsilon 3 --out a";
    desk.judged(line).refused(8, &["privacy gate failed", "--recipe private"]);
    assert!(!desk.path("a").exists());
}
