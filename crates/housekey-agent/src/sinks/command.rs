//! A command that is run for every new token, with the token in its environment.

use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use housekey::redaction::redact;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, ChildStderr, Command};
use tokio::time::timeout;

use super::delivery::{Delivery, SinkError};
use crate::child::withhold_secrets;
use crate::credential::Credential;

/// How much of the command's last output is kept, in bytes; the end of that is reported, in characters. A
/// token that is cut in two cannot be recognised: it is at the beginning, which is not reported.
const KEPT_BYTES: usize = 4096;
const REPORTED_CHARS: usize = 300;

/// Variables that the service manager has set for the agent alone.
const OWN_VARIABLES: [&str; 3] = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"];

/// Makes sure that a program given by its path is there and may be run.
pub(super) fn check(run: &[String]) -> Result<(), SinkError> {
    let program = program(run);
    if !program.contains('/') {
        return Ok(());
    }
    let runnable = Path::new(&program).metadata().and_then(|about| {
        match about.is_file() && about.permissions().mode() & 0o111 != 0 {
            true => Ok(()),
            false => Err(io::ErrorKind::PermissionDenied.into()),
        }
    });
    runnable.map_err(|cause| SinkError::Start { program, cause })
}

/// Runs it to its end.
pub(super) async fn give(
    run: &[String],
    limit: Duration,
    credential: &Credential,
) -> Result<Delivery, SinkError> {
    let program = program(run);
    let mut command = Command::new(&program);
    withhold_secrets(command.as_std_mut());
    command
        .args(run.iter().skip(1))
        .env("HOMEY_TOKEN", credential.token.expose())
        .env("HOMEY_ADDRESS", credential.address.as_deref().unwrap_or_default())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        // With all that it starts, so that nothing is left when it takes too long.
        .process_group(0)
        .kill_on_drop(true);
    for name in OWN_VARIABLES {
        command.env_remove(name);
    }
    let child = command.spawn();
    let mut child = child.map_err(|cause| SinkError::Start { program: program.clone(), cause })?;
    let mut group = Group(child.id());
    let (status, output) = match timeout(limit, wait_for_end(&mut child)).await {
        Ok(Ok(ended)) => ended,
        Ok(Err(cause)) => return Err(SinkError::Start { program, cause }),
        Err(_) => return Err(SinkError::TooLong { program, limit_s: limit.as_secs() }),
    };
    group.0 = None;
    match status.success() {
        true => Ok(Delivery::Given),
        false => {
            let output = redact(output.trim(), &[&credential.token]);
            let output = output.chars().skip(output.chars().count().saturating_sub(REPORTED_CHARS));
            let output: String = output.collect();
            let output = if output.is_empty() { output } else { format!(": {output}") };
            Err(SinkError::Failed { program, how: status.to_string(), output })
        }
    }
}

fn program(run: &[String]) -> String {
    run.first().cloned().unwrap_or_default()
}

/// How it ended, and its last output.
async fn wait_for_end(child: &mut Child) -> io::Result<(ExitStatus, String)> {
    let output = match child.stderr.take() {
        Some(stderr) => last_output(stderr).await?,
        None => Vec::new(),
    };
    let status = child.wait().await?;
    Ok((status, String::from_utf8_lossy(&output).into_owned()))
}

async fn last_output(mut stderr: ChildStderr) -> io::Result<Vec<u8>> {
    let (mut output, mut more) = (Vec::new(), [0; 4096]);
    loop {
        match stderr.read(&mut more).await? {
            0 => return Ok(output),
            count => output.extend_from_slice(&more[..count]),
        }
        let surplus = output.len().saturating_sub(KEPT_BYTES);
        output.drain(..surplus);
    }
}

/// The command and all that it started, ended when this is dropped: also when the agent stops while
/// it runs.
struct Group(Option<u32>);

impl Drop for Group {
    fn drop(&mut self) {
        let id = self.0.and_then(|id| i32::try_from(id).ok());
        // One that is gone already is no error.
        let _ = id.map(|id| killpg(Pid::from_raw(id), Signal::SIGKILL));
    }
}

#[cfg(test)]
mod tests {
    use housekey::Secret;

    use super::*;

    async fn run(script: &str, limit: Duration) -> Result<Delivery, String> {
        let credential = Credential {
            token: Secret::new("made-up-token"),
            address: Some("http://192.0.2.7".to_owned()),
            homey_id: None,
            issued_at: None,
            expires_at: None,
        };
        let run = ["sh", "-c", script].map(str::to_owned);
        give(&run, limit, &credential).await.map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn the_token_is_in_the_environment_and_never_printed() {
        let limit = Duration::from_secs(20);
        let right = "test \"$HOMEY_TOKEN $HOMEY_ADDRESS\" = 'made-up-token http://192.0.2.7'";
        assert_eq!(run(right, limit).await, Ok(Delivery::Given));
        let loud = "echo \"no luck with $HOMEY_TOKEN\" >&2; exit 3";
        let error_text = run(loud, limit).await.unwrap_err();
        assert_eq!(error_text, "sh ended with exit status: 3: no luck with ***");
        let flood = "yes | head -c 1000000 >&2; echo at last >&2; exit 1";
        let error_text = run(flood, limit).await.unwrap_err();
        assert!(error_text.ends_with("at last") && error_text.len() < 400, "{error_text}");
    }

    #[tokio::test]
    async fn one_that_takes_too_long_is_ended_with_all_it_started() {
        let directory = tempfile::tempdir().unwrap();
        let pid = directory.path().join("pid");
        let script = format!("sleep 600 & echo $! > {}; wait", pid.display());
        let error_text = run(&script, Duration::from_secs(1)).await.unwrap_err();
        assert_eq!(error_text, "sh was not done after 1 s, and was ended");
        let pid = std::fs::read_to_string(pid).unwrap();
        let about = || std::fs::read_to_string(format!("/proc/{}/stat", pid.trim()));
        // The process that inherits it may collect it late.
        let gone = || about().map_or(true, |about| about.contains(") Z"));
        while !gone() {
            tokio::task::yield_now().await;
        }
    }

    #[test]
    fn a_program_that_cannot_be_run_is_found_out_before() {
        for (program, fine) in
            [("/bin/sh", true), ("sh", true), ("/not/there", false), ("/etc/passwd", false)]
        {
            assert_eq!(check(&[program.to_owned()]).is_ok(), fine, "{program}");
        }
    }
}
