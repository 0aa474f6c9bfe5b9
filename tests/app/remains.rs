//! What is left of a whole run: the files of the database and the log are searched for every secret that
//! went over the wire or through a form (`docs/security.md`, T22).

use std::path::{Path, PathBuf};

#[cfg(feature = "test-postgres")]
use privyazka::each;
use privyazka::identity::Snils;
use privyazka::stand::Fault;
use privyazka::stand::persona::{DEMO_PERSONAS, STAND_PASSWORD};
#[cfg(feature = "test-postgres")]
use privyazka::store::{Db, StoreError};

use crate::harness::person::filled;
use crate::harness::town::PASSWORD;
use crate::harness::wiretap::Wiretap;
use crate::harness::{Person, Setup, World, log};
use crate::support::database::{TestDatabase, block_on};

const ANNA: &str = "smirnova@stand.example";
const NEW_PASSWORD: &str = "Зимний сад 9";
const MISTYPED: &str = "Осенний лис 7";
/// Put where a secret must not be, to see the search find it.
const PLANTED: &str = "planted-6f1c0a9e4b7d2358";

/// Secrets as they were known outside, each with what it is.
#[derive(Default)]
struct Secrets(Vec<(&'static str, String)>);

impl Secrets {
    fn add(&mut self, what: &'static str, value: impl Into<String>) {
        let value = value.into();
        assert!(value.len() >= 8, "{what} is too short to be searched for: {value:?}");
        self.0.push((what, value));
    }

    /// Cookies of a browser, and the token of its forms.
    async fn of_browser(&mut self, person: &Person) {
        for name in person.cookie_names() {
            let value = person.cookie(&name).expect("kept");
            // Which organisation was chosen is no secret, and how pages look neither.
            if name == "session" || name.starts_with("attempt-") || name == "browser" {
                self.add("cookie", value);
            }
        }
        let page = person.open("/display").await;
        let form = page.form("/display").expect("a form");
        self.add("form token", form.value("csrf").expect("a token"));
    }

    /// What ESIA and the service said to each other.
    fn of_wire(&mut self, tap: &Wiretap) {
        let ends = ['&', ' ', '"', '\r', '\n'];
        for (what, before, at_least) in [
            ("code", "code=", 5),
            ("state", "state=", 5),
            ("client secret", "client_secret=", 9),
            ("access token", "\"access_token\":\"", 3),
            ("id_token", "\"id_token\":\"", 3),
            ("bearer", "earer ", 3),
        ] {
            let values = tap.values(before, &ends);
            assert!(values.len() >= at_least, "{} of {what} on the wire", values.len());
            values.into_iter().filter(|value| value.len() >= 8).for_each(|value| self.add(what, value));
        }
    }

    /// What the service learns of people and keeps sealed, or not at all. Names of those who have a
    /// profile stand in the directory; of those who have none, nowhere.
    fn of_people(&mut self) {
        for persona in DEMO_PERSONAS {
            let snils = Snils::with_control_sum(persona.snils_number);
            let spelt = snils.formatted();
            self.add("SNILS", snils.digits());
            self.add("SNILS", spelt.replace(' ', "-"));
            self.add("SNILS", spelt.replace('-', " "));
            self.add("SNILS", spelt);
            self.add("e-mail", persona.email);
            if let Some(phone) = persona.phone {
                self.add("telephone", phone);
                self.add("telephone", phone.replace(['(', ')'], ""));
            }
            if persona.email.starts_with("nobody@") {
                self.add("name", persona.last_name);
            }
        }
    }

    /// The first secret that stands in these bytes. Of a long one three pieces are looked for: a page of
    /// a database may cut it.
    fn find_in(&self, bytes: &[u8]) -> Option<&'static str> {
        let mut pieces: Vec<(&'static str, &[u8])> = Vec::new();
        for (what, value) in &self.0 {
            let value = value.as_bytes();
            match value.len() {
                0..=96 => pieces.push((what, value)),
                n => pieces.extend([0, n / 2, n - 32].map(|at| (*what, &value[at..at + 32]))),
            }
        }
        // One pass for all: most places are passed by at their first two bytes.
        let pair = |bytes: &[u8], at: usize| usize::from(bytes[at]) << 8 | usize::from(bytes[at + 1]);
        let mut begins = vec![false; 1 << 16];
        pieces.iter().for_each(|(_, piece)| begins[pair(piece, 0)] = true);
        for at in 0..bytes.len().saturating_sub(1) {
            if begins[pair(bytes, at)] {
                let found = pieces.iter().find(|(_, piece)| bytes[at..].starts_with(piece));
                if let Some((what, _)) = found {
                    return Some(what);
                }
            }
        }
        None
    }
}

/// Every file below a folder, with its content. PostgreSQL may remove one between both.
fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("readable") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if let Ok(bytes) = std::fs::read(&path) {
            found.push((path, bytes));
        }
    }
    found
}

