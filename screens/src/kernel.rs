//! A smooth boundary where trees cut steps: kernel ridge regression with a Gaussian kernel on standardised columns,
//! solved by conjugate gradients. For tables of a few thousand rows; the kernel grows with their square.

use crate::grow::Example;

/// Steps of the solver; the error is then far below what decides a row.
const STEPS: usize = 80;
const ENOUGH: f64 = 1e-8;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// How fast likeness falls with the square of the distance.
    pub gamma: f64,
    /// Pulls weights to zero (L2).
    pub pull: f64,
}

pub struct Kernel {
    middle: Vec<f64>,
    scale: Vec<f64>,
    rows: Vec<Vec<f64>>,
    weights: Vec<f64>,
    base: f64,
    gamma: f64,
}

impl Kernel {
    /// # Panics
    /// When there are no examples.
    pub fn of(examples: &[Example], shape: Shape) -> Kernel {
        let columns = examples.first().expect("examples").row.len();
        let count = examples.len() as f64;
        let column = |at: usize| examples.iter().map(move |example| f64::from(example.row[at]));
        let middle: Vec<f64> = (0..columns).map(|at| column(at).sum::<f64>() / count).collect();
        let scale: Vec<f64> = (0..columns)
            .map(|at| (column(at).map(|figure| (figure - middle[at]).powi(2)).sum::<f64>() / count).sqrt().max(1e-9))
            .collect();
        let mut kernel = Kernel { middle, scale, rows: Vec::new(), weights: Vec::new(), base: 0.0, gamma: shape.gamma };
        kernel.rows = examples.iter().map(|example| kernel.place(example.row)).collect();
        let wanted: Vec<f64> = examples.iter().map(|example| if example.collusive { 1.0 } else { -1.0 }).collect();
        kernel.base = wanted.iter().sum::<f64>() / count;
        let off: Vec<f64> = wanted.iter().map(|wanted| wanted - kernel.base).collect();
        let likeness: Vec<Vec<f32>> = kernel
            .rows
            .iter()
            .map(|one| kernel.rows.iter().map(|other| kernel.like(one, other) as f32).collect())
            .collect();
        kernel.weights = solve(&likeness, shape.pull, &off);
        kernel
    }

    fn place(&self, row: &[f32]) -> Vec<f64> {
        let each = row.iter().zip(&self.middle).zip(&self.scale);
        each.map(|((figure, middle), scale)| (f64::from(*figure) - middle) / scale).collect()
    }

    fn like(&self, one: &[f64], other: &[f64]) -> f64 {
        (-self.gamma * one.iter().zip(other).map(|(a, b)| (a - b).powi(2)).sum::<f64>()).exp()
    }

    /// Above zero speaks for collusion; about −1 to 1.
    pub fn score(&self, row: &[f32]) -> f32 {
        let own = self.place(row);
        let sum: f64 = self.rows.iter().zip(&self.weights).map(|(row, weight)| weight * self.like(row, &own)).sum();
        (self.base + sum) as f32
    }
}

/// (likeness + pull) x = wanted.
fn solve(likeness: &[Vec<f32>], pull: f64, wanted: &[f64]) -> Vec<f64> {
    let dot = |one: &[f64], other: &[f64]| one.iter().zip(other).map(|(a, b)| a * b).sum::<f64>();
    let apply = |x: &[f64]| -> Vec<f64> {
        let row = |(line, own): (&Vec<f32>, &f64)| {
            line.iter().zip(x).map(|(like, x)| f64::from(*like) * x).sum::<f64>() + pull * own
        };
        likeness.iter().zip(x).map(row).collect()
    };
    let mut x = vec![0.0; wanted.len()];
    let mut left = wanted.to_vec();
    let mut way = left.clone();
    let mut size = dot(&left, &left);
    for _ in 0..STEPS {
        if size < ENOUGH {
            break;
        }
        let moved = apply(&way);
        let step = size / dot(&way, &moved);
        x.iter_mut().zip(&way).for_each(|(x, way)| *x += step * way);
        left.iter_mut().zip(&moved).for_each(|(left, moved)| *left -= step * moved);
        let smaller = dot(&left, &left);
        way.iter_mut().zip(&left).for_each(|(way, left)| *way = left + smaller / size * *way);
        size = smaller;
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_boundary_is_learned() {
        let rows: Vec<([f32; 2], bool)> = (0..400)
            .map(|n| {
                let (x, y) = ((n % 20) as f32 - 9.5, (n / 20) as f32 - 9.5);
                ([x, y], x * x + y * y < 40.0)
            })
            .collect();
        let (seen, unseen): (Vec<_>, Vec<_>) = rows.iter().enumerate().partition(|(at, _)| at % 3 > 0);
        let examples: Vec<Example> =
            seen.iter().map(|(_, (row, kind))| Example { row, collusive: *kind, weight: 1.0 }).collect();
        let kernel = Kernel::of(&examples, Shape { gamma: 1.0, pull: 0.1 });
        let right = unseen.iter().filter(|(_, (row, kind))| (kernel.score(row) > 0.0) == *kind).count();
        assert!(right * 100 >= unseen.len() * 95, "{right} of {}", unseen.len());
    }
}
