//! Counts the bytes of compact JSON without writing them.

use super::Events;

/// What [`super::json::Json`] would write without line breaks.
#[derive(Default)]
pub(super) struct Size {
    /// Bytes so far.
    pub(super) bytes: usize,
    /// Whether the next value follows a key.
    after_key: bool,
    /// Whether something stands in the open collection already.
    filled: bool,
}

impl Size {
    /// The comma before the next item or key.
    fn next(&mut self) {
        self.bytes += usize::from(self.filled);
        self.filled = true;
    }

    fn value(&mut self, bytes: usize) {
        if !std::mem::take(&mut self.after_key) {
            self.next();
        }
        self.bytes += bytes;
    }

    fn open(&mut self) {
        self.value(1);
        self.filled = false;
    }

    fn close(&mut self) {
        self.bytes += 1;
        self.filled = true;
    }
}

impl Events for Size {
    fn null(&mut self) {
        self.value(4);
    }

    fn bool(&mut self, value: bool) {
        self.value(if value { 4 } else { 5 });
    }

    fn number(&mut self, digits: &str) {
        self.value(digits.len());
    }

    fn text(&mut self, value: &str) {
        self.value(quoted(value));
    }

    fn start_list(&mut self, _: bool) {
        self.open();
    }

    fn end_list(&mut self) {
        self.close();
    }

    fn start_map(&mut self, _: bool) {
        self.open();
    }

    fn key(&mut self, key: &str) {
        self.next();
        self.bytes += quoted(key) + 1;
        self.after_key = true;
    }

    fn end_map(&mut self) {
        self.close();
    }
}

/// Bytes of a text in double quotes.
fn quoted(text: &str) -> usize {
    let more = |byte: u8| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 8 | 12 => 1,
        0..b' ' => 5,
        _ => 0,
    };
    2 + text.len() + text.bytes().map(more).sum::<usize>()
}
