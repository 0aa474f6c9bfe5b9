//! `privyazka healthcheck`: asks the admin listener, without any HTTP client around.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use super::{Failure, other};

#[derive(Debug, clap::Args)]
pub(super) struct HealthcheckArgs {
    /// Address of the admin listener
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:9090")]
    admin: SocketAddr,
}

const PATIENCE: Duration = Duration::from_secs(3);

pub(super) fn run(args: &HealthcheckArgs) -> Result<(), Failure> {
    let answer = ask(args.admin).map_err(other)?;
    let status = answer.split_whitespace().nth(1).unwrap_or("no answer").to_owned();
    if status == "200" { Ok(()) } else { Err(Failure::Found(format!("not ready: {status}"))) }
}

fn ask(admin: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&admin, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut head = [0; 64];
    let read = stream.read(&mut head)?;
    Ok(String::from_utf8_lossy(head.get(..read).unwrap_or_default()).into_owned())
}
