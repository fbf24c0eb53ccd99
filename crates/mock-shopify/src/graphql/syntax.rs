//! Parsing, and syntax errors as Shopify words them.

use apollo_compiler::ast::Document;
use apollo_compiler::diagnostic::ToCliReport as _;
use apollo_compiler::parser::{LineColumn, Parser};
use apollo_parser::{Lexer, Token, TokenKind};

use super::report::Report;

/// Deepest nesting of a document.
const RECURSION_LIMIT: usize = 200;
/// Most tokens of a document, spaces included.
const TOKEN_LIMIT: usize = 250_000;

/// The document, or the one error that stopped the parser.
pub(crate) fn parse(text: &str) -> Result<Document, Box<Report>> {
    let mut parser = Parser::new()
        .recursion_limit(RECURSION_LIMIT)
        .token_limit(TOKEN_LIMIT);
    let errors = match parser.parse_ast(text, "query.graphql") {
        Ok(document) if document.definitions.is_empty() => {
            return Err(Box::new(unexpected(text, usize::MAX)));
        }
        Ok(document) => return Ok(document),
        Err(errors) => errors.errors,
    };
    let offsets = errors
        .iter()
        .filter_map(|error| error.error.location().map(|span| span.offset()));
    Err(Box::new(unexpected(text, offsets.min().unwrap_or(usize::MAX))))
}

/// The error for the token at this offset; behind the last token that is the end of the file, which is reported at
/// the last token (recorded).
fn unexpected(text: &str, offset: usize) -> Report {
    let (mut at, mut last) = (None, None);
    for token in Lexer::new(text) {
        let Ok(token) = token else {
            // The lexer itself stopped here.
            let place = last
                .as_ref()
                .map(|token: &Token<'_>| token.index())
                .filter(|index| *index > offset);
            return worded(
                text,
                place.unwrap_or(offset.min(text.len())),
                "unexpected invalid token",
            );
        };
        match token.kind() {
            TokenKind::Whitespace | TokenKind::Comment | TokenKind::Comma => {}
            TokenKind::Eof => break,
            _ => {
                if at.is_none() && token.index() + token.data().len() > offset {
                    at = Some(token.clone());
                }
                last = Some(token);
            }
        }
    }
    match (at, last) {
        (Some(token), _) => {
            let what = format!("unexpected {} ({:?})", kind(&token), token.data());
            worded(text, token.index(), &what)
        }
        (None, Some(last)) => worded(text, last.index(), "unexpected end of file"),
        (None, None) => Report::new("syntax error, unexpected end of file").with("code", "PARSE_ERROR"),
    }
}

fn worded(text: &str, offset: usize, what: &str) -> Report {
    let place = line_column(text, offset);
    let (line, column) = place.as_ref().map_or((1, 1), |place| (place.line, place.column));
    Report::new(format!("syntax error, {what} at [{line}, {column}]"))
        .at(place)
        .with("code", "PARSE_ERROR")
}

/// The names that the parser of `graphql-ruby` gives to tokens.
fn kind(token: &Token<'_>) -> &'static str {
    match token.kind() {
        TokenKind::Bang => "BANG",
        TokenKind::Dollar => "VAR_SIGN",
        TokenKind::Amp => "AMP",
        TokenKind::Spread => "ELLIPSIS",
        TokenKind::Colon => "COLON",
        TokenKind::Eq => "EQUALS",
        TokenKind::At => "DIR_SIGN",
        TokenKind::LParen => "LPAREN",
        TokenKind::RParen => "RPAREN",
        TokenKind::LBracket => "LBRACKET",
        TokenKind::RBracket => "RBRACKET",
        TokenKind::LCurly => "LCURLY",
        TokenKind::RCurly => "RCURLY",
        TokenKind::Pipe => "PIPE",
        TokenKind::StringValue => "STRING",
        TokenKind::Int => "INT",
        TokenKind::Float => "FLOAT",
        TokenKind::Name => match token.data() {
            "query" => "QUERY",
            "mutation" => "MUTATION",
            "subscription" => "SUBSCRIPTION",
            "fragment" => "FRAGMENT",
            "on" => "ON",
            "true" => "TRUE_LITERAL",
            "false" => "FALSE_LITERAL",
            "null" => "NULL_LITERAL",
            "type" => "TYPE_LITERAL",
            _ => "IDENTIFIER",
        },
        TokenKind::Whitespace | TokenKind::Comment | TokenKind::Comma | TokenKind::Eof => "invalid token",
    }
}

/// Line and column, both from 1, of a byte offset; columns count characters.
pub(crate) fn line_column(text: &str, offset: usize) -> Option<LineColumn> {
    let before = text.get(..offset)?;
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    Some(LineColumn {
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
    })
}
