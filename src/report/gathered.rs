//! Results of many runs put together: means with intervals over seeds, and which recipe is ahead.

use judge::evaluation::{Better, ScoreName};
use serde::Serialize;
use statrs::distribution::{ContinuousCDF, StudentsT};

/// Everything that was gathered.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Gathered {
    /// Recipes on tables, best rank first within a table.
    pub groups: Vec<Group>,
    /// Audits whose shadow models were spread.
    pub audits: Vec<GatheredAudit>,
    /// Synthetic tables in parts.
    pub samples: Vec<GatheredSample>,
    /// Tasks that failed, with their errors.
    pub failed: Vec<[String; 2]>,
    /// Tasks of a plan that are not done.
    pub missing: Vec<String>,
    /// What the reader must know.
    pub notes: Vec<String>,
}

/// Runs that differ in their seeds alone.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Group {
    /// The table.
    pub table: String,
    /// The recipe.
    pub recipe: String,
    /// Seeds of the runs, ascending.
    pub seeds: Vec<u64>,
    /// Every score that some run has.
    pub scores: Vec<Mean>,
    /// Mean rank among the recipes of the table over all scores that all of them have; 1 is ahead
    /// everywhere.
    pub rank: Option<f64>,
    /// Seconds of training.
    pub seconds: Option<Mean>,
}

/// A figure over seeds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mean {
    /// Its name.
    pub name: String,
    /// Runs that have it.
    pub runs: usize,
    /// Their mean.
    pub mean: f64,
    /// Lower end of the 95 % interval of the mean (Student's t); none of a single run.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// The smallest value and the largest one.
    pub range: [f64; 2],
    /// The mean of the ceilings of the runs.
    pub ceiling: Option<f64>,
}

/// An audit whose shadow models were trained by many processes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GatheredAudit {
    /// The table.
    pub table: String,
    /// The recipe.
    pub recipe: String,
    /// The seed.
    pub seed: String,
    /// What the shadow models showed.
    pub audit: judge::evaluation::Audit,
}

/// A synthetic table in parts.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GatheredSample {
    /// Its name in the plan.
    pub name: String,
    /// Parts that are there.
    pub parts: usize,
    /// Their rows.
    pub rows: u64,
}

impl Mean {
    /// The mean of some values, with its interval: `mean ± t(n - 1) sd / sqrt(n)`.
    /// None of no value; values that are not finite are left out.
    pub fn of(name: &str, values: &[f64], ceilings: &[f64]) -> Option<Self> {
        let values: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
        let mean = average(&values)?;
        let count = values.len() as f64;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let half = (values.len() > 1).then(|| {
            let student = StudentsT::new(0.0, 1.0, count - 1.0).expect("one degree at least");
            student.inverse_cdf(0.975) * (squares / (count - 1.0) / count).sqrt()
        });
        let range =
            values.iter().fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], &value| {
                [low.min(value), high.max(value)]
            });
        Some(Self {
            name: name.into(),
            runs: values.len(),
            mean,
            low: half.map(|half| mean - half),
            high: half.map(|half| mean + half),
            range,
            ceiling: average(ceilings),
        })
    }
}

