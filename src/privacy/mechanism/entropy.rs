//! Where the noise comes from.

/// A source of random bits.
pub trait Entropy {
    /// 64 random bits.
    fn bits(&mut self) -> u64;
}

/// The operating system's entropy, fetched a few kilobytes at a time and overwritten after use.
/// Nothing of it is ever stored, and no seed makes it again.
pub struct OperatingSystem {
    bytes: [u8; 4096],
    used: usize,
}

impl OperatingSystem {
    /// A source with nothing fetched yet.
    #[allow(clippy::new_without_default)] // entropy is asked for by name
    pub fn new() -> Self {
        Self { bytes: [0; 4096], used: 4096 }
    }
}

impl Entropy for OperatingSystem {
    /// Panics if the operating system has none: noise must not be weaker than it says.
    fn bits(&mut self) -> u64 {
        if self.used == self.bytes.len() {
            getrandom::fill(&mut self.bytes).expect("the operating system gives no entropy");
            self.used = 0;
        }
        let bits = &mut self.bytes[self.used..self.used + 8];
        let number = u64::from_le_bytes(bits.try_into().expect("eight bytes"));
        bits.fill(0);
        self.used += 8;
        number
    }
}

/// A number from 0 up to `below` (not included), each with the same probability.
pub(super) fn uniform(entropy: &mut dyn Entropy, below: u128) -> u128 {
    assert!(below > 0, "a number below 0");
    // Bits that are needed; what lies above is drawn again.
    let mask = u128::MAX >> (below - 1).leading_zeros().min(127);
    loop {
        let mut number = u128::from(entropy.bits());
        if mask > u128::from(u64::MAX) {
            number |= u128::from(entropy.bits()) << 64;
        }
        if number & mask < below {
            return number & mask;
        }
    }
}
