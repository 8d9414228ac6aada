//! Large tables: what is sampled or cut short is said, on stderr and in the JSON.

use crate::desk::{Desk, MULTIPLE, small};

/// 300 patients of two numbers and a level.
fn table() -> String {
    let row = |row: usize| format!("{},{},{}\n", row * 7 % 97, row * 31 % 89, ["a", "b"][row % 2]);
    (0..300).map(row).fold("x,y,z\n".to_owned(), |text, row| text + &row)
}

fn desk(patients: usize, synthetic: usize) -> Desk {
    let (desk, mut recipe) = (Desk::new(), small());
    recipe.table.set("most", patients);
    recipe.sampling.set("most", synthetic);
    desk.put("few.toml", recipe.to_toml());
    desk.put("own.csv", table());
    desk
}

fn rows(desk: &Desk, name: &str) -> usize {
    desk.text(name).lines().count() - 1
}

#[test]
fn a_sample_of_a_large_table_is_learned_and_said() {
    let desk = desk(120, 150);
    let line = "run own.csv --recipe few.toml --epochs 1 --backend cpu --json --out out";
    let finished = desk.mellizo(line);
    let warnings = finished.json()["warnings"].to_string();
    for part in [
        "of 300 rows, a random sample of 120 is learned from (table.most = 120)",
        "150 synthetic patients instead of 4 times 120 (sampling.most = 150)",
    ] {
        assert!(warnings.contains(part), "{part}: {warnings}");
        assert!(finished.stderr.contains(part), "{part}: {}", finished.stderr);
    }
    assert_eq!(rows(&desk, "out/private/cohort.csv"), 120);
    assert_eq!(rows(&desk, "out/share/synthetic.csv"), 150);
}

#[test]
fn there_are_never_fewer_synthetic_patients_than_real_ones() {
    let desk = desk(1000, 10);
    desk.mellizo("run own.csv --recipe few.toml --epochs 1 --backend cpu --out out").good();
    assert_eq!(rows(&desk, "out/share/synthetic.csv"), 300);
    let desk = self::desk(1000, 100_000);
    desk.mellizo("run own.csv --recipe few.toml --epochs 1 --backend cpu --out out").good();
    assert_eq!(rows(&desk, "out/share/synthetic.csv"), MULTIPLE * 300);
}

#[test]
fn steps_and_epochs_exclude_each_other_and_steps_are_counted() {
    let desk = desk(1000, 1000);
    desk.mellizo("run own.csv --steps 3 --epochs 2").says_usage("--epochs");
    desk.mellizo("run own.csv --steps 0").says_usage("--steps");
    let line = "train own.csv --recipe few.toml --backend cpu --json --no-stop";
    // Batches of 64 of 300 patients: an epoch has four steps, and seven steps are one whole epoch.
    for (limit, steps) in [("--steps 8", 8), ("--steps 7", 4), ("--steps 3", 3), ("--epochs 3", 12)]
    {
        let finished = desk.mellizo(&format!("{line} {limit} --force --out out"));
        assert_eq!(finished.json()["steps"], steps, "{limit}");
    }
}
