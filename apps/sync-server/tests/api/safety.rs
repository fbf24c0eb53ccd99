//! Who may do what, from where, and how much of it.

use serde_json::json;
use sync_server::Server;

use crate::server::{Answer, TestServer, config};

const TOKEN: &str = "correct-horse-battery";

fn guarded() -> TestServer {
    TestServer::start(&[("SYNC_API_TOKEN", TOKEN)])
}

#[test]
fn another_address_than_this_machines_own_needs_a_token() {
    let folder = tempfile::tempdir().unwrap();
    let bind = |settings: &[(&str, &str)]| {
        Server::bind(config(folder.path(), settings)).map(|server| server.address())
    };
    let refused = bind(&[("SYNC_HOST", "0.0.0.0")]).unwrap_err().to_string();
    assert!(
        refused.contains("SYNC_API_TOKEN") && refused.contains("--insecure"),
        "{refused}"
    );
    assert!(bind(&[("SYNC_HOST", "0.0.0.0"), ("SYNC_API_TOKEN", TOKEN)]).is_ok());
    assert!(bind(&[("SYNC_HOST", "0.0.0.0"), ("SYNC_INSECURE", "true")]).is_ok());
    assert!(bind(&[("SYNC_HOST", "localhost")]).is_ok());
}

#[test]
fn without_the_token_nothing_is_told() {
    let server = guarded();
    for path in [
        "/api/jobs",
        "/api/config",
        "/api/events",
        "/%61pi/jobs",
        "/api/%6Aobs",
        "/api/mappings/1",
    ] {
        let answer = server.get(path);
        assert_eq!(answer.status, 401, "{path}");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
        assert_eq!(answer.json()["type"], "/problems/unauthorized");
    }
    assert_eq!(server.post("/api/seed", &json!({})).status, 401);
    for bearer in ["Bearer wrong", "Basic x", "Bearer", TOKEN, ""] {
        assert_eq!(
            server
                .send("GET", "/api/jobs", &[("authorization", bearer)], b"")
                .status,
            401,
            "{bearer}"
        );
    }
    let health = server.get("/api/health").json();
    assert_eq!(
        (&health["status"], &health["store"], &health["systems"]),
        (&json!("ok"), &json!(null), &json!(null))
    );
    assert_eq!(server.get("/api/ready").status, 200);
    assert_eq!(server.get("/api/openapi.json").status, 200);
    assert_eq!(server.get("/").status, 200);
    let bearer = format!("bearer {TOKEN}");
    assert_eq!(
        server
            .send("GET", "/api/jobs", &[("authorization", &bearer)], b"")
            .status,
        200
    );
}

#[test]
fn a_login_lasts_until_its_end() {
    let server = guarded();
    assert_eq!(server.get("/api/session").json()["logged_in"], false);
    assert_eq!(
        server.post("/api/session", &json!({"token": "wrong"})).status,
        401
    );
    let login = server.post("/api/session", &json!({"token": TOKEN}));
    assert_eq!((login.status, &login.json()["logged_in"]), (200, &json!(true)));
    let set = login.header("set-cookie").to_owned();
    assert!(
        set.contains("HttpOnly") && set.contains("SameSite=Strict") && set.contains("Path=/"),
        "{set}"
    );
    let cookie = set.split(';').next().unwrap().to_owned();
    let own = [("cookie", cookie.as_str())];
    assert_eq!(server.send("GET", "/api/jobs", &own, b"").status, 200);
    assert_eq!(
        server.send("GET", "/api/session", &own, b"").json()["logged_in"],
        true
    );
    assert_eq!(server.send("DELETE", "/api/session", &own, b"").status, 204);
    assert_eq!(server.send("GET", "/api/jobs", &own, b"").status, 401);
}

