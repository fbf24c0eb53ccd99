#!/usr/bin/env bash
# Builds the project and starts it. Without arguments: the demonstration, in which a simulated Shopify shop arrives
# in a simulated Odoo. With arguments: that command of the command line, for example ./start.sh jobs list
# The state is kept in ./instance of the folder in which this is called.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
if ! command -v cargo >/dev/null 2>&1; then
  echo "start.sh: Rust is missing; see https://rustup.rs (1.90 or newer)" >&2
  exit 1
fi
[ "$#" -gt 0 ] || set -- demo
exec cargo run --release --manifest-path "$here/Cargo.toml" -p sync-cli -- "$@"
