//! Factors laid out as the microkernel reads them, in memory that stays in cache.

use super::Right;
use crate::cpu::Real;

/// Lines and columns of a block that is turned at once: whole cache lines on both sides in f32.
const SIDE: usize = 16;

/// Rows `depth` of the right factor's columns `first..first + width` into a panel of rows of
/// `pitch` numbers, with zeros behind the width.
/// The right factor has `k` rows and `n` columns.
#[inline(always)]
pub(super) fn right<T: Real>(
    from: Right<T>,
    [k, n]: [usize; 2],
    depth: std::ops::Range<usize>,
    [first, width]: [usize; 2],
    panel: &mut [T],
    pitch: usize,
) {
    match from {
        Right::Plain(b) => {
            for (row, line) in depth.zip(panel.chunks_exact_mut(pitch)) {
                let from = &b[row * n + first..][..width];
                // Whole lines of known length: a call for every few numbers would cost more than
                // the copy.
                let (whole, edge) = from.as_chunks::<SIDE>();
                let (to, rest) = line.as_chunks_mut::<SIDE>();
                to.iter_mut().zip(whole).for_each(|(to, from)| *to = *from);
                if width < pitch {
                    line[whole.len() * SIDE..][..edge.len()].copy_from_slice(edge);
                    line[width..].fill(T::zero());
                } else if !rest.is_empty() {
                    rest.copy_from_slice(edge);
                }
            }
        }
        Right::Turned(b) => {
            for (strip, column) in (0..pitch).step_by(SIDE).enumerate() {
                let lines = SIDE.min(width.saturating_sub(column));
                let at = |line: usize, depth: usize| (first + strip * SIDE + line) * k + depth;
                for start in (0..depth.len()).step_by(SIDE) {
                    let length = SIDE.min(depth.len() - start);
                    let mut block = [[T::zero(); SIDE]; SIDE];
                    for (line, block) in block[..lines].iter_mut().enumerate() {
                        let from = &b[at(line, depth.start + start)..][..length];
                        match from.first_chunk() {
                            Some(whole) => *block = *whole,
                            None => block[..length].copy_from_slice(from),
                        }
                    }
                    let wide = SIDE.min(pitch - column);
                    for (i, line) in
                        panel[start * pitch..].chunks_exact_mut(pitch).take(length).enumerate()
                    {
                        for (to, block) in line[column..column + wide].iter_mut().zip(&block) {
                            *to = block[i];
                        }
                    }
                }
            }
        }
    }
}

/// Rows `first..first + rows` of the transpose of the `k x m` matrix `a`, M at a time: number `d`
/// of row `i` of such a group lies at `M d + i`, and a group is `M k` numbers long.
/// Behind the last row of an incomplete group lies anything.
#[inline(always)]
pub(super) fn left<T: Real, const M: usize>(
    a: &[T],
    m: usize,
    [first, rows]: [usize; 2],
    packed: &mut [T],
) {
    let k = a.len() / m;
    for (group, packed) in packed.chunks_exact_mut(M * k).take(rows.div_ceil(M)).enumerate() {
        let start = first + group * M;
        let width = M.min(first + rows - start);
        let lines = a.chunks_exact(m).map(|line| &line[start..start + width]);
        let places = packed.chunks_exact_mut(M);
        if width == M {
            for (line, to) in lines.zip(places) {
                let (Some(line), Some(to)) = (line.first_chunk::<M>(), to.first_chunk_mut::<M>())
                else {
                    unreachable!()
                };
                *to = *line;
            }
        } else {
            lines.zip(places).for_each(|(line, to)| to[..width].copy_from_slice(line));
        }
    }
}
