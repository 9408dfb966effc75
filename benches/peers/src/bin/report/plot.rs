//! Draws a table: two bars for each contender, by their ratios to the first, on a logarithmic axis.

use plotters::prelude::*;
use std::error::Error;
use std::path::Path;

/// A contender's two ratios.
pub struct Bars {
    pub name: &'static str,
    pub encode: f64,
    pub decode: f64,
}

const WIDTH: i32 = 900;
/// Where the bars begin, right of the names.
const LEFT: i32 = 270;
/// Where they end at most, left of the last number.
const RIGHT: i32 = WIDTH - 70;
const TOP: i32 = 60;
/// Of one contender.
const HEIGHT: i32 = 32;
const ENCODE: RGBColor = RGBColor(0x2f, 0x6d, 0xb5);
const DECODE: RGBColor = RGBColor(0xe0, 0x8a, 0x2c);

/// Writes it as SVG.
pub fn write(path: &Path, title: &str, rows: &[Bars]) -> Result<(), Box<dyn Error>> {
    let bottom = TOP + HEIGHT * i32::try_from(rows.len())?;
    let area = SVGBackend::new(path, (WIDTH as u32, bottom as u32 + 30)).into_drawing_area();
    area.fill(&WHITE)?;
    let text = |text: &str, x: i32, y: i32, size: u32| {
        area.draw(&Text::new(text.to_owned(), (x, y), ("sans-serif", size).into_font()))
    };
    let bar = |x: i32, y: i32, right: i32, color: RGBColor| {
        area.draw(&Rectangle::new([(x, y), (right, y + 11)], color.filled()))
    };
    text(title, 10, 8, 18)?;
    bar(LEFT, 36, LEFT + 20, ENCODE)?;
    text("encode", LEFT + 26, 34, 13)?;
    bar(LEFT + 90, 36, LEFT + 110, DECODE)?;
    text("decode", LEFT + 116, 34, 13)?;
    let axis = Axis::of(rows);
    for tick in axis.ticks() {
        let x = axis.place(tick);
        area.draw(&PathElement::new(vec![(x, TOP - 4), (x, bottom)], RGBColor(0xd0, 0xd0, 0xd0)))?;
        text(&format!("{tick}"), x - 4, bottom + 6, 12)?;
    }
    for (row, Bars { name, encode, decode }) in rows.iter().enumerate() {
        let y = TOP + HEIGHT * i32::try_from(row)?;
        text(name, 10, y + 6, 13)?;
        for (ratio, y, color) in [(encode, y + 3, ENCODE), (decode, y + 15, DECODE)] {
            bar(LEFT, y, axis.place(*ratio), color)?;
            text(&super::tables::ratio(*ratio), axis.place(*ratio) + 4, y - 1, 11)?;
        }
    }
    area.present()?;
    Ok(())
}

/// From a power of ten below all ratios to the largest.
struct Axis {
    from: f64,
    to: f64,
}

impl Axis {
    fn of(rows: &[Bars]) -> Self {
        let ratios = || rows.iter().flat_map(|row| [row.encode, row.decode]);
        let least = ratios().fold(1.0, f64::min);
        Axis { from: 10_f64.powf((least * 0.9).log10().floor()), to: ratios().fold(1.0, f64::max) }
    }

    fn place(&self, ratio: f64) -> i32 {
        let share = (ratio / self.from).log10() / (self.to / self.from).log10();
        LEFT + (share * f64::from(RIGHT - LEFT)) as i32
    }

    fn ticks(&self) -> impl Iterator<Item = f64> + '_ {
        [0.001, 0.01, 0.1, 1.0, 10.0, 100.0, 1000.0, 10_000.0]
            .into_iter()
            .flat_map(|power| [power, 2.0 * power, 5.0 * power])
            .filter(|tick| (self.from..=self.to).contains(tick))
    }
}
