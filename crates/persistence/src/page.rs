use serde::Serialize;

/// Rows on a page, unless asked otherwise.
pub const DEFAULT_PAGE: usize = 50;
/// The most rows on a page.
pub const MAX_PAGE: usize = 500;

/// Which page of a list: the newest rows, or those before a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    /// Only rows with a smaller id: [`Page::next`] of the page before.
    pub before: Option<i64>,
    /// How many, 1 to [`MAX_PAGE`]; anything else is brought into that range.
    pub limit: usize,
}

impl Default for PageRequest {
    fn default() -> Self {
        Self {
            before: None,
            limit: DEFAULT_PAGE,
        }
    }
}

impl PageRequest {
    pub(crate) fn clamped(self) -> usize {
        self.limit.clamp(1, MAX_PAGE)
    }
}

/// A page of a list, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// [`PageRequest::before`] of the next page; `None` on the last one.
    pub next: Option<i64>,
}

impl<T> Page<T> {
    /// The same page with its rows turned into something else.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(f).collect(),
            next: self.next,
        }
    }
}
