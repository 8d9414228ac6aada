//! Handles to numbers that live in a backend.

/// Which allocation of a backend a tensor lives in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BufferId(pub u32);

/// A handle to `[models, rows, features]` numbers: rows lie one after another, models `stride`
/// numbers apart.
///
/// A stride of 0 lets every model read the same numbers.
/// A tensor may be a window into a larger allocation, so that the parameters of a network share one
/// flat arena and the real and the fake batch lie one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tensor {
    /// The allocation.
    pub buffer: BufferId,
    /// Where the first model starts, in numbers.
    pub offset: usize,
    /// Distance from one model to the next, in numbers.
    pub stride: usize,
    /// Models trained side by side.
    pub models: usize,
    /// Rows of each model.
    pub rows: usize,
    /// Numbers in each row.
    pub features: usize,
}

impl Tensor {
    /// A whole allocation of `[models, rows, features]`.
    pub fn whole(buffer: BufferId, [models, rows, features]: [usize; 3]) -> Self {
        Self { buffer, offset: 0, stride: rows * features, models, rows, features }
    }

    /// Numbers per model.
    pub fn len(&self) -> usize {
        self.rows * self.features
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.models * self.len() == 0
    }

    /// `[models, rows, features]`.
    pub fn shape(&self) -> [usize; 3] {
        [self.models, self.rows, self.features]
    }

    /// The rows `first..first + rows` of every model.
    pub fn rows_from(&self, first: usize, rows: usize) -> Self {
        assert!(
            first + rows <= self.rows,
            "rows {first}..{} of a tensor of {:?}",
            first + rows,
            self.shape()
        );
        Self { offset: self.offset + first * self.features, rows, ..*self }
    }

    /// A `[models, rows, features]` window that starts `at` numbers into every model of a flat
    /// arena `[models, 1, length]`.
    pub fn window(&self, at: usize, rows: usize, features: usize) -> Self {
        assert!(
            at + rows * features <= self.len(),
            "window {at} + {rows} x {features} of {:?}",
            self.shape()
        );
        Self { offset: self.offset + at, rows, features, ..*self }
    }

    /// The same numbers as one flat row per model.
    pub fn flat(&self) -> Self {
        Self { rows: 1, features: self.len(), ..*self }
    }

    /// A tensor of one model, read by `models` models.
    pub fn broadcast(&self, models: usize) -> Self {
        assert_eq!(
            self.models,
            1,
            "only a tensor of one model can be shared, not {:?}",
            self.shape()
        );
        Self { stride: 0, models, ..*self }
    }

    /// First number of `model` in the allocation.
    pub fn start(&self, model: usize) -> usize {
        self.offset + model * self.stride
    }

    /// Whether every model's numbers lie within the same model's numbers of this tensor.
    pub fn contains(&self, other: &Self) -> bool {
        let within = |model: usize| {
            let (start, first) = (self.start(model), other.start(model));
            start <= first && first + other.len() <= start + self.len()
        };
        self.buffer == other.buffer && self.models == other.models && (0..self.models).all(within)
    }

    /// This tensor and the one right behind it in every model, as one of `rows` rows of as many
    /// features; none if they do not lie so.
    pub fn joined(&self, next: &Self) -> Option<Self> {
        let behind = self.buffer == next.buffer
            && self.models == next.models
            && (self.models == 1 || self.stride == next.stride)
            && self.features == next.features
            && self.offset + self.len() == next.offset;
        behind.then_some(Self { rows: self.rows + next.rows, ..*self })
    }

    /// Whether any number belongs to both tensors.
    pub fn overlaps(&self, other: &Self) -> bool {
        if self.buffer != other.buffer || self.is_empty() || other.is_empty() {
            return false;
        }
        let end = |t: &Self| t.start(t.models - 1) + t.len();
        if self.offset >= end(other) || other.offset >= end(self) {
            return false;
        }
        let hit = |a: usize, b: usize| a < b + other.len() && b < a + self.len();
        (0..self.models).any(|i| (0..other.models).any(|j| hit(self.start(i), other.start(j))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_of_one_arena_overlap_only_where_they_share_numbers() {
        let arena = Tensor::whole(BufferId(0), [3, 1, 100]);
        let (a, b) = (arena.window(0, 5, 8), arena.window(40, 2, 30));
        assert!(!a.overlaps(&b));
        assert!(a.overlaps(&arena.window(39, 1, 1)));
        assert!(arena.overlaps(&b));
        assert!(!a.overlaps(&Tensor::whole(BufferId(1), [3, 5, 8])));
    }

    #[test]
    fn a_shared_tensor_starts_at_the_same_number_for_every_model() {
        let shared = Tensor::whole(BufferId(0), [1, 4, 2]).broadcast(3);
        assert_eq!((shared.start(0), shared.start(2)), (0, 0));
        assert_eq!(shared.rows_from(1, 2).start(2), 2);
    }
}
