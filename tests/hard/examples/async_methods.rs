//! `#[async_trait]` above and below `#[portable]`, on interfaces and on members.
#![allow(dead_code)]

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use typeport::{Portable, portable};

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Source<T> {
    value: T,
}

#[portable]
#[async_trait]
trait Below {
    async fn fetch(&self, from: &str) -> u64;

    async fn change(&mut self);

    async fn consume(self: Box<Self>) -> u64;

    async fn with_default(&self) -> u64 {
        self.fetch("default").await
    }

    fn at_once(&self) -> u64;
}

#[async_trait]
#[portable]
trait Above {
    async fn fetch(&self, from: &str) -> u64;

    async fn change(&mut self);

    async fn with_default(&self) -> u64 {
        self.fetch("default").await
    }
}

#[portable]
#[async_trait]
impl<T> Below for Source<T> {
    async fn fetch(&self, from: &str) -> u64 {
        from.len() as u64
    }

    async fn change(&mut self) {}

    async fn consume(self: Box<Self>) -> u64 {
        0
    }

    fn at_once(&self) -> u64 {
        0
    }
}

#[async_trait]
#[portable]
impl<T> Above for Source<T> {
    async fn fetch(&self, from: &str) -> u64 {
        from.len() as u64
    }

    async fn change(&mut self) {}
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Relay<T: Below> {
    next: T,
}

#[portable]
#[async_trait]
impl<T: Below> Above for Relay<T> {
    async fn fetch(&self, from: &str) -> u64 {
        self.next.fetch(from).await
    }

    async fn change(&mut self) {
        self.next.change().await;
    }
}

fn main() {}
