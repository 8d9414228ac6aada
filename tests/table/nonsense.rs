//! What a generator makes that knows nothing of a cohort but the heads and their gates.

use super::{lot, table};
use ground::blocks::{Block, BlockKind, Choice, Gate};
use ground::matrix::Matrix;
use table::Table;
use table::relations::{Found, Relation, find};
use table::typed::{TypedDecoder, TypedEncoder, TypedOptions};

pub(super) fn csv(header: &str, rows: usize, line: impl Fn(usize) -> String) -> Table {
    let lines: String = (0..rows).map(|row| line(row) + "\n").collect();
    table(&format!("{header}\n{lines}"))
}

pub(super) fn column(table: &Table, name: &str) -> usize {
    table.position(name).unwrap()
}

pub(super) fn texts(found: &[Found], table: &Table) -> Vec<String> {
    found.iter().map(|found| found.relation.text(&table.schema)).collect()
}

/// Whether a block chose what a gate asks for.
fn chose(block: &Block, choice: Choice, row: &[f64]) -> bool {
    let cells = &row[block.first..block.end()];
    let missing = cells[block.len - 1] > 0.0;
    match choice {
        Choice::Level(level) => cells[level] > 0.0,
        Choice::Not(level) => cells[level] <= 0.0,
        Choice::Missing => missing,
        Choice::Present => !missing,
    }
}

/// Makes a row do what a gate says, as the heads do; `forbidden` are columns of levels that gates
/// before it forbid.
fn obey(gate: &Gate, blocks: &[Block], row: &mut [f64], forbidden: &mut Vec<usize>) {
    let block = &blocks[gate.then.block];
    if !chose(&blocks[gate.when.block], gate.when.choice, row) {
        return;
    }
    if let Choice::Not(level) = gate.then.choice {
        forbidden.push(block.first + level);
    }
    if chose(block, gate.then.choice, row) {
        return;
    }
    let cells = &mut row[block.first..block.end()];
    cells.fill(0.0);
    match gate.then.choice {
        Choice::Level(level) => cells[level] = block.scale,
        Choice::Not(_) => {
            let mut left = (0..block.len).filter(|at| !forbidden.contains(&(block.first + at)));
            cells[left.next().expect("a level that is left")] = block.scale;
        }
        Choice::Missing => cells[block.len - 1] = block.scale,
        Choice::Present => cells[0] = 0.1 * block.scale,
    }
}

/// Rows of a generator that knows nothing of the cohort but the heads and their gates.
pub(super) fn nonsense(encoder: &TypedEncoder, rows: usize) -> Matrix {
    let number = |row: usize, column: usize| lot(row, column, 4001) as f64 / 1000.0 - 2.0;
    let blocks = encoder.blocks();
    let mut matrix = Matrix::zeros(rows, encoder.columns());
    for row in 0..rows {
        for block in &blocks.each {
            let to = &mut matrix.row_mut(row)[block.first..block.end()];
            match block.kind {
                BlockKind::Levels => {
                    to[lot(row, block.first, block.len as u64) as usize] = block.scale;
                }
                BlockKind::Number => to[0] = block.scale * number(row, block.first),
                BlockKind::MaskedNumber if lot(row, block.first + 1, 4) == 0 => {
                    to[1] = block.scale;
                }
                BlockKind::MaskedNumber => to[0] = block.scale * number(row, block.first),
            }
        }
        let mut forbidden = Vec::new();
        for gate in &blocks.gates {
            obey(gate, &blocks.each, matrix.row_mut(row), &mut forbidden);
        }
    }
    matrix
}

/// What a generator that knows nothing makes of a table's structure.
/// Training rows come back with the same cells missing.
pub(super) fn made(table: &Table) -> (Vec<Found>, Table) {
    let (found, rows, back) = generated(table);
    for row in 0..table.rows() {
        let (before, after) = (table.cells.row(row), back.cells.row(row));
        let same = before.iter().zip(after).all(|(a, b)| a.is_nan() == b.is_nan());
        assert!(same, "missing cells of row {row}: {before:?} and {after:?}");
    }
    (found, rows)
}

/// What is found, what the generator makes, and training rows as they come back.
pub(super) fn generated(table: &Table) -> (Vec<Found>, Table, Table) {
    let found = find(table);
    let encoder = TypedEncoder::fit(table, &found, &TypedOptions::default()).unwrap();
    let generated = nonsense(&encoder, 2000);
    let decoder = TypedDecoder::fit(&generated, &encoder, (table, &encoder.encode(table)));
    let text = serde_json::to_string(&decoder).unwrap();
    let stored: TypedDecoder = serde_json::from_str(&text).unwrap();
    let rows = stored.decode(&generated);
    let back = decoder.decode(&encoder.encode(table));
    (found, rows, back)
}

pub(super) fn broken(text: &str, rows: &Table) -> usize {
    let relation = Relation::parse(text, &rows.schema).unwrap();
    (0..rows.rows()).filter(|&row| relation.holds(rows.cells.row(row)) == Some(false)).count()
}
