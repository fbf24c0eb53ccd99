//! What the protocols themselves do: order, types, cookies, arity.

use wire::{WireRequest, WireResponse, WireService as _};

use crate::client::Client;

fn xml(client: &Client, path: &str, method: &str, params: &[&str]) -> String {
    let params = params.join("</value>\n</param>\n<param>\n<value>");
    let params = format!("<param>\n<value>{params}</value>\n</param>\n");
    let body = format!(
        "<?xml version='1.0'?>\n<methodCall>\n<methodName>{method}</methodName>\n<params>\n{params}</params>\n</methodCall>\n"
    );
    let response = client.odoo.handle(
        client.tick(),
        &WireRequest::post(path, "text/xml", body.into_bytes()),
    );
    assert_eq!(response.status, 200);
    response.text().into_owned()
}

fn object(client: &Client, model: &str, method: &str, args: &str) -> String {
    xml(
        client,
        "/xmlrpc/2/object",
        "execute_kw",
        &[
            "<string>odoo_lab</string>",
            "<int>2</int>",
            "<string>admin</string>",
            &format!("<string>{model}</string>"),
            &format!("<string>{method}</string>"),
            &format!("<array><data>{args}</data></array>"),
        ],
    )
}

fn member(name: &str, value: &str) -> String {
    format!("<member><name>{name}</name><value>{value}</value></member>")
}

fn web(client: &Client, path: &str, params: &str, cookie: &str) -> WireResponse {
    let body = format!("{{\"jsonrpc\": \"2.0\", \"id\": 7, \"params\": {params}}}");
    let mut request = WireRequest::post(path, "application/json", body);
    if !cookie.is_empty() {
        request = request.with_header("Cookie", format!("session_id={cookie}"));
    }
    client.odoo.handle(client.tick(), &request)
}

fn cookies(response: &WireResponse) -> Vec<String> {
    let set = response.headers.iter().filter(|(name, _)| *name == "Set-Cookie");
    set.map(|(_, value)| value.to_owned()).collect()
}

fn session(response: &WireResponse) -> String {
    let cookies = cookies(response);
    let found = cookies.iter().find_map(|c| c.strip_prefix("session_id="));
    found.unwrap().split(';').next().unwrap().to_owned()
}

#[test]
fn members_of_a_struct_keep_their_order() {
    let client = Client::new();
    // The first unknown field is the one that is told.
    for (first, second) in [("zz", "aa"), ("aa", "zz")] {
        let vals = member(first, "<int>1</int>") + &member(second, "<int>1</int>");
        let args = format!("<value><struct>{vals}</struct></value>");
        let answer = object(&client, "product.template", "create", &args);
        assert!(answer.contains(&format!("Invalid field '{first}'")), "{answer}");
    }
    let none = "<struct></struct>";
    let specification = member("name", none) + &member("active", none) + &member("code", none);
    let args = format!(
        "<value><array><data><value><int>1</int></value></data></array></value><value><struct>{specification}</struct></value>"
    );
    let answer = object(&client, "res.currency", "web_read", &args);
    assert!(answer.contains("Invalid field 'code'"), "{answer}");
    let args = args.replace("code", "symbol");
    let answer = object(&client, "res.currency", "web_read", &args);
    let at = |name: &str| answer.find(&format!("<name>{name}</name>")).unwrap();
    assert!(at("id") < at("name") && at("name") < at("active") && at("active") < at("symbol"));
}

#[test]
fn values_that_python_cannot_read_are_named_as_python_names_them() {
    let client = Client::new();
    let cases = [
        (
            "<int>abc</int>",
            "ValueError: invalid literal for int() with base 10: 'abc'",
        ),
        ("<boolean>true</boolean>", "TypeError: bad boolean value"),
        (
            "<double>1,5</double>",
            "ValueError: could not convert string to float: '1,5'",
        ),
        ("<foo>1</foo>", "xmlrpc.client.ResponseError: unknown tag 'foo'"),
        (
            "<dateTime.iso8601>2020-01-01</dateTime.iso8601>",
            "ValueError: time data '2020-01-01' does not match format '%Y%m%dT%H:%M:%S'",
        ),
        (
            "<string>&nosuch;</string>",
            "xml.parsers.expat.ExpatError: undefined entity: line 6, column 15",
        ),
        (
            "<string>fine</string>",
            "TypeError: exp_version() takes 0 positional arguments but 1 was given",
        ),
    ];
    for (value, message) in cases {
        let answer = xml(&client, "/xmlrpc/2/common", "version", &[value]);
        assert!(answer.contains(message), "{value}: {answer}");
    }
    let text = "<![CDATA[a < b]]> &#233;&amp;";
    let args = format!("<value><struct>{}</struct></value>", member("name", text));
    object(&client, "res.partner.category", "create", &args);
    let found = client.search_read("res.partner.category", serde_json::json!([]), &["name"]);
    assert_eq!(found[0]["name"], "a < b é&");
}

