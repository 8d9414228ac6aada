//! The figures for people: aligned text.

use super::further::Further;
use std::collections::BTreeMap;
use std::fmt::Write;
use training::bench::{
    Change, Clock, KernelFigures, Line, Roof, Run, RunComparison, STEP_INCLUDES, Spread, Stability,
    Startup, Workload,
};

/// Kernels that are listed one by one.
const LISTED: usize = 12;

/// Everything that was measured, backend by backend.
pub(super) fn text(
    workload: &Workload,
    runs: &[Run],
    furthers: &[Further],
    compared: &[Option<RunComparison>],
) -> String {
    let Workload { recipe, rows, features, batch, models, steps_per_epoch } = workload;
    let mut text = format!(
        "recipe {recipe}, {rows} x {features}, batch {batch}, {models} model{}, {steps_per_epoch} \
         steps an epoch\na step:\n  {}\n",
        if *models == 1 { "" } else { "s" },
        STEP_INCLUDES.replace("; ", "\n  ")
    );
    for (i, run) in runs.iter().enumerate() {
        text += &format!("\n{}: {}\n", run.backend.to_uppercase(), run.adapter);
        text += &whole(run);
        text += &kernels(run);
        text += &furthers[i].text();
        match compared.get(i) {
            Some(Some(comparison)) => text += &differences(comparison),
            Some(None) => text += "\n  the earlier file has no run of this backend and adapter\n",
            None => {}
        }
    }
    text
}

fn milliseconds(spread: &Spread) -> String {
    format!("{:>10.3} ms   (p10 {:.3}, p90 {:.3})", spread.median, spread.p10, spread.p90)
}

/// How well the median of a step is known.
fn median(run: &Run) -> String {
    let Some([low, high]) = run.step_interval_ms else {
        return format!("{:>7}too few samples for an interval", "");
    };
    let asked = run.stable.map(|Stability { wanted_percent, percent, reached, seconds }| {
        let not = if reached { "" } else { "not " };
        format!("; {percent:.1} % wide after {seconds:.1} s, {not}the {wanted_percent} % asked for")
    });
    let samples = run.step_samples_ms.len();
    let asked = asked.unwrap_or_default();
    format!("{low:>10.3} to {high:.3} ms (95 %, {samples} samples{asked})")
}

fn mib(bytes: u64) -> String {
    format!("{:.0} MiB", bytes as f64 / f64::from(1 << 20))
}

fn whole(run: &Run) -> String {
    let lines = [
        ("step", milliseconds(&run.step_ms)),
        ("  median", median(run)),
        ("  without evaluation", milliseconds(&run.train_step_ms)),
        ("one evaluation", milliseconds(&run.evaluation_ms)),
        ("host per step", milliseconds(&run.host_ms)),
        (
            "rate",
            format!(
                "{:>10.1} steps/s, {:.0} samples/s",
                run.steps_per_second, run.samples_per_second
            ),
        ),
        (
            "kernels per step",
            format!("{:>10}   {:.3} GFLOP", run.dispatches_per_step, run.gflop_per_step),
        ),
        ("between kernels", between(run)),
        ("an empty dispatch", launch(run)),
        ("products and sorts", variants(run)),
        ("start-up", startup(run)),
        ("memory", memory(run)),
        ("roof", roof(run)),
    ];
    let refused = run.refused.iter().map(|why| format!("  refused: {why}\n"));
    let lines = lines.iter().map(|(name, value)| format!("  {name:<22}{value}\n"));
    lines.chain(refused).collect()
}

/// What a step takes that no kernel does.
fn between(run: &Run) -> String {
    match run.between_kernels_ms {
        Some(ms) => {
            let share = 100.0 * ms / run.train_step_ms.median;
            format!("{ms:>10.3} ms   ({share:.0} % of a step without evaluation)")
        }
        None => format!("{:>7}unknown: kernels were timed by themselves", ""),
    }
}

fn launch(run: &Run) -> String {
    let launches = run.launch_us;
    format!(
        "{:>10.2} us   after another one, {:.2} us beside others",
        launches.dependent, launches.independent
    )
}

/// How many kernels each variant computes.
fn variants(run: &Run) -> String {
    let mut counts = BTreeMap::<&str, usize>::new();
    for variant in run.ops.iter().filter_map(|op| op.variant) {
        *counts.entry(variant).or_default() += 1;
    }
    let counts: Vec<_> = counts.iter().map(|(name, count)| format!("{count} by {name}")).collect();
    let text = if counts.is_empty() { "one way".to_owned() } else { counts.join(", ") };
    format!("{:>7}{text}", "")
}

fn startup(run: &Run) -> String {
    let Startup { device, prepare, compile, first_step } = run.startup_ms;
    format!(
        "{:>10.1} ms   (device {device:.1}, preparation {prepare:.1}, compilation {compile:.1}, \
         first step {first_step:.1})",
        device + prepare + compile + first_step
    )
}

fn memory(run: &Run) -> String {
    let peak = run.memory.peak_rss_bytes.map_or("unknown".to_owned(), mib);
    format!("{:>14} on the backend, process peak {peak}", mib(run.memory.backend_bytes))
}

