//! The rewrite of recorded steps into fused ones: how few dispatches it leaves, that nothing can
//! tell, and where it must keep its hands off.

use crate::adapter;
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
fn a_step_of_the_paper_takes_at_most_thirty_dispatches() {
    let gan = paper(&mut Cpu::single());
    let count = |as_recorded| gpu::dispatches(&gan.step_program, as_recorded).len();
    assert!(count(false) <= 30, "{} dispatches", count(false));
    assert!(count(true) > 60, "the recorded step is the unfused one");
}

#[test]
fn several_models_and_all_terms_are_fused_to_the_same_bits() {
    let mut recipe = Recipe::paper();
    (recipe.generator.widths, recipe.discriminator.widths) = (vec![16, 40, 8], vec![24, 12]);
    recipe.training.batch = Batch::Rows(21);
    (recipe.loss.sliced, recipe.loss.adversarial, recipe.loss.directions) = (0.5, 0.1, 7);
    let layout = Layout { models: 2, batch: 21, epochs: 10, ring: 4, seed: 11 };
    let state = |fuse: bool| {
        let mut cpu = Cpu::double();
        let gan = Gan::new(&mut cpu, &recipe, &cohort(66, 5), None, layout).expect("a GAN");
        let rewritten = fused(&gan.step_program);
        assert!(
            rewritten
                .ops()
                .iter()
                .all(|op| !matches!(op, Op::Adam { .. } | Op::BatchNormBackward { .. }))
        );
        let step = if fuse { cpu.compile(&rewritten).expect("a Program") } else { gan.step };
        cpu.replay(&(0..6).map(|s| (step, s)).collect::<Vec<_>>()).expect("six steps");
        let tensors = gan.state().into_iter();
        tensors
            .flat_map(|tensor| cpu.read(tensor).expect("numbers"))
            .map(f64::to_bits)
            .collect::<Vec<_>>()
    };
    assert_eq!(state(true), state(false));
}

/// A tensor in a buffer of its own.
fn alone(id: u32, rows: usize, features: usize) -> Tensor {
    Tensor::whole(BufferId(id), [2, rows, features])
}

/// What the kernels of one hidden layer work on.
#[derive(Clone, Copy)]
struct Parts {
    x: Tensor,
    dense: Tensor,
    y: Tensor,
    beta: Tensor,
    between: Tensor,
    parameters: Tensor,
    gradients: Tensor,
}

impl Parts {
    fn new() -> Self {
        let parameters = alone(0, 1, 5 * 3 + 6);
        let (x, dense, y, between) =
            (alone(2, 8, 5), alone(3, 8, 3), alone(4, 8, 3), alone(5, 8, 3));
        Self {
            x,
            dense,
            y,
            beta: parameters.window(18, 1, 3),
            between,
            parameters,
            gradients: alone(1, 1, 21),
        }
    }

    /// Forward pass, backward pass and update of the layer.
    fn ops(&self) -> Vec<Op> {
        let Self { x, dense, y, beta, between, parameters, gradients } = *self;
        let (w, gamma, running) =
            (parameters.window(0, 5, 3), parameters.window(15, 1, 3), alone(6, 2, 3));
        let [running_mean, running_var] = [running.rows_from(0, 1), running.rows_from(1, 1)];
        let (statistics, dx, next, dy) =
            (alone(7, 2, 3), alone(8, 8, 3), alone(9, 3, 4), alone(10, 8, 4));
        let (groups, momentum, epsilon, slope) = (1, 0.9, 1e-3, 0.1);
        let [dw, dgamma, dbeta] =
            [gradients.window(0, 5, 3), gradients.window(15, 1, 3), gradients.window(18, 1, 3)];
        let (m, v, lr) = (alone(11, 1, 21), alone(12, 1, 21), alone(13, 4, 1));
        vec![
            Op::DenseForward { x, w, b: None, y: dense },
            Op::BatchNormForward {
                x: dense,
                gamma,
                beta,
                running_mean,
                running_var,
                statistics,
                y,
                groups,
                momentum,
                epsilon,
                slope,
            },
            Op::DenseBackwardInput { dy, w: next, dx: between },
            Op::BatchNormBackward {
                x: dense,
                dy: between,
                gamma,
                beta,
                statistics,
                dx,
                dgamma,
                dbeta,
                groups,
                slope,
            },
            Op::DenseBackwardWeight { x, dy: dx, dw, db: None },
            Op::Adam {
                w: parameters,
                dw: gradients,
                m,
                v,
                lr,
                beta1: 0.9,
                beta2: 0.99,
                epsilon: 1e-7,
            },
        ]
    }
}

