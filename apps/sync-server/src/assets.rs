//! The page's files: those that are part of the program, or those of a folder while somebody works on them.

use std::path::{Component, Path, PathBuf};

use actix_web::http::Method;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use crate::error::{Kind, Problem};
use crate::security::hex;

/// The largest file that is served from a folder.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

#[derive(RustEmbed)]
#[folder = "../../frontend"]
struct Embedded;

/// Where the page's files come from.
#[derive(Debug, Clone)]
pub(crate) enum Assets {
    /// The program.
    Embedded,
    /// This folder.
    Folder(PathBuf),
}

struct File {
    bytes: Vec<u8>,
    hash: [u8; 32],
}

impl Assets {
    /// The file at this path of the server, if there is one.
    pub(crate) fn answer(&self, request: &HttpRequest) -> Result<HttpResponse, Problem> {
        let path = request.path().trim_start_matches('/');
        let path = if path.is_empty() { "index.html" } else { path };
        let missing = || Problem::new(Kind::NoSuchRoute, "see / for the page and /api.html for the API");
        let file = self.file(path).ok_or_else(missing)?;
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            let problem = Problem::new(Kind::MethodNotAllowed, "files can only be read");
            return Err(problem.with_header(header::ALLOW, "GET, HEAD"));
        }
        let tag = tag(&file.hash);
        let known = request
            .headers()
            .get_all(header::IF_NONE_MATCH)
            .any(|value| names(value, &tag));
        let mut response = if known {
            HttpResponse::NotModified()
        } else {
            HttpResponse::Ok()
        };
        response
            .insert_header((header::ETAG, tag))
            .insert_header((header::CACHE_CONTROL, "no-cache"));
        if known {
            return Ok(response.finish());
        }
        let kind = mime_guess::from_path(path).first_or_octet_stream();
        let kind = match kind.type_().as_str() {
            "text" => format!("{kind}; charset=utf-8"),
            _ => kind.to_string(),
        };
        Ok(response.content_type(kind).body(file.bytes))
    }

    fn file(&self, path: &str) -> Option<File> {
        match self {
            Self::Embedded => Embedded::get(path).map(|file| File {
                hash: file.metadata.sha256_hash(),
                bytes: file.data.into_owned(),
            }),
            Self::Folder(folder) => {
                let bytes = read(folder, path)?;
                Some(File {
                    hash: Sha256::digest(&bytes).into(),
                    bytes,
                })
            }
        }
    }
}

/// A file below the folder. Whatever leads out of it, links included, is not there.
fn read(folder: &Path, path: &str) -> Option<Vec<u8>> {
    let relative = Path::new(path);
    if !relative
        .components()
        .all(|part| matches!(part, Component::Normal(_)))
    {
        return None;
    }
    let folder = folder.canonicalize().ok()?;
    let file = folder.join(relative).canonicalize().ok()?;
    let size = std::fs::metadata(&file)
        .ok()
        .filter(std::fs::Metadata::is_file)?
        .len();
    if !file.starts_with(&folder) || size > MOST_BYTES {
        return None;
    }
    std::fs::read(file).ok()
}

fn tag(hash: &[u8; 32]) -> String {
    format!("\"{}\"", hex(hash))
}

fn names(value: &HeaderValue, tag: &str) -> bool {
    let value = value.to_str().unwrap_or_default();
    value
        .split(',')
        .map(|one| one.trim().trim_start_matches("W/"))
        .any(|one| one == tag || one == "*")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_the_folder_is_served() {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("page");
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(outer.path().join("secret"), "s").unwrap();
        std::fs::write(folder.join("a.js"), "a").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(outer.path().join("secret"), folder.join("link")).unwrap();
        assert_eq!(read(&folder, "a.js").as_deref(), Some(&b"a"[..]));
        for path in [
            "../secret",
            "link",
            "/etc/passwd",
            "a.js/..",
            ".",
            "nothing",
            "..\\secret",
        ] {
            assert!(read(&folder, path).is_none(), "{path}");
        }
    }
}
