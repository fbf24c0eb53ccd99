//! The simulated Odoo on a local socket, for trying client libraries against it:
//! `cargo run -p mock-odoo --example serve -- 8069` (without a port a free one is taken and printed).
//!
//! Database `odoo_lab`; users `admin`, `lowpriv` and `connector`, each with its login as password.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

use mock_odoo::{Config, Odoo};
use wire::{WireRequest, WireService};

/// Larger bodies are not read.
const MAX_BODY: u64 = 128 * 1024 * 1024;

fn main() -> io::Result<()> {
    let port = std::env::args()
        .nth(1)
        .and_then(|port| port.parse().ok())
        .unwrap_or(0);
    let listener = TcpListener::bind(("127.0.0.1", port))?;
    println!("http://{}", listener.local_addr()?);
    let odoo = Odoo::in_memory(Config::recorded());
    for stream in listener.incoming() {
        if let Err(error) = stream.and_then(|stream| serve(&odoo, stream)) {
            eprintln!("connection failed: {error}");
        }
    }
    Ok(())
}

/// Answers one request and closes, as the real server does in threaded mode.
fn serve(odoo: &Odoo, stream: TcpStream) -> io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut parts = line.split_whitespace();
    let (Some(method), Some(path)) = (parts.next(), parts.next()) else {
        return Ok(());
    };
    let mut request = WireRequest::new(method, path);
    let mut length = 0_u64;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let Some((name, value)) = header.trim_end().split_once(':') else {
            break;
        };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().unwrap_or(0);
        }
        request = request.with_header(name, value.trim());
    }
    reader.take(length.min(MAX_BODY)).read_to_end(&mut request.body)?;
    #[expect(
        clippy::disallowed_methods,
        reason = "a server for trying out lives in real time"
    )]
    let now = jiff::Timestamp::now();
    let response = odoo.handle(now, &request);
    let mut out = format!("HTTP/1.1 {} -\r\n", response.status);
    for (name, value) in response.headers.iter() {
        out.extend([name, ": ", value, "\r\n"]);
    }
    out.push_str("\r\n");
    let mut stream = stream;
    stream.write_all(out.as_bytes())?;
    stream.write_all(&response.body)
}
