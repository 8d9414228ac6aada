//! One operation of every kind, as the tests of the launch table need them.

use engine::op::{BufferId, Op, Tensor};

/// Sizes for the letters of shapes: no two of them alike where a mistake could hide.
fn odd(letter: &str, whole: bool) -> usize {
    match letter {
        "M" => 3,
        "G" => 2,
        "R" => 4,
        "F" | "O" | "W" | "P" | "S" => 6,
        "I" | "Q" => 5,
        "B" => 4,
        "K" => 8,
        "N" => 20,
        "L" => 21,
        "T" => 50,
        "H" => 9,
        // Rows behind the weights: gamma and beta, or a bias.
        "E" => 1 + usize::from(whole),
        "A" => 5 * usize::from(whole),
        other => panic!("no size for {other}: give it one"),
    }
}

/// As [`odd`], but multiples of four wherever operands can be read in fours.
fn fours(letter: &str, whole: bool) -> usize {
    match letter {
        "F" | "O" | "I" | "W" | "Q" | "P" | "S" => 8,
        // Neither gamma and beta nor a bias.
        "E" if !whole => 0,
        other => odd(other, whole),
    }
}

/// As [`odd`], but long columns.
fn long(letter: &str, whole: bool) -> usize {
    match letter {
        "R" => 5_000,
        "N" => 10_000,
        // With large tiles on both sides.
        "A" if whole => 64,
        other => odd(other, whole),
    }
}

/// A tensor with a buffer, an offset and a stride of its own.
fn apart(number: u32, shape: [usize; 3]) -> Tensor {
    Tensor { offset: 1000 + number as usize, ..Tensor::whole(BufferId(number), shape) }
}

/// A tensor at the start of a buffer.
fn whole(number: u32, shape: [usize; 3]) -> Tensor {
    Tensor::whole(BufferId(number), shape)
}

/// Every kernel, with and without what may be absent, and with short and long columns.
pub fn every_op() -> Vec<Op> {
    let samples = [Op::examples(odd, apart), Op::examples(fours, whole), Op::examples(long, apart)];
    samples.concat()
}