/// The names of the kernels after the rewrite, where these tensors are discarded.
fn rewritten(ops: &[Op], discarded: &[Tensor]) -> Vec<&'static str> {
    let mut program = Program::new("layer");
    ops.iter().for_each(|op| program.push(*op));
    discarded.iter().for_each(|tensor| program.discard(*tensor));
    fused(&program).ops().iter().map(Op::name).collect()
}

const FORWARD: [&str; 2] = ["dense_forward", "batch_norm_forward"];
const BACKWARD: [&str; 2] = ["dense_backward_input", "batch_norm_backward"];
const UPDATE: [&str; 2] = ["dense_backward_weight", "adam"];

/// Whether forward, backward and update are still as they were recorded.
fn left_alone(ops: &[Op], discarded: &[Tensor]) -> [bool; 3] {
    let names = rewritten(ops, discarded);
    [FORWARD, BACKWARD, UPDATE].map(|parts| parts.iter().all(|part| names.contains(part)))
}

#[test]
fn a_layer_is_three_fused_kernels() {
    let parts = Parts::new();
    let names = rewritten(&parts.ops(), &[parts.between, parts.gradients]);
    assert_eq!(names, ["dense_norm_forward", "dense_norm_backward", "dense_update"]);
}

#[test]
fn what_somebody_may_ask_for_is_still_written() {
    let parts = Parts::new();
    assert_eq!(left_alone(&parts.ops(), &[]), [false, true, true]);
    assert_eq!(left_alone(&parts.ops(), &[parts.between]), [false, false, true]);
    assert_eq!(
        left_alone(&parts.ops(), &[parts.gradients.window(0, 2, 3)]),
        [false, true, true],
        "not all of it"
    );
}

#[test]
fn what_another_kernel_reads_is_still_written() {
    let parts = Parts::new();
    let discarded = [parts.between, parts.gradients];
    for (x, expected) in
        [(parts.between, [false, true, false]), (parts.gradients, [false, false, true])]
    {
        for place in [0, 6] {
            let mut ops = parts.ops();
            let [_, rows, features] = x.shape();
            ops.insert(place, Op::Copy { x, y: alone(20, rows, features) });
            assert_eq!(left_alone(&ops, &discarded), expected, "read at {place}");
        }
    }
}

#[test]
fn an_update_does_not_move_over_a_kernel_that_changes_its_inputs() {
    let parts = Parts::new();
    let mut ops = parts.ops();
    ops.insert(5, Op::Copy { x: alone(20, 8, 5), y: parts.x });
    assert_eq!(left_alone(&ops, &[parts.between, parts.gradients]), [false, false, true]);
}

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

#[test]
fn operands_that_do_not_lie_together_or_that_overlap_are_not_fused() {
    let parts = Parts::new();
    let apart = Parts { beta: alone(20, 1, 3), ..parts };
    assert_eq!(left_alone(&apart.ops(), &[parts.between, parts.gradients]), [true, true, false]);
    // The normalisation may write over the input of the layer; a fused kernel, which still reads
    // it, may not.
    let square = Parts { y: parts.x.flat().window(0, 8, 3), ..parts };
    assert!(left_alone(&square.ops(), &[parts.between, parts.gradients])[0]);
    let ops: Vec<Op> = parts.ops().into_iter().skip(1).collect();
    assert_eq!(rewritten(&ops, &[])[0], "batch_norm_forward", "its product is somewhere else");
}

mod on_gpu {
    use super::*;

    #[test]
    fn a_step_of_the_paper_takes_at_most_thirty_dispatches() {
        let Some(mut gpu) = adapter::gpu_or_skip(false) else { return };
        let gan = paper(&mut gpu);
        assert!(gpu.launches(gan.step).len() <= 30);
        assert!(gpu.launches(gan.update).len() > 30, "the update alone leaves its gradients");
    }
}
