//! What the exporter serves: metrics, health, webhooks, and the answer to why a job waits.

mod history;
mod hook;
mod page;
mod secrets;

pub use secrets::Secrets;

use crate::app::App;
use crate::metrics::Format;
use crate::why;
use http_body_util::channel::Channel;
use http_body_util::{BodyExt, Either, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{ACCEPT, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

/// The longest body of a delivery: GitHub's own limit.
const BODY: usize = 25 << 20;
/// The longest that a client may take to send its headers, and then its body.
const PATIENCE: Duration = Duration::from_secs(10);
/// Connections that are served at once; more wait to be accepted.
const CONNECTIONS: usize = 512;
/// The longest that connections may take to end when the exporter does.
const FAREWELL: Duration = Duration::from_secs(8);

type Answer = Response<Either<Full<Bytes>, Channel<Bytes, std::io::Error>>>;

/// Serves until told to stop, and then ends what has begun.
pub async fn serve(listener: TcpListener, app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let secrets = Arc::new(Secrets::new(app.config.webhook_secrets.clone()));
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(permit) = Arc::clone(&room).acquire_owned().await else { break };
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // No file descriptor is left, say: the next attempt may fare better.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            _ = stop.changed() => break,
        };
        let _ = stream.set_nodelay(true);
        let (app, secrets, mut stop) = (Arc::clone(&app), Arc::clone(&secrets), stop.clone());
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(request, Arc::clone(&app), Arc::clone(&secrets)));
            let mut http = hyper::server::conn::http1::Builder::new();
            http.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
            let connection = http.serve_connection(TokioIo::new(stream), service);
            tokio::pin!(connection);
            tokio::select! {
                _ = connection.as_mut() => {}
                _ = stop.changed() => {
                    connection.as_mut().graceful_shutdown();
                    let _ = connection.await;
                }
            }
            drop(permit);
        });
    }
    drop(listener);
    let all = room.acquire_many(CONNECTIONS as u32);
    let _ = tokio::time::timeout(FAREWELL, all).await;
}

async fn answer(
    request: Request<Incoming>,
    app: Arc<App>,
    secrets: Arc<Secrets>,
) -> Result<Answer, std::convert::Infallible> {
    let path = request.uri().path().to_owned();
    Ok(match (request.method(), path.as_str()) {
        (&Method::POST, "/webhook") => webhook(request, &app, &secrets).await,
        (_, "/webhook") => text(StatusCode::METHOD_NOT_ALLOWED, "deliveries are sent with POST\n"),
        (&Method::GET | &Method::HEAD, _) => get(&request, &path, app).await,
        _ => text(StatusCode::METHOD_NOT_ALLOWED, "only GET is served here\n"),
    })
}

async fn get(request: &Request<Incoming>, path: &str, app: Arc<App>) -> Answer {
    let accept = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match path {
        "/healthz" | "/readyz" => text(StatusCode::OK, "ok\n"),
        "/metrics" => {
            let format = Format::negotiate(accept);
            let made = tokio::task::spawn_blocking(move || app.scrape(format)).await;
            match made {
                Ok(made) => typed(StatusCode::OK, format.content_type(), made),
                Err(_) => text(StatusCode::INTERNAL_SERVER_ERROR, "the metrics could not be made\n"),
            }
        }
        "/history" => history::answer(request.uri().query().unwrap_or_default(), app),
        "/debug/cardinality" => text(StatusCode::OK, &page::cardinality(&app)),
        "/why" => {
            let url = request.uri().query().and_then(page::asked).unwrap_or_default();
            let found = why::why(&app, &url);
            let status = if found.is_ok() { StatusCode::OK } else { StatusCode::NOT_FOUND };
            let said = found.unwrap_or_else(|error| format!("{error}\n"));
            if accept.contains("text/html") {
                typed(status, "text/html; charset=utf-8", page::why(&url, &said))
            } else {
                text(status, &said)
            }
        }
        "/" => typed(StatusCode::OK, "text/html; charset=utf-8", page::why("", "")),
        _ => text(StatusCode::NOT_FOUND, "there is nothing here\n"),
    }
}

async fn webhook(request: Request<Incoming>, app: &App, secrets: &Secrets) -> Answer {
    let (head, body) = request.into_parts();
    let body = match tokio::time::timeout(PATIENCE, Limited::new(body, BODY).collect()).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(_)) => return text(StatusCode::PAYLOAD_TOO_LARGE, "the body is cut or longer than 25 MB\n"),
        Err(_) => return text(StatusCode::REQUEST_TIMEOUT, "the body did not come within 10 seconds\n"),
    };
    let (status, said) = hook::take(&head.headers, &body, app, secrets).await;
    let mut answer = text(status, &said);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("30"));
    }
    answer
}

fn text(status: StatusCode, body: &str) -> Answer {
    typed(status, "text/plain; charset=utf-8", body.to_owned())
}

fn typed(status: StatusCode, kind: &'static str, body: impl Into<Bytes>) -> Answer {
    let mut answer = Response::new(Either::Left(Full::new(body.into())));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    answer.headers_mut().insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    answer
}
