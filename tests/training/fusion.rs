//! The rewrite of recorded steps into fused ones: how few dispatches it leaves, that nothing can
//! tell, and where it must keep its hands off.

mod on_gpu;

use crate::adapter;
use crate::trained::Trained;
use engine::cpu::Cpu;
use engine::gpu;
use engine::op::{Backend, BufferId, Op, Program, Tensor, fused};
use ground::matrix::Matrix;
use training::gan::recipe::Batch;
use training::gan::{Gan, Layout, Recipe};

fn cohort(rows: usize, features: usize) -> Matrix {
    Matrix::from_fn(rows, features, |row, column| {
        ((row * 7919 + column * 104_729) % 10_007) as f64 / 5003.5 - 1.0
    })
}

/// The paper's networks on a cohort as large as the paper's.
fn paper(backend: &mut dyn Backend) -> Gan {
    let layout = Layout { models: 1, batch: 268, epochs: 2500, ring: 1, seed: 1 };
    Gan::new(backend, &Recipe::paper(), &cohort(804, 63), None, layout).expect("a GAN")
}

#[test]
fn a_step_of_the_paper_takes_at_most_twenty_six_dispatches() {
    let gan = paper(&mut Cpu::single());
    let count = |as_recorded| gpu::dispatches(&gan.step_program, as_recorded).len();
    assert!(count(false) <= 26, "{} dispatches", count(false));
    assert!(count(true) > 60, "the recorded step is the unfused one");
}

/// The largest difference between two vectors, as a share of the larger number or of 1e-3.
pub fn apart(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    let apart = |(a, b): (&f64, &f64)| (a - b).abs() / a.abs().max(b.abs()).max(1e-3);
    a.iter().zip(b).map(apart).fold(0.0, f64::max)
}

/// Sums of tiles are put together in another order, so the numbers agree to the rounding of f64,
/// which six steps of Adam enlarge.
#[test]
fn several_models_and_all_terms_are_fused_to_the_same_numbers() {
    let mut recipe = Recipe::paper();
    (recipe.generator.widths, recipe.discriminator.widths) = (vec![16, 40, 8], vec![24, 12]);
    recipe.training.batch = Batch::Rows(21);
    (recipe.loss.sliced, recipe.loss.adversarial, recipe.loss.directions) = (0.5, 0.1, 7);
    let layout = Layout { models: 2, batch: 21, epochs: 10, ring: 4, seed: 11 };
    let state = |fuse: bool| {
        let mut cpu = Cpu::double();
        let gan = Gan::new(&mut cpu, &recipe, &cohort(66, 5), None, layout).expect("a GAN");
        let rewritten = fused(&gan.step_program);
        let left = |name: &str| rewritten.ops().iter().filter(|op| op.name() == name).count();
        assert_eq!(
            [left("adam"), left("dense_backward_weight"), left("batch_norm_forward")],
            [0; 3]
        );
        // The adversarial term's gradient passes through the discriminator to its input.
        assert_eq!(left("batch_norm_backward"), 2);
        let step = if fuse { cpu.compile(&rewritten).expect("a Program") } else { gan.step };
        cpu.replay(&(0..6).map(|s| (step, s)).collect::<Vec<_>>()).expect("six steps");
        let tensors = gan.state().into_iter();
        tensors.flat_map(|tensor| cpu.read(tensor).expect("numbers")).collect::<Vec<_>>()
    };
    let (fused, recorded) = (state(true), state(false));
    assert!(apart(&fused, &recorded) < 1e-9, "{}", apart(&fused, &recorded));
}

/// A tensor in a buffer of its own.
fn alone(id: u32, rows: usize, features: usize) -> Tensor {
    Tensor::whole(BufferId(id), [2, rows, features])
}

/// The names of the kernels after the rewrite.
fn names(program: &Program) -> Vec<&'static str> {
    fused(program).ops().iter().map(Op::name).collect()
}

const FORWARD: [&str; 3] = ["norm_dense_forward"; 3];
const BACKWARD: [&str; 2] = ["norm_dense_backward"; 2];

