//! A stream that has begun before its answer is there, for calls that wait for a person.
//!
//! Its comments keep connections open through proxies. They are also how it is noticed that a client is gone: nothing
//! else is written meanwhile, and the end of what it sends means nothing, since it has sent everything.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName};
use http::{HeaderValue, Response};
use http_body::Frame;
use http_body_util::combinators::{BoxBody, UnsyncBoxBody};
use http_body_util::{BodyExt as _, StreamBody};
use tokio::time::timeout;
use tokio_util::task::AbortOnDropHandle;

/// How often there is a comment.
const BEAT: Duration = Duration::from_secs(2);

const EVENT_STREAM: HeaderValue = HeaderValue::from_static("text/event-stream");

type Handled = Response<BoxBody<Bytes, Infallible>>;

enum Progress {
    Waits(AbortOnDropHandle<Handled>),
    Passes(BoxBody<Bytes, Infallible>),
    Done,
}

/// The answer to come, as a stream.
pub(super) fn stream(
    work: AbortOnDropHandle<Handled>,
) -> Response<UnsyncBoxBody<Bytes, Infallible>> {
    let frames = stream::unfold(Progress::Waits(work), async |progress| {
        let (bytes, next) = step(progress).await?;
        Some((Ok::<_, Infallible>(Frame::data(bytes)), next))
    });
    let mut response = Response::new(StreamBody::new(frames).boxed_unsync());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, EVENT_STREAM);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}

async fn step(progress: Progress) -> Option<(Bytes, Progress)> {
    const COMMENT: Bytes = Bytes::from_static(b":\n\n");
    match progress {
        Progress::Waits(mut work) => match timeout(BEAT, &mut work).await {
            Err(_) => Some((COMMENT, Progress::Waits(work))),
            // The agent is stopping.
            Ok(Err(_)) => None,
            Ok(Ok(answer)) if answer.headers().get(CONTENT_TYPE) == Some(&EVENT_STREAM) => {
                Some((COMMENT, Progress::Passes(answer.into_body())))
            }
            Ok(Ok(answer)) => {
                let message = answer.into_body().collect().await.ok()?.to_bytes();
                let event = [b"data: ", &*message, b"\n\n"].concat();
                Some((event.into(), Progress::Done))
            }
        },
        Progress::Passes(mut body) => {
            let frame = body.frame().await?.ok()?;
            Some((frame.into_data().unwrap_or_default(), Progress::Passes(body)))
        }
        Progress::Done => None,
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::Full;
    use tokio::time::sleep;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_takes_long_comes_after_comments() {
        let work = tokio::spawn(async {
            sleep(BEAT * 2 + BEAT / 2).await;
            Response::new(Full::from("{\"id\":1}").boxed())
        });
        let response = stream(AbortOnDropHandle::new(work));
        let text = response.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(text, ":\n\n:\n\ndata: {\"id\":1}\n\n");
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_is_gone_takes_the_work_with_it() {
        let (alive, gone) = tokio::sync::oneshot::channel::<()>();
        let work = tokio::spawn(async move {
            let _alive = alive;
            std::future::pending().await
        });
        let mut body = stream(AbortOnDropHandle::new(work)).into_body();
        assert!(body.frame().await.is_some());
        drop(body);
        assert!(gone.await.is_err());
    }
}
