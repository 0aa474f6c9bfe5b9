//! A mail server on loopback that does as it is told, once per recipient and attempt.

use std::collections::{HashMap, VecDeque};
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What befalls one attempt at one recipient.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// This reply to RCPT.
    AtRecipient(&'static str),
    /// This reply after the content.
    AtContent(&'static str),
    /// No answer to RCPT until the client goes.
    Hang,
    /// The connection ends in the middle of the content.
    ResetInData,
    /// The letter is taken, the connection ends before the 250.
    CutBeforeAnswer,
}

/// How the server talks with everybody.
#[derive(Clone, Default)]
pub struct Manner {
    /// Greeting instead of 220.
    pub greeting: Option<&'static str>,
    /// Reply to AUTH instead of 235.
    pub login: Option<&'static str>,
    /// Reply to MAIL instead of 250.
    pub sender: Option<&'static str>,
    /// TLS from the first byte.
    pub tls: Option<Arc<ServerConfig>>,
    /// STARTTLS is offered with this.
    pub starttls: Option<Arc<ServerConfig>>,
}

/// One letter that the server took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// RCPT addresses, in order.
    pub recipients: Vec<String>,
    /// The content as it came, dots unstuffed.
    pub message: String,
    /// Whether the connection was encrypted.
    pub encrypted: bool,
}

#[derive(Default)]
struct Book {
    taken: Mutex<Vec<Taken>>,
    faults: Mutex<HashMap<String, VecDeque<Fault>>>,
    logins: Mutex<Vec<String>>,
    connections: AtomicUsize,
    open: AtomicBool,
}

/// The server; dropping it closes the listener.
pub struct Sink {
    address: SocketAddr,
    book: Arc<Book>,
}

impl Sink {
    /// Listens on a free port of loopback.
    pub fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let book = Arc::new(Book { open: AtomicBool::new(true), ..Book::default() });
        let shared = Arc::clone(&book);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if !shared.open.load(Ordering::SeqCst) {
                    break;
                }
                let (manner, book) = (manner.clone(), Arc::clone(&shared));
                std::thread::spawn(move || {
                    book.connections.fetch_add(1, Ordering::SeqCst);
                    // A client that goes away in the middle is part of the play.
                    let _ = serve(stream, &manner, &book);
                });
            }
        });
        Self { address, book }
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Its address for an unencrypted client.
    pub fn plain_url(&self) -> String {
        format!("smtp+plain://127.0.0.1:{}", self.port())
    }

    /// The next attempts at `recipient` meet these, one each; then all goes well.
    pub fn script(&self, recipient: &str, faults: &[Fault]) {
        self.book.faults.lock().unwrap().entry(recipient.to_owned()).or_default().extend(faults);
    }

    /// All letters taken so far.
    pub fn taken(&self) -> Vec<Taken> {
        self.book.taken.lock().unwrap().clone()
    }

    /// The letters taken for `recipient`.
    pub fn taken_for(&self, recipient: &str) -> Vec<Taken> {
        self.taken().into_iter().filter(|taken| taken.recipients == [recipient]).collect()
    }

    /// What came with AUTH, as sent.
    pub fn logins(&self) -> Vec<String> {
        self.book.logins.lock().unwrap().clone()
    }

    /// Whether every scripted fault has happened.
    pub fn is_played_out(&self) -> bool {
        self.book.faults.lock().unwrap().values().all(VecDeque::is_empty)
    }

    /// Connections so far.
    pub fn connections(&self) -> usize {
        self.book.connections.load(Ordering::SeqCst)
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.book.open.store(false, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
    }
}

enum Wire {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ServerConnection, TcpStream>>),
}

impl Wire {
    fn encrypt(self, config: &Arc<ServerConfig>) -> io::Result<Self> {
        let Self::Plain(stream) = self else { return Ok(self) };
        let connection = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
        Ok(Self::Tls(Box::new(StreamOwned::new(connection, stream))))
    }

    fn say(&mut self, line: &str) -> io::Result<()> {
        let line = format!("{line}\r\n");
        match self {
            Self::Plain(stream) => stream.write_all(line.as_bytes()),
            Self::Tls(stream) => stream.write_all(line.as_bytes()).and_then(|()| stream.flush()),
        }
    }

    /// One line without its end; an end of the connection is an error.
    fn line(&mut self) -> io::Result<String> {
        let mut line = Vec::new();
        loop {
            let mut byte = [0];
            match self {
                Self::Plain(stream) => stream.read_exact(&mut byte)?,
                Self::Tls(stream) => stream.read_exact(&mut byte)?,
            }
            line.push(byte[0]);
            if line.ends_with(b"\r\n") {
                line.truncate(line.len() - 2);
                return String::from_utf8(line).map_err(io::Error::other);
            }
        }
    }
}

fn serve(stream: TcpStream, manner: &Manner, book: &Book) -> io::Result<()> {
    // Nothing in these tests takes as long; a forgotten client does not hold the thread for ever.
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let mut wire = Wire::Plain(stream);
    if let Some(config) = &manner.tls {
        wire = wire.encrypt(config)?;
    }
    wire.say(manner.greeting.unwrap_or("220 sink"))?;
    let (mut recipients, mut fault) = (Vec::new(), None);
    loop {
        let line = wire.line()?;
        let encrypted = matches!(wire, Wire::Tls(_));
        match line.split(' ').next().unwrap_or_default() {
            "EHLO" => {
                wire.say("250-sink")?;
                if manner.starttls.is_some() && !encrypted {
                    wire.say("250-STARTTLS")?;
                }
                wire.say("250 AUTH PLAIN LOGIN")?;
            }
            "STARTTLS" => {
                let Some(config) = &manner.starttls else { return wire.say("502 no") };
                wire.say("220 go ahead")?;
                wire = wire.encrypt(config)?;
            }
            "AUTH" => {
                book.logins.lock().unwrap().push(line.clone());
                wire.say(manner.login.unwrap_or("235 welcome"))?;
            }
            "MAIL" => {
                recipients.clear();
                wire.say(manner.sender.unwrap_or("250 ok"))?;
            }
            "RCPT" => {
                let recipient =
                    line.split_once('<').and_then(|(_, rest)| rest.split_once('>')).unwrap().0.to_owned();
                fault = book.faults.lock().unwrap().get_mut(&recipient).and_then(VecDeque::pop_front);
                recipients.push(recipient);
                match fault {
                    Some(Fault::AtRecipient(reply)) => wire.say(reply)?,
                    Some(Fault::Hang) => {
                        wire.line()?;
                    }
                    _ => wire.say("250 ok")?,
                }
            }
            "DATA" => {
                wire.say("354 go on")?;
                let mut message = String::new();
                loop {
                    let line = wire.line()?;
                    if line == "." {
                        break;
                    }
                    if matches!(fault, Some(Fault::ResetInData)) {
                        return Ok(());
                    }
                    message.push_str(line.strip_prefix('.').unwrap_or(&line));
                    message.push_str("\r\n");
                }
                if let Some(Fault::AtContent(reply)) = fault {
                    wire.say(reply)?;
                    continue;
                }
                let taken = Taken { recipients: std::mem::take(&mut recipients), message, encrypted };
                book.taken.lock().unwrap().push(taken);
                if matches!(fault, Some(Fault::CutBeforeAnswer)) {
                    return Ok(());
                }
                wire.say("250 taken")?;
            }
            "QUIT" => return wire.say("221 bye"),
            "NOOP" | "RSET" => wire.say("250 ok")?,
            _ => wire.say("500 what")?,
        }
    }
}
