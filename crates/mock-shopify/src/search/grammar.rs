use std::iter::Peekable;
use std::str::CharIndices;

/// How deep parentheses and negations may be nested; what is deeper is dropped.
const MAX_DEPTH: usize = 40;

/// `:`, `:>`, ...
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparator {
    Equal,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

/// One term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Term {
    /// `None`: a bare word.
    pub(crate) field: Option<String>,
    pub(crate) comparator: Comparator,
    pub(crate) value: String,
    /// Whether the value stood in quotes: then `*` and `,` are ordinary characters.
    pub(crate) quoted: bool,
}

/// A parsed query. `All` matches everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expression {
    All,
    And(Vec<Expression>),
    Or(Vec<Expression>),
    Not(Box<Expression>),
    Term(Term),
}

/// Never fails: what cannot be understood is read as words, as a search box does.
pub(crate) fn parse(text: &str) -> Expression {
    let tokens = tokens(text);
    let mut parser = Parser {
        tokens: tokens.into_iter().peekable(),
    };
    let mut parts = Vec::new();
    loop {
        parts.push(parser.alternatives(0));
        // Only an unmatched closing parenthesis stops the parser early.
        if parser.tokens.next().is_none() {
            break;
        }
    }
    join(parts, Expression::And)
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Open,
    Close,
    Minus,
    Not,
    And,
    Or,
    Term(Term),
}

struct Parser<I: Iterator<Item = Token>> {
    tokens: Peekable<I>,
}

impl<I: Iterator<Item = Token>> Parser<I> {
    fn alternatives(&mut self, depth: usize) -> Expression {
        let mut parts = vec![self.sequence(depth)];
        while self.tokens.next_if_eq(&Token::Or).is_some() {
            parts.push(self.sequence(depth));
        }
        parts.retain(|part| *part != Expression::All);
        join(parts, Expression::Or)
    }

    fn sequence(&mut self, depth: usize) -> Expression {
        let mut parts = Vec::new();
        while let Some(token) = self.tokens.peek() {
            match token {
                Token::Close | Token::Or => break,
                Token::And => {
                    self.tokens.next();
                }
                _ => parts.push(self.factor(depth)),
            }
        }
        parts.retain(|part| *part != Expression::All);
        join(parts, Expression::And)
    }

    fn factor(&mut self, depth: usize) -> Expression {
        if depth > MAX_DEPTH {
            self.tokens.next();
            return Expression::All;
        }
        match self.tokens.next() {
            Some(Token::Minus | Token::Not) => match self.factor(depth + 1) {
                Expression::All => Expression::All,
                other => Expression::Not(Box::new(other)),
            },
            Some(Token::Open) => {
                let inner = self.alternatives(depth + 1);
                self.tokens.next_if_eq(&Token::Close);
                inner
            }
            Some(Token::Term(term)) => Expression::Term(term),
            _ => Expression::All,
        }
    }
}

