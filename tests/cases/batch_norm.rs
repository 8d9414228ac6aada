//! Batch normalisation with its leaky ReLU: the cases.
//! Their tolerances are derived in `batch_norm_bounds`.

use super::case::{Case, Slot};
use super::numbers::{Numbers, exact};
use engine::op::Op;

/// Sizes and variant: rows are those of all groups together.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// Models side by side.
    pub models: usize,
    /// Rows of all groups.
    pub rows: usize,
    /// Columns.
    pub features: usize,
    /// Runs of rows with statistics of their own.
    pub groups: usize,
    /// Slope of the leaky ReLU.
    pub slope: f64,
}

const EPSILON: f64 = 1e-3;

impl Shape {
    fn label(&self) -> String {
        let Self { models, rows, features, groups, slope } = self;
        format!("{models} x {rows} x {features}, groups {groups}, slope {slope}")
    }

    fn vector(&self) -> [usize; 3] {
        [self.models, 1, self.features]
    }

    fn matrix(&self) -> [usize; 3] {
        [self.models, self.rows, self.features]
    }

    fn len(&self) -> usize {
        self.models * self.rows * self.features
    }

    /// Columns of different mean and spread; where there are more than two, the first is constant
    /// and the last lies a hundred standard deviations from 0, where a variance from the mean of
    /// squares would be noise.
    fn x(&self, numbers: &mut Numbers) -> Vec<f64> {
        let mut columns = vec![];
        for f in 0..self.features {
            let (mean, spread) = (numbers.one(-2.0, 2.0), numbers.one(0.3, 2.0));
            columns.push(match f {
                0 if self.features > 2 => (0.75, 0.0),
                _ if self.features > 2 && f + 1 == self.features => (50.0, 0.5),
                _ => (mean, spread),
            });
        }
        let normal = numbers.normal(self.len());
        normal
            .iter()
            .zip(columns.iter().cycle())
            .map(|(n, (mean, spread))| exact(mean + spread * n))
            .collect()
    }

    fn gamma_beta(&self, numbers: &mut Numbers) -> [Slot; 2] {
        let n = self.models * self.features;
        let mut gamma = numbers.uniform(n, 0.5, 1.5);
        gamma.iter_mut().step_by(5).skip(1).for_each(|g| *g = -*g);
        let mut beta = numbers.uniform(n, -0.5, 0.5);
        // In the constant column every pre-activation is exactly 0: the side of the slope.
        if self.features > 2 {
            beta.iter_mut().step_by(self.features).for_each(|b| *b = 0.0);
        }
        [Slot::given("gamma", self.vector(), gamma), Slot::given("beta", self.vector(), beta)]
    }

    fn running(&self, numbers: &mut Numbers) -> [Slot; 2] {
        let n = self.models * self.features;
        [
            Slot::given("running_mean", self.vector(), numbers.normal(n)),
            Slot::given("running_var", self.vector(), numbers.uniform(n, 0.0, 2.0)),
        ]
    }

    fn group_rows(&self) -> usize {
        self.rows / self.groups
    }

    /// Mean and 1 / sqrt(variance + epsilon) of each group of each column of `x`, rounded to f32.
    fn statistics(&self, x: &[f64]) -> Vec<f64> {
        let rows = self.group_rows();
        let mut statistics = Vec::new();
        for group in x.chunks_exact(rows * self.features) {
            let column = |f: usize| group.iter().skip(f).step_by(self.features);
            let mean = |f: usize| column(f).sum::<f64>() / rows as f64;
            let variance =
                |f: usize| column(f).map(|x| (x - mean(f)).powi(2)).sum::<f64>() / rows as f64;
            statistics.extend((0..self.features).map(|f| exact(mean(f))));
            statistics
                .extend((0..self.features).map(|f| exact(1.0 / (variance(f) + EPSILON).sqrt())));
        }
        statistics
    }
}

