//! The generator's shortcut: what goes into a network also goes straight to its last layer.

use super::*;
use engine::nn::{Network, Output, Plan};
use engine::op::{Program, Tensor};

const INPUTS: usize = 4;
const OUTPUTS: usize = 3;
const BATCH: usize = 7;

/// A network on a backend in f64 whose loss is the sum of its outputs by fixed weights.
struct Bench {
    cpu: Cpu,
    network: Network,
    step: engine::op::Compiled,
    x: Tensor,
    y: Tensor,
    gradients: Tensor,
    dx: Tensor,
}

fn wave(salt: usize) -> impl Fn(usize) -> f64 {
    move |i| ((i * 7919 + salt * 104_729) % 997) as f64 / 498.5 - 1.0
}

impl Bench {
    fn new(output: Output) -> Self {
        let plan = Plan {
            sizes: vec![INPUTS, 6, 5, OUTPUTS],
            batch_norm: true,
            slope: 0.01,
            epsilon: 1e-3,
            momentum: 0.99,
            output,
            shortcut: true,
        };
        let mut cpu = Cpu::double();
        let network = Network::new(plan, 1, &mut cpu).expect("a network");
        let space = network.workspace(&mut cpu, [1, BATCH]).expect("a workspace");
        let (gradients, dx) =
            (cpu.alloc([1, 1, network.parameters_len()]), cpu.alloc([1, BATCH, INPUTS]));
        let (gradients, dx) = (gradients.expect("memory"), dx.expect("memory"));
        let mut program = Program::new("both ways");
        let pass = network.forward(&mut cpu, &mut program, &space, None).expect("a pass");
        let backward =
            network.backward(&mut cpu, &mut program, &pass, space.dy(), Some(gradients), Some(dx));
        backward.expect("its way back");
        let step = cpu.compile(&program).expect("a Program");
        cpu.write(space.dy(), &(0..BATCH * OUTPUTS).map(wave(3)).collect::<Vec<_>>())
            .expect("a gradient");
        Self { cpu, step, x: space.x(), y: pass.y, gradients, dx, network }
    }

    /// The loss, the gradient of the parameters and that of the input.
    fn run(&mut self, parameters: &[f64], x: &[f64]) -> (f64, Vec<f64>, Vec<f64>) {
        self.cpu.write(self.network.parameters, parameters).expect("parameters");
        self.cpu.write(self.x, x).expect("an input");
        self.cpu.replay(&[(self.step, 0)]).expect("a step");
        let [y, gradients, dx] =
            [self.y, self.gradients, self.dx].map(|t| self.cpu.read(t).expect("numbers"));
        let weight = wave(3);
        (y.iter().enumerate().map(|(i, y)| y * weight(i)).sum(), gradients, dx)
    }
}

/// The gradient is that of central differences, for every parameter and every input.
fn check(output: Output) {
    let mut bench = Bench::new(output);
    let parameters: Vec<f64> = (0..bench.network.parameters_len()).map(wave(1)).collect();
    let x: Vec<f64> = (0..BATCH * INPUTS).map(wave(2)).collect();
    let (_, gradients, dx) = bench.run(&parameters, &x);
    let step = 1e-5;
    for (what, given, analytic) in [("parameter", &parameters, &gradients), ("input", &x, &dx)] {
        for place in 0..given.len() {
            let mut at = |move_by: f64| {
                let mut moved = given.clone();
                moved[place] += move_by;
                if what == "parameter" {
                    bench.run(&moved, &x).0
                } else {
                    bench.run(&parameters, &moved).0
                }
            };
            let central = (at(step) - at(-step)) / (2.0 * step);
            let apart = (central - analytic[place]).abs();
            assert!(
                apart < 1e-6 * (1.0 + central.abs()),
                "{what} {place}: {} and {central}",
                analytic[place]
            );
        }
    }
}

#[test]
fn its_gradients_are_those_of_central_differences() {
    check(Output::Linear);
}

#[test]
fn its_gradients_before_an_activation_are_too() {
    check(Output::Tanh);
}

#[test]
fn a_network_with_nothing_but_its_shortcut_is_linear() {
    let mut bench = Bench::new(Output::Linear);
    let shortcut =
        bench.network.layers().last().and_then(|layer| layer.shortcut).expect("a shortcut");
    assert_eq!((shortcut.rows, shortcut.features), (INPUTS, OUTPUTS));
    let mut parameters = vec![0.0; bench.network.parameters_len()];
    let weights: Vec<f64> = (0..shortcut.len()).map(wave(5)).collect();
    parameters[shortcut.at..shortcut.at + shortcut.len()].copy_from_slice(&weights);
    let x: Vec<f64> = (0..BATCH * INPUTS).map(wave(2)).collect();
    bench.run(&parameters, &x);
    let y = bench.cpu.read(bench.y).expect("numbers");
    for row in 0..BATCH {
        for column in 0..OUTPUTS {
            let sum: f64 =
                (0..INPUTS).map(|i| x[row * INPUTS + i] * weights[i * OUTPUTS + column]).sum();
            assert!((y[row * OUTPUTS + column] - sum).abs() < 1e-12);
        }
    }
}

#[test]
fn a_generator_starts_with_the_covariance_of_its_cohort() {
    let mut recipe = typed();
    (recipe.generator.shortcut, recipe.generator.widths, recipe.generator.latent) =
        (true, vec![16], 6);
    let data = typed_rows();
    let layout = Layout::of(&recipe, &data, 2, 5).expect("a layout");
    let mut cpu = Cpu::double();
    let gan = Gan::new(&mut cpu, &recipe, &data, Some(&blocks()), layout).expect("a GAN");
    let shortcut =
        gan.generator.layers().last().and_then(|layer| layer.shortcut).expect("a shortcut");
    let window = gan.generator.parameters.window(shortcut.at, shortcut.rows, shortcut.features);
    let weights = cpu.read(window).expect("weights");
    let (first, second) = weights.split_at(shortcut.len());
    assert_eq!(first, second, "both models learn from the same rows");
    let scale = |column: usize| [1.5, 1.5, 1.5, 1.0, 0.75, 0.75][column];
    let mean = |column: usize| data.column(column).sum::<f64>() / ROWS as f64;
    for a in 0..6 {
        for b in 0..6 {
            let made: f64 =
                first.chunks_exact(6).map(|row| row[a] * scale(a) * row[b] * scale(b)).sum();
            let real = (0..ROWS)
                .map(|row| (data[(row, a)] - mean(a)) * (data[(row, b)] - mean(b)))
                .sum::<f64>()
                / (ROWS - 1) as f64;
            assert!((made - real).abs() < 1e-5, "{a} {b}: {made} and {real}");
        }
    }
}
