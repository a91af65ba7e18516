//! A directive that is being written: `$ResourceParam('api', '`.

/// Where the cursor is in a directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At<'t> {
    /// In its name; `start` is the offset of the `$`.
    Name {
        /// Offset in the text.
        start: usize,
    },
    /// In an argument.
    Argument {
        /// Name of the directive.
        directive: &'t str,
        /// The arguments before, without quotes.
        before: Vec<&'t str>,
        /// Where the argument starts, behind its quote.
        start: usize,
        /// The quote that is open.
        quote: Option<char>,
    },
    /// In the path behind a call.
    Path {
        /// Name of the directive.
        directive: &'t str,
        /// The segments before.
        before: Vec<&'t str>,
        /// Where the segment starts.
        start: usize,
    },
}

/// Reads the text from a directive's `$` to the cursor; `None` when it is no directive, or one that is complete.
pub fn read(text: &str) -> Option<At<'_>> {
    let mut reader = Reader { text, at: 0 };
    match reader.call(0) {
        Read::Ends(at) => Some(at),
        Read::Whole | Read::Broken => None,
    }
}

/// What came of a part of the text.
enum Read<'t> {
    /// The cursor is in it.
    Ends(At<'t>),
    /// It is complete, and the reader stands behind it.
    Whole,
    /// It is no directive.
    Broken,
}

/// Calls inside calls that are followed.
const MAX_NESTING: usize = 16;

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn word(&mut self, ends: impl Fn(char) -> bool) -> &'t str {
        let start = self.at;
        let rest = &self.text[start..];
        self.at += rest.find(ends).unwrap_or(rest.len());
        &self.text[start..self.at]
    }

    fn skip_space(&mut self) {
        self.word(|c| c != ' ');
    }

    fn call(&mut self, depth: usize) -> Read<'t> {
        let start = self.at;
        if self.peek() != Some('$') || depth > MAX_NESTING {
            return Read::Broken;
        }
        self.at += 1;
        let directive = self.word(|c| !(c.is_ascii_alphanumeric() || c == '_' || c == '$'));
        match self.peek() {
            None => return Read::Ends(At::Name { start }),
            Some('(') => self.at += 1,
            Some(_) => return Read::Broken,
        }
        let mut before = vec![];
        loop {
            self.skip_space();
            let from = self.at;
            let argument = |start, quote, before: &[&'t str]| {
                Read::Ends(At::Argument { directive, before: before.to_vec(), start, quote })
            };
            match self.peek() {
                None => return argument(from, None, &before),
                Some(')') => {
                    self.at += 1;
                    break;
                }
                Some(quote @ ('\'' | '"')) => {
                    self.at += 1;
                    let value = self.word(|c| c == quote);
                    if self.peek().is_none() {
                        return argument(from + 1, Some(quote), &before);
                    }
                    self.at += 1;
                    before.push(value);
                }
                Some('$') => match self.call(depth + 1) {
                    Read::Whole => before.push(&self.text[from..self.at]),
                    other => return other,
                },
                Some(_) => {
                    let value = self.word(|c| matches!(c, ',' | ')' | '(' | '\'' | '"'));
                    if self.peek().is_none() {
                        return argument(from, None, &before);
                    }
                    before.push(value.trim_end());
                }
            }
            self.skip_space();
            match self.peek() {
                Some(',') => self.at += 1,
                Some(')') => {
                    self.at += 1;
                    break;
                }
                _ => return Read::Broken,
            }
        }
        self.path(directive)
    }

    fn path(&mut self, directive: &'t str) -> Read<'t> {
        let mut before = vec![];
        while self.peek() == Some('.') {
            self.at += 1;
            let start = self.at;
            let segment = self.word(|c| c.is_whitespace() || ".(),'\"".contains(c));
            if self.peek().is_none() {
                return Read::Ends(At::Path { directive, before, start });
            }
            before.push(segment);
        }
        Read::Whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_is_found() {
        assert_eq!(read("$"), Some(At::Name { start: 0 }));
        assert_eq!(read("$Res"), Some(At::Name { start: 0 }));
        let argument = |directive, before: &[&'static str], start, quote| {
            Some(At::Argument { directive, before: before.to_vec(), start, quote })
        };
        assert_eq!(read("$ResourceParam("), argument("ResourceParam", &[], 15, None));
        assert_eq!(read("$ResourceParam('ap"), argument("ResourceParam", &[], 16, Some('\'')));
        assert_eq!(read("$ResourceParam('api', \"u"), argument("ResourceParam", &["api"], 23, Some('"')));
        assert_eq!(read("$CfFormat('{}-{}', $ResourceParam(api, "), argument("ResourceParam", &["api"], 39, None));
        assert_eq!(read("$Format('{}', $St"), Some(At::Name { start: 14 }));
        assert_eq!(read("$Var().db.na"), Some(At::Path { directive: "Var", before: vec!["db"], start: 10 }));
        assert_eq!(read("$Format('{}', $Var()."), Some(At::Path { directive: "Var", before: vec![], start: 21 }));
        for complete in ["$Stage()", "$ResourceParam('a', 'b')", "x", "$a b", "$Stage() and", "$F('a' 'b"] {
            assert_eq!(read(complete), None, "{complete}");
        }
    }
}
