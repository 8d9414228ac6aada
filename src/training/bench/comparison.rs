//! Compares figures with those of an earlier run.
//! A difference is claimed where the 95 % interval of the ratio of medians leaves 1 out.
//! A file without samples is compared by ranges: where they overlap, no difference is claimed.

use super::median::{Parts, ratio_interval};
use super::{Run, Spread, Workload};
use ground::error::{Error, Place, Result};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

const REMEDY: &str =
    "give a file that `mellizo bench --json` wrote with the same recipe, rows, features and models";

/// The JSON of an earlier `mellizo bench`: the part that a comparison needs.
#[derive(Clone, Debug, Deserialize)]
pub struct Earlier {
    version: u32,
    workload: Option<Workload>,
    runs: Vec<EarlierRun>,
    #[serde(skip)]
    file: PathBuf,
}

#[derive(Clone, Debug, Deserialize)]
struct EarlierRun {
    backend: String,
    adapter: String,
    step_ms: Spread,
    #[serde(default)]
    step_samples_ms: Vec<f64>,
    ops: Vec<EarlierKernel>,
}

#[derive(Clone, Debug, Deserialize)]
struct EarlierKernel {
    op: String,
    #[serde(default)]
    shape: String,
    ms: f64,
    p10: Option<f64>,
    p90: Option<f64>,
    #[serde(default)]
    samples: Vec<f64>,
}

/// What two measurements of one thing say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Change {
    /// The interval of the ratio holds 1.
    #[serde(rename = "no difference seen")]
    NoneSeen,
    /// The interval lies below 1.
    #[serde(rename = "faster")]
    Faster,
    /// The interval lies above 1.
    #[serde(rename = "slower")]
    Slower,
    /// The old file does not have it.
    #[serde(rename = "new")]
    New,
    /// Only the old file has it.
    #[serde(rename = "gone")]
    Gone,
}

/// One thing, then and now. Kernels of one name and shape are added up.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// The kernel, or `step`.
    pub op: String,
    /// Its shapes.
    pub shape: String,
    /// Median then.
    pub old_ms: Option<f64>,
    /// Median now.
    pub new_ms: Option<f64>,
    /// The new median divided by the old one: below 1 is faster.
    pub ratio: Option<f64>,
    /// The 95 % interval of the ratio, by a bootstrap of the medians; none for fewer than five
    /// samples on one side.
    pub interval: Option<[f64; 2]>,
    /// What may be said about it.
    pub change: Change,
}

/// One backend, then and now.
#[derive(Clone, Debug, Serialize)]
pub struct RunComparison {
    /// `cpu` or `gpu`.
    pub backend: String,
    /// The adapter.
    pub adapter: String,
    /// The whole step.
    pub step: Line,
    /// Kernel by kernel.
    pub ops: Vec<Line>,
}

/// A time: its spread, and the samples of what is added up in it.
#[derive(Clone, Debug)]
struct Time {
    spread: Spread,
    parts: Parts,
}

type Kernels = Vec<([String; 2], Time)>;

impl Earlier {
    /// Reads the text of a file. Errors when it is not the JSON of `bench`.
    pub fn parse(text: &str, file: &Path) -> Result<Self> {
        let bad = |problem: String| Error::input(Place::file(file), problem, REMEDY);
        let earlier: Self = serde_json::from_str(text)
            .map_err(|error| bad(format!("no result of `mellizo bench` ({error})")))?;
        if earlier.version != 1 {
            return Err(bad(format!("version {} of the format instead of 1", earlier.version)));
        }
        Ok(Self { file: file.to_path_buf(), ..earlier })
    }

    /// Errors when the file measured something else.
    pub fn fits(&self, workload: &Workload) -> Result<()> {
        let said = |w: &Workload| {
            format!(
                "{} at {} x {}, batch {}, models {}",
                w.recipe, w.rows, w.features, w.batch, w.models
            )
        };
        match &self.workload {
            Some(theirs) if theirs != workload => {
                let problem = format!("measured {}, not {}", said(theirs), said(workload));
                Err(Error::input(Place::file(&self.file), problem, REMEDY))
            }
            _ => Ok(()),
        }
    }

    /// Compares with the run on the same backend and adapter; none if the file has none.
    pub fn compare(&self, run: &Run) -> Option<RunComparison> {
        let old = self
            .runs
            .iter()
            .find(|old| old.backend == run.backend && old.adapter == run.adapter)?;
        // A file without shapes tells kernels apart by their names alone.
        let shapeless = old.ops.iter().all(|kernel| kernel.shape.is_empty());
        let then = sums(
            old.ops.iter().map(|kernel| ([kernel.op.clone(), kernel.shape.clone()], kernel.time())),
        );
        let now = sums(run.ops.iter().map(|kernel| {
            let shape = if shapeless { String::new() } else { kernel.shape.clone() };
            let time = Time { spread: kernel.time(), parts: vec![kernel.samples.clone()] };
            ([kernel.op.clone(), shape], time)
        }));
        let of = |kernels: &Kernels, key: &[String; 2]| {
            kernels.iter().find(|(k, _)| k == key).map(|(_, time)| time.clone())
        };
        let gone = then.iter().filter(|(key, _)| of(&now, key).is_none());
        let lines = now
            .iter()
            .map(|(key, time)| Line::new(key.clone(), of(&then, key), Some(time.clone())));
        Some(RunComparison {
            backend: run.backend.clone(),
            adapter: run.adapter.clone(),
            step: Line::new(
                ["step".to_owned(), String::new()],
                Some(Time { spread: old.step_ms, parts: vec![old.step_samples_ms.clone()] }),
                Some(Time { spread: run.step_ms, parts: vec![run.step_samples_ms.clone()] }),
            ),
            ops: lines
                .chain(gone.map(|(key, time)| Line::new(key.clone(), Some(time.clone()), None)))
                .collect(),
        })
    }
}