/// Training.
pub fn forward(shape: Shape, momentum: f64) -> Case {
    let label = format!("{}, momentum {momentum}", shape.label());
    let mut numbers = Numbers::of(&label);
    let mut slots = vec![Slot::given("x", shape.matrix(), shape.x(&mut numbers))];
    slots.extend(shape.gamma_beta(&mut numbers));
    slots.extend(shape.running(&mut numbers));
    slots.push(Slot::blank("statistics", [shape.models, 2 * shape.groups, shape.features]));
    slots.push(Slot::blank("y", shape.matrix()));
    Case::new(label, shape.models, slots, move |t| Op::BatchNormForward {
        x: t[0],
        gamma: t[1],
        beta: t[2],
        running_mean: t[3],
        running_var: t[4],
        statistics: t[5],
        y: t[6],
        groups: shape.groups,
        momentum,
        epsilon: EPSILON,
        slope: shape.slope,
    })
}

/// Sampling.
pub fn inference(shape: Shape) -> Case {
    let label = shape.label();
    let mut numbers = Numbers::of(&label);
    let mut slots = vec![Slot::given("x", shape.matrix(), shape.x(&mut numbers))];
    slots.extend(shape.gamma_beta(&mut numbers));
    slots.extend(shape.running(&mut numbers));
    slots.push(Slot::blank("y", shape.matrix()));
    Case::new(label, shape.models, slots, move |t| Op::BatchNormInference {
        x: t[0],
        gamma: t[1],
        beta: t[2],
        running_mean: t[3],
        running_var: t[4],
        y: t[5],
        epsilon: EPSILON,
        slope: shape.slope,
    })
}

/// Gradient, with the statistics of its own x.
pub fn backward(shape: Shape) -> Case {
    let label = shape.label();
    let mut numbers = Numbers::of(&label);
    let x = shape.x(&mut numbers);
    let statistics = shape.statistics(&x);
    let mut slots = vec![
        Slot::given("x", shape.matrix(), x),
        Slot::given("dy", shape.matrix(), numbers.activations(shape.len())),
    ];
    slots.extend(shape.gamma_beta(&mut numbers));
    slots.push(Slot::given(
        "statistics",
        [shape.models, 2 * shape.groups, shape.features],
        statistics,
    ));
    slots.push(Slot::blank("dx", shape.matrix()));
    slots.push(Slot::blank("dgamma", shape.vector()));
    slots.push(Slot::blank("dbeta", shape.vector()));
    Case::new(label, shape.models, slots, move |t| Op::BatchNormBackward {
        x: t[0],
        dy: t[1],
        gamma: t[2],
        beta: t[3],
        statistics: t[4],
        dx: t[5],
        dgamma: t[6],
        dbeta: t[7],
        groups: shape.groups,
        slope: shape.slope,
    })
}

/// Every case of batch normalisation.
pub fn all() -> Vec<Case> {
    let sizes = [
        (1, 1, 1, 1),
        (1, 2, 1, 2),
        (3, 4, 7, 2),
        (1, 63, 64, 1),
        (1, 64, 65, 1),
        (3, 65, 63, 1),
        (1, 130, 64, 2),
        (3, 126, 5, 2),
        (1, 257, 3, 1),
        (1, 268, 257, 1),
        (1, 536, 128, 2),
        (1, 1000, 2, 2),
        (1, 2000, 1, 2),
        (1, 5, 1000, 1),
    ];
    let mut cases = Vec::new();
    for (i, (models, rows, features, groups)) in sizes.into_iter().enumerate() {
        let leaky = Shape { models, rows, features, groups, slope: 0.01 };
        let linear = Shape { slope: 1.0, ..leaky };
        let momentum = [0.99, 0.5][i % 2];
        cases.extend([forward(leaky, momentum), forward(linear, momentum).in_arenas()]);
        cases.extend([backward(leaky).in_arenas(), backward(linear)]);
        if groups == 1 {
            cases.extend([inference(leaky), inference(linear).in_arenas()]);
        }
    }
    let shape = Shape { models: 3, rows: 66, features: 9, groups: 2, slope: 0.2 };
    cases.extend([forward(shape, 0.99).in_two_arenas(), backward(shape).in_two_arenas()]);
    cases.extend([
        forward(shape, 0.99).sharing("x").sharing("gamma"),
        backward(shape).sharing("dy").sharing("beta"),
    ]);
    cases.extend([
        inference(shape).sharing("x").sharing("running_var"),
        inference(shape).in_two_arenas(),
    ]);
    cases
}