#[test]
fn guessing_has_to_wait_and_the_right_token_never_does() {
    let login = |server: &TestServer, token: &str| server.post("/api/session", &json!({"token": token}));
    let show = |server: &TestServer, path: &str, token: &str| {
        let bearer = format!("Bearer {token}");
        server.send("GET", path, &[("authorization", &bearer)], b"")
    };
    let by_login = |server: &TestServer| login(server, "wrong");
    let by_header = |server: &TestServer| show(server, "/api/jobs", "wrong");
    for guess in [&by_login as &dyn Fn(&TestServer) -> Answer, &by_header] {
        let server = guarded();
        for _ in 0..10 {
            assert_eq!(guess(&server).status, 401);
        }
        // However the next guess is made: what tells whether a token is right counts it.
        let guesses = [
            login(&server, "wrong"),
            show(&server, "/api/jobs", "wrong"),
            show(&server, "/api/session", "wrong"),
            show(&server, "/api/health", "wrong"),
        ];
        for refused in guesses {
            assert_eq!(
                (refused.status, &refused.json()["type"]),
                (429, &json!("/problems/too-many-attempts"))
            );
            assert!(refused.header("retry-after").parse::<u32>().unwrap() <= 60);
        }
        // Others at the same address are not kept out, be it by the token, a login, or asking without either.
        assert_eq!(show(&server, "/api/jobs", TOKEN).status, 200);
        assert_eq!(login(&server, TOKEN).status, 200);
        assert_eq!(server.get("/api/jobs").status, 401);
        assert_eq!(server.get("/api/health").status, 200);
    }
}

#[test]
fn a_cookie_of_a_page_over_tls_never_goes_without_it() {
    let server = guarded();
    let origin = |scheme: &str| format!("{scheme}://{}", server.address);
    let (plain, tls) = (origin("http"), origin("https"));
    let body = json!({"token": TOKEN}).to_string();
    for (headers, secure) in [
        (vec![], false),
        (vec![("origin", plain.as_str())], false),
        (vec![("origin", tls.as_str())], true),
        (vec![("x-forwarded-proto", "https")], true),
        (vec![("forwarded", "for=192.0.2.1;proto=https")], true),
        (
            vec![("origin", plain.as_str()), ("x-forwarded-proto", "http")],
            false,
        ),
    ] {
        let mut all = vec![("content-type", "application/json")];
        all.extend(&headers);
        let login = server.send("POST", "/api/session", &all, body.as_bytes());
        let out = server.send("DELETE", "/api/session", &headers, b"");
        for answer in [login, out] {
            let set = answer.header("set-cookie");
            assert_eq!(set.contains("; Secure"), secure, "{headers:?}: {set}");
        }
    }
}

#[test]
fn other_sites_cannot_use_a_visitors_browser() {
    let server = TestServer::seeded(&[]);
    let foreign = [
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
    ];
    for headers in [&foreign[..], &foreign[..1], &foreign[1..], &[("origin", "null")]] {
        let answer = server.send("POST", "/api/seed", headers, b"");
        assert_eq!(
            (answer.status, &answer.json()["type"]),
            (403, &json!("/problems/cross-site"))
        );
    }
    let own = format!("http://{}", server.address);
    let headers = [("origin", own.as_str()), ("sec-fetch-site", "same-origin")];
    assert_eq!(server.send("POST", "/api/seed", &headers, b"").status, 200);
    // Reading is not stopped here: without a word of permission a browser keeps the answer from the other site.
    let read = server.send("GET", "/api/jobs", &foreign, b"");
    assert_eq!(
        (read.status, read.header("access-control-allow-origin")),
        (200, "")
    );
    assert_eq!(read.header("cross-origin-resource-policy"), "same-origin");
}

#[test]
fn a_foreign_name_is_refused() {
    let server = TestServer::start(&[("SYNC_ALLOWED_HOSTS", "sync.example")]);
    for (host, status) in [
        ("evil.example", 403),
        ("evil.example:8033", 403),
        ("localhost", 200),
        ("127.0.0.1:9", 200),
        ("sync.example", 200),
    ] {
        for path in ["/api/jobs", "/"] {
            assert_eq!(
                server.send("GET", path, &[("host", host)], b"").status,
                status,
                "{host}{path}"
            );
        }
    }
    let refused = server
        .send("GET", "/api/jobs", &[("host", "evil.example")], b"")
        .json();
    assert_eq!(refused["type"], "/problems/host-refused");
}

