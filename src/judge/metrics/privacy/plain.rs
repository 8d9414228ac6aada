//! The figures of one draw without a judgement: the references of a report, with real patients in
//! the place of synthetic ones.

use super::copies::Copies;
use super::dcr;
use super::protocol::Protocol;
use super::rows::Rows;
use table::Table;

/// The figures that a report gives references for, by name, in one draw of equally many rows of
/// each kind.
/// NaN where a figure needs a hold-out and there is none.
/// Copies are counted over the whole tables.
///
/// The figures are those of [`super::privacy`], which takes medians of ten draws and judges them.
/// Panics when the columns differ.
pub fn figures(
    train: &Table,
    holdout: Option<&Table>,
    other: &Table,
    seed: u64,
) -> [(&'static str, f64); 6] {
    let (train, other) = (Rows::of(train), Rows::of(other));
    let holdout = holdout.map(Rows::of);
    let empty = train.take(&[]);
    let protocol = Protocol::new([&train, holdout.as_ref().unwrap_or(&empty), &other], &[], seed);
    let (measured, baseline) = protocol.first();
    let copies = Copies::count(&train, holdout.as_ref(), &other);
    let mia = if holdout.is_some() { measured.figures.mia_auc.training } else { f64::NAN };
    [
        ("dcr_overfitting_protection", dcr::protection(measured.figures.closer.training)),
        ("dcr_baseline_protection", baseline),
        ("nnaa", measured.figures.nnaa.training),
        ("identifiability", measured.figures.identifiability.training),
        ("exact_copies", copies.training as f64 / train.rows() as f64),
        ("mia_auc", mia),
    ]
}