/// Every table as text, whatever its name: PostgreSQL may keep a long value compressed.
#[cfg(feature = "test-postgres")]
async fn dump(world: &World) -> String {
    use diesel::prelude::*;
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = diesel::sql_types::Text)]
        line: String,
    }
    let load = |db: &mut Db, query: &str| -> Result<Vec<String>, StoreError> {
        let lines: Vec<Line> = each!(db, |c| diesel::sql_query(query).load(c))?;
        Ok(lines.into_iter().map(|line| line.line).collect())
    };
    let dumped = world.read(move |db| {
        // Bytes that are letters stay letters.
        each!(&mut *db, |c| diesel::sql_query("SET bytea_output = 'escape'").execute(c))?;
        let tables = load(db, "SELECT tablename AS line FROM pg_tables WHERE schemaname = 'public'")?;
        assert!(tables.len() > 15, "{tables:?}");
        let mut text = String::new();
        for table in tables {
            let rows = format!("SELECT coalesce(string_agg(t::text, ' '), '') AS line FROM {table} t");
            text.extend(load(db, &rows)?);
        }
        each!(db, |c| diesel::sql_query("RESET bytea_output").execute(c))?;
        Ok(text)
    });
    dumped.await
}

/// Everybody does what can be done: links, signs in, is refused, recovers, unlinks.
async fn live(world: &World, secrets: &mut Secrets) {
    let anna = world.person();
    anna.link_whole("teacher", ANNA).await;
    secrets.of_browser(&anna).await;
    anna.sign_out().await;
    anna.enter_as(ANNA).await;
    secrets.of_browser(&anna).await;

    let mistyping = world.person().with_password(MISTYPED);
    mistyping.sign_in("teacher").await;
    secrets.of_browser(&mistyping).await;

    for (login, account) in
        [("mismatch", "sidorov@stand.example"), ("lowlevel", "kuznetsov@stand.example"), ("parent", ANNA)]
    {
        let refused = world.person();
        refused.signed_in(login).await;
        let landed = refused.link_as(account).await;
        assert!(landed.leads_to().starts_with("/outcome/"), "{landed:?}");
        secrets.of_browser(&refused).await;
    }
    let unconfirmed = world.person();
    unconfirmed.signed_in("renamed").await;
    let landed = unconfirmed.link_as("orlova@stand.example").await;
    assert!(landed.leads_to().starts_with("/settings/link/confirm"), "{landed:?}");
    world.person().enter_as("nobody@stand.example").await;
    for fault in ["wrong-signature", "other-person", "person-html", "token-cut"] {
        let fault = Fault::named(fault).unwrap();
        world.stand().set_fault(Some(fault));
        world.person().enter_as(ANNA).await;
    }
    world.stand().set_fault(None);
    declines(world).await;

    let page = anna.open("/settings/unlink").await;
    anna.submit(&page, "/settings/unlink", &[]).await;
    recover(world, secrets).await;
    world.settled().await;
}