fn average(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

impl Gathered {
    /// Ranks the recipes of every table, and puts the one that is ahead first.
    ///
    /// Of every score that all recipes of a table have, the recipe whose mean is nearest to the best
    /// possible value has rank 1; equal ones share the mean of their ranks.
    pub fn rank(&mut self) {
        let tables: Vec<String> = self.groups.iter().map(|group| group.table.clone()).collect();
        let ranks: Vec<Option<f64>> = self
            .groups
            .iter()
            .map(|group| {
                let rivals: Vec<&Group> =
                    self.groups.iter().filter(|rival| rival.table == group.table).collect();
                let of_score = |score: &Mean| rank(&score.name, group, &rivals);
                let ranks: Vec<f64> = group.scores.iter().filter_map(of_score).collect();
                average(&ranks).filter(|_| rivals.len() > 1)
            })
            .collect();
        self.groups.iter_mut().zip(ranks).for_each(|(group, rank)| group.rank = rank);
        let place = |table: &String| tables.iter().position(|known| known == table);
        self.groups.sort_by(|a, b| {
            let ranks = [a, b].map(|group| group.rank.unwrap_or(f64::INFINITY));
            place(&a.table).cmp(&place(&b.table)).then(ranks[0].total_cmp(&ranks[1]))
        });
    }
}

/// The rank of a group in a score; none where a rival lacks it, or where nobody knows what is best.
fn rank(score: &str, group: &Group, rivals: &[&Group]) -> Option<f64> {
    let better = better(score)?;
    let of = |group: &Group| {
        let found = group.scores.iter().find(|known| known.name == score);
        found.map(|known| better.distance(known.mean))
    };
    let own = of(group)?;
    let all = rivals.iter().map(|rival| of(rival)).collect::<Option<Vec<f64>>>()?;
    let ahead = all.iter().filter(|other| **other < own).count() as f64;
    let same = all.iter().filter(|other| **other == own).count() as f64;
    Some(ahead + (same + 1.0) / 2.0)
}

/// Which way a score is better, by its key.
pub fn better(score: &str) -> Option<Better> {
    ScoreName::ALL.into_iter().find(|name| name.key() == score).map(ScoreName::better)
}

/// The report as JSON.
pub fn gathered_json(gathered: &Gathered) -> String {
    serde_json::to_string_pretty(gathered).expect("plain data") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_that_of_student() {
        // R: t.test(c(.81, .84, .79, .86))$conf.int
        let mean = Mean::of("x", &[0.81, 0.84, 0.79, 0.86, f64::NAN], &[0.9, 0.8]).unwrap();
        assert_eq!((mean.runs, mean.range), (4, [0.79, 0.86]));
        assert!((mean.mean - 0.825).abs() < 1e-12);
        let [low, high] = [mean.low.unwrap(), mean.high.unwrap()];
        assert!((low - 0.775_527).abs() < 1e-5 && (high - 0.874_473).abs() < 1e-5, "{low} {high}");
        assert!((mean.ceiling.unwrap() - 0.85).abs() < 1e-12);
        assert_eq!(Mean::of("x", &[3.0], &[]).unwrap().low, None);
        assert_eq!(Mean::of("x", &[f64::NAN], &[]), None);
    }

    fn group(table: &str, recipe: &str, scores: &[(&str, f64)]) -> Group {
        let scores = scores.iter().filter_map(|(name, value)| Mean::of(name, &[*value], &[]));
        let (table, recipe) = (table.into(), recipe.into());
        Group { table, recipe, seeds: vec![1], scores: scores.collect(), rank: None, seconds: None }
    }

    #[test]
    fn the_recipe_that_is_ahead_comes_first() {
        let mut gathered = Gathered {
            groups: vec![
                group("b", "paper", &[("column_shapes", 0.7), ("mia_auc", 0.5)]),
                group("b", "joint", &[("column_shapes", 0.9), ("mia_auc", 0.4), ("nnaa", 0.3)]),
                group("b", "mine", &[("column_shapes", 0.9), ("mia_auc", 0.8)]),
                group("a", "joint", &[("column_shapes", 0.1)]),
            ],
            audits: Vec::new(),
            samples: Vec::new(),
            failed: Vec::new(),
            missing: Vec::new(),
            notes: Vec::new(),
        };
        gathered.rank();
        let order: Vec<(&str, Option<f64>)> =
            gathered.groups.iter().map(|group| (group.recipe.as_str(), group.rank)).collect();
        let expected =
            [("joint", Some(1.75)), ("paper", Some(2.0)), ("mine", Some(2.25)), ("joint", None)];
        assert_eq!(order, expected);
    }
}
