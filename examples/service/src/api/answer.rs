//! Answers as JSON, their fields in the order in which people read them.

use axum::{
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::{queue::Finished, script::Outcome};

#[derive(Serialize)]
struct Completed<'a> {
    status: &'a str,
    result: &'a str,
    duration_ms: f64,
}

#[derive(Serialize)]
struct Failed<'a> {
    status: &'a str,
    error_type: &'a str,
    error: &'a str,
    duration_ms: f64,
}

#[derive(Serialize)]
struct Refused<'a> {
    status: &'a str,
    error: &'a str,
}

/// A script that fails is an answer like any other; only a failure of the service itself is a 500.
pub(super) fn of_run(finished: &Finished) -> Response {
    let status = finished.outcome.name();
    let duration_ms = (finished.duration.as_secs_f64() * 1e6).round() / 1e3;
    match &finished.outcome {
        Outcome::Completed(result) => json(StatusCode::OK, &Completed { status, result, duration_ms }),
        Outcome::Failed(failure) => {
            let code = if failure.is_ours() { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::OK };
            let (error_type, error) = (failure.class.error_type(), failure.message.as_str());
            json(code, &Failed { status, error_type, error, duration_ms })
        }
    }
}

/// The answer to a request that was not served.
pub(super) fn of_refusal(code: StatusCode, error: &str) -> Response {
    json(code, &Refused { status: "refused", error })
}

fn json(code: StatusCode, content: &impl Serialize) -> Response {
    // Texts and finite numbers always can be written.
    let mut body = serde_json::to_string(content).unwrap_or_default();
    body.push('\n');
    (code, [(CONTENT_TYPE, "application/json")], body).into_response()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::body::to_bytes;

    use super::*;
    use crate::script::{Failure, FailureClass};

    async fn body(response: Response) -> String {
        let body = to_bytes(response.into_body(), 1000).await.unwrap();
        String::from_utf8(body.into()).unwrap()
    }

    #[tokio::test]
    async fn fields_come_in_order() {
        let duration = Duration::from_nanos(50_400);
        let outcome = Outcome::Completed("42".to_owned());
        let answer = of_run(&Finished { outcome, duration });
        assert_eq!(body(answer).await, "{\"status\":\"completed\",\"result\":\"42\",\"duration_ms\":0.05}\n");

        let failure = Failure { class: FailureClass::ScriptError, message: "no \"stock\"".to_owned() };
        let answer = of_run(&Finished { outcome: Outcome::Failed(failure), duration });
        let expected = r#"{"status":"failed","error_type":"script_error","error":"no \"stock\"","duration_ms":0.05}"#;
        assert_eq!(body(answer).await, format!("{expected}\n"));

        let answer = of_refusal(StatusCode::SERVICE_UNAVAILABLE, "the queue is full");
        assert_eq!(body(answer).await, "{\"status\":\"refused\",\"error\":\"the queue is full\"}\n");
    }
}
