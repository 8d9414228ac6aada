use mellizo::{cpu::Cpu, gan::*, matrix::Matrix};
fn main() {
    let recipe = {
        let mut r = Recipe::paper();
        r.training.epochs = std::env::args().nth(1).and_then(|s| s.parse().ok()).unwrap_or(40);
        r
    };
    let data = Matrix::from_fn(804, 63, |i, j| (((i * 7919 + j * 104729) % 10007) as f64 / 10007.0 * 2.0 - 1.0));
    let mut b = Cpu::<f32>::new();
    let o = Options { seed: 1, models: 1, early_stopping: false };
    let t = train(&mut b, &recipe, &data, o, &mut |_| true).unwrap();
    println!(
        "{} kernels, {:.2} ms/step; last {:?}",
        t.kernels_per_step,
        t.elapsed.as_secs_f64() * 1e3 / t.steps as f64,
        t.history.last()
    );
}
