//! A mail server on loopback that keeps what it gets and misbehaves on request.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

/// Where in a conversation the server stops being kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Instead of its greeting.
    Greeting,
    /// Instead of taking the sender.
    Mail,
    /// Instead of taking a recipient.
    Recipient,
    /// Instead of asking for the message.
    Data,
    /// After the whole message has come.
    Message,
}

/// What it does there.
#[derive(Clone, Copy, Debug)]
pub enum Trouble {
    /// Answers with this line, `450 4.2.1 busy`, and goes on. The message is not kept.
    Answer(Stage, &'static str),
    /// Closes the connection without a word. After [`Stage::Message`] the message is kept: it has come,
    /// and only the sender does not know.
    Cut(Stage),
    /// Says nothing more until the sender gives up. The message is not kept.
    Hang(Stage),
}

impl Trouble {
    fn stage(self) -> Stage {
        let (Self::Answer(stage, _) | Self::Cut(stage) | Self::Hang(stage)) = self;
        stage
    }
}

/// A message as it came.
#[derive(Clone, Debug)]
pub struct Received {
    /// The address of `MAIL FROM`.
    pub from: String,
    /// The addresses of `RCPT TO`.
    pub to: Vec<String>,
    /// Head and body with CR LF, without the closing dot.
    pub data: String,
}

#[derive(Default)]
struct Shared {
    received: Mutex<Vec<Received>>,
    arrived: Condvar,
    troubles: Mutex<VecDeque<Option<Trouble>>>,
    /// Connections so far.
    connections: Mutex<usize>,
}

/// The running server. Its thread ends with the test process; it holds nothing but a port.
pub struct SmtpSink {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl SmtpSink {
    /// Listens on a free port.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
        let sink = Self { address: listener.local_addr().expect("bound"), shared: Arc::default() };
        let shared = sink.shared.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                *shared.connections.lock().expect("no panic") += 1;
                let shared = shared.clone();
                // A sender that breaks off is an ordinary end.
                thread::spawn(move || drop(Conversation::new(stream, shared).and_then(Conversation::run)));
            }
        });
        sink
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The value for `mail.smtp_url`.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// What it shall do to the next messages, one each; `None` takes one kindly, as all later ones.
    pub fn script(&self, troubles: impl IntoIterator<Item = Option<Trouble>>) {
        self.shared.troubles.lock().expect("no panic").extend(troubles);
    }

    /// The messages so far.
    pub fn received(&self) -> Vec<Received> {
        self.shared.received.lock().expect("no panic").clone()
    }

    /// How many connections there were.
    pub fn connections(&self) -> usize {
        *self.shared.connections.lock().expect("no panic")
    }

    /// Waits until that many messages have come; blocks.
    pub fn wait_for(&self, count: usize) -> Vec<Received> {
        let received = self.shared.received.lock().expect("no panic");
        let (received, wait) = self
            .shared
            .arrived
            .wait_timeout_while(received, Duration::from_secs(20), |received| received.len() < count)
            .expect("no panic");
        assert!(!wait.timed_out(), "{} messages instead of {count}", received.len());
        received.clone()
    }
}

struct Conversation {
    lines: BufReader<TcpStream>,
    out: TcpStream,
    shared: Arc<Shared>,
    trouble: Option<Trouble>,
}

/// Ends a conversation that shall not go on.
fn over() -> std::io::Error {
    std::io::ErrorKind::ConnectionAborted.into()
}

impl Conversation {
    fn new(stream: TcpStream, shared: Arc<Shared>) -> std::io::Result<Self> {
        let mut conversation =
            Self { lines: BufReader::new(stream.try_clone()?), out: stream, shared, trouble: None };
        conversation
            .next_trouble(|trouble| trouble.is_some_and(|trouble| trouble.stage() == Stage::Greeting));
        Ok(conversation)
    }

    /// Takes the script's next entry, if it is due now.
    fn next_trouble(&mut self, is_due: impl Fn(Option<Trouble>) -> bool) {
        let mut troubles = self.shared.troubles.lock().expect("no panic");
        if troubles.front().is_some_and(|next| is_due(*next)) {
            self.trouble = troubles.pop_front().flatten();
        } else {
            self.trouble = None;
        }
    }

    fn run(mut self) -> std::io::Result<()> {
        self.step(Stage::Greeting, "220 sink ESMTP")?;
        let (mut from, mut to) = (String::new(), Vec::new());
        while let Some(line) = self.line()? {
            let address = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
            match line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase().as_str() {
                "EHLO" => self.say("250-sink\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 AUTH PLAIN LOGIN")?,
                "AUTH" => self.say("235 2.7.0 welcome")?,
                "MAIL" => {
                    (from, to) = (address, Vec::new());
                    self.next_trouble(|_| true);
                    self.step(Stage::Mail, "250 2.1.0 ok")?;
                }
                "RCPT" => {
                    if self.step(Stage::Recipient, "250 2.1.5 ok")? {
                        to.push(address);
                    }
                }
                "DATA" => {
                    if self.step(Stage::Data, "354 go ahead")? {
                        let data = self.message()?;
                        self.take(Received {
                            from: std::mem::take(&mut from),
                            to: std::mem::take(&mut to),
                            data,
                        })?;
                    }
                }
                "QUIT" => return self.say("221 2.0.0 bye"),
                _ => self.say("250 2.0.0 ok")?,
            }
        }
        Ok(())
    }

    fn take(&mut self, message: Received) -> std::io::Result<()> {
        if matches!(self.trouble, None | Some(Trouble::Cut(Stage::Message))) {
            self.shared.received.lock().expect("no panic").push(message);
            self.shared.arrived.notify_all();
        }
        self.step(Stage::Message, "250 2.0.0 kept").map(drop)
    }

    /// Says `kind`, or what the script wants here; whether the sender may go on.
    fn step(&mut self, stage: Stage, kind: &str) -> std::io::Result<bool> {
        let Some(trouble) = self.trouble.filter(|trouble| trouble.stage() == stage) else {
            return self.say(kind).map(|()| true);
        };
        match trouble {
            Trouble::Answer(_, answer) => self.say(answer).map(|()| false),
            Trouble::Cut(_) => Err(over()),
            Trouble::Hang(_) => {
                while self.line()?.is_some() {}
                Err(over())
            }
        }
    }

    fn message(&mut self) -> std::io::Result<String> {
        let mut data = String::new();
        while let Some(line) = self.line()? {
            if line == "." {
                return Ok(data);
            }
            // A dot at the start of a line comes doubled (RFC 5321, section 4.5.2).
            data.push_str(line.strip_prefix('.').unwrap_or(&line));
            data.push_str("\r\n");
        }
        Err(over())
    }

    fn line(&mut self) -> std::io::Result<Option<String>> {
        let mut line = String::new();
        let read = self.lines.read_line(&mut line)?;
        Ok((read > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned()))
    }

    fn say(&mut self, line: &str) -> std::io::Result<()> {
        write!(self.out, "{line}\r\n")
    }
}
