//! Examples at the end of `--help`.

pub(super) const RUN: &str = "\
Examples:
  mellizo run
      The bundled cohort; look at mellizo-out/share/report.html at the end.
  mellizo run cohort.csv --drop id,name --holdout 0.2 --out results
      Your own table, with a fifth of the patients kept back to judge.
  mellizo run cohort.csv --schema cohort.toml --holdout 0.2 --audit-minutes 5
      With the strongest attack on privacy.
  mellizo run cohort.csv --schema public.toml --recipe private --epsilon 3
      Patients that may be passed on, with a proof.";

pub(super) const TRAIN: &str = "\
Examples:
  mellizo train cohort.csv --out results
  mellizo sample results/private/model.safetensors --rows 1000 --out some.csv";

pub(super) const CHECK: &str = "\
Examples:
  mellizo check cohort.csv
  mellizo check cohort.csv --holdout 0.2 --batch auto --json";

pub(super) const SAMPLE: &str = "\
Examples:
  mellizo sample model.safetensors --rows 1000 --out patients.csv
  mellizo sample model.safetensors --rows 100 --where \"death=1\" --where \"age>70\"
      Patients of whom something is given.
  mellizo sample model.safetensors --rows 0..50000000 --out a.csv.gz
      A shard: the shards of ranges that follow each other are, joined, one run.";

pub(super) const SWEEP: &str = "\
Examples:
  mellizo sweep plan.toml
      The list: number, state and folder of every task.
  mellizo sweep plan.toml --index 7
      Task 7, if it is not done; as before, if it was ended.
  sbatch --array=0-$(( $(mellizo sweep plan.toml --count) - 1 )) \\
      examples/slurm/sweep.sh plan.toml
      All of them on a cluster.";

pub(super) const GATHER: &str = "\
Examples:
  mellizo gather results
      Scores with intervals over seeds, and which recipe is ahead, as
      results/gathered.html.";

pub(super) const EVALUATE: &str = "\
Examples:
  mellizo evaluate real.csv synthetic.csv --html report.html
  mellizo evaluate real.csv synthetic.csv --holdout held.csv --json scores.json
  mellizo evaluate real.csv synthetic.csv --time days --event status=2
      With survival curves and hazard ratios.";

pub(super) const MANUAL: &str = "\
Examples:
  mellizo man run > mellizo-run.1
  mellizo man | man -l -";

pub(super) const COMPLETIONS: &str = "\
Examples:
  mellizo completions bash > ~/.local/share/bash-completion/completions/mellizo
  mellizo completions zsh > \"${fpath[1]}/_mellizo\"
  mellizo completions fish > ~/.config/fish/completions/mellizo.fish";
