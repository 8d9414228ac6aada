//! Shadow models whose tables are made up: members that are copied must be found, and fresh tables
//! must tell nothing.

use super::population::{sample, take};
use judge::metrics::privacy::{
    Rows, Scale, ShadowMembership, halves, log_densities, shadow_membership,
};
use table::Table;

const PATIENTS: usize = 60;

/// Eight models, each of which makes a fresh table with copies of those of `copied` that it learned
/// from.
fn audit(copied: &[usize], seed: u64) -> ShadowMembership {
    let patients = sample(PATIENTS, seed);
    let members = halves(PATIENTS, 8, seed);
    let rows = Rows::of(&patients);
    let scale = Scale::of(&rows);
    let density = |(model, members): (usize, &Vec<bool>)| {
        let remembered: Vec<usize> =
            copied.iter().copied().filter(|&patient| members[patient]).collect();
        let fresh = sample(300, seed + 1000 * (model as u64 + 1));
        log_densities(&rows, &Rows::of(&with(fresh, &take(&patients, &remembered))), &scale)
    };
    let densities: Vec<Vec<f64>> = members.iter().enumerate().map(density).collect();
    shadow_membership(&densities, &members)
}

/// A table whose first rows are others.
fn with(mut table: Table, rows: &Table) -> Table {
    for row in 0..rows.rows() {
        table.cells.row_mut(row).copy_from_slice(rows.cells.row(row));
    }
    table
}

#[test]
fn copied_members_are_told_from_others() {
    let everybody: Vec<usize> = (0..PATIENTS).collect();
    let found = audit(&everybody, 1);
    assert!(found.auc > 0.99 && found.interval.0 > 0.99, "{found:?}");
    assert!(found.effects.iter().all(|effect| *effect > 10.0), "{:?}", found.effects);
}

#[test]
fn the_few_who_are_remembered_are_the_most_exposed() {
    let found = audit(&[7, 23], 2);
    let mut order: Vec<usize> = (0..PATIENTS).collect();
    order.sort_by(|&a, &b| found.effects[b].total_cmp(&found.effects[a]));
    let mut first = [order[0], order[1]];
    first.sort_unstable();
    assert_eq!(first, [7, 23], "{:?}", found.effects);
    assert!(found.effects[order[1]] > 2.0 * found.effects[order[2]], "{:?}", found.effects);
    assert!(found.auc < 0.6, "an average hides them: {}", found.auc);
}

#[test]
fn fresh_tables_tell_nothing() {
    let rounds: Vec<ShadowMembership> = (0..40).map(|seed| audit(&[], 100 + seed)).collect();
    let mean = rounds.iter().map(|found| found.auc).sum::<f64>() / 40.0;
    // 480 dependent scores: a round has a standard deviation of about 0.025.
    assert!((mean - 0.5).abs() < 0.015, "mean area {mean}");
    let missed =
        rounds.iter().filter(|found| found.interval.0 > 0.5 || found.interval.1 < 0.5).count();
    assert!(missed <= 6, "{missed} of 40 intervals of 95 % miss 1/2");
    let effects: Vec<f64> = rounds.iter().flat_map(|found| found.effects.iter().copied()).collect();
    let large =
        effects.iter().filter(|effect| effect.abs() > 3.0).count() as f64 / effects.len() as f64;
    assert!(large < 0.02, "{large} of the effects are beyond 3 standard errors");
}

#[test]
fn areas_and_effects_are_those_by_hand() {
    // Less each model's mean: patient 0 has 1, 0, 2, 0 and is in models 0 and 2; patient 1 the
    // negatives of these and is in 1 and 3.
    // Scores of members 1, 2, 2, 1, of others 0, 0, 1, -1: 15 of 16 pairs in order.
    // Means differ by 1.5; the variance within kinds is 1/4 for both.
    let densities = [vec![3.0, 1.0], vec![0.0, 0.0], vec![4.0, 0.0], vec![1.0, 1.0]];
    let members = [vec![true, false], vec![false, true], vec![true, false], vec![false, true]];
    let found = shadow_membership(&densities, &members);
    assert_eq!(found.auc, 15.0 / 16.0);
    assert_eq!(found.effects, [3.0, 3.0]);
}
