//! E-mail texts: `Name <a@b>` and what is left of it as a key.

/// Name and address of `Name <a@b>` or of a bare address; the address is empty where there is none.
pub(crate) fn split(text: &str) -> (String, String) {
    let text = text.trim();
    if let Some((name, rest)) = text.split_once('<') {
        let address = rest.split('>').next().unwrap_or("").trim();
        if is_address(address) {
            return (
                name.trim().trim_matches('"').trim().to_owned(),
                address.to_owned(),
            );
        }
    }
    let found = text
        .split([' ', ',', ';'])
        .map(|w| w.trim_matches(['(', ')']))
        .find(|w| is_address(w));
    match found {
        Some(address) => (text.replace(address, "").trim().to_owned(), address.to_owned()),
        None => (text.to_owned(), String::new()),
    }
}

fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let sound = |c: char| !c.is_whitespace() && !matches!(c, '<' | '>' | ',' | ';' | '"' | '@');
    !local.is_empty()
        && local.chars().all(sound)
        && domain
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'))
        && domain.split('.').all(|part| !part.is_empty())
        && domain.contains('.')
}

/// The key of an e-mail text: its single address in lower case, if there is exactly one.
pub(crate) fn normalize(text: &str) -> Option<String> {
    let mut addresses = text
        .split([',', ';'])
        .map(split)
        .map(|(_, address)| address)
        .filter(|a| !a.is_empty());
    let first = addresses.next()?;
    if addresses.next().is_some() {
        return None;
    }
    let (local, domain) = first.rsplit_once('@')?;
    let local = if local.is_ascii() {
        local.to_lowercase()
    } else {
        local.to_owned()
    };
    Some(format!("{local}@{}", domain.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_keys() {
        assert_eq!(
            split("Quick Partner <quick@example.com>"),
            ("Quick Partner".into(), "quick@example.com".into())
        );
        assert_eq!(
            split("quick@example.com"),
            (String::new(), "quick@example.com".into())
        );
        assert_eq!(split("No mail"), ("No mail".into(), String::new()));
        assert_eq!(normalize("Alan@Example.com").as_deref(), Some("alan@example.com"));
        assert_eq!(
            normalize("\"A\" <Alan@Example.com>").as_deref(),
            Some("alan@example.com")
        );
        assert_eq!(normalize("not an email"), None);
        assert_eq!(normalize("a@b.co, c@d.co"), None);
    }
}
