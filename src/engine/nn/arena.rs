//! Several tensors in one allocation.
//!
//! One dispatch binds one buffer for each of its variables.
//! So what several layers, or several networks, do side by side must lie in common buffers.

use crate::op::{Backend, Tensor};
use ground::error::Result;

/// Every tensor starts at a multiple of so many numbers: a line of any cache, and what every GPU can
/// bind.
const ALIGNMENT: usize = 64;

/// In which order tensors lie.
#[derive(Clone, Copy)]
pub(super) enum Order {
    /// One list after another.
    Lists,
    /// Every other tensor of each list, then the others; the second list begins with the others.
    /// So what a layer reads and what it writes are ranges apart, also of layers of two lists
    /// together: of layer i of the first one and layer i - 1 of the second one.
    /// (A generator has one hidden layer more than its discriminator between the same widths.)
    Alternating,
}

impl Order {
    /// Which tensors of a list come first: those of turn 0.
    fn turns(self, list: usize, len: usize) -> Vec<usize> {
        match self {
            Self::Lists => vec![0; len],
            Self::Alternating => (list..list + len).map(|at| at % 2).collect(),
        }
    }
}

/// For each list of shapes (rows, features) its tensors: all in one allocation, or each list in one
/// where the device gives no piece so large, or each tensor.
/// `models` are those of each list.
/// Panics if they differ.
pub(super) fn together(
    backend: &mut dyn Backend,
    models: impl IntoIterator<Item = usize>,
    lists: &[Vec<[usize; 2]>],
    order: Order,
) -> Result<Vec<Vec<Tensor>>> {
    let mut models = models.into_iter();
    let first = models.next().expect("a network");
    assert!(models.all(|other| other == first), "networks of different numbers of models");
    let all = lists.concat();
    let turns: Vec<Vec<usize>> =
        lists.iter().enumerate().map(|(at, list)| order.turns(at, list.len())).collect();
    if let Ok(tensors) = in_one(backend, first, &all, &turns.concat()) {
        let mut tensors = tensors.into_iter();
        return Ok(lists.iter().map(|list| tensors.by_ref().take(list.len()).collect()).collect());
    }
    let of_list = |(list, turns): (&Vec<[usize; 2]>, &Vec<usize>)| {
        in_one(backend, first, list, turns).or_else(|_| {
            let alone = |[rows, features]: &[usize; 2]| backend.alloc([first, *rows, *features]);
            list.iter().map(alone).collect()
        })
    };
    lists.iter().zip(&turns).map(of_list).collect()
}

/// Tensors of these rows and features in one allocation, each with all its models together, so that
/// no two of them lie in each other's gaps; those of the first turn come first.
fn in_one(
    backend: &mut dyn Backend,
    models: usize,
    shapes: &[[usize; 2]],
    turns: &[usize],
) -> Result<Vec<Tensor>> {
    let mut end: usize = 0;
    let mut places = vec![[0; 2]; shapes.len()];
    let mut order: Vec<usize> = (0..shapes.len()).collect();
    order.sort_by_key(|&at| turns[at]);
    for at in order {
        let [rows, features] = shapes[at];
        let stride = match models {
            1 => rows * features,
            _ => (rows * features).next_multiple_of(ALIGNMENT),
        };
        let start = end.next_multiple_of(ALIGNMENT);
        end = start + models * stride;
        places[at] = [start, stride];
    }
    let arena = backend.alloc([1, 1, end])?;
    let tensor = |([start, stride], [rows, features]): (&[usize; 2], &[usize; 2])| Tensor {
        buffer: arena.buffer,
        offset: arena.offset + start,
        stride: *stride,
        models,
        rows: *rows,
        features: *features,
    };
    Ok(places.iter().zip(shapes).map(tensor).collect())
}
