use actix_web::{get, web};
use jiff::Timestamp;
use serde::Serialize;
use sync_core::{Counts, Job, RecordType};
use sync_service::{Dashboard, JobFilter, PageRequest, Service, ServiceError, Stream};

use crate::app::App;
use crate::error::Problem;
use crate::schema;

/// Jobs of the chart.
const RECENT: usize = 20;

#[derive(Serialize)]
pub(crate) struct DashboardBody {
    at: Timestamp,
    window_seconds: u64,
    last_sync_at: Option<Timestamp>,
    open_dead_letters: u64,
    open_conflicts: u64,
    dead_letter_limit: u64,
    streams: Vec<StreamBody>,
    recent_runs: Vec<Job>,
    first_run: bool,
}

#[derive(Serialize)]
struct StreamBody {
    record_type: RecordType,
    job_type: String,
    running: Option<Job>,
    last_job: Option<Job>,
    last_success_at: Option<Timestamp>,
    freshness_seconds: Option<i64>,
    window: Counts,
    failure_rate: Option<f64>,
    open_dead_letters: u64,
    open_conflicts: u64,
    pending: u64,
    held: u64,
    backlog: u64,
    counts: SystemCounts,
}

#[derive(Default, Serialize)]
struct SystemCounts {
    shopify: Option<u64>,
    odoo: Option<u64>,
    linked: u64,
    left_out: LeftOut,
}

#[derive(Default, Serialize)]
struct LeftOut {
    shopify: u64,
    odoo: u64,
}

impl From<Stream> for StreamBody {
    fn from(stream: Stream) -> Self {
        let figures = stream.figures;
        let mut counts = SystemCounts {
            linked: stream.linked,
            ..SystemCounts::default()
        };
        for count in stream.counts {
            let shown = (count.count, count.left_out);
            if count.system == "shopify" {
                (counts.shopify, counts.left_out.shopify) = shown;
            } else {
                (counts.odoo, counts.left_out.odoo) = shown;
            }
        }
        Self {
            record_type: figures.record_type,
            job_type: stream.job_type,
            running: figures.running,
            last_job: figures.last_job,
            last_success_at: figures.last_success_at,
            freshness_seconds: stream.fresh_seconds,
            window: figures.window,
            failure_rate: stream.failure_rate,
            open_dead_letters: figures.open_dead_letters,
            open_conflicts: stream.open_conflicts,
            pending: figures.pending,
            held: figures.held,
            backlog: figures.pending + figures.held,
            counts,
        }
    }
}

/// How the installation is doing
#[utoipa::path(tag = "dashboard", responses((status = 200, body = schema::Dashboard)))]
#[get("/api/dashboard")]
pub(crate) async fn show_dashboard(app: web::Data<App>) -> Result<web::Json<DashboardBody>, Problem> {
    Ok(web::Json(app.ask(look).await?))
}

fn look(service: &Service) -> Result<DashboardBody, ServiceError> {
    let Dashboard {
        at,
        window_hours,
        last_sync_at,
        open_dead_letters,
        open_conflicts,
        dead_letter_limit,
        streams,
    } = service.dashboard()?;
    let page = PageRequest {
        before: None,
        limit: RECENT,
    };
    let recent_runs = service.jobs(&JobFilter::default(), page)?.items;
    Ok(DashboardBody {
        at,
        window_seconds: u64::from(window_hours) * 3_600,
        last_sync_at,
        open_dead_letters,
        open_conflicts,
        dead_letter_limit,
        streams: streams.into_iter().map(Into::into).collect(),
        first_run: recent_runs.is_empty(),
        recent_runs,
    })
}
