//! Rows that every type holds exactly, and their distances.

pub const DIMENSIONS: usize = 6;
pub const ROWS: usize = 20;

/// All different, none of zeros; the first number of each is positive.
pub fn sample() -> Vec<[f32; DIMENSIONS]> {
    let mut state = 1u32;
    let mut rows = vec![[0.0; DIMENSIONS]; ROWS];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = 1.0 + i as f32 / 8.0;
        for value in &mut row[1..] {
            state = (state * 75 + 74) % 65537;
            *value = ((state % 64) as f32 - 32.0) / 8.0;
        }
    }
    rows
}

/// Half of the row, the rest zeros.
pub fn in_sparse(row: &[f32]) -> Vec<f32> {
    row.iter()
        .enumerate()
        .map(|(i, v)| if i % 2 == 0 { *v } else { 0.0 })
        .collect()
}

pub fn signs(row: &[f32]) -> Vec<f32> {
    row.iter().map(|v| f32::from(u8::from(*v > 0.0))).collect()
}

/// The numbers of a value as the server writes it.
pub fn parse(kind: &str, text: &str) -> Vec<f32> {
    match kind {
        "bit" => text
            .chars()
            .map(|c| f32::from(u8::from(c == '1')))
            .collect(),
        "sparsevec" => {
            let (elements, dimensions) = text[1..].split_once("}/").expect("a sparsevec");
            let mut row = vec![0.0; dimensions.parse().expect("dimensions")];
            for element in elements.split(',') {
                let (index, value) = element.split_once(':').expect("an element");
                row[index.parse::<usize>().expect("an index") - 1] =
                    value.parse().expect("a value");
            }
            row
        }
        _ => text[1..text.len() - 1]
            .split(',')
            .map(|v| v.parse().expect("a number"))
            .collect(),
    }
}

pub fn distance(operator: &str, a: &[f32], b: &[f32]) -> f64 {
    let sum = |of: fn(f64, f64) -> f64| {
        a.iter()
            .zip(b)
            .map(|(x, y)| of((*x).into(), (*y).into()))
            .sum::<f64>()
    };
    let dot = sum(|x, y| x * y);
    match operator {
        "<->" => sum(|x, y| (x - y) * (x - y)).sqrt(),
        "<#>" => -dot,
        "<=>" => 1.0 - dot / (sum(|x, _| x * x) * sum(|_, y| y * y)).sqrt(),
        "<%>" => 1.0 - dot / sum(f64::max),
        _ => sum(|x, y| (x - y).abs()), // <+>, and <~> of bits
    }
}
