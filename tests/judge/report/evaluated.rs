//! Evaluations to draw.
//! Columns, associations and counts are computed in the plainest way, so that the pages look like
//! real ones; scores are filled in by hand, because here it matters what a page says of a number
//! and not where the number is from.

use ground::matrix::Matrix;
use judge::evaluation::{
    Associations, Attack, Audit, Better, ColumnScore, Conditional, ConditionalSlice, Evaluation,
    Exposure, Facts, InputFile, KeptRelations, MissingPerRow, Privacy, Risk, Role, Score,
    ScoreName, Sizes, TargetScore, Utility,
};
use judge::metrics::conditional::{conditional, level_shares};
use table::Table;

/// Everything measured, with scores that mean "columns right, relations lost" (0) to "as good as
/// real" (1).
pub fn full(real: &Table, synthetic: &Table, place: f64) -> Evaluation {
    let mut evaluation = bare(real, synthetic);
    for score in &mut evaluation.scores {
        let (ceiling, floor) = references(score.name);
        score.value = floor + place * (ceiling - floor);
        (score.ceiling, score.floor) = (Some(ceiling), Some(floor));
        (score.low, score.high) = (Some(score.value - 0.01), Some(score.value + 0.01));
        (score.holdout, score.against_holdout) = (Some(ceiling - 0.004), Some(score.value));
        score.whole = Some(score.value);
    }
    evaluation.sizes.holdout = Some(real.rows() / 5);
    evaluation.sizes.compared_holdout = Some(real.rows() / 5);
    evaluation.utility = Some(Utility {
        targets: vec![
            TargetScore {
                column: "death".into(),
                measure: "AUC",
                real: 0.81,
                synthetic: 0.62 + 0.18 * place,
            },
            TargetScore {
                column: "d.time".into(),
                measure: "R2",
                real: 0.22,
                synthetic: -0.11 + 0.3 * place,
            },
        ],
        difference: -0.2 + 0.19 * place,
        holdout: true,
        trained_on: real.rows(),
        tested_on: real.rows() / 5,
    });
    evaluation.privacy =
        Privacy { risks: risks(place), holdout: true, rows: real.rows() / 5, draws: 10 };
    evaluation.audit = Some(Audit {
        auc: 0.53,
        low: 0.49,
        high: 0.57,
        models: 16,
        epochs: 200,
        minutes: 4.2,
        budget: 5.0,
        exposed: vec![Exposure { row: 417, effect: 4.4 }, Exposure { row: 98, effect: 3.9 }],
        notes: vec!["Each patient was left out of 8 of the 16 models.".into()],
    });
    evaluation
}

/// What is known without a hold-out, targets or an audit; every score is NaN.
pub fn bare(real: &Table, synthetic: &Table) -> Evaluation {
    let columns = real.schema.columns.len();
    let names: Vec<String> = real.schema.columns.iter().map(|column| column.name.clone()).collect();
    let missing = |table: &Table| {
        let mut counts = vec![0; columns + 1];
        table.missing_per_row().iter().for_each(|&missing| counts[missing] += 1);
        counts
    };
    Evaluation {
        scores: ScoreName::ALL.map(|name| Score::new(name, f64::NAN)).to_vec(),
        columns: (0..columns).map(|column| column_score(real, synthetic, column)).collect(),
        pairs: Vec::new(),
        associations: Associations {
            columns: names,
            real: correlations(real),
            synthetic: correlations(synthetic),
        },
        kept: KeptRelations::default(),
        missing_per_row: MissingPerRow { real: missing(real), synthetic: missing(synthetic) },
        conditionals: conditionals(real, synthetic),
        utility: None,
        survival: None,
        privacy: Privacy::default(),
        audit: None,
        sizes: Sizes {
            real: real.rows(),
            patients: real.patients_of(0..real.rows()),
            synthetic: synthetic.rows(),
            columns,
            compared: real.rows() / 2,
            splits: 5,
            ..Sizes::default()
        },
        seed: 7,
        facts: Facts {
            command: "mellizo evaluate cohort.csv synthetic.csv --seed 7 --html report.html".into(),
            version: "0.1.0".into(),
            evaluation_seconds: 12.5,
            files: vec![
                InputFile {
                    role: Role::Real,
                    name: "cohort.csv".into(),
                    sha256: "0123456789abcdef".repeat(4),
                },
                InputFile {
                    role: Role::Synthetic,
                    name: "synthetic.csv".into(),
                    sha256: "fedcba9876543210".repeat(4),
                },
            ],
        },
        notes: vec!["Constant columns are left out of the relations.".into()],
    }
}

fn references(name: ScoreName) -> (f64, f64) {
    use ScoreName::*;
    match name {
        ColumnShapes | MissingSimilarity => (0.949, 0.951),
        PairTrendsAll => (0.84, 0.80),
        PairTrendsStrong => (0.871, 0.789),
        MissingPerRowKs => (0.036, 0.228),
        SpearmanMae => (0.069, 0.306),
        JointFrechet => (0.161, 1.6),
        MarginalFrechet => (0.0021, 0.0019),
        DetectionLogisticAuc => (0.51, 0.66),
        DetectionTreesAuc => (0.49, 0.97),
        TstrRatio => (1.0, 0.7),
        DcrOverfittingProtection | DcrBaselineProtection => (0.98, 1.0),
        Nnaa | MiaAuc => (0.5, 0.52),
        Identifiability => (0.4, 0.1),
        ExactCopies => (0.0, 0.0),
    }
}