#[test]
fn a_network_is_a_kernel_for_each_layer_and_direction() {
    for groups in [1, 2] {
        let expected = [&FORWARD[..], &["copy"], &BACKWARD, &["dense_update"; 3]].concat();
        assert_eq!(names(&Trained::discarding(groups).program), expected);
    }
}

#[test]
fn what_somebody_may_ask_for_is_still_written() {
    let recorded: Vec<_> = Trained::new(1).program.ops().iter().map(Op::name).collect();
    let backward = &recorded[6..];
    let expected = [&FORWARD[..], &["copy"], backward].concat();
    assert_eq!(recorded[5], "copy");
    assert_eq!(names(&Trained::new(1).program), expected, "neither is discarded");
    let mut trained = Trained::new(1);
    trained.program.discard(trained.gradients);
    assert_eq!(names(&trained.program), expected, "gradients at layers are asked for");
    let mut trained = Trained::new(1);
    trained.space.discard(&mut trained.program);
    assert_eq!(names(&trained.program), expected, "gradients of parameters are asked for");
}

#[test]
fn what_another_kernel_reads_is_still_written() {
    let trained = Trained::discarding(1);
    let end = trained.program.ops().len();
    for x in [trained.gradient(), trained.gradients] {
        let y = Tensor::whole(BufferId(1000), x.shape());
        let names = names(&trained.with(end, Op::Copy { x, y }));
        assert!(names.contains(&"adam") && names.contains(&"batch_norm_backward"), "{names:?}");
    }
}

/// Behind the kernel that takes it in, another one may look at the gradient between two layers.
#[test]
fn a_gradient_between_layers_that_is_read_once_more_is_still_written() {
    let trained = Trained::discarding(1);
    let ops = trained.program.ops();
    let pair =
        |two: &[Op]| matches!(two, [Op::DenseBackwardInput { .. }, Op::BatchNormBackward { .. }]);
    let at = ops.windows(2).position(pair).expect("a gradient between two layers");
    let Op::DenseBackwardInput { dx: x, .. } = ops[at] else { unreachable!("it was looked for") };
    let y = Tensor::whole(BufferId(1000), x.shape());
    let names = names(&trained.with(at + 2, Op::Copy { x, y }));
    assert!(names.contains(&"batch_norm_backward"), "{names:?}");
}

#[test]
fn an_update_does_not_move_over_a_kernel_that_changes_what_it_reads() {
    let trained = Trained::discarding(1);
    let end = trained.program.ops().len() - 1;
    let statistics = trained.program.ops().iter().find_map(|op| match op {
        Op::BatchNormForward { statistics, .. } => Some(*statistics),
        _ => None,
    });
    for y in [trained.space.x(), trained.gradient(), statistics.expect("statistics")] {
        let x = Tensor::whole(BufferId(1000), y.shape());
        let names = names(&trained.with(end, Op::Copy { x, y }));
        assert!(names.contains(&"adam"), "{names:?}");
    }
}

/// A forward pass whose normalisation somebody reads or writes in between stays as it was recorded.
#[test]
fn a_pass_that_is_interrupted_is_left_alone() {
    let trained = Trained::discarding(1);
    let Op::BatchNormForward { y, .. } = trained.program.ops()[1] else {
        panic!("a normalisation")
    };
    let x = Tensor::whole(BufferId(1000), y.shape());
    let names = names(&trained.with(2, Op::Copy { x, y }));
    assert_eq!(
        names[..4],
        ["norm_dense_forward", "batch_norm_forward", "copy", "norm_dense_forward"]
    );
}

/// Without room behind its rows a layer has nowhere to leave its sums: only the products change.
#[test]
fn layers_without_spare_rows_are_left_alone() {
    let trained = Trained::discarding(1);
    let mut program = Program::new("step");
    trained.program.ops().iter().for_each(|op| program.push(*op));
    program.discard(trained.gradients);
    trained.space.discard(&mut program);
    let product = |name: &'static str| match name {
        "dense_forward" => "norm_dense_forward",
        other => other,
    };
    let recorded: Vec<_> = trained.program.ops().iter().map(|op| product(op.name())).collect();
    assert_eq!(names(&program), recorded);
}