fn roof(run: &Run) -> String {
    let Roof { gflops, gbs, cache_gbs, cache_bytes, multiply_add_gflops, product_gflops } =
        run.roof;
    format!(
        "{gflops:>10.1} GFLOP/s (multiply-add {multiply_add_gflops:.1}, matrix product \
         {product_gflops:.1}), {gbs:.1} GB/s (copy; {cache_gbs:.1} GB/s of {} KiB in cache)",
        cache_bytes / 1024
    )
}

/// Kernels of one name together.
struct Kind<'a> {
    name: &'a str,
    count: usize,
    ms: f64,
    gflop: f64,
    gb: f64,
    /// Milliseconds under the roof.
    least: f64,
    /// The largest error of all.
    error: Option<f64>,
}

fn kinds(ops: &[KernelFigures]) -> Vec<Kind<'_>> {
    let mut kinds: Vec<Kind> = Vec::new();
    for op in ops {
        let at = kinds.iter().position(|kind| kind.name == op.op).unwrap_or_else(|| {
            let (ms, gflop, gb, least, error) = (0.0, 0.0, 0.0, 0.0, None);
            kinds.push(Kind { name: &op.op, count: 0, ms, gflop, gb, least, error });
            kinds.len() - 1
        });
        let kind = &mut kinds[at];
        kind.count += 1;
        kind.ms += op.ms;
        kind.gflop += op.gflops * op.ms * 1e-3;
        kind.gb += op.gbs * op.ms * 1e-3;
        kind.least += op.roofline * op.ms;
        kind.error = match (kind.error, op.error) {
            (Some(a), Some(b)) => Some(a.max(b)),
            (a, b) => a.or(b),
        };
    }
    kinds.sort_by(|a, b| b.ms.total_cmp(&a.ms));
    kinds
}

fn kernels(run: &Run) -> String {
    let how = match run.clock {
        Clock::InStep => "by the backend's clock within whole steps",
        Clock::Isolated => "each replayed by itself",
    };
    let all: f64 = run.ops.iter().map(|op| op.ms).sum();
    let mut text = format!(
        "\n  kernels of a training step, {how}: {all:.3} ms together (a roof share above 100 %: \
         operands in caches; error: the largest difference from f64, as a share of the largest \
         number)\n"
    );
    let head = "        ms   share   GFLOP/s      GB/s    roof     error";
    let row = |ms: f64, gflops: f64, gbs: f64, roof: f64, error: Option<f64>| {
        format!(
            "{ms:>10.4} {:>6.1}% {gflops:>9.1} {gbs:>9.1} {:>6.1}% {:>9}",
            100.0 * ms / all,
            100.0 * roof,
            error.map_or("-".to_owned(), |error| format!("{error:.1e}"))
        )
    };
    let _ = writeln!(text, "  {:<28}{head}", "kernel");
    for kind in kinds(&run.ops) {
        let name = format!("{} x {}", kind.count, kind.name);
        let figures = row(
            kind.ms,
            kind.gflop / kind.ms * 1e3,
            kind.gb / kind.ms * 1e3,
            kind.least / kind.ms,
            kind.error,
        );
        let _ = writeln!(text, "  {name:<28}{figures}");
    }
    let mut slowest: Vec<&KernelFigures> = run.ops.iter().collect();
    slowest.sort_by(|a, b| b.ms.total_cmp(&a.ms));
    let _ = writeln!(
        text,
        "\n  the slowest (all of them in --json)\n  {:<28}{head}   shapes",
        "kernel"
    );
    for op in slowest.iter().take(LISTED) {
        let variant = op.variant.map(|name| format!(" by {name}")).unwrap_or_default();
        let figures = row(op.ms, op.gflops, op.gbs, op.roofline, op.error);
        let workgroups = op.workgroups.map(|n| format!(", {n} workgroups")).unwrap_or_default();
        let _ = writeln!(text, "  {:<28}{figures}   {}{variant}{workgroups}", op.op, op.shape);
    }
    text
}

fn differences(comparison: &RunComparison) -> String {
    let mut text =
        "\n  beside the earlier run (now / then with its 95 % interval; below 1 is faster)\n"
            .to_owned();
    let line = |line: &Line| {
        let number =
            |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.4}"));
        let words = match line.change {
            Change::NoneSeen => "no difference seen",
            Change::Faster => "faster",
            Change::Slower => "slower",
            Change::New => "new",
            Change::Gone => "gone",
        };
        let ratio = line.ratio.map_or("-".to_owned(), |ratio| format!("{ratio:.3}"));
        let interval =
            line.interval.map_or(String::new(), |[low, high]| format!("({low:.3} to {high:.3})"));
        let (old, new) = (number(line.old_ms), number(line.new_ms));
        format!(
            "  {:<28}{old:>10} -> {new:>10} ms {ratio:>8} {interval:<18} {words:<18} {}\n",
            line.op, line.shape
        )
    };
    text += &line(&comparison.step);
    let different = comparison.ops.iter().filter(|line| line.change != Change::NoneSeen);
    let count = different.clone().count();
    text.extend(different.map(line));
    let rest = comparison.ops.len() - count;
    let _ = writeln!(
        text,
        "  no difference seen in {rest} of {} kinds and shapes of kernels",
        comparison.ops.len()
    );
    text += "  an interval knows the noise within the calls, not a machine that changed between them:\n  \
             where a small difference matters, measure both in turn, more than once\n";
    text
}
