//! Rare classes with what goes with them, and what is not moved.

use super::*;

fn block(first: usize, len: usize) -> Block {
    Block { kind: BlockKind::Levels, first, len, scale: 1.0, missing: false }
}

/// Rows of a class, of which the third is rare, an event, and a number.
fn rows(count: usize, event: impl Fn(usize, bool) -> bool) -> Matrix {
    Matrix::from_fn(count, 6, |row, column| {
        let class = if row % 100 == 0 { 2 } else { row % 2 };
        match column {
            0..3 => f64::from(u8::from(class == column)),
            3 | 4 => f64::from(u8::from(event(row, class == 2) == (column == 4))),
            _ => (row * 7919 % 1009) as f64 / 1009.0,
        }
    })
}

fn samples<'a>(real: &'a Matrix, generated: &'a Matrix, blocks: &'a [Block]) -> Samples<'a> {
    Samples { real, patients: None, generated, blocks, gates: &[] }
}

fn share(rows: &Matrix) -> f64 {
    let rare: Vec<usize> = (0..rows.rows()).filter(|&row| rows[(row, 2)] > 0.5).collect();
    rare.iter().filter(|&&row| rows[(row, 4)] > 0.5).count() as f64 / rare.len() as f64
}

#[test]
fn a_rare_class_keeps_what_goes_with_it() {
    let blocks = [block(0, 3), block(3, 2), Block { kind: BlockKind::Number, ..block(5, 1) }];
    let real = rows(700, |row, rare| rare || row / 2 % 4 == 0);
    let generated = rows(20_000, |row, _| row / 100 % 4 == 0);
    let samples = samples(&real, &generated, &blocks);
    let (moves, moved) = fit(&samples);
    assert_eq!(moves.len(), 1, "{moves:?}");
    let expected = (7.0 + 0.25) / 8.0;
    assert!((share(&moved) - expected).abs() < 0.07, "{} for {expected}", share(&moved));
    assert!(moves.iter().all(|one| one.is_sound(&blocks)));
    // The others are as they were.
    let same = |row: usize| generated.row(row) == moved.row(row);
    assert!((0..20_000).filter(|row| row % 100 != 0).all(same));
}

#[test]
fn what_goes_with_one_patient_is_not_moved() {
    let blocks = [block(0, 3), block(3, 2), Block { kind: BlockKind::Number, ..block(5, 1) }];
    let real = rows(700, |row, rare| rare || row / 2 % 4 == 0);
    let generated = rows(20_000, |row, _| row / 100 % 4 == 0);
    let patients: Vec<usize> = (0..700).map(|row| if row % 100 == 0 { 0 } else { row }).collect();
    let of_one = Samples { patients: Some(&patients), ..samples(&real, &generated, &blocks) };
    assert_eq!(fit(&of_one).0, []);
}

#[test]
fn what_comes_out_right_is_not_moved() {
    let blocks = [block(0, 3), block(3, 2), Block { kind: BlockKind::Number, ..block(5, 1) }];
    let real = rows(700, |row, _| row / 100 % 4 == 0);
    let generated = rows(20_000, |row, _| row / 100 % 4 == 0);
    let samples = samples(&real, &generated, &blocks);
    assert_eq!(fit(&samples).0, []);
}

#[test]
fn binomial_tails() {
    assert!((tail(6, 6, 0.25) - 0.25f64.powi(6)).abs() < 1e-12);
    assert!((tail(1, 4, 0.25) - (1.0 - 0.75f64.powi(4))).abs() < 1e-12);
}