fn risks(place: f64) -> Vec<Risk> {
    let risk = |name, label, attack, value, reference, alarm_above: f64| Risk {
        name,
        label,
        attack,
        value,
        low: Some(value - 0.02),
        high: Some(value + 0.02),
        reference: Some(reference),
        reference_label: "patients kept back",
        better: Better::Lower,
        alarm_above: Some(alarm_above),
        alarm_below: None,
        alarm: Some(value > alarm_above),
        blind_spot: "a patient who is recognised by a combination of columns that no record \
                     repeats",
    };
    vec![
        risk(
            "exact_copies",
            "synthetic patients that copy a real one",
            Attack::SinglingOut,
            0.0,
            0.0,
            0.01,
        ),
        risk(
            "rare_values",
            "rare values republished",
            Attack::SinglingOut,
            0.31,
            0.02,
            0.2 + place,
        ),
        risk("mia_auc", "membership told from density", Attack::Linkability, 0.51, 0.5, 0.56),
        Risk {
            alarm: None,
            value: f64::NAN,
            low: None,
            high: None,
            ..risk(
                "nnaa",
                "nearest neighbours across the tables",
                Attack::Linkability,
                0.0,
                f64::NAN,
                0.1,
            )
        },
    ]
}

fn column_score(real: &Table, synthetic: &Table, column: usize) -> ColumnScore {
    let described = &real.schema.columns[column];
    let values = |table: &Table| {
        let mut values: Vec<f64> =
            table.cells.column(column).filter(|cell| !cell.is_nan()).collect();
        values.sort_unstable_by(f64::total_cmp);
        values
    };
    let (a, b) = (values(real), values(synthetic));
    let below = |values: &[f64], at: f64| {
        values.partition_point(|value| *value <= at) as f64 / values.len() as f64
    };
    let distance =
        a.iter().chain(&b).map(|&at| (below(&a, at) - below(&b, at)).abs()).fold(0.0, f64::max);
    let missing = |table: &Table, known: usize| 1.0 - known as f64 / table.rows().max(1) as f64;
    let (real_missing, synthetic_missing) = (missing(real, a.len()), missing(synthetic, b.len()));
    ColumnScore {
        name: described.name.clone(),
        label: described.label.clone(),
        kind: described.kind,
        shape: Some(1.0 - distance).filter(|_| !a.is_empty() && !b.is_empty()),
        shape_ceiling: Some(0.95),
        missing_similarity: 1.0 - (real_missing - synthetic_missing).abs(),
        real_missing,
        real_missing_patients: [real.rows() - a.len(), a.len()],
        synthetic_missing,
        coverage: Some(0.98),
        boundary_adherence: (!described.kind.is_coded()).then_some(1.0),
    }
}

/// Pearson's correlation on numbers and places of levels.
fn correlations(table: &Table) -> Matrix {
    let size = table.schema.columns.len();
    let of = |a: usize, b: usize| {
        let pairs: Vec<(f64, f64)> = table
            .cells
            .column(a)
            .zip(table.cells.column(b))
            .filter(|(a, b)| !(a + b).is_nan())
            .collect();
        let n = pairs.len() as f64;
        let (x, y) =
            pairs.iter().fold((0.0, 0.0), |sum, pair| (sum.0 + pair.0 / n, sum.1 + pair.1 / n));
        let sums = pairs.iter().fold((0.0, 0.0, 0.0), |sum, pair| {
            let (dx, dy) = (pair.0 - x, pair.1 - y);
            (sum.0 + dx * dy, sum.1 + dx * dx, sum.2 + dy * dy)
        });
        sums.0 / (sums.1 * sums.2).sqrt()
    };
    let mut values = Matrix::zeros(size, size);
    for a in 0..size {
        for b in 0..=a {
            values[(a, b)] = of(a, b);
            values[(b, a)] = values[(a, b)];
        }
    }
    values
}

fn conditionals(real: &Table, synthetic: &Table) -> Vec<Conditional> {
    let place = |name: &Option<String>| name.as_ref().and_then(|name| real.position(name));
    let (Some(given), Some(of)) = (place(&real.schema.status), place(&real.schema.stage)) else {
        return Vec::new();
    };
    let slices = level_shares(real, given).names.into_iter().enumerate().map(|(level, name)| {
        let (a, b) =
            (conditional(real, of, given, level), conditional(synthetic, of, given, level));
        ConditionalSlice {
            given: name,
            real: a.counts,
            real_missing: a.missing,
            behind: a.behind,
            synthetic: b.counts,
            synthetic_missing: b.missing,
        }
    });
    vec![Conditional {
        of: real.schema.columns[of].name.clone(),
        levels: real.schema.columns[of].levels.clone(),
        given: real.schema.columns[given].name.clone(),
        slices: slices.collect(),
        worst_points: 4.2,
    }]
}
