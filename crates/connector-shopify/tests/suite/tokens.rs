//! Access tokens: held, replaced in time, replaced when refused, never shown.

use std::sync::Arc;
use std::time::Duration;

use connector_shopify::{
    ClientCredentials, Secret, ShopifyConnector, ShopifyOptions, StaticToken, TokenProvider,
};
use mock_shopify::{AppCredentials, Config};
use sync_core::ErrorKind;
use sync_core::ports::Connector as _;
use wire::{Fault, FaultRule, Transport, WireRequest, WireResponse};

use crate::world::{Bench, run};

fn with_app() -> Bench {
    Bench::new(Config {
        access_tokens: Vec::new(),
        app: Some(AppCredentials {
            client_id: "app".into(),
            client_secret: "shpss_secret".into(),
        }),
        ..Config::default()
    })
}

fn connector(bench: &Bench, secret: &str) -> ShopifyConnector {
    let wire: Arc<dyn Transport> = bench.transport();
    let secret = Secret::new(secret);
    let tokens = ClientCredentials::new(Arc::clone(&wire), "app", secret, bench.clock());
    assert!(!format!("{tokens:?}").contains("shpss"), "{tokens:?}");
    ShopifyConnector::new(wire, Arc::new(tokens), ShopifyOptions::default())
}

fn is_grant(request: &WireRequest) -> bool {
    request.path == "/admin/oauth/access_token"
}

/// How often a token was fetched since the last look.
fn grants(bench: &Bench) -> usize {
    bench
        .exchanges()
        .iter()
        .filter(|(request, _)| is_grant(request))
        .count()
}

#[test]
fn a_token_is_fetched_once_and_replaced_before_it_expires() {
    let bench = with_app();
    let connector = connector(&bench, "shpss_secret");
    let read = || run(connector.changes(&"location".into(), None, 1)).unwrap();
    read();
    read();
    assert_eq!(grants(&bench), 1);
    bench.pass(Duration::from_secs(23 * 3600));
    read();
    assert_eq!(grants(&bench), 0);
    bench.pass(Duration::from_secs(3500));
    read();
    assert_eq!(grants(&bench), 1, "a minute before it expires");
}

#[test]
fn a_refused_token_is_replaced_once() {
    let bench = with_app();
    let connector = connector(&bench, "shpss_secret");
    run(connector.changes(&"location".into(), None, 1)).unwrap();
    let refused = || {
        FaultRule::new(Fault::Reject(WireResponse::new(401)), |request| {
            !is_grant(request)
        })
    };
    bench.exchanges();
    bench.script(refused());
    run(connector.changes(&"location".into(), None, 1)).unwrap();
    assert_eq!(grants(&bench), 1);
    bench.script(refused().times(2));
    let error = run(connector.changes(&"location".into(), None, 1)).unwrap_err();
    assert_eq!(
        (error.kind, error.code.as_str()),
        (ErrorKind::Unauthorized, "http_401")
    );
}

#[test]
fn wrong_credentials_stop_the_run_and_stay_secret() {
    let bench = with_app();
    let error = run(connector(&bench, "shpss_wrong").changes(&"location".into(), None, 1)).unwrap_err();
    assert_eq!(
        (error.kind, error.code.as_str()),
        (ErrorKind::Unauthorized, "token_refused")
    );
    assert!(!error.message.contains("shpss"), "{error}");

    let token = Secret::new("shpat_wrong");
    assert_eq!(format!("{token:?}"), "***");
    let tokens = StaticToken::new(token);
    assert!(!format!("{tokens:?}").contains("shpat"));
    let connector = ShopifyConnector::new(bench.transport(), Arc::new(tokens), ShopifyOptions::default());
    let error = run(connector.changes(&"location".into(), None, 1)).unwrap_err();
    assert_eq!(
        (error.kind, error.code.as_str()),
        (ErrorKind::Unauthorized, "token_refused")
    );
    assert!(!error.message.contains("shpat"), "{error}");
}

#[test]
fn failures_of_the_grant_are_told_apart() {
    for (fault, kind) in [
        (Fault::Html(502), ErrorKind::Unavailable),
        (Fault::Html(200), ErrorKind::Protocol),
        (Fault::LostAfter, ErrorKind::Network),
        (Fault::LostBefore, ErrorKind::Network),
        (Fault::Truncated(20), ErrorKind::Protocol),
    ] {
        let bench = with_app();
        let connector = connector(&bench, "shpss_secret");
        bench.script(FaultRule::new(fault.clone(), is_grant));
        let error = run(connector.changes(&"location".into(), None, 1)).unwrap_err();
        assert_eq!(error.kind, kind, "{fault:?}");
        run(connector.changes(&"location".into(), None, 1)).unwrap();
    }
}

#[test]
fn odd_life_times_are_borne() {
    for (expires, fetched) in [("-1", 2), ("9223372036854775807", 1), ("0", 2), ("null", 1)] {
        let bench = Bench::unlimited();
        bench.change_answers(move |request, response| {
            if is_grant(request) {
                let body =
                    format!(r#"{{"access_token":"shpat_simulation","scope":"","expires_in":{expires}}}"#);
                *response = WireResponse::new(200).with_body(body);
            }
        });
        let tokens = ClientCredentials::new(bench.transport(), "app", Secret::new("s"), bench.clock());
        for _ in 0..2 {
            assert_eq!(run(tokens.token(None)).unwrap(), Secret::new("shpat_simulation"));
        }
        assert_eq!(grants(&bench), fetched, "{expires}");
    }
}
