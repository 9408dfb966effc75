//! Values that depend only on a seed, so that each run has the same. Imports nothing.

/// Numbers that depend on a seed alone: xorshift64*, Vigna 2016.
pub struct Seeded(u64);

impl Seeded {
    /// Begins with a seed, which is not 0.
    pub fn new(seed: u64) -> Self {
        Seeded(seed)
    }

    /// The next number.
    pub fn next_number(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        (self.next_number() >> 33) % end
    }

    /// A text of at most so many letters.
    pub fn text(&mut self, at_most: u64) -> String {
        (0..=self.below(at_most)).map(|_| char::from(b'a' + self.below(26) as u8)).collect()
    }

    /// A number from `start` up to and without `end`.
    pub fn between(&mut self, start: i64, end: i64) -> i64 {
        start + self.below(end.abs_diff(start)) as i64
    }

    /// A float of at least 0 and below 1.
    pub fn unit(&mut self) -> f64 {
        (self.next_number() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// As [`Seeded::unit`], with the precision of the narrower type.
    pub fn unit_f32(&mut self) -> f32 {
        (self.next_number() >> 40) as f32 / (1_u32 << 24) as f32
    }

    /// Whether something happens that has this probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// One as often as the other.
    pub fn flag(&mut self) -> bool {
        self.chance(0.5)
    }

    /// One of them.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len() as u64) as usize]
    }

    /// One of these words.
    pub fn word(&mut self, of: &[&str]) -> String {
        (*self.pick(of)).to_owned()
    }
}
