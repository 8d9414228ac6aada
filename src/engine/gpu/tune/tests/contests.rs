//! A contest must refuse what is wrong, however quick it is.

use super::*;
use crate::gpu::tune::Tuner;
use crate::gpu::tune::contest::contest;
use crate::gpu::tune::scratch::Scratch;

/// A kernel that leaves out nearly all of the sum is the quickest of all, and must not win.
#[test]
fn a_wrong_variant_is_refused_however_quick_it_is() {
    let Some(mut gpu) = gpu(Variants::Reference) else { return };
    let scratch = Scratch::of(&gpu.device, &product()).expect("memory");
    let op = &scratch.op;
    let wrong = [
        planted(op, "k < at.inputs + SIDE", "k < SIDE"),
        planted(op, "k < at.inputs + SIDE", "k + 1u < at.inputs"),
        planted(op, "results[3] + bias", "results[3] + bias + 1e-7"),
        planted(op, "store_y(y_base, r + 3u", "store_y(y_base + 1u, r + 3u"),
        planted(op, "fn dense_forward", "fn dense_forward_gone"),
        planted(op, "var results = mat4x4<f32>();", "this is no WGSL"),
    ];
    let count = wrong.len();
    let launches = [reference(op)].into_iter().chain(wrong).collect();
    let verdict = contest(&gpu.device, &mut gpu.pipelines, &scratch, launches).expect("a verdict");
    assert_eq!(verdict.winner, 0);
    let refused: Vec<usize> = verdict.refused.iter().map(|(index, _)| *index).collect();
    assert_eq!(refused, (1..=count).collect::<Vec<_>>(), "{:?}", verdict.refused);
    gpu.device.check().expect("the device is as good as before");
}

/// Of a sort, too: one that turns the order of equal numbers around, one whose ranks are the rows
/// themselves, and one that ends a merge early.
#[test]
fn a_wrong_sort_is_refused() {
    let Some(mut gpu) = gpu(Variants::Reference) else { return };
    let tensor = |id| Tensor::whole(crate::op::BufferId(id), [2, 2 * 130, 9]);
    let sort = Op::SortColumns { x: tensor(0), sorted: tensor(1), rank: tensor(2), groups: 2 };
    let scratch = Scratch::of(&gpu.device, &sort).expect("memory");
    let wrong = || {
        [
            planted(
                &scratch.op,
                "high == low && high_row < low_row",
                "high == low && high_row > low_row",
            ),
            planted(
                &scratch.op,
                "rank[rank_base + row_of[k] * at.features] = f32(k)",
                "rank[rank_base + k * at.features] = f32(k)",
            ),
            planted(&scratch.op, "span < 2u * at.rows", "span < at.rows"),
        ]
    };
    let refused = |launches: Vec<Launch>, gpu: &mut Gpu| {
        let verdict =
            contest(&gpu.device, &mut gpu.pipelines, &scratch, launches).expect("a verdict");
        verdict.refused.into_iter().map(|(index, _)| index).collect::<Vec<_>>()
    };
    let reference = || reference(&scratch.op);
    assert_eq!(refused([reference()].into_iter().chain(wrong()).collect(), &mut gpu), [1, 2, 3]);
    let right = variants(&scratch.op, gpu.device.abilities)
        .map(|variant| variant.launch(&scratch.op))
        .collect();
    assert_eq!(refused(right, &mut gpu), [0; 0]);
    for alone in wrong() {
        let error = contest(&gpu.device, &mut gpu.pipelines, &scratch, vec![alone])
            .err()
            .expect("an error");
        assert!(
            matches!(&error, Error::Device(why) if why.contains("sort_columns gives")),
            "{error}"
        );
    }
}

#[test]
fn sorts_are_measured_before_products() {
    let tensor = |id| Tensor::whole(crate::op::BufferId(id), [1, 20, 9]);
    let sort = Op::SortColumns { x: tensor(0), sorted: tensor(1), rank: tensor(2), groups: 2 };
    assert!(sort.cost().flops < product().cost().flops);
    let unknown =
        Tuner::new(None, PLENTY).unknown(&[product(), sort, product()], Abilities { eights: true });
    assert_eq!(unknown, [sort, product()]);
}

#[test]
fn a_wrong_reference_is_an_error_in_words() {
    let Some(mut gpu) = gpu(Variants::Reference) else { return };
    let scratch = Scratch::of(&gpu.device, &product()).expect("memory");
    for wrong in [
        planted(&scratch.op, "k < at.inputs + SIDE", "k < at.inputs"),
        planted(&scratch.op, "results[3] + bias", "results[3] + 1.0"),
    ] {
        let error = contest(&gpu.device, &mut gpu.pipelines, &scratch, vec![wrong])
            .err()
            .expect("an error");
        assert!(
            matches!(&error, Error::Device(why) if why.contains("computes wrongly")),
            "{error}"
        );
    }
}
