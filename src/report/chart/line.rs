//! A curve of any length at the resolution of pixels: what falls into one column of pixels is drawn
//! as its extent and its mean.

use crate::chart::scale::Scale;
use crate::chart::shape::pixel;

/// Points in pixels without a gap between them.
pub(crate) type Run = Vec<(f64, f64)>;

/// Width in pixels over which [`centre`] averages.
const CENTRE: f64 = 4.0;

/// Points `(x, y)` in ascending x as pixels; a point that an axis cannot show ends a run.
pub(crate) fn runs(points: impl IntoIterator<Item = (f64, f64)>, x: &Scale, y: &Scale) -> Vec<Run> {
    let mut runs: Vec<Run> = vec![Vec::new()];
    for (px, py) in points.into_iter().map(|(px, py)| (x.at(px), y.at(py))) {
        match (px, py) {
            (Some(px), Some(py)) => runs.last_mut().expect("never empty").push((px, py)),
            _ => runs.push(Vec::new()),
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

/// Keeps, in order, the two ends and the lowest and highest point of every pixel column.
pub(crate) fn envelope(runs: &[Run]) -> Vec<Run> {
    let thin =
        |run: &Run| run.chunk_by(|a, b| a.0.floor() == b.0.floor()).flat_map(extremes).collect();
    runs.iter().map(thin).collect()
}

/// The mean of every few columns of pixels, as they are drawn (on a logarithmic axis the geometric
/// mean).
pub(crate) fn centre(runs: &[Run]) -> Vec<Run> {
    let mean = |points: &[(f64, f64)]| {
        let (x, y) =
            points.iter().fold((0.0, 0.0), |sum, point| (sum.0 + point.0, sum.1 + point.1));
        (x / points.len() as f64, y / points.len() as f64)
    };
    let smooth = |run: &Run| {
        let mut columns: Vec<&[(f64, f64)]> =
            run.chunk_by(|a, b| (a.0 / CENTRE).floor() == (b.0 / CENTRE).floor()).collect();
        // A last column with few points would end the line in their noise.
        if let [.., before, last] = columns[..]
            && 2 * last.len() < before.len()
        {
            columns.pop();
        }
        run.first().copied().into_iter().chain(columns.into_iter().map(mean)).collect()
    };
    runs.iter().map(smooth).collect()
}

/// SVG path data; a run of a single point becomes a dot.
pub(crate) fn path(runs: &[Run]) -> String {
    runs.iter().map(|run| run_path(run)).collect()
}

fn extremes(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let by_height = |&a: &usize, &b: &usize| points[a].1.total_cmp(&points[b].1);
    let lowest = (0..points.len()).min_by(by_height).expect("chunks have points");
    let highest = (0..points.len()).max_by(by_height).expect("chunks have points");
    let mut places = vec![0, lowest, highest, points.len() - 1];
    places.sort_unstable();
    places.dedup();
    places.into_iter().map(|place| points[place]).collect()
}

fn run_path(run: &[(f64, f64)]) -> String {
    if let [(x, y)] = run {
        // Two half circles: a path needs an extent to be seen.
        return format!("M{} {}a1 1 0 1 0 2 0a1 1 0 1 0 -2 0", pixel(x - 1.0), pixel(*y));
    }
    let point = |(place, (x, y)): (usize, &(f64, f64))| {
        format!("{}{} {}", if place == 0 { 'M' } else { 'L' }, pixel(*x), pixel(*y))
    };
    run.iter().enumerate().map(point).collect()
}