impl EarlierKernel {
    fn time(&self) -> Time {
        let spread = Spread {
            median: self.ms,
            p10: self.p10.unwrap_or(self.ms),
            p90: self.p90.unwrap_or(self.ms),
        };
        Time { spread, parts: vec![self.samples.clone()] }
    }
}

/// In order of first appearance, equal ones added up.
fn sums(kernels: impl Iterator<Item = ([String; 2], Time)>) -> Kernels {
    let mut sums: Kernels = Vec::new();
    for (key, time) in kernels {
        match sums.iter_mut().find(|(known, _)| *known == key) {
            Some((_, sum)) => {
                sum.spread = sum.spread.and(time.spread);
                sum.parts.extend(time.parts);
            }
            None => sums.push((key, time)),
        }
    }
    sums
}

impl Change {
    /// By the interval of the ratio, or where there is none by the ranges.
    fn between(old: &Time, new: &Time, interval: Option<[f64; 2]>) -> Self {
        let faster = match interval {
            Some([low, high]) if low <= 1.0 && 1.0 <= high => return Self::NoneSeen,
            Some([low, _]) => low < 1.0,
            None if new.spread.overlaps(&old.spread) => return Self::NoneSeen,
            None => new.spread.median < old.spread.median,
        };
        if faster { Self::Faster } else { Self::Slower }
    }
}

impl Line {
    fn new([op, shape]: [String; 2], old: Option<Time>, new: Option<Time>) -> Self {
        let [old_ms, new_ms] =
            [&old, &new].map(|time| time.as_ref().map(|time| time.spread.median));
        let both = old.as_ref().zip(new.as_ref());
        let interval = both.and_then(|(old, new)| ratio_interval(&new.parts, &old.parts));
        let change = match both {
            None if old.is_none() => Change::New,
            None => Change::Gone,
            Some((old, new)) => Change::between(old, new, interval),
        };
        let ratio =
            old_ms.zip(new_ms).map(|(old, new)| new / old).filter(|ratio| ratio.is_finite());
        Self { op, shape, old_ms, new_ms, ratio, interval, change }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_one_only_outside_the_noise() {
        let spread = |p10, p90| {
            let spread = Spread { median: (p10 + p90) / 2.0, p10, p90 };
            Some(Time { spread, parts: vec![Vec::new()] })
        };
        let line = |old, new| Line::new(["step".into(), String::new()], old, new);
        assert_eq!(line(spread(1.0, 3.0), spread(2.0, 5.0)).change, Change::NoneSeen);
        let slower = line(spread(1.0, 3.0), spread(10.0, 30.0));
        assert_eq!((slower.change, slower.ratio), (Change::Slower, Some(10.0)));
        assert_eq!(line(spread(1.0, 3.0), spread(0.1, 0.3)).change, Change::Faster);
        assert_eq!(
            (line(None, spread(1.0, 3.0)).change, line(spread(1.0, 3.0), None).change),
            (Change::New, Change::Gone)
        );
        assert_eq!(line(spread(0.0, 0.0), spread(1.0, 3.0)).ratio, None, "no ratio to nothing");
    }

    #[test]
    fn samples_see_a_difference_that_ranges_do_not() {
        let time = |factor: f64| {
            let samples: Vec<f64> = (0..60).map(|i| factor * (1.0 + f64::from(i) / 60.0)).collect();
            Some(Time { spread: Spread::of(samples.clone()), parts: vec![samples] })
        };
        let line = |factor| Line::new(["step".into(), String::new()], time(1.0), time(factor));
        let (slower, faster, same) = (line(1.3), line(0.75), line(1.001));
        assert!(time(1.3).unwrap().spread.overlaps(&time(1.0).unwrap().spread));
        assert_eq!(
            [slower.change, faster.change, same.change],
            [Change::Slower, Change::Faster, Change::NoneSeen]
        );
        let [low, high] = slower.interval.expect("samples");
        assert!(low < 1.3 && 1.3 < high, "{low} to {high}");
    }

    #[test]
    fn what_is_no_result_is_bad_input() {
        for text in [
            "",
            "{}",
            "[1]",
            "{\"version\":2,\"runs\":[]}",
            "{\"version\":1,\"runs\":[{\"backend\":\"cpu\"}]}",
        ] {
            let error = Earlier::parse(text, Path::new("old.json")).expect_err(text);
            assert_eq!(error.exit_code(), 3, "{error}");
            assert!(
                error.to_string().starts_with("old.json: ") && !error.to_string().contains('\n'),
                "{error}"
            );
        }
        assert!(Earlier::parse("{\"version\":1,\"runs\":[]}", Path::new("old.json")).is_ok());
    }
}
