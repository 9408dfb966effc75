//! Types with bounds: one is an interface, and one cannot be erased and so has a list. Imports `results`.

use results::{ResultBase, Scorable};
use serde::{Deserialize, Serialize};
use std::ops::Add;
use typeport::{Portable, portable};

/// Values in the order of their scores; the type itself has the bound.
#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
pub struct Podium<T: Scorable> {
    places: Vec<T>,
}

impl<T: Scorable> Podium<T> {
    /// The best three.
    pub fn of(mut places: Vec<T>) -> Self {
        places.sort_by(|left, right| right.score().total_cmp(&left.score()));
        places.truncate(3);
        Podium { places }
    }
}

#[portable]
impl<T: Scorable> ResultBase for Podium<T> {
    fn summary(&self) -> String {
        let places: Vec<String> = self.places.iter().map(|place| format!("{place:?}: {}", place.score())).collect();
        places.join(", ")
    }

    fn count(&self) -> usize {
        self.places.len()
    }

    fn keep(&mut self, limit: usize) {
        self.places.truncate(limit);
    }
}

/// A podium is worth its winner.
#[portable]
impl<T: Scorable> Scorable for Podium<T> {
    fn score(&self) -> f64 {
        self.places.first().map_or(0.0, T::score)
    }
}

/// Two numbers to add: a bound that no erased argument has, so the specializations that may arrive are listed.
#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
pub struct Sum<T> {
    /// The one.
    pub left: T,
    /// The other.
    pub right: T,
}

#[portable(specialize(Sum<i64>, Sum<f64>))]
impl<T: Copy + Add<Output = T>> ResultBase for Sum<T> {
    fn summary(&self) -> String {
        format!("{:?}", self.left + self.right)
    }
}
