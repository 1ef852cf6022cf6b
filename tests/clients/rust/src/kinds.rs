//! The types, each with what the crate makes of a row.

use crate::rows::{in_sparse, signs};
use pgvector::{Bit, HalfVector, SparseVector, Vector};
use postgres::types::{FromSqlOwned, ToSql};
use std::fmt::Debug;

const FLOATS: &[&str] = &["<->", "<#>", "<=>", "<+>"];

/// A type of the crate: what it makes of a row, and the row of that.
pub trait Kind: ToSql + FromSqlOwned + PartialEq + Debug + Sync {
    const NAME: &'static str;
    const OPERATORS: &'static [&'static str] = FLOATS;
    const MISMATCH: &'static str = "22000";
    fn new(row: &[f32]) -> Self;
    fn plain(row: &[f32]) -> Vec<f32> {
        row.to_vec()
    }
}

impl Kind for Vector {
    const NAME: &'static str = "vector";
    fn new(row: &[f32]) -> Self {
        Vector::from(row.to_vec())
    }
}

impl Kind for HalfVector {
    const NAME: &'static str = "halfvec";
    fn new(row: &[f32]) -> Self {
        HalfVector::from_f32_slice(row)
    }
}

impl Kind for SparseVector {
    const NAME: &'static str = "sparsevec";
    fn new(row: &[f32]) -> Self {
        SparseVector::from_dense(&in_sparse(row))
    }
    fn plain(row: &[f32]) -> Vec<f32> {
        in_sparse(row)
    }
}

impl Kind for Bit {
    const NAME: &'static str = "bit";
    const OPERATORS: &'static [&'static str] = &["<~>", "<%>"];
    const MISMATCH: &'static str = "22026"; // the server's own check of bit(n)
    fn new(row: &[f32]) -> Self {
        Bit::new(&row.iter().map(|v| *v > 0.0).collect::<Vec<_>>())
    }
    fn plain(row: &[f32]) -> Vec<f32> {
        signs(row)
    }
}
