//! The program itself: its start, its log, its signals.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

fn program(instance: &std::path::Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sync-server"));
    command.args(["--log-format", "json", "--instance"]).arg(instance);
    command
        .env("SYNC_PORT", "0")
        .env("SYNC_FAILURE_RATE", "1")
        .env("RETRY_BACKOFF_BASE", "3600")
        .env_remove("RUST_LOG");
    command.stderr(Stdio::piped()).stdout(Stdio::null());
    command
}

/// Reads the log until a line has this field, and answers its value.
fn logged(log: &mut dyn BufRead, field: &str) -> String {
    loop {
        let mut line = String::new();
        assert_ne!(log.read_line(&mut line).unwrap(), 0, "the log ended");
        let line: Value = serde_json::from_str(&line).unwrap();
        if let Some(value) = line[field].as_str() {
            return value.to_owned();
        }
    }
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill")
        .args([name, &child.id().to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
}

#[test]
fn a_signal_ends_it_at_a_batch_boundary() {
    let instance = tempfile::tempdir().unwrap();
    for name in ["-TERM", "-INT"] {
        let mut child = program(instance.path()).spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let address = logged(&mut log, "address");
        ureq::post(format!("http://{address}/api/seed"))
            .send_empty()
            .unwrap();
        if name == "-TERM" {
            let begun =
                ureq::post(format!("http://{address}/api/sync/products")).header("Prefer", "respond-async");
            assert_eq!(begun.send_empty().unwrap().status(), 202);
        }
        signal(&child, name);
        while logged(&mut log, "message") != "job ends" {}
        assert!(child.wait().unwrap().success());
    }
}

#[test]
fn what_is_wrong_with_its_settings_is_said_at_once() {
    let instance = tempfile::tempdir().unwrap();
    let output = program(instance.path())
        .args(["--host", "0.0.0.0"])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text.contains("SYNC_API_TOKEN") && text.contains("--insecure"),
        "{text}"
    );
    let output = program(instance.path())
        .args(["--port", "many"])
        .env("MAX_RETRIES", "-1")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(
        text.contains("SYNC_PORT = `many` (--port)") && text.contains("MAX_RETRIES = `-1`"),
        "{text}"
    );
}