#[test]
fn every_answer_is_hardened_and_can_be_found_in_the_log() {
    let server = TestServer::start(&[]);
    for path in [
        "/",
        "/api.html",
        "/api/jobs",
        "/api/nothing",
        "/nothing",
        "/api/jobs/x",
    ] {
        let answer = server.get(path);
        let policy = answer.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert!(!answer.header("x-request-id").is_empty(), "{path}");
    }
    assert_eq!(server.get("/api/jobs").header("cache-control"), "no-store");
    let given = server.send("GET", "/api/jobs/x", &[("x-request-id", "mine-1")], b"");
    assert_eq!(
        (given.header("x-request-id"), &given.json()["request_id"]),
        ("mine-1", &json!("mine-1"))
    );
    let odd = server.send("GET", "/api/jobs/x", &[("x-request-id", "a b\"<")], b"");
    assert_ne!(odd.header("x-request-id"), "a b\"<");
}

#[test]
fn bodies_are_limited_and_have_to_be_json() {
    let server = TestServer::start(&[]);
    let kind = [("content-type", "application/json")];
    let large = format!("{{\"note\": \"{}\"}}", "x".repeat(300 * 1024));
    let answer = server.send("POST", "/api/mappings", &kind, large.as_bytes());
    assert_eq!(
        (answer.status, &answer.json()["type"]),
        (413, &json!("/problems/too-large"))
    );
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let answer = server.send("POST", "/api/seed", &form, b"reset=true");
    assert_eq!(
        (answer.status, &answer.json()["type"]),
        (415, &json!("/problems/unsupported-media-type"))
    );
    for body in [
        "{",
        "null",
        "[]",
        "{} {}",
        "\u{feff}{}",
        "{\"reset\": 1}",
        "{\"reset\": true, \"reset\": true}",
    ] {
        let answer = server.send("POST", "/api/seed", &kind, body.as_bytes());
        assert_eq!(
            (answer.status, &answer.json()["type"]),
            (400, &json!("/problems/invalid")),
            "{body}"
        );
    }
    let list = server.post("/api/dead-letter/retry", &json!({"filter": []}));
    assert_eq!(
        (list.status, &list.json()["findings"][0]["field"]),
        (400, &json!("filter"))
    );
    let deep = "[".repeat(100_000);
    assert_eq!(
        server.send("POST", "/api/seed", &kind, deep.as_bytes()).status,
        400
    );
}

#[test]
fn addresses_and_methods_that_are_not_there() {
    let server = TestServer::start(&[]);
    let missing = server.get("/api/nothing");
    assert_eq!(
        (missing.status, &missing.json()["type"]),
        (404, &json!("/problems/no-such-route"))
    );
    let method = server.delete("/api/mappings");
    assert_eq!((method.status, method.header("allow")), (405, "GET, POST"));
    assert_eq!(method.json()["type"], "/problems/method-not-allowed");
    assert_eq!(server.with_body("PUT", "/", &json!({})).status, 405);
    for path in [
        "/../Cargo.toml",
        "/..%2f..%2fCargo.toml",
        "/%2e%2e/Cargo.toml",
        "//etc/passwd",
    ] {
        let answer = server.get(path);
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (404, "application/problem+json"),
            "{path}"
        );
    }
    for id in ["-1", "1e3", "99999999999999999999", "%00", "1;drop"] {
        let answer = server.get(&format!("/api/jobs/{id}"));
        assert_eq!(
            (answer.status, &answer.json()["type"]),
            (400, &json!("/problems/invalid")),
            "{id}"
        );
    }
}

#[test]
fn files_are_sent_once_and_from_a_folder_if_told() {
    let server = TestServer::start(&[]);
    let page = server.get("/");
    assert_eq!(
        (page.status, page.header("content-type")),
        (200, "text/html; charset=utf-8")
    );
    let script = server.get("/api-page.js");
    assert_eq!(script.header("content-type"), "text/javascript; charset=utf-8");
    let again = server.send("GET", "/", &[("if-none-match", page.header("etag"))], b"");
    assert_eq!((again.status, again.text.as_str()), (304, ""));
    assert_eq!(server.send("HEAD", "/", &[], b"").status, 200);

    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("index.html"), "<p>mine</p>").unwrap();
    let server = TestServer::start(&[("SYNC_FRONTEND_DIR", folder.path().to_str().unwrap())]);
    assert_eq!(server.get("/").text, "<p>mine</p>");
    assert_eq!(server.get("/api-page.js").status, 404);
}
