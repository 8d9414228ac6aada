//! Kernels and what runs them: [`op`] says what a kernel is, [`nn`] records layers as Programs of
//! them, [`cpu`] and [`gpu`] replay Programs.

pub mod cpu;
pub mod gpu;
pub mod nn;
pub mod op;
