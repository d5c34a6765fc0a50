//! The middle of a few figures, and how far they lie apart.

/// A median and its range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Median {
    /// The median.
    pub middle: f64,
    /// The least.
    pub least: f64,
    /// The most.
    pub most: f64,
}

/// The median of figures; of an even number the lower middle one, which was measured.
pub fn median(figures: impl Iterator<Item = f64>) -> Option<Median> {
    let mut sorted: Vec<f64> = figures.collect();
    sorted.sort_by(f64::total_cmp);
    Some(Median {
        middle: *sorted.get(sorted.len().checked_sub(1)? / 2)?,
        least: *sorted.first()?,
        most: *sorted.last()?,
    })
}

impl Median {
    /// The middle as milliseconds, with as many digits as mean something.
    pub fn milliseconds(&self) -> String {
        match self.middle {
            long if long >= 100.0 => format!("{long:.0}"),
            some if some >= 10.0 => format!("{some:.1}"),
            short => format!("{short:.2}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_was_measured() {
        let of = |figures: &[f64]| median(figures.iter().copied()).map(|m| m.middle);
        assert_eq!(of(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(of(&[4.0, 1.0, 2.0, 3.0]), Some(2.0));
        assert_eq!(of(&[]), None);
    }
}