/// Somebody who has not agreed before says no at ESIA.
async fn declines(world: &World) {
    let person = world.person();
    let departure = person.start_sign_in().await;
    let login = person.arrive(person.browser.follow(&departure).await).await;
    let values = [("login", "petrov@stand.example"), ("password", STAND_PASSWORD)];
    let consent = person.arrive(person.submit(&login, "/login", &values).await).await;
    let back = person.submit(&consent, "/consent", &[("decision", "refuse")]).await;
    assert!(person.browser.follow(&back).await.leads_to().starts_with("/outcome/106"));
}

/// A new password by letter.
async fn recover(world: &World, secrets: &mut Secrets) {
    let person = world.person();
    let page = person.open("/login/recover").await;
    let organisation = person.organisation("teacher").await;
    let values = [("organisation", organisation.as_str()), ("login", "teacher")];
    person.submit(&page, "/login/recover", &values).await;
    world.settled().await;
    let letters = world.letters_to("teacher@journal.example", 1).await;
    let mut words = letters.iter().flat_map(|letter| letter.text.split_whitespace());
    let link = words.rfind(|word| word.contains("/login/recover/")).expect("an address");
    let path = link.trim_end_matches('.').strip_prefix(&world.origin).expect("ours").to_owned();
    secrets.add("recovery", path.rsplit('/').next().expect("a token"));
    let page = person.open(&path).await;
    let values = [("new_password", NEW_PASSWORD), ("repeat_password", NEW_PASSWORD)];
    person.browser.show(person.browser.post(&page, &filled(&page, &path, &values))).await;
    world.person().with_password(NEW_PASSWORD).signed_in("teacher").await;
}

async fn nothing_is_left(database: &TestDatabase, folder: &Path) {
    let tap = Wiretap::start();
    let tapped = tap.clone();
    let setup = Setup::default().with(move |settings| tapped.stand_before(&mut settings.esia.base_url));
    let world = setup.start(database).await;
    let mut secrets = Secrets::default();
    for password in [PASSWORD, MISTYPED, NEW_PASSWORD, STAND_PASSWORD] {
        secrets.add("password", password);
    }
    secrets.of_people();
    live(&world, &mut secrets).await;
    secrets.of_wire(&tap);

    let searched = files(folder);
    for (path, bytes) in &searched {
        assert_eq!(secrets.find_in(bytes), None, "{}", path.display());
    }
    assert_eq!(secrets.find_in(log::written().as_bytes()), None);
    #[cfg(feature = "test-postgres")]
    if database.sqlite_file().is_none() {
        assert_eq!(secrets.find_in(dump(&world).await.as_bytes()), None);
    }

    // The same search finds what is there.
    let mut planted = Secrets::default();
    planted.add("planted", PLANTED);
    world.execute(&format!("UPDATE profiles SET post = '{PLANTED}' WHERE login = 'teacher'")).await;
    tracing::info!(text = PLANTED, "planted");
    let logs = files(folder).into_iter().filter(|(path, _)| path.display().to_string().contains("wal"));
    assert!(logs.into_iter().any(|(_, bytes)| planted.find_in(&bytes).is_some()));
    assert!(planted.find_in(log::written().as_bytes()).is_some());
    #[cfg(feature = "test-postgres")]
    if database.sqlite_file().is_none() {
        assert!(planted.find_in(dump(&world).await.as_bytes()).is_some());
    }
    world.end().await;
}

#[test]
fn t22_nothing_secret_is_left_in_sqlite_or_the_log() {
    let database = TestDatabase::sqlite();
    let file = database.sqlite_file().expect("a file");
    block_on(nothing_is_left(&database, file.parent().expect("a folder")));
}

#[cfg(feature = "test-postgres")]
#[test]
fn t22_nothing_secret_is_left_in_postgres_or_the_log() {
    // A cluster of its own: every file of it is searched, and no other test writes there.
    let cluster = crate::support::postgres::Cluster::of_one_test();
    let database = TestDatabase::at(cluster.migrated_url());
    block_on(nothing_is_left(&database, &cluster.data_folder()));
}
