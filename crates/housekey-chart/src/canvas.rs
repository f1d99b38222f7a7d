//! A canvas of dots in Braille characters, each two dots wide and four high.

/// The first of the 256 letters, which has no dots.
const BLANK: u32 = 0x2800;

/// The bit of each dot in a letter, row by row.
const BITS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];

/// Dots, counted from the upper left corner.
pub(crate) struct Canvas {
    /// The letters of each line of text.
    lines: Vec<Vec<u8>>,
}

impl Canvas {
    /// An empty canvas; the size is in characters.
    pub(crate) fn new(columns: usize, lines: usize) -> Self {
        Self { lines: vec![vec![0; columns]; lines] }
    }

    /// How many dots it is wide.
    pub(crate) fn width(&self) -> usize {
        self.lines.first().map_or(0, |line| line.len() * 2)
    }

    /// How many dots it is high.
    pub(crate) fn height(&self) -> usize {
        self.lines.len() * 4
    }

    /// Sets a dot; outside there is none to set.
    pub(crate) fn dot(&mut self, x: usize, y: usize) {
        let letter = self.lines.get_mut(y / 4).and_then(|line| line.get_mut(x / 2));
        if let Some(letter) = letter {
            *letter |= BITS[y % 4][x % 2];
        }
    }

    /// Sets the dots from one to another, both included.
    pub(crate) fn line(&mut self, from: (usize, usize), to: (usize, usize)) {
        let steps = from.0.abs_diff(to.0).max(from.1.abs_diff(to.1));
        let between = |from: usize, to: usize, index: usize| {
            let share = if steps == 0 { 0.0 } else { index as f64 / steps as f64 };
            (from as f64 + (to as f64 - from as f64) * share).round() as usize
        };
        for index in 0..=steps {
            self.dot(between(from.0, to.0, index), between(from.1, to.1, index));
        }
    }

    /// The lines of text, from above.
    pub(crate) fn rows(&self) -> impl Iterator<Item = String> {
        let letter = |dots: &u8| match dots {
            0 => ' ',
            dots => char::from_u32(BLANK + u32::from(*dots)).unwrap_or(' '),
        };
        self.lines.iter().map(move |line| line.iter().map(letter).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Dot = (usize, usize);

    fn drawn(lines: &[(Dot, Dot)]) -> Vec<String> {
        let mut canvas = Canvas::new(4, 2);
        assert_eq!((canvas.width(), canvas.height()), (8, 8));
        for (from, to) in lines {
            canvas.line(*from, *to);
        }
        canvas.rows().collect()
    }

    #[test]
    fn dots_are_where_they_were_set() {
        assert_eq!(drawn(&[]), ["    ", "    "]);
        assert_eq!(drawn(&[((0, 0), (0, 0))]), ["⠁   ", "    "]);
        assert_eq!(drawn(&[((0, 0), (7, 7))]), ["⠑⢄  ", "  ⠑⢄"]);
        assert_eq!(drawn(&[((7, 7), (0, 0))]), ["⠑⢄  ", "  ⠑⢄"]);
        assert_eq!(drawn(&[((0, 7), (7, 7)), ((3, 0), (3, 7))]), [" ⢸  ", "⣀⣸⣀⣀"]);
        assert_eq!(drawn(&[((6, 6), (9, 9))]), ["    ", "   ⢄"], "what is outside is left out");
    }
}
