//! Requests that a browser sends on behalf of another site.

use std::net::IpAddr;

use actix_web::HttpRequest;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap};

/// Whether the server may be called by this name. A page of another site that made its own name point here (DNS
/// rebinding) cannot use a plain address, `localhost`, or a name that the operator allowed.
pub(super) fn host_is_known(host: Option<&str>, allowed: &[String]) -> bool {
    let Some(host) = host else { return false };
    let name = without_port(host).to_lowercase();
    let plain = name.trim_start_matches('[').trim_end_matches(']');
    plain.parse::<IpAddr>().is_ok()
        || name == "localhost"
        || name.ends_with(".localhost")
        || allowed.contains(&name)
}

/// `[::1]:8033` and `localhost:8033` have a port, `::1` has none.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if is_port(port) && (name.ends_with(']') || !name.contains(':')) => name,
        _ => host,
    }
}

fn is_port(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit())
}

/// Whether a request that changes something comes from our own page, or from no page at all.
///
/// Browsers say where a request comes from, and pages cannot change what they say. A request that says nothing comes
/// from another kind of client, which cannot be tricked by a page.
pub(super) fn is_own(method: &Method, headers: &HeaderMap, host: Option<&str>) -> bool {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return true;
    }
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(site) = text("sec-fetch-site")
        && !matches!(site, "same-origin" | "none")
    {
        return false;
    }
    match text(header::ORIGIN.as_str()) {
        None => true,
        // Behind a proxy that ends TLS the scheme differs, so names and ports are compared.
        Some(origin) => origin
            .split_once("://")
            .zip(host)
            .is_some_and(|((_, of), host)| of.eq_ignore_ascii_case(host)),
    }
}

/// Whether the browser speaks TLS with us or with a proxy before us: the browser says so itself (`Origin`), and most
/// proxies do (`Forwarded`, `X-Forwarded-Proto`). Whoever lies here only spoils a cookie of his own.
pub(crate) fn came_over_tls(request: &HttpRequest) -> bool {
    let origin = request.headers().get(header::ORIGIN);
    origin.is_some_and(|origin| origin.as_bytes().starts_with(b"https://"))
        || request.connection_info().scheme() == "https"
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn foreign_names_are_refused_and_plain_addresses_are_not() {
        let allowed = ["sync.example".to_owned()];
        for good in [
            "localhost:8033",
            "127.0.0.1",
            "[::1]:8033",
            "10.0.0.7:80",
            "x.localhost",
            "Sync.Example:443",
        ] {
            assert!(host_is_known(Some(good), &allowed), "{good}");
        }
        for bad in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example:8033",
            "",
            "localhost:80:evil",
        ] {
            assert!(!host_is_known(Some(bad), &allowed), "{bad}");
        }
        assert!(!host_is_known(None, &allowed));
    }

    fn post(pairs: &[(&'static str, &'static str)]) -> bool {
        let headers = pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        is_own(&Method::POST, &headers.collect(), Some("localhost:8033"))
    }

    #[test]
    fn changes_come_from_the_page_or_from_no_browser() {
        assert!(post(&[]));
        assert!(post(&[
            ("sec-fetch-site", "same-origin"),
            ("origin", "http://localhost:8033")
        ]));
        assert!(post(&[("sec-fetch-site", "none")]));
        for foreign in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site")],
            &[("origin", "http://evil.example")],
            &[("origin", "null")],
            &[("origin", "http://localhost:9000")],
            &[
                ("sec-fetch-site", "same-origin"),
                ("origin", "https://evil.example"),
            ],
        ] {
            assert!(!post(foreign), "{foreign:?}");
        }
        let cross = [(
            HeaderName::from_static("sec-fetch-site"),
            HeaderValue::from_static("cross-site"),
        )];
        assert!(is_own(&Method::GET, &cross.into_iter().collect(), None));
    }
}