fn join(mut parts: Vec<Expression>, wrap: fn(Vec<Expression>) -> Expression) -> Expression {
    match parts.len() {
        0 => Expression::All,
        1 => parts.remove(0),
        _ => wrap(parts),
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((_, c)) = chars.peek().copied() {
        match c {
            '(' | ')' => {
                chars.next();
                tokens.push(if c == '(' { Token::Open } else { Token::Close });
            }
            '-' => {
                chars.next();
                tokens.push(Token::Minus);
            }
            _ if c.is_whitespace() => {
                chars.next();
            }
            _ => {
                let term = term(text, &mut chars);
                tokens.push(match term.value.as_str() {
                    "AND" if is_bare(&term) => Token::And,
                    "OR" if is_bare(&term) => Token::Or,
                    "NOT" if is_bare(&term) => Token::Not,
                    _ => Token::Term(term),
                });
            }
        }
    }
    tokens
}

fn is_bare(term: &Term) -> bool {
    term.field.is_none() && !term.quoted
}

/// Reads `field:value`, `field:>=value` or a bare word.
fn term(text: &str, chars: &mut Peekable<CharIndices<'_>>) -> Term {
    let (word, quoted) = value(text, chars, true);
    if quoted || chars.next_if(|(_, c)| *c == ':').is_none() {
        return Term {
            field: None,
            comparator: Comparator::Equal,
            value: word,
            quoted,
        };
    }
    let strict = match chars.next_if(|(_, c)| matches!(c, '>' | '<')) {
        Some((_, '>')) => Some(Comparator::Greater),
        Some(_) => Some(Comparator::Less),
        None => None,
    };
    let or_equal = strict.is_some() && chars.next_if(|(_, c)| *c == '=').is_some();
    let comparator = match (strict, or_equal) {
        (Some(Comparator::Greater), true) => Comparator::GreaterOrEqual,
        (Some(_), true) => Comparator::LessOrEqual,
        (Some(strict), false) => strict,
        (None, _) => Comparator::Equal,
    };
    while chars.next_if(|(_, c)| *c == ' ').is_some() {}
    let (value, quoted) = value(text, chars, false);
    Term {
        field: Some(word),
        comparator,
        value,
        quoted,
    }
}

/// Reads a value up to a space or parenthesis (and up to a colon where a field may stand), or one in quotes.
fn value(text: &str, chars: &mut Peekable<CharIndices<'_>>, stop_at_colon: bool) -> (String, bool) {
    if let Some((start, quote)) = chars.next_if(|(_, c)| matches!(c, '"' | '\'')) {
        let mut value = String::new();
        while let Some((_, c)) = chars.next() {
            if c == quote {
                return (value, true);
            }
            if c == '\\' {
                value.extend(chars.next().map(|(_, escaped)| escaped));
            } else {
                value.push(c);
            }
        }
        // No closing quote: the quote is an ordinary character.
        return (text[start..].to_owned(), false);
    }
    let mut value = String::new();
    let ends = |c: char| c.is_whitespace() || matches!(c, '(' | ')') || (stop_at_colon && c == ':');
    while let Some((_, c)) = chars.next_if(|(_, c)| !ends(*c)) {
        if c == '\\' {
            value.extend(chars.next().map(|(_, escaped)| escaped));
        } else {
            value.push(c);
        }
    }
    (value, false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A compact notation for assertions.
    fn show(expression: &Expression) -> String {
        let list = |parts: &[Expression]| parts.iter().map(show).collect::<Vec<_>>().join(" ");
        match expression {
            Expression::All => "ALL".into(),
            Expression::And(parts) => format!("(and {})", list(parts)),
            Expression::Or(parts) => format!("(or {})", list(parts)),
            Expression::Not(inner) => format!("(not {})", show(inner)),
            Expression::Term(term) => {
                let field = term.field.as_deref().unwrap_or("_");
                format!(
                    "{field} {:?} {:?}{}",
                    term.comparator,
                    term.value,
                    if term.quoted { "q" } else { "" }
                )
            }
        }
    }

    #[test]
    fn forms() {
        for (text, expected) in [
            ("", "ALL"),
            ("  ", "ALL"),
            ("shirt", r#"_ Equal "shirt""#),
            ("tag:a vendor:b", r#"(and tag Equal "a" vendor Equal "b")"#),
            ("tag:a AND vendor:b", r#"(and tag Equal "a" vendor Equal "b")"#),
            (
                "tag:a OR vendor:b x",
                r#"(or tag Equal "a" (and vendor Equal "b" _ Equal "x"))"#,
            ),
            ("-tag:a", r#"(not tag Equal "a")"#),
            ("NOT tag:a", r#"(not tag Equal "a")"#),
            ("tag:semi-dry", r#"tag Equal "semi-dry""#),
            (
                "updated_at:>='2026-11-20T08:00:00Z'",
                r#"updated_at GreaterOrEqual "2026-11-20T08:00:00Z"q"#,
            ),
            (
                "updated_at:>2026-11-20T08:00:00Z",
                r#"updated_at Greater "2026-11-20T08:00:00Z""#,
            ),
            ("id:<=5", r#"id LessOrEqual "5""#),
            ("id: 5", r#"id Equal "5""#),
            ("sku:AB*", r#"sku Equal "AB*""#),
            (r#"title:"green hoodie""#, r#"title Equal "green hoodie"q"#),
            (r"title:'it\'s'", r#"title Equal "it's"q"#),
            (
                "(tag:a OR tag:b) -status:draft",
                r#"(and (or tag Equal "a" tag Equal "b") (not status Equal "draft"))"#,
            ),
            ("((", "ALL"),
            ("a)b", r#"(and _ Equal "a" _ Equal "b")"#),
            ("OR AND", "ALL"),
            ("title:'open", r#"title Equal "'open""#),
            ("a:", r#"a Equal """#),
        ] {
            assert_eq!(show(&parse(text)), expected, "{text}");
        }
    }

    #[test]
    fn deep_nesting_is_harmless() {
        parse(&"(".repeat(100_000));
        parse(&"-".repeat(100_000));
        parse(&format!("{}a", "NOT ".repeat(50_000)));
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in r#"[a-z:<>=()'"\\* \-ORANDT.,]{0,60}"#) {
            parse(&text);
        }
    }
}
