use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpResponse, get, web};
use bytes::Bytes;
use futures_util::stream;
use serde::Serialize;
use serde_json::json;
use sync_service::{Event, Listener, Live, Told};
use tokio::sync::OwnedSemaphorePermit;

use crate::app::App;
use crate::error::{Kind, Problem};
use crate::schema;

/// How often a silent stream shows that it lives.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// What happens, as server-sent events
///
/// The first event is `snapshot` (`Snapshot`), then `progress` (`Progress`), `job` (`Job`), `failure` (`RecordLog`),
/// `dead_letters` (`{"open": 3}`), `conflicts` (`{"open": 3}`) and `notice` (`{"at": "...", "text": "..."}`) as they happen, those of other
/// processes within about a second. A client that missed something gets a new `snapshot`. There are at most
/// `SYNC_EVENT_STREAMS` streams at a time.
#[utoipa::path(tag = "events", responses(
    (status = 200, body = String, content_type = "text/event-stream"),
    (status = 503, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/too-many-streams`, with `Retry-After`; `/problems/stopping`"),
))]
#[get("/api/events")]
pub(crate) async fn events(app: web::Data<App>) -> Result<HttpResponse, Problem> {
    let permit = Arc::clone(&app.streams).try_acquire_owned();
    let permit = permit.map_err(|_| full())?;
    let listener = app.run(Live::listen).await?;
    // Listening begins before the snapshot is taken, so nothing falls between them.
    let open = Open {
        live: Arc::clone(&app.live),
        listener,
        fresh: true,
        _permit: permit,
    };
    let stream = stream::unfold(Some(open), |open| async move {
        let (text, open) = open?.next().await?;
        Some((Ok::<_, actix_web::Error>(Bytes::from(text)), Some(open)))
    });
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(stream))
}

/// A client that went away is noticed at the next heartbeat, so that is when a place may be free.
fn full() -> Problem {
    let detail = "as many pages follow the events as SYNC_EVENT_STREAMS allows: close one, or set it higher";
    Problem::new(Kind::TooManyStreams, detail)
        .with_header(header::RETRY_AFTER, HEARTBEAT.as_secs().to_string())
}

struct Open {
    live: Arc<Live>,
    listener: Listener,
    /// A snapshot is due.
    fresh: bool,
    /// Its place among the streams that there may be; free again when the stream is dropped.
    _permit: OwnedSemaphorePermit,
}

impl Open {
    /// The next piece of the stream; `None` at its end.
    async fn next(mut self) -> Option<(String, Self)> {
        if std::mem::take(&mut self.fresh) {
            let live = Arc::clone(&self.live);
            let snapshot = web::block(move || live.snapshot()).await.ok()?;
            return match snapshot {
                Ok(snapshot) => Some((piece("snapshot", &snapshot), self)),
                Err(error) => {
                    tracing::error!(error = %error, "no snapshot for a listener");
                    None
                }
            };
        }
        let clock = Arc::clone(self.live.service().clock());
        let told = tokio::select! {
            told = self.listener.next() => told,
            () = clock.sleep(HEARTBEAT) => return Some((": still here\n\n".to_owned(), self)),
        };
        match told {
            Told::End => None,
            Told::Missed => {
                self.fresh = true;
                Some((": behind\n\n".to_owned(), self))
            }
            Told::Event(event) => Some((text_of(&event), self)),
        }
    }
}

fn text_of(event: &Event) -> String {
    match event {
        Event::Progress(progress) => piece("progress", progress),
        Event::Job(job) => piece("job", job),
        Event::Failure(line) => piece("failure", line),
        Event::DeadLetters(open) => piece("dead_letters", &json!({ "open": open })),
        Event::Conflicts(open) => piece("conflicts", &json!({ "open": open })),
        Event::Notice(notice) => piece("notice", notice),
    }
}

/// JSON has no line breaks of its own, so one line of data is enough.
fn piece(name: &str, data: &impl Serialize) -> String {
    match serde_json::to_string(data) {
        Ok(data) => format!("event: {name}\ndata: {data}\n\n"),
        Err(error) => {
            tracing::error!(error = %error, name, "an event cannot be written");
            String::new()
        }
    }
}
