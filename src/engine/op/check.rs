//! Shapes that fit: a mistake here is the programmer's, so it panics with both shapes.

use super::{Access, Op, Tensor};

/// Panics unless the tensor, if there is one, has this shape.
pub(super) fn shape(kernel: &str, name: &str, tensor: Option<Tensor>, expected: [usize; 3]) {
    if let Some(tensor) = tensor {
        let shape = tensor.shape();
        assert_eq!(shape, expected, "{kernel}: shape of {name} (left) does not fit (right)");
    }
}

/// Whether the rows can be cut into `groups` equal runs of at least one row.
pub(super) fn fits(tensor: Tensor, groups: usize) -> bool {
    groups > 0 && tensor.rows.is_multiple_of(groups) && tensor.rows >= groups
}

/// Panics when an operand has no numbers, or when models share numbers that are written.
pub(super) fn refuse_empty(op: &Op) {
    for operand in op.operands() {
        let t = operand.tensor;
        assert!(!t.is_empty(), "{}: {} is empty: {:?}", op.name(), operand.name, t.shape());
        let shared = t.models > 1 && t.stride < t.len();
        assert!(
            !shared || operand.access == Access::Read,
            "{}: the models of {} share numbers and it is written",
            op.name(),
            operand.name
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::{BufferId, Program, Random};
    use super::*;
    use std::panic::catch_unwind;

    fn sizes(letter: &str, whole: bool) -> usize {
        match letter {
            "G" => 2,
            "R" => 12,
            "K" => 9,
            "E" => 1 + usize::from(whole),
            "A" => 5 * usize::from(whole),
            "I" | "Q" => 5,
            "N" => 16,
            _ => 6,
        }
    }

    fn whole(number: u32, shape: [usize; 3]) -> Tensor {
        Tensor::whole(BufferId(number), shape)
    }

    fn push(op: Op) {
        Program::new("test").push(op);
    }

    #[test]
    fn every_example_fits_and_no_operand_may_have_other_models() {
        Op::examples(sizes, whole).into_iter().for_each(push);
        for wrong in 0..11 {
            let more = |number, [models, rows, features]: [usize; 3]| {
                whole(number, [models + usize::from(number == wrong), rows, features])
            };
            for op in Op::examples(sizes, more) {
                let operands = op.operands();
                let altered = operands.iter().any(|o| o.tensor.buffer == BufferId(wrong));
                if altered && operands.len() > 1 {
                    let refused = catch_unwind(|| push(op));
                    assert!(refused.is_err(), "{op:?}");
                }
            }
        }
    }

    fn dense(w: [usize; 3], y: [usize; 3]) -> Op {
        Op::DenseForward { x: whole(0, [2, 7, 5]), w: whole(1, w), b: None, y: whole(2, y) }
    }

    #[test]
    #[should_panic(expected = "dense_forward: shape of w (left) does not fit (right)")]
    fn a_factor_must_have_as_many_rows_as_the_other_has_columns() {
        push(dense([2, 4, 3], [2, 7, 3]));
    }

    #[test]
    #[should_panic(expected = "dense_forward: shape of y (left) does not fit (right)")]
    fn a_product_must_have_the_columns_of_its_factor() {
        push(dense([2, 5, 3], [2, 7, 4]));
    }

    #[test]
    #[should_panic(expected = "sort_columns: [1, 7, 3] in 2 groups")]
    fn rows_must_be_a_multiple_of_the_groups() {
        let [x, sorted, rank] = [0, 1, 2].map(|number| whole(number, [1, 7, 3]));
        push(Op::SortColumns { x, sorted, rank, groups: 2 });
    }

    #[test]
    fn no_kernel_takes_rows_that_cannot_be_cut_into_its_groups() {
        // Two groups of twelve rows, and one row that is in neither.
        let odd = |number: u32, [models, rows, features]: [usize; 3]| {
            whole(number, [models, rows + usize::from(rows == 24), features])
        };
        let examples = Op::examples(sizes, odd).into_iter().zip(Op::examples(sizes, whole));
        for (odd, even) in examples.filter(|(_, even)| format!("{even:?}").contains("groups")) {
            push(even);
            assert!(catch_unwind(|| push(odd)).is_err(), "{odd:?}");
        }
    }

    #[test]
    #[should_panic(expected = "gather: data and batch overlap and one is written")]
    fn what_is_written_must_not_overlap_another_operand() {
        let [data, batch] = [[1, 9, 3], [1, 4, 3]].map(|shape| whole(0, shape));
        push(Op::Gather { data, batch, random: Random { seed: 0, stream: 0 } });
    }

    #[test]
    #[should_panic(expected = "copy: the models of y share numbers and it is written")]
    fn what_is_written_must_not_be_shared_by_models() {
        let y = whole(1, [1, 4, 3]).broadcast(2);
        push(Op::Copy { x: whole(0, [2, 4, 3]), y });
    }
}
