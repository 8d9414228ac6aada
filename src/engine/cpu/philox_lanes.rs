//! Random bits of several counters at a time, with the processor's vectors.

/// Counters at a time.
pub(super) const LANES: usize = 8;

/// The four words of [`philox`](crate::op::philox::philox) of the counters `(first + lane, rest)`,
/// word by word.
#[inline(always)]
pub(super) fn philox_lanes(first: u32, rest: [u32; 3], key: [u32; 2]) -> [[u32; LANES]; 4] {
    const MULTIPLIERS: [u64; 2] = [0xD251_1F53, 0xCD9E_8D57];
    const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];
    let mut a: [u32; LANES] = std::array::from_fn(|lane| first.wrapping_add(lane as u32));
    let [mut b, mut c, mut d] = rest.map(|word| [word; LANES]);
    let [mut k0, mut k1] = key;
    for _ in 0..10 {
        for lane in 0..LANES {
            let p = MULTIPLIERS[0] * u64::from(a[lane]);
            let q = MULTIPLIERS[1] * u64::from(c[lane]);
            a[lane] = (q >> 32) as u32 ^ b[lane] ^ k0;
            b[lane] = q as u32;
            c[lane] = (p >> 32) as u32 ^ d[lane] ^ k1;
            d[lane] = p as u32;
        }
        k0 = k0.wrapping_add(WEYL[0]);
        k1 = k1.wrapping_add(WEYL[1]);
    }
    [a, b, c, d]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::op::philox::philox;

    #[test]
    fn lanes_are_single_counters() {
        for (first, rest, key) in
            [(0, [0; 3], [0; 2]), (u32::MAX - 3, [7, u32::MAX, 1], [0x89AB_CDEF, 0x0123_4567])]
        {
            let words = philox_lanes(first, rest, key);
            for lane in 0..LANES {
                let single =
                    philox([first.wrapping_add(lane as u32), rest[0], rest[1], rest[2]], key);
                assert_eq!(words.map(|word| word[lane]), single, "lane {lane}");
            }
        }
    }
}
