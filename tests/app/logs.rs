//! Nothing of anybody reaches the log or an address (`docs/security.md`, T49, T54).

use privyazka::stand::Fault;

use crate::harness::town::PASSWORD;
use crate::harness::{Person, World, log, on_sqlite};

const ANNA: &str = "smirnova@stand.example";

#[test]
fn t49_a_day_of_work_leaves_nobody_in_the_log() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let anna = world.person();
        anna.link_whole("teacher", ANNA).await;
        let token = anna.cookie("session").unwrap();
        anna.sign_out().await;
        let departure = anna.start_sign_in().await;
        let state = Person::parameter(&departure, "state");
        let back = anna.sign_in_at_stand(&departure, ANNA).await;
        let code = Person::parameter(&back, "code");
        anna.browser.follow(&back).await;
        for fault in ["wrong-signature", "other-person", "person-html", "token-cut", "person-names-nul"] {
            world.stand().set_fault(Some(Fault::named(fault).unwrap()));
            let other = world.person();
            other.enter_as(ANNA).await;
        }
        world.stand().set_fault(None);
        let wrong = world.person();
        wrong.sign_in("teacher").await;
        let olga = world.person();
        olga.enter_as("nobody@stand.example").await;
        olga.open("/orgs?q=Смирнова%20Анна").await;
        olga.open("/outcome/101?ref=100-200-301%2011").await;
        let unlink = anna.open("/settings/unlink").await;
        anna.submit(&unlink, "/settings/unlink", &[]).await;
        world.letters_to("teacher@journal.example", 2).await;

        let written = log::written();
        assert!(written.lines().count() > 40, "the log is kept");
        for secret in [state.as_str(), &code, &token, PASSWORD, "state=", "code="] {
            assert!(!written.contains(secret), "{secret}");
        }
        log::holds_nobody();
        // Every line is one event: it begins with its time.
        for line in written.lines() {
            let plain = line.trim_start_matches("\u{1b}[2m");
            assert!(plain.starts_with("20") && plain.as_bytes()[4] == b'-', "{line:?}");
        }
        world.end().await;
    });
}

#[test]
fn t49_titles_and_addresses_name_nobody() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let anna = world.person();
        anna.link_whole("teacher", ANNA).await;
        for path in
            ["/settings", "/settings/sessions", "/settings/unlink", "/settings/link/done", "/outcome/103"]
        {
            let page = anna.open(path).await;
            let title =
                page.html.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).unwrap();
            for part in ["Смирнов", "Анна", "teacher", "СОШ", "100-200"] {
                assert!(!title.contains(part), "{path}: {title}");
            }
            let addresses = page.html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
            for address in addresses.filter(|address| !address.starts_with("tel:")) {
                for part in ["Смирн", "%D0", "teacher", "@", "100-200"] {
                    assert!(!address.contains(part), "{path}: {address}");
                }
            }
        }
        world.end().await;
    });
}
