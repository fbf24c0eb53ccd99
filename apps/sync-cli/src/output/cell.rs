//! Single values for people. What comes from outside may hold anything, control sequences of a terminal included.

use comfy_table::{Attribute, Cell, CellAlignment, Color};

/// What a word in a table means for whoever looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Good,
    Bad,
    Open,
    Plain,
}

/// A text in a table.
pub(crate) fn cell(text: impl AsRef<str>) -> Cell {
    Cell::new(clean(text.as_ref()))
}

/// A number in a table; zero is quiet.
pub(crate) fn number(number: u64) -> Cell {
    let cell = Cell::new(number).set_alignment(CellAlignment::Right);
    if number == 0 {
        cell.add_attribute(Attribute::Dim)
    } else {
        cell
    }
}

/// A word in the colour of its meaning.
pub(crate) fn toned(text: impl AsRef<str>, tone: Tone) -> Cell {
    let cell = cell(text);
    match tone {
        Tone::Good => cell.fg(Color::Green),
        Tone::Bad => cell.fg(Color::Red),
        Tone::Open => cell.fg(Color::Yellow),
        Tone::Plain => cell,
    }
}

/// The text on one line, without characters that a terminal would obey.
pub(crate) fn clean(text: &str) -> String {
    let shown = |character: char| match character {
        '\n' | '\r' | '\t' => ' ',
        // Characters that turn the direction of what follows.
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        character if character.is_control() => '\u{fffd}',
        character => character,
    };
    text.chars().map(shown).collect()
}

/// The beginning of a text, on one line.
pub(crate) fn short(text: &str, characters: usize) -> String {
    let mut shown: String = text.chars().take(characters).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    clean(&shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_is_left() {
        assert_eq!(
            clean("a\u{1b}[31mb\nc\u{7}\u{202e}d"),
            "a\u{fffd}[31mb c\u{fffd}\u{fffd}d"
        );
        assert_eq!(clean("Größe 東京"), "Größe 東京");
        assert_eq!(short("abcdef", 3), "abc…");
        assert_eq!(short("abc", 3), "abc");
    }
}
