use std::fmt;

/// An ordered list of header fields. Names compare without regard to case; a name may stand more than once.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// No fields.
    pub fn new() -> Self {
        Self::default()
    }

    /// The first value of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, v)| v.as_str())
    }

    /// Adds a field after those that are there.
    pub fn append(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    /// Replaces every field of this name by one.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let name = name.into();
        self.0.retain(|(n, _)| !n.eq_ignore_ascii_case(&name));
        self.0.push((name, value.into()));
    }

    /// All fields in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(n, v)| (n.as_str(), v.as_str()))
    }
}

/// Values that grant access are never printed, not even in a debug log.
const SECRET: [&str; 4] = ["authorization", "x-shopify-access-token", "cookie", "set-cookie"];

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.iter().map(|(name, value)| {
            let secret = SECRET.iter().any(|s| name.eq_ignore_ascii_case(s));
            (name, if secret { "***" } else { value })
        });
        f.debug_map().entries(shown).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_ignore_case_and_insert_replaces() {
        let mut headers = Headers::new();
        headers.append("Set-Cookie", "a=1");
        headers.append("set-cookie", "b=2");
        assert_eq!(headers.get("SET-COOKIE"), Some("a=1"));
        headers.insert("SET-cookie", "c=3");
        assert_eq!(headers.iter().collect::<Vec<_>>(), [("SET-cookie", "c=3")]);
    }

    #[test]
    fn secrets_do_not_show() {
        let mut headers = Headers::new();
        headers.append("X-Shopify-Access-Token", "shpat_secret");
        headers.append("Accept", "application/json");
        let shown = format!("{headers:?}");
        assert!(
            !shown.contains("shpat_secret") && shown.contains("application/json"),
            "{shown}"
        );
    }
}
