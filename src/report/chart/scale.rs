//! From numbers to pixels, with ticks that a person would choose.

/// A linear or logarithmic axis from `low..high` to the pixels `start..end`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    low: f64,
    high: f64,
    start: f64,
    end: f64,
    logarithmic: bool,
}

impl Scale {
    /// A linear axis. A domain without extent is widened.
    pub(crate) fn linear(low: f64, high: f64, start: f64, end: f64) -> Self {
        let (low, high) = if low < high { (low, high) } else { (low - 0.5, low + 0.5) };
        Self { low, high, start, end, logarithmic: false }
    }

    /// A logarithmic axis for positive `low` and `high`. Less than a factor of 10 is widened.
    pub(crate) fn logarithmic(low: f64, high: f64, start: f64, end: f64) -> Self {
        let (mut low, mut high) = (low.log10(), high.log10());
        if high - low < 1.0 {
            let middle = (low + high) / 2.0;
            (low, high) = (middle - 0.5, middle + 0.5);
        }
        Self { low, high, start, end, logarithmic: true }
    }

    /// The pixel of a value; none for what is not finite or, on a logarithmic axis, not positive.
    pub(crate) fn at(&self, value: f64) -> Option<f64> {
        let value = if self.logarithmic { value.log10() } else { value };
        let part = (value - self.low) / (self.high - self.low);
        part.is_finite().then_some(self.start + part * (self.end - self.start))
    }

    /// About `target` ticks inside the domain, each with its text.
    pub(crate) fn ticks(&self, target: usize) -> Vec<(f64, String)> {
        if self.logarithmic { self.decades(target) } else { self.multiples(target) }
    }

    fn multiples(&self, target: usize) -> Vec<(f64, String)> {
        let step = nice_step((self.high - self.low) / target as f64);
        let slack = 1e-9 * (self.high - self.low);
        let first = ((self.low - slack) / step).ceil() as i64;
        let last = ((self.high + slack) / step).floor() as i64;
        (first..=last)
            .map(|k| k as f64 * step)
            .map(|value| (value, format_tick(value, step)))
            .collect()
    }

    fn decades(&self, target: usize) -> Vec<(f64, String)> {
        let (first, last) = (self.low.ceil() as i32, self.high.floor() as i32);
        let stride = (((last - first).max(0) as usize + 1).div_ceil(target)).max(1);
        if last - first >= 2 {
            return (first..=last)
                .step_by(stride)
                .map(|power| (10f64.powi(power), power_text(power)))
                .collect();
        }
        (self.low.floor() as i32..=last)
            .flat_map(|power| [1.0, 2.0, 5.0].map(|digit| (digit * 10f64.powi(power), power)))
            .filter(|(value, _)| (self.low..=self.high).contains(&value.log10()))
            .map(|(value, power)| (value, format_tick(value, 10f64.powi(power))))
            .collect()
    }
}

/// The smallest of 1, 2, 5 times a power of ten that is at least `rough`.
pub(crate) fn nice_step(rough: f64) -> f64 {
    let power = rough.log10().floor();
    // Division by a power of ten is exact where multiplication by 0.001 is not.
    let times = |digit: f64| {
        if power < 0.0 { digit / 10f64.powf(-power) } else { digit * 10f64.powf(power) }
    };
    [1.0, 2.0, 5.0]
        .map(times)
        .into_iter()
        .find(|&step| step >= rough * (1.0 - 1e-9))
        .unwrap_or_else(|| times(10.0))
}

/// A multiple of `step` with no more digits than the step needs; thousands and millions as `k` and
/// `M`.
pub(crate) fn format_tick(value: f64, step: f64) -> String {
    let (divisor, suffix) = match value.abs().max(step) {
        size if size >= 1e6 => (1e6, "M"),
        size if size >= 1e4 => (1e3, "k"),
        _ => (1.0, ""),
    };
    if value == 0.0 {
        return "0".to_owned();
    }
    if divisor == 1.0 && step < 1e-4 {
        return format!("{value:.0e}");
    }
    let decimals = (-(step / divisor * (1.0 + 1e-9)).log10().floor()).clamp(0.0, 9.0) as usize;
    format!("{:.decimals$}{suffix}", value / divisor).replace('-', "−")
}

fn power_text(power: i32) -> String {
    match power {
        -3..=3 => format_tick(10f64.powi(power), 10f64.powi(power)),
        _ => format!("1e{power}").replace('-', "−"),
    }
}
