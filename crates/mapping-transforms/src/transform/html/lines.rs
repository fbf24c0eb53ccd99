//! Words, elements and line breaks to lines of text.

/// Deepest list that is indented and numbered; deeper ones look like this one.
const MAX_LISTS: usize = 8;

/// Lines in the making.
#[derive(Default)]
pub(super) struct Lines {
    out: String,
    /// Line breaks that come before the next character: 1 = a new line, 2 = an empty line between.
    breaks: usize,
    /// Blanks that come before the next character, if it is in the same line.
    blanks: String,
    /// The start of a list item that has no text yet.
    marker: Option<String>,
    /// The open lists: the number of the next item, if they are numbered.
    lists: Vec<Option<u32>>,
    /// Lists that are deeper than [`MAX_LISTS`].
    deeper: usize,
    /// How many `pre` are open: blanks and line breaks count there.
    verbatim: usize,
}

impl Lines {
    pub(super) fn open(&mut self, name: &str) {
        match name {
            "ul" => self.open_list(None),
            "ol" => self.open_list(Some(1)),
            "li" => self.item(),
            "br" => self.line_break(),
            "pre" => {
                self.separate(2);
                self.verbatim = self.verbatim.saturating_add(1);
            }
            "td" | "th" => self.cell(),
            name => self.separate(distance(name)),
        }
    }

    pub(super) fn close(&mut self, name: &str) {
        match name {
            "ul" | "ol" => {
                if self.deeper > 0 {
                    self.deeper -= 1;
                } else {
                    self.lists.pop();
                }
                self.marker = None;
                self.separate(2);
            }
            "li" => self.separate(1),
            "pre" => {
                self.separate(2);
                self.verbatim = self.verbatim.saturating_sub(1);
            }
            "br" => self.line_break(),
            "td" | "th" => {}
            name => self.separate(distance(name)),
        }
    }

    pub(super) fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '\n' if self.verbatim > 0 => self.line_break(),
                ' ' | '\t' if self.verbatim > 0 => self.blanks.push(c),
                ' ' | '\t' | '\n' | '\r' | '\u{c}' if self.blanks.is_empty() => self.blanks.push(' '),
                ' ' | '\t' | '\n' | '\r' | '\u{c}' => {}
                '\u{a0}' => self.blanks.push(' '),
                // What has no place in a text, and is refused by XML and by databases.
                c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
                c => self.push(c),
            }
        }
    }

    /// Trimmed, with no blanks at the ends of lines.
    pub(super) fn finish(self) -> String {
        let lines: Vec<&str> = self.out.lines().map(str::trim_end).collect();
        lines.join("\n").trim().to_owned()
    }

    fn push(&mut self, c: char) {
        let start = self.breaks > 0 || self.out.is_empty();
        if !self.out.is_empty() {
            self.out.push_str(["", "\n", "\n\n"][self.breaks.min(2)]);
        }
        if self.marker.is_none() && (!start || self.verbatim > 0) {
            self.out.push_str(&self.blanks);
        }
        if let Some(marker) = self.marker.take() {
            self.out.push_str(&marker);
        }
        self.breaks = 0;
        self.blanks.clear();
        self.out.push(c);
    }

    /// A paragraph inside a list item does not tear the list apart.
    fn separate(&mut self, distance: usize) {
        if distance > 0 {
            self.blanks.clear();
        }
        if self.marker.is_none() {
            let distance = if self.lists.is_empty() {
                distance
            } else {
                distance.min(1)
            };
            self.breaks = self.breaks.max(distance);
        }
    }

    fn line_break(&mut self) {
        self.blanks.clear();
        if self.marker.is_none() {
            self.breaks = (self.breaks + 1).min(2);
        }
    }

    fn cell(&mut self) {
        if self.breaks == 0 && !self.out.is_empty() && self.marker.is_none() {
            self.blanks.clear();
            self.out.push('\t');
        }
    }

    fn open_list(&mut self, number: Option<u32>) {
        self.marker = None;
        self.separate(2);
        if self.lists.len() < MAX_LISTS {
            self.lists.push(number);
        } else {
            self.deeper = self.deeper.saturating_add(1);
        }
    }

    fn item(&mut self) {
        self.marker = None;
        self.separate(1);
        let indent = "  ".repeat(self.lists.len().saturating_sub(1));
        self.marker = Some(match self.lists.last_mut() {
            Some(Some(number)) => {
                let marker = format!("{indent}{number}. ");
                *number = number.saturating_add(1);
                marker
            }
            _ => format!("{indent}- "),
        });
    }
}

/// How far an element stands from what is before and after it: 2 = an empty line between, 0 = in the same line.
fn distance(name: &str) -> usize {
    match name {
        "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "dl" | "table" | "blockquote" | "figure" | "hr" => 2,
        "div" | "section" | "article" | "header" | "footer" | "main" | "nav" | "aside" | "address"
        | "form" | "fieldset" | "figcaption" | "details" | "summary" | "dt" | "dd" | "tr" | "caption"
        | "option" | "body" => 1,
        _ => 0,
    }
}
