//! The eight lung-function columns of the paper's Table 1, with its numbers of known and missing
//! values and nearly its moments.

use super::Columns;
use crate::simulate::dice::Dice;

/// A column of Table 1.
struct Test {
    /// As the paper prints it.
    name: &'static str,
    known: usize,
    /// Mean and standard deviation of the values that are not near zero.
    main: [f64; 2],
    min: f64,
    max: f64,
}

const fn test(name: &'static str, known: usize, main: [f64; 2], min: f64, max: f64) -> Test {
    Test { name, known, main, min, max }
}

const TESTS: [Test; 8] = [
    test("FEV1_porc_FVC_E2_C5", 704, [65.3, 14.5], 0.0, 98.11),
    test("PIF_E2_C5PIF_E2_C5", 645, [2.68, 1.61], 0.0, 8.32),
    test("FVC_E2_C5PIF_E2_C5", 704, [2.98, 0.98], 0.0001, 6.51),
    test("PIF50_E2_C5PIF_E2_C5", 618, [2.30, 1.67], 0.0002, 8.06),
    test("DLCOc_VA_E2_C5", 679, [0.995, 0.37], 0.0003, 1.74),
    test("MEF50_E2_C5", 646, [1.497, 1.23], 0.0004, 6.3),
    test("DLCOc_SB_E2_C5", 683, [4.684, 1.9], 0.0005, 9.23),
    test("DLCO_SB_E2_C5", 683, [4.446, 1.82], 0.0006, 8.59),
];

/// The share of the known values that are not near zero.
/// Table 1's means and deviations require it.
const SHARE: f64 = 0.39;

/// The columns; a missing value is an empty cell, because zero is a value here.
pub(super) fn columns(patients: usize, dice: &mut Dice) -> Columns {
    let lungs: Vec<f64> = (0..patients).map(|_| dice.normal()).collect();
    let is_measured: Vec<bool> = (0..patients).map(|_| dice.chance(SHARE)).collect();
    TESTS
        .iter()
        .map(|test| {
            let mut cells = vec![String::new(); patients];
            let known = dice.some_of(patients, test.known);
            for (place, &who) in known.iter().enumerate() {
                let [mean, deviation] = test.main;
                let value = match place {
                    0 => test.min,
                    1 => test.max,
                    _ if is_measured[who] => {
                        mean + deviation * (0.8 * lungs[who] + 0.6 * dice.normal())
                    }
                    _ => test.min + 0.01 * dice.unit(),
                };
                cells[who] = format!("{:.4}", value.clamp(test.min, test.max));
            }
            (test.name.to_owned(), cells)
        })
        .collect()
}
