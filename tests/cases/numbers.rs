//! Deterministic inputs, exactly representable in f32, so that every backend starts from the same
//! numbers.

/// A small generator (SplitMix64) of its own: inputs must not come from the code under test.
pub struct Numbers(u64);

/// The nearest f32.
pub fn exact(value: f64) -> f64 {
    f64::from(value as f32)
}

impl Numbers {
    /// The numbers that belong to a text, such as the label of a case.
    pub fn of(text: &str) -> Self {
        Self(text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3)
        }))
    }

    fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn unit(&mut self) -> f64 {
        (self.word() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// An index below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.word() % n as u64) as usize
    }

    /// One number, uniform between the bounds.
    pub fn one(&mut self, low: f64, high: f64) -> f64 {
        exact(low + (high - low) * self.unit())
    }

    /// Uniform between the bounds.
    pub fn uniform(&mut self, n: usize, low: f64, high: f64) -> Vec<f64> {
        (0..n).map(|_| self.one(low, high)).collect()
    }

    /// Nearly normal (the sum of twelve uniform numbers) of mean 0 and variance 1.
    pub fn normal(&mut self, n: usize) -> Vec<f64> {
        (0..n).map(|_| exact((0..12).map(|_| self.unit()).sum::<f64>() - 6.0)).collect()
    }

    /// Nearly normal with exact zeros of both signs strewn in, as activations have.
    pub fn activations(&mut self, n: usize) -> Vec<f64> {
        let mut values = self.normal(n);
        for (i, value) in values.iter_mut().enumerate() {
            match i % 19 {
                7 => *value = 0.0,
                13 => *value = -0.0,
                _ => {}
            }
        }
        values
    }

    /// Multiples of 1/8 between -1 and 1: a column of them is full of ties.
    pub fn coarse(&mut self, n: usize) -> Vec<f64> {
        (0..n).map(|_| self.below(17) as f64 / 8.0 - 1.0).collect()
    }
}
