//! The start of a generator's shortcut: the principal components of the cohort, so that linear
//! dependence need not be learned.

use super::Recipe;
use super::recipe::Noise;
use engine::nn::Network;
use engine::op::Backend;
use ground::blocks::Blocks;
use ground::error::Result;
use ground::spectrum::Spectrum;

/// Writes the shortcut's weights `[latent, W]` of every model of a generator for typed columns of
/// these blocks, whose cohorts have these spectra.
/// It does nothing for a generator without a shortcut.
///
/// Row l is the l-th principal component of the model's cohort, times its standard deviation,
/// divided by the scale of the heads.
/// So normal noise alone has the covariance of the cohort, as far as `latent` components carry it.
pub(super) fn start_at_components(
    backend: &mut dyn Backend,
    recipe: &Recipe,
    generator: &Network,
    spectra: &[Spectrum],
    blocks: Option<&Blocks>,
) -> Result<()> {
    let Some(shortcut) = generator.layers().last().and_then(|layer| layer.shortcut) else {
        return Ok(());
    };
    let unit = match recipe.generator.noise {
        Noise::Normal => 1.0,
        // The variance of uniform noise is a third.
        Noise::Uniform => 3f64.sqrt(),
    };
    let mut scales = vec![1.0; shortcut.features];
    for block in blocks.into_iter().flat_map(|blocks| &blocks.each) {
        scales[block.first..block.end()].fill(block.scale);
    }
    let of_cohort = |spectrum| components(spectrum, shortcut.rows, unit, &scales);
    let mut values: Vec<f64> = spectra.iter().flat_map(of_cohort).collect();
    let window = generator.parameters.window(shortcut.at, shortcut.rows, shortcut.features);
    values = values.repeat(window.models / spectra.len());
    backend.write(window, &values)
}

/// `count` rows, the largest principal components first, and 0 where there are no more.
/// They are rounded to f32, so that every precision starts alike.
fn components(spectrum: &Spectrum, count: usize, unit: f64, scales: &[f64]) -> Vec<f64> {
    let Spectrum { values, vectors } = spectrum;
    let width = vectors.nrows();
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*b].total_cmp(&values[*a]));
    let row = |component: Option<&usize>| -> Vec<f64> {
        let Some(&component) = component else { return vec![0.0; width] };
        let length = unit * values[component].max(0.0).sqrt();
        let column = |(x, scale): (&f64, &f64)| f64::from((length * x / scale) as f32);
        vectors.column(component).iter().zip(scales).map(column).collect()
    };
    (0..count).flat_map(|l| row(order.get(l))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ground::matrix::Matrix;
    use ground::moments::covariance;

    #[test]
    fn components_give_the_covariance_of_the_cohort() {
        let cohort = Matrix::from_fn(40, 3, |row, column| {
            let [a, b] = [(row * 7 % 11) as f64, (row * 5 % 13) as f64];
            [a, a + 0.5 * b, 2.0 - a][column]
        });
        let scales = [1.0, 2.0, 0.5];
        let spectrum = Spectrum::of_rows(&cohort);
        let weights = components(&spectrum, 4, 1.0, &scales);
        let rows: Vec<&[f64]> = weights.chunks_exact(3).collect();
        // The third column follows from the first, so there are two components.
        assert!(rows[2..].iter().flat_map(|row| row.iter()).all(|x| x.abs() < 1e-6), "{rows:?}");
        // Noise with a third of the variance needs longer components.
        let longer = components(&spectrum, 4, 3f64.sqrt(), &scales);
        assert!(longer.iter().zip(&weights).all(|(long, w)| (long - 3f64.sqrt() * w).abs() < 1e-5));
        let real = covariance(&cohort).1;
        for a in 0..3 {
            for b in 0..3 {
                let made: f64 =
                    rows.iter().map(|row| row[a] * scales[a] * row[b] * scales[b]).sum();
                assert!((made - real[(a, b)]).abs() < 1e-5, "{a} {b}: {made} {}", real[(a, b)]);
            }
        }
    }
}
