//! The fast scan against a plain double loop.

use super::population::{Dice, sample, schema, take};
use ground::matrix::Matrix;
use judge::metrics::privacy::nearest::nearest;
use judge::metrics::privacy::{Rows, Scale};
use table::{Kind, Table};

/// The definition, from the table's cells: nothing of the library but the cells.
fn plain(a: &Table, row: usize, b: &Table, other: usize) -> f64 {
    let mut sum = 0.0;
    for (column, described) in b.schema.columns.iter().enumerate() {
        let known = || b.cells.column(column).filter(|cell| !cell.is_nan());
        let range =
            known().fold(f64::NEG_INFINITY, f64::max) - known().fold(f64::INFINITY, f64::min);
        let (x, y) = (a.cells[(row, column)], b.cells[(other, column)]);
        sum += match (x.is_nan(), y.is_nan()) {
            (true, true) => 0.0,
            (true, false) | (false, true) => 1.0,
            _ if x == y => 0.0,
            _ if described.kind.is_coded() || range <= 0.0 => 1.0,
            _ => ((x - y).abs() / range).min(1.0),
        };
    }
    sum / b.schema.columns.len() as f64
}

/// All distances of a row, ascending, with the numbers of the rows.
fn plain_order(a: &Table, row: usize, b: &Table) -> Vec<(f64, usize)> {
    let mut all: Vec<(f64, usize)> =
        (0..b.rows()).map(|other| (plain(a, row, b, other), other)).collect();
    all.sort_by(|x, y| x.0.total_cmp(&y.0).then(x.1.cmp(&y.1)));
    all
}

fn assert_exact(queries: &Table, references: &Table) {
    let rows = Rows::of(references);
    let scale = Scale::of(&rows);
    let found = nearest(&Rows::of(queries), &rows, &scale, 3);
    for row in 0..queries.rows() {
        let expected = plain_order(queries, row, references);
        for (place, neighbour) in found.of(row).iter().enumerate() {
            match expected.get(place) {
                Some(&(distance, other)) => {
                    assert_eq!((neighbour.distance, neighbour.row), (distance, other))
                }
                None => {
                    assert_eq!((neighbour.distance, neighbour.row), (f64::INFINITY, usize::MAX))
                }
            }
        }
    }
}

#[test]
fn neighbours_are_those_of_a_double_loop_bit_for_bit() {
    for (queries, references) in [(1, 1), (3, 2), (31, 33), (70, 64), (65, 95)] {
        assert_exact(&sample(queries, 1), &sample(references, 2));
    }
}

#[test]
fn odd_columns_are_measured_as_defined() {
    let nan = f64::NAN;
    let kinds = [Kind::Numerical, Kind::Numerical, Kind::Integer, Kind::Nominal];
    let table = |cells: &[f64]| Table {
        schema: schema(&kinds),
        cells: Matrix::from_values(cells.len() / 4, 4, cells.to_vec()),
        patients: None,
    };
    // A constant column, one without any value, one with tiny differences, and levels.
    let references = table(&[5.0, nan, 1e-300, 0.0, 5.0, nan, 2e-300, 4.0, nan, nan, nan, nan]);
    let queries = table(&[
        5.0, nan, 1e-300, 0.0, 6.0, 1.0, 9.0, 1.0, nan, nan, nan, nan, -0.0, 0.0, -1e300, 4.0,
    ]);
    assert_exact(&queries, &references);
    let rows = Rows::of(&references);
    let found = nearest(&Rows::of(&queries), &rows, &Scale::of(&rows), 1).distances();
    assert_eq!(found, [0.0, 1.0, 0.0, 0.75]);
}

#[test]
fn a_row_and_its_copy_are_equally_far_and_copies_are_at_zero() {
    let table = sample(90, 4);
    let doubled = take(&table, &(0..90).chain(0..90).collect::<Vec<_>>());
    let rows = Rows::of(&doubled);
    let scale = Scale::of(&rows);
    let found = nearest(&Rows::of(&sample(50, 5)), &rows, &scale, 2);
    for query in 0..50 {
        let [first, second] = found.of(query) else { panic!("two neighbours") };
        assert_eq!((first.distance, first.row + 90), (second.distance, second.row));
    }
    assert_eq!(nearest(&rows, &rows, &scale, 1).distances(), vec![0.0; 180]);
}

#[test]
fn the_order_of_rows_does_not_change_distances() {
    let (queries, references) = (sample(40, 6), sample(77, 7));
    let shuffled = take(&references, &Dice::new(8).some(77, 77));
    let of = |references: &Table| {
        let rows = Rows::of(references);
        nearest(&Rows::of(&queries), &rows, &Scale::of(&rows), 1).distances()
    };
    assert_eq!(of(&references), of(&shuffled));
}
