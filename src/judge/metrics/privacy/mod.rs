//! What a synthetic table gives away of its training rows, measured by attacks: singling out,
//! linkability, inference.
//!
//! A figure alone says little: patients are alike, and a useful table comes near to them.
//! So every figure is compared with the same figure for hold-out rows, which no generator has seen.
//! An alarm is raised by a difference that chance does not make (`draws.rs`).
//! Small distances, and large ones, prove nothing about privacy (Yao, Krčo, Ganev and de Montjoye
//! 2025, arXiv 2505.01524).
//! What is measured here is the risk under these attacks, and no more.
//! `docs/metrics-privacy.md` says for each figure which leaks it can see.
//!
//! Neighbours are found by an exact scan in f64 that gives the bits of a double loop, because
//! comparisons of distances are strict.
//! One far number stands in the place of missing cells, which gives all columns one formula without
//! a branch.
//! The distances of all rows that take part are kept, so that dealing labels anew only looks up.
//! The module knows nothing of reports: a risk is data.

mod attributes;
mod chance;
mod copies;
pub mod dcr;
mod draws;
mod figures;
mod judgement;
mod membership;
pub mod nearest;
mod neighbourhood;
mod pair;
mod plain;
mod protocol;
mod rare;
mod repeats;
mod risk;
mod rows;
mod shadow_design;
mod shadows;
mod uniform;

pub use attributes::AttributeRisk;
pub use copies::Copies;
pub use draws::{DRAWS, ROWS_AT_LEAST};
pub use plain::figures;
pub use risk::{Attack, MeasuredRisk};
pub use rows::{Rows, Scale};
pub use shadow_design::halves;
pub use shadows::{ShadowMembership, log_densities, shadow_membership};

use judgement::CopiesFound;
use protocol::Protocol;
use repeats::ByChance;
use table::Table;

/// Everything that was measured.
#[derive(Clone, Debug)]
pub struct PrivacyMeasures {
    /// The figures, in the order of a report.
    pub risks: Vec<MeasuredRisk>,
    /// Attribute inference column by column.
    pub attributes: Vec<AttributeRisk>,
    /// Rows that are published unchanged, counted over the whole tables.
    pub copies: Copies,
    /// Training rows, hold-out rows and synthetic rows of each of the [`DRAWS`] draws.
    pub rows_per_draw: usize,
    /// What a reader must know, in plain sentences.
    pub notes: Vec<String>,
}

impl PrivacyMeasures {
    /// The figure with this name.
    pub fn risk(&self, name: &str) -> Option<&MeasuredRisk> {
        self.risks.iter().find(|risk| risk.name == name)
    }

    /// The figures of one group of the report.
    pub fn group(&self, attack: Attack) -> impl Iterator<Item = &MeasuredRisk> {
        self.risks.iter().filter(move |risk| risk.attack == attack)
    }

    /// The figures whose alarm is raised.
    pub fn alarms(&self) -> impl Iterator<Item = &MeasuredRisk> {
        self.risks.iter().filter(|risk| risk.alarm == Some(true))
    }
}

/// Attacks the synthetic table, with every coded column as a sensitive one.
///
/// All tables have the same columns (panics otherwise).
/// Without a hold-out, a figure that needs one is NaN or not judged, and a note says so.
/// Of patients with several rows one row of each, chosen by the seed, takes part in the draws;
/// copies and rare values are still counted over the whole tables.
/// The result is a function of tables and seed.
pub fn privacy(
    train: &Table,
    holdout: Option<&Table>,
    synthetic: &Table,
    seed: u64,
) -> PrivacyMeasures {
    privacy_of(train, holdout, synthetic, &coded(train), seed)
}

fn coded(train: &Table) -> Vec<usize> {
    let columns = train.schema.columns.iter().enumerate();
    columns.filter(|(_, column)| column.kind.is_coded()).map(|(column, _)| column).collect()
}

/// [`privacy`] with the attribute attack on these coded columns only.
/// Panics when one of them is not coded.
pub fn privacy_of(
    train: &Table,
    holdout: Option<&Table>,
    synthetic: &Table,
    sensitive: &[usize],
    seed: u64,
) -> PrivacyMeasures {
    attacked(train, holdout, synthetic, sensitive, seed)
}

fn attacked(
    train: &Table,
    holdout: Option<&Table>,
    synthetic: &Table,
    sensitive: &[usize],
    seed: u64,
) -> PrivacyMeasures {
    for &column in sensitive {
        let column = &train.schema.columns[column];
        assert!(
            column.kind.is_coded(),
            "levels of the {} column {:?} to be guessed",
            column.kind,
            column.name
        );
    }
    let who = [train.patients(), holdout.and_then(Table::patients)];
    let empty = Rows::of(train).take(&[]);
    let (train, synthetic) = (Rows::of(train), Rows::of(synthetic));
    let holdout = holdout.map(Rows::of);
    let one = |rows: &Rows, of: Option<&[usize]>| match of {
        None => rows.clone(),
        Some(of) => rows.take(&chance::one_each(of, seed)),
    };
    let trained = one(&train, who[0]);
    let kept_back = holdout.as_ref().map(|holdout| one(holdout, who[1]));
    let protocol = Protocol::new(
        [&trained, kept_back.as_ref().unwrap_or(&empty), &synthetic],
        sensitive,
        seed,
    );
    let copies = Copies::count(&train, holdout.as_ref(), &synthetic);
    let found = CopiesFound { copies, chance: ByChance::of(&train, &synthetic) };
    let mut risks = judgement::risks(&protocol, &train, holdout.as_ref(), &synthetic, &found);
    let rows_per_draw = protocol.pool.rows_per_draw();
    if rows_per_draw < ROWS_AT_LEAST {
        risks.iter_mut().for_each(|risk| risk.alarm = None);
    }
    let mut notes = judgement::notes(rows_per_draw, holdout.is_some(), &found);
    if who.iter().any(Option::is_some) {
        notes.push("Patients have several rows: one row of each took part in the draws.".into());
    }
    PrivacyMeasures { risks, attributes: protocol.attributes(), copies, rows_per_draw, notes }
}
