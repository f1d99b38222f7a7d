//! The client of the local API.

use std::io;
use std::path::Path;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;
use tokio::time::timeout;

use super::{Answer, AssistantRequest, Request};
use crate::status::FORMAT;

/// How long an answer may take: a reload checks every sink before it is done.
const LIMIT: Duration = Duration::from_secs(20);

/// The longest answer, in bytes: a status has some hundred for each Homey and sink.
const ANSWER_BYTES: u64 = 16 << 20;

/// The longest answer in one line.
const LINE_BYTES: usize = 8192;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The agent cannot be reached, or refuses the connection.
    #[error("cannot talk to the agent at {path}")]
    Unreachable {
        /// Its socket.
        path: String,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// It does not speak as we do: it is newer or older.
    #[error("the agent speaks another version than this program ({0})")]
    OtherVersion(String),
}

/// Sends a request to the agent behind that socket.
///
/// # Errors
/// [`ClientError`]; that it refuses is an answer.
pub async fn ask(socket: &Path, request: Request) -> Result<Answer, ClientError> {
    let exchange = async {
        let mut stream = UnixStream::connect(socket).await?;
        let mut question = serde_json::to_vec(&request)?;
        question.push(b'\n');
        stream.write_all(&question).await?;
        let mut answer = Vec::new();
        stream.take(ANSWER_BYTES).read_to_end(&mut answer).await?;
        Ok::<_, io::Error>(answer)
    };
    let answer = timeout(LIMIT, exchange).await.unwrap_or_else(|late| Err(late.into()));
    let answer = answer.map_err(|cause| {
        let path = socket.display().to_string();
        ClientError::Unreachable { path, cause }
    })?;
    read(&answer)
}

/// A connection over which the agent behind that socket serves an assistant; what it says where it does not.
///
/// # Errors
/// [`ClientError`].
pub async fn open_assistant(
    socket: &Path,
    request: AssistantRequest,
) -> Result<Result<UnixStream, Answer>, ClientError> {
    let exchange = async {
        let mut stream = UnixStream::connect(socket).await?;
        let mut question = serde_json::to_vec(&Request::Assistant(request))?;
        question.push(b'\n');
        stream.write_all(&question).await?;
        // Byte by byte: what follows the line is not ours.
        let mut answer = Vec::new();
        while answer.len() < LINE_BYTES && answer.last() != Some(&b'\n') {
            answer.push(stream.read_u8().await?);
        }
        Ok::<_, io::Error>((stream, answer))
    };
    let exchanged = timeout(LIMIT, exchange).await.unwrap_or_else(|late| Err(late.into()));
    let (stream, answer) = exchanged.map_err(|cause| {
        let path = socket.display().to_string();
        ClientError::Unreachable { path, cause }
    })?;
    Ok(match read(&answer)? {
        Answer::Done => Ok(stream),
        other => Err(other),
    })
}

fn read(answer: &[u8]) -> Result<Answer, ClientError> {
    let answer: serde_json::Value = serde_json::from_slice(answer)
        .map_err(|_| ClientError::OtherVersion("its answer is no JSON".to_owned()))?;
    let format = answer["status"]["format"].as_u64().unwrap_or(0);
    if format > u64::from(FORMAT) {
        let versions = format!("format {format}, this one knows {FORMAT}");
        return Err(ClientError::OtherVersion(versions));
    }
    serde_json::from_value(answer)
        .map_err(|error| ClientError::OtherVersion(format!("its answer is another: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_of_another_version_is_noticed() {
        assert_eq!(read(b"\"done\"\n").unwrap(), Answer::Done);
        let newer = read(br#"{"status":{"format":2,"everything":"else"}}"#).unwrap_err();
        assert!(newer.to_string().contains("format 2, this one knows 1"), "{newer}");
        assert!(read(b"").is_err() && read(b"{\"danced\":1}").is_err());
    }
}
