//! One tree, grown best-first: the node whose split gains most is split next, until there are
//! enough leaves.

use super::Options;
use super::bins::Binned;
use super::histogram::{Slope, Sums, histogram, subtract};
use super::split::{Search, Split, leaf_value};
use std::ops::Range;

/// A grown tree.
#[derive(Clone, Debug)]
pub(super) struct Tree(Vec<Node>);

#[derive(Clone, Debug)]
struct Node {
    /// What it adds to a prediction as a leaf, times the learning rate.
    value: f64,
    branch: Option<Branch>,
}

#[derive(Clone, Debug)]
struct Branch {
    column: usize,
    /// Largest value that goes left; infinite where known values are separated from missing ones.
    threshold: f64,
    missing_left: bool,
    /// Node at the left; the one at the right is next to it.
    left: usize,
}

impl Tree {
    /// Grows a tree on the slopes of all rows and adds its values to `raw`, one per row.
    pub(crate) fn grow(
        binned: &Binned,
        slopes: &[Slope],
        options: &Options,
        raw: &mut [f64],
    ) -> Self {
        let mut growth = Growth::new(binned, slopes, options);
        while growth.leaves() < options.leaves {
            let Some(node) = growth.most_promising() else { break };
            growth.split(node);
        }
        for (node, rows) in growth.nodes.iter().zip(&growth.spans) {
            if node.branch.is_none() {
                growth.order[rows.clone()].iter().for_each(|&row| raw[row as usize] += node.value);
            }
        }
        Self(growth.nodes)
    }

    /// What the tree adds to the prediction for one row of features.
    pub(crate) fn value(&self, x: &[f64]) -> f64 {
        let mut node = &self.0[0];
        while let Some(branch) = &node.branch {
            let value = x[branch.column];
            let left = if value.is_nan() { branch.missing_left } else { value <= branch.threshold };
            node = &self.0[branch.left + usize::from(!left)];
        }
        node.value
    }
}

/// A node that can be split.
struct Open {
    node: usize,
    histogram: Vec<Sums>,
    sums: Sums,
    split: Split,
}

struct Growth<'a> {
    binned: &'a Binned,
    slopes: &'a [Slope],
    options: &'a Options,
    nodes: Vec<Node>,
    /// Where the rows of every node stand in `order`.
    spans: Vec<Range<usize>>,
    /// All rows, those of a node together and ascending, so that sums have one order.
    order: Vec<u32>,
    open: Vec<Open>,
}

impl<'a> Growth<'a> {
    fn new(binned: &'a Binned, slopes: &'a [Slope], options: &'a Options) -> Self {
        let rows = u32::try_from(binned.rows()).expect("fewer rows than 2^32");
        let mut sums = Sums::default();
        slopes.iter().for_each(|&slope| sums += slope);
        let root = Node { value: 0.0, branch: None };
        let mut growth = Self {
            binned,
            slopes,
            options,
            nodes: vec![root],
            spans: std::iter::once(0..binned.rows()).collect(),
            order: (0..rows).collect(),
            open: Vec::new(),
        };
        if growth.can_split(&sums) {
            let histogram = histogram(binned, &growth.order, slopes);
            growth.offer(0, sums, 0.0, histogram);
        }
        growth
    }

    /// A binary tree has one leaf more than it has branches.
    fn leaves(&self) -> usize {
        self.nodes.len().div_ceil(2)
    }

    fn can_split(&self, sums: &Sums) -> bool {
        sums.rows >= 2 * self.options.least_in_leaf
    }

    /// Adds a node to the open ones if some split gains.
    fn offer(&mut self, node: usize, sums: Sums, value: f64, histogram: Vec<Sums>) {
        let search = Search { node: sums, value, options: self.options };
        if let Some(split) = search.best(self.binned, &histogram) {
            self.open.push(Open { node, histogram, sums, split });
        }
    }

    /// Takes the open node with the largest gain; of equal ones the oldest.
    fn most_promising(&mut self) -> Option<Open> {
        let mut best = 0;
        for (position, open) in self.open.iter().enumerate() {
            let leader = &self.open[best];
            if (open.split.gain, leader.node) > (leader.split.gain, open.node) {
                best = position;
            }
        }
        (!self.open.is_empty()).then(|| self.open.swap_remove(best))
    }

    fn split(&mut self, open: Open) {
        let Open { node, histogram, sums, split } = open;
        let children = [split.left, sums - split.left];
        let values = children.map(|child| leaf_value(&child, self.options.l2));
        let left = self.nodes.len();
        self.branch(node, &split, left, children);
        for value in values {
            self.nodes.push(Node { value: self.options.learning_rate * value, branch: None });
        }
        let middle = self.part(node, &split);
        let rows = self.spans[node].clone();
        self.spans.extend([rows.start..middle, middle..rows.end]);
        if self.leaves() < self.options.leaves && children.iter().any(|child| self.can_split(child))
        {
            self.offer_children(left, children, values, histogram);
        }
    }

    fn branch(&mut self, node: usize, split: &Split, left: usize, children: [Sums; 2]) {
        let cut = &self.binned.columns[split.column];
        let missing_left =
            if cut.has_missing { split.missing_left } else { children[0].rows > children[1].rows };
        let threshold = cut.thresholds.get(split.bin).copied().unwrap_or(f64::INFINITY);
        self.nodes[node].branch =
            Some(Branch { column: split.column, threshold, missing_left, left });
    }

    /// Separates the rows of a node, both sides in their old order. Returns where the right side
    /// starts.
    fn part(&mut self, node: usize, split: &Split) -> usize {
        let codes = self.binned.codes(split.column);
        let missing = self.binned.columns[split.column].known();
        let span = self.spans[node].clone();
        let rows = &mut self.order[span.clone()];
        let goes_left = |row: &u32| {
            let code = usize::from(codes[*row as usize]);
            if code == missing { split.missing_left } else { code <= split.bin }
        };
        let (left, right): (Vec<u32>, Vec<u32>) = rows.iter().partition(|row| goes_left(row));
        rows[..left.len()].copy_from_slice(&left);
        rows[left.len()..].copy_from_slice(&right);
        span.start + left.len()
    }

    fn offer_children(
        &mut self,
        left: usize,
        children: [Sums; 2],
        values: [f64; 2],
        mut node: Vec<Sums>,
    ) {
        let small = usize::from(children[0].rows >= children[1].rows);
        let rows = &self.order[self.spans[left + small].clone()];
        let small_histogram = histogram(self.binned, rows, self.slopes);
        subtract(&mut node, &small_histogram);
        let mut histograms = [node, small_histogram];
        if small == 0 {
            histograms.swap(0, 1);
        }
        for (side, histogram) in histograms.into_iter().enumerate() {
            if self.can_split(&children[side]) {
                self.offer(left + side, children[side], values[side], histogram);
            }
        }
    }
}
