//! Listens between the service and the training stand, so that a test knows every secret that went over the
//! wire: what the service itself keeps of them is not asked.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use url::Url;

/// The tap. Its threads end with their connections.
#[derive(Clone)]
pub struct Wiretap {
    address: SocketAddr,
    target: Arc<Mutex<Option<SocketAddr>>>,
    heard: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Wiretap {
    /// Listens on a free port; [`Wiretap::stand_before`] says before what.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
        let address = listener.local_addr().expect("bound");
        let tap = Self { address, target: Arc::default(), heard: Arc::default() };
        let listening = tap.clone();
        thread::spawn(move || {
            for caller in listener.incoming().flatten() {
                listening.serve(&caller);
            }
        });
        tap
    }

    /// Takes the place of the server at this address.
    pub fn stand_before(&self, url: &mut Url) {
        let target = url.socket_addrs(|| None).expect("a loopback address")[0];
        *self.target.lock().expect("no panic") = Some(target);
        url.set_port(Some(self.address.port())).expect("http has ports");
    }

    fn serve(&self, caller: &TcpStream) {
        let target = self.target.lock().expect("no panic").expect("a server behind the tap");
        let Ok(server) = TcpStream::connect(target) else { return };
        for (from, to) in [(caller, &server), (&server, caller)] {
            let ends = from.try_clone().and_then(|from| Ok((from, to.try_clone()?)));
            let (from, to) = ends.expect("a socket has two handles");
            let heard = Arc::clone(&self.heard);
            let at = {
                let mut all = heard.lock().expect("no panic");
                all.push(Vec::new());
                all.len() - 1
            };
            thread::spawn(move || copy(from, to, |bytes| heard.lock().expect("no panic")[at].extend(bytes)));
        }
    }

    /// Everything so far, each direction of each connection by itself.
    pub fn heard(&self) -> Vec<String> {
        let heard = self.heard.lock().expect("no panic");
        heard.iter().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect()
    }

    /// What stood between `before` and any of `ends`, each once.
    pub fn values(&self, before: &str, ends: &[char]) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for text in self.heard() {
            for rest in text.split(before).skip(1) {
                found.extend(rest.split(ends).next().map(str::to_owned));
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// A side that breaks off is an ordinary end.
fn copy(mut from: TcpStream, mut to: TcpStream, hear: impl Fn(&[u8])) {
    let mut buffer = [0; 8192];
    while let Ok(read) = from.read(&mut buffer) {
        if read == 0 || to.write_all(&buffer[..read]).is_err() {
            break;
        }
        hear(&buffer[..read]);
    }
    let _ = to.shutdown(Shutdown::Write);
}
