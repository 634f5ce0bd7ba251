//! Arbitrary choices, the same in every run.

/// A xorshift generator: `Random::new(7)` always makes the same choices.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        for _ in 0..8 {
            random.next();
        }
        random
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    pub(crate) fn chance(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// Text of pieces that mean something to some parser.
    pub(crate) fn text(&mut self) -> String {
        const PIECES: [&str; 40] = [
            "",
            "a",
            "B",
            "7",
            "_",
            "__",
            ".",
            ":",
            "-",
            "/",
            " ",
            "\"",
            "\\",
            "\n",
            "\r",
            "\t",
            "\u{0}",
            "\u{7f}",
            "\u{85}",
            "\u{2028}",
            "{",
            "}",
            "=",
            ",",
            ";",
            "#",
            "# EOF",
            "# TYPE a counter\n",
            "é",
            "日本",
            "😱",
            "\u{feff}",
            "\u{ffff}",
            "le",
            "__name__",
            "quantile",
            "+Inf",
            "\\n",
            "name",
            "otel_scope_name",
        ];
        if self.chance(200) {
            return self.pick(&PIECES).repeat(500);
        }
        (0..self.below(6)).map(|_| self.pick(&PIECES)).collect()
    }
}
