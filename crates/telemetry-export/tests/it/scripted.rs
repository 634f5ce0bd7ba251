//! A server that answers as a test says, over HTTP/1.1 and HTTP/2, and keeps what it was asked.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
    thread,
    time::Instant,
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response};
use http_body_util::{BodyExt as _, Full, combinators::BoxBody};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use tokio::{net::TcpListener, runtime, sync::oneshot};

type Answers = dyn Fn(usize) -> Response<Full<Bytes>> + Send + Sync;

pub(crate) struct ScriptedServer {
    address: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) at: Instant,
    pub(crate) body: Bytes,
}

impl ScriptedServer {
    /// `answers` gets the number of the request, from 0.
    pub(crate) fn start(answers: impl Fn(usize) -> Response<Full<Bytes>> + Send + Sync + 'static) -> Self {
        let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (stop, stopped) = oneshot::channel();
        let serving = serve(listener, Arc::new(answers), Arc::clone(&asked));
        let thread = thread::spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = serving => (),
                    _ = stopped => (),
                }
            });
        });
        Self { address, asked, stop: Some(stop), thread: Some(thread) }
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for ScriptedServer {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

async fn serve(listener: TcpListener, answers: Arc<Answers>, asked: Arc<Mutex<Vec<Asked>>>) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let (answers, asked) = (Arc::clone(&answers), Arc::clone(&asked));
        let service = service_fn(move |request| answer(request, Arc::clone(&answers), Arc::clone(&asked)));
        tokio::spawn(async move {
            auto::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await.ok();
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    answers: Arc<Answers>,
    asked: Arc<Mutex<Vec<Asked>>>,
) -> Result<Response<BoxBody<Bytes, Infallible>>, hyper::Error> {
    let at = Instant::now();
    let body = request.into_body().collect().await?.to_bytes();
    let number = {
        let mut asked = asked.lock().unwrap();
        asked.push(Asked { at, body });
        asked.len() - 1
    };
    let (head, body) = answers(number).into_parts();
    let grpc = head.headers.get("content-type").is_some_and(|kind| kind == "application/grpc");
    // A gRPC answer with a message has its status behind it.
    if grpc && !head.headers.contains_key("grpc-status") {
        let trailers = HeaderMap::from_iter([("grpc-status".parse().unwrap(), HeaderValue::from_static("0"))]);
        let body = body.with_trailers(async { Some(Ok(trailers)) }).boxed();
        return Ok(Response::from_parts(head, body));
    }
    Ok(Response::from_parts(head, body.boxed()))
}