#[test]
fn the_fused_step_leaves_the_numbers_of_the_recorded_one() {
    for groups in [1, 2] {
        let run = |fuse: bool| {
            let mut trained = Trained::discarding(groups);
            let program = if fuse { fused(&trained.program) } else { trained.program.clone() };
            let mut written = Vec::new();
            for op in trained.program.ops() {
                let Op::Adam { w, m, v, lr, .. } = op else { continue };
                written = vec![*w, *m, *v];
                let rates = vec![1e-3; lr.rows];
                trained.backend.write(Tensor { models: 1, ..*lr }, &rates).expect("rates");
            }
            let numbers = |t: &Tensor, seed: usize| -> Vec<f64> {
                (0..t.models * t.len())
                    .map(|i| ((i * 7919 + seed * 104_729) % 1009) as f64 / 504.5 - 1.0)
                    .collect()
            };
            let x = trained.space.x();
            trained.backend.write(x, &numbers(&x, 1)).expect("an input");
            trained.backend.write(written[0], &numbers(&written[0], 2)).expect("weights");
            let step = trained.backend.compile(&program).expect("a Program");
            trained.backend.replay(&[(step, 0), (step, 1), (step, 2)]).expect("three steps");
            written
                .iter()
                .flat_map(|tensor| trained.backend.read(*tensor).expect("numbers"))
                .collect::<Vec<_>>()
        };
        let (fused, recorded) = (run(true), run(false));
        assert!(apart(&fused, &recorded) < 1e-9, "{}", apart(&fused, &recorded));
    }
}

/// The names of the kernels after the rewrite, where these tensors are discarded.
fn rewritten(ops: &[Op], discarded: &[Tensor]) -> Vec<&'static str> {
    let mut program = Program::new("layer");
    ops.iter().for_each(|op| program.push(*op));
    discarded.iter().for_each(|tensor| program.discard(*tensor));
    fused(&program).ops().iter().map(Op::name).collect()
}

const UPDATE: [&str; 2] = ["dense_backward_weight", "adam"];

/// Two products that are updated one after the other: what the first update writes, the second
/// product must not read.
#[test]
fn an_update_does_not_write_what_another_product_still_reads() {
    let (w, gradients, v) = (alone(0, 1, 30), alone(1, 1, 30), alone(2, 1, 30));
    let arena = alone(3, 1, 70);
    let names = |first: usize, x: Tensor| {
        let m = arena.window(first, 1, 30);
        let product = |x, dy, first| {
            let dw = gradients.window(first, 5, 3);
            Op::DenseBackwardWeight { x, dy, dw, db: None }
        };
        let (beta1, beta2, epsilon) = (0.9, 0.99, 1e-7);
        let lr = alone(4, 4, 1);
        let ops = [
            product(alone(5, 8, 5), alone(6, 8, 3), 0),
            product(x, alone(7, 8, 3), 15),
            Op::Adam { w, dw: gradients, m, v, lr, beta1, beta2, epsilon },
        ];
        rewritten(&ops, &[gradients])
    };
    let x = arena.window(0, 8, 5);
    assert_eq!(names(40, x), ["dense_update"; 2]);
    // The first layer's moments lie in the second layer's input, the second layer's do not.
    let left = ["dense_backward_weight", "dense_backward_weight", "adam"];
    assert_eq!(names(30, x), left);
}

#[test]
fn a_bias_gradient_that_somebody_may_ask_for_is_still_written() {
    let (w, gradients) = (alone(0, 1, 18), alone(1, 1, 18));
    let (dw, db) = (gradients.window(0, 5, 3), gradients.window(15, 1, 3));
    let (m, v, lr) = (alone(2, 1, 18), alone(3, 1, 18), alone(4, 4, 1));
    let (beta1, beta2, epsilon) = (0.9, 0.99, 1e-7);
    let ops = [
        Op::DenseBackwardWeight { x: alone(5, 8, 5), dy: alone(6, 8, 3), dw, db: Some(db) },
        Op::Adam { w, dw: gradients, m, v, lr, beta1, beta2, epsilon },
    ];
    assert_eq!(rewritten(&ops, &[dw, db]), ["dense_update"]);
    for asked_for in [dw, db] {
        assert_eq!(rewritten(&ops, &[asked_for]), UPDATE, "the other one is asked for");
    }
}