#[test]
fn a_call_that_is_too_short_is_a_tuple_or_a_list() {
    let client = Client::new();
    let answer = xml(
        &client,
        "/xmlrpc/2/object",
        "execute_kw",
        &["<string>odoo_lab</string>"],
    );
    assert!(
        answer.contains("IndexError: tuple index out of range"),
        "{answer}"
    );
    let answer = client.post("object", "execute_kw", serde_json::json!(["odoo_lab"]));
    assert_eq!(answer["error"]["data"]["message"], "list index out of range");
    // The id of the user is read before the password is missed.
    let answer = client.post("object", "execute_kw", serde_json::json!(["odoo_lab", "x"]));
    assert_eq!(
        answer["error"]["data"]["message"],
        "invalid literal for int() with base 10: 'x'"
    );
}

#[test]
fn services_take_their_number_of_arguments() {
    let client = Client::new();
    let say = |service: &str, method: &str, args: serde_json::Value| {
        let answer = client.post(service, method, args);
        answer["error"]["data"]["message"]
            .as_str()
            .unwrap_or("fine")
            .to_owned()
    };
    assert_eq!(
        say("common", "about", serde_json::json!([true, 1])),
        "exp_about() takes from 0 to 1 positional arguments but 2 were given"
    );
    assert_eq!(
        say("db", "db_exist", serde_json::json!([])),
        "exp_db_exist() missing 1 required positional argument: 'db_name'"
    );
    assert_eq!(say("db", "list", serde_json::json!([true])), "fine");
    assert_eq!(
        say("db", "list_countries", serde_json::json!(["wrong"])),
        "Access Denied"
    );
    assert_eq!(
        say("db", "list_countries", serde_json::json!(["labmaster"])),
        "fine"
    );
}

#[test]
fn doors_without_a_login_open_a_session_for_who_has_none() {
    let client = Client::new();
    let first = web(&client, "/web/webclient/version_info", "{}", "");
    let visitor = session(&first);
    assert!(cookies(&first)[0].ends_with("; Max-Age=604800; HttpOnly; Path=/"));
    let again = web(&client, "/web/database/list", "{}", &visitor);
    assert_eq!(cookies(&again), [""; 0]);
    // A visitor is not signed in.
    let call = r#"{"model": "res.users", "method": "read", "args": [[2], ["login"]], "kwargs": {}}"#;
    let refused = web(&client, "/web/dataset/call_kw", call, &visitor);
    assert!(refused.text().contains("\"code\": 100"), "{}", refused.text());
    assert_eq!(cookies(&refused), [""; 0]);

    let login = r#"{"db": "odoo_lab", "login": "admin", "password": "admin"}"#;
    let signed_in = web(&client, "/web/session/authenticate", login, &visitor);
    let own = session(&signed_in);
    let answer: serde_json::Value = serde_json::from_slice(&signed_in.body).unwrap();
    for key in [
        "uid",
        "user_settings",
        "web.base.url",
        "view_info",
        "user_companies",
        "storeData",
    ] {
        assert!(answer["result"].get(key).is_some(), "{key}");
    }
    let read = web(&client, "/web/dataset/call_kw", call, &own);
    assert!(read.text().contains("\"login\": \"admin\""), "{}", read.text());

    let out = web(&client, "/web/session/destroy", "{}", &own);
    assert!(cookies(&out)[0].starts_with("cids=; "));
    assert_ne!(session(&out), own);
    let gone = web(&client, "/web/dataset/call_kw", call, &own);
    assert!(gone.text().contains("Odoo Session Expired"));
}

#[test]
fn keys_are_not_made_over_the_wire() {
    let client = Client::new();
    let failed = client.fail(
        "res.users.apikeys.description",
        "make_key",
        serde_json::json!([[1]]),
    );
    assert_eq!(failed.class, "odoo.exceptions.UserError");
    assert_eq!(failed.message, "This method can only be accessed over HTTP");
}

#[test]
fn two_mebibytes_in_one_text_are_taken() {
    let client = Client::new();
    let id = client.create("product.template", serde_json::json!({"name": "Long"}));
    let long = "x".repeat(2 * 1024 * 1024);
    let args = format!(
        "<value><array><data><value><int>{id}</int></value></data></array></value><value><struct>{}</struct></value>",
        member("description_sale", &format!("<string>{long}</string>"))
    );
    let answer = object(&client, "product.template", "write", &args);
    assert!(answer.contains("<boolean>1</boolean>"));
    assert_eq!(
        client
            .read("product.template", id, "description_sale")
            .as_str()
            .unwrap()
            .len(),
        long.len()
    );
}
