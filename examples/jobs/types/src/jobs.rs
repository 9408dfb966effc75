//! The jobs: plain ones and a generic one. Imports `errors`, `interfaces`, `results`, `site`.

use crate::errors::Negative;
use crate::interfaces::{Job, JobResult};
use crate::results::GenericResult;
use crate::site;
use anyhow::Context;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use typeport::{Failure, Portable, portable};

/// Downloads a file, part by part.
#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(alias = "jobs_types::Fetch")]
pub struct Download {
    /// From where.
    pub url: String,
    /// In how many parts.
    pub n_steps: u32,
}

#[portable]
impl Job for Download {
    fn run(&self) -> Result<Box<dyn JobResult>, Failure> {
        Ok(Box::new(GenericResult { value: site::download(&self.url, self.n_steps)? }))
    }
}

/// The whole square roots of numbers.
#[derive(Debug, Serialize, Deserialize, Portable)]
pub struct Roots {
    /// The numbers.
    pub values: Vec<i64>,
}

#[portable]
impl Job for Roots {
    fn run(&self) -> Result<Box<dyn JobResult>, Failure> {
        let root = |value: &i64| value.checked_isqrt().ok_or(Negative { value: *value });
        Ok(Box::new(GenericResult { value: self.values.iter().map(root).collect::<Result<Vec<i64>, _>>()? }))
    }
}

/// Reads `name = number` lines. Its errors are nobody's: a chain of texts.
#[derive(Debug, Serialize, Deserialize, Portable)]
pub struct Configure {
    /// The lines.
    pub text: String,
}

#[portable]
impl Job for Configure {
    fn run(&self) -> Result<Box<dyn JobResult>, Failure> {
        Ok(Box::new(GenericResult { value: numbers(&self.text).context("no configuration")? }))
    }
}

fn numbers(text: &str) -> anyhow::Result<BTreeMap<String, i64>> {
    let mut numbers = BTreeMap::new();
    for line in text.split(';') {
        let (name, number) = line.split_once('=').with_context(|| format!("no `=` in `{line}`"))?;
        let number = number.trim().parse().with_context(|| format!("cannot read `{line}`"))?;
        numbers.insert(name.trim().to_owned(), number);
    }
    Ok(numbers)
}

/// Downloads a report to publish it. Its errors are a chain of texts with a typed error at its end.
#[derive(Debug, Serialize, Deserialize, Portable)]
pub struct Publish {
    /// Where the report is.
    pub url: String,
}

#[portable]
impl Job for Publish {
    fn run(&self) -> Result<Box<dyn JobResult>, Failure> {
        let parts = site::download(&self.url, 3).with_context(|| format!("{} is not published", self.url))?;
        Ok(Box::new(GenericResult { value: parts.len() as u64 }))
    }
}

/// Divides an amount. It has a bug: nobody has thought of zero.
#[derive(Debug, Serialize, Deserialize, Portable)]
pub struct Share {
    /// What there is.
    pub amount: i64,
    /// How many want of it.
    pub among: i64,
}

#[portable]
impl Job for Share {
    fn run(&self) -> Result<Box<dyn JobResult>, Failure> {
        Ok(Box::new(GenericResult { value: self.amount / self.among }))
    }
}

/// Jobs of any one type, as one.
#[derive(Debug, Serialize, Deserialize, Portable)]
pub struct Each<J> {
    /// The jobs.
    pub jobs: Vec<J>,
}

#[portable]
impl<J: Job> Job for Each<J> {
    fn run(&self) -> Result<Box<dyn JobResult>, Failure> {
        let summaries: Result<Vec<String>, Failure> = self.jobs.iter().map(|job| Ok(job.run()?.summary())).collect();
        Ok(Box::new(GenericResult { value: summaries? }))
    }
}
