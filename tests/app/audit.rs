//! The audit in the console, and the sealing that the running service does by itself (T55).

use std::time::{Duration, Instant};

use privyazka::audit::verify::{Expectation, verify};

use crate::harness::{Setup, World};
use crate::support::database::{TestDatabase, on_each_database};

const ANNA: &str = "smirnova@stand.example";
/// How long something may take that takes a moment.
const PATIENCE: Duration = Duration::from_secs(30);

on_each_database!(
    an_administrator_reads_the_audit_and_takes_a_file_of_it,
    t55_the_running_service_seals_what_happens_and_sends_its_anchor,
);

async fn an_administrator_reads_the_audit_and_takes_a_file_of_it(database: &TestDatabase) {
    let world = World::start(database).await;
    world.person().link_whole("teacher", ANNA).await;
    let administrator = world.operator("admin").await;
    world.wait(chrono::Duration::seconds(1));
    let desk = administrator.open("/helpdesk").await;
    let log = administrator.click(&desk, "Журнал").await;
    assert_eq!((log.status, log.heading().as_str()), (200, "Журнал"), "{log:?}");
    for words in ["link:account:created", "Привязки", "operator:sign_in:succeeded", "Челябинская область"]
    {
        assert!(log.says(words), "{words}: {log:?}");
    }
    assert!(!log.says("data:audit:read"), "this reading is shown to the next one");
    assert_eq!(world.events("data:audit:read").await, 1);

    let links = administrator.open("/helpdesk/audit?of=link").await;
    assert!(links.says("link:account:created") && !links.says("operator:sign_in:succeeded"), "{links:?}");
    let nothing = administrator.open("/helpdesk/audit?profile=999999").await;
    assert!(nothing.says("За эти дни таких событий нет."), "{nothing:?}");
    let wrong = administrator.open("/helpdesk/audit?from=01.01.2026&to=01.03.2026&operator=x").await;
    for words in ["не больше 31 дня", "Номер оператора — это целое число"]
    {
        assert!(wrong.says(words), "{words}: {wrong:?}");
    }
    assert_eq!(world.events("data:audit:read").await, 3, "nothing was read");

    let file = administrator.submit(&log, "/helpdesk/audit/export", &[]).await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"audit.csv\"");
    let text = file.html.clone();
    assert!(text.starts_with("event,occurred_at,kind,") && text.contains("link:account:created"), "{text}");
    assert_eq!(world.events("data:audit:exported").await, 1);
    world.end().await;
}

async fn t55_the_running_service_seals_what_happens_and_sends_its_anchor(database: &TestDatabase) {
    let to = "keeper@region.example";
    let setup = Setup::default().with(move |settings| settings.audit.anchor_letters_to = vec![to.into()]);
    let world = setup.start(database).await;
    world.person().link_whole("teacher", ANNA).await;
    let begun = Instant::now();
    loop {
        let report = verify(world.store(), &Expectation::default()).await.unwrap();
        assert_eq!(report.breach, None);
        // Sealing goes on while the chain is walked.
        if report.walked as i64 == world.count("audit_events", "1 = 1").await {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "nobody seals: {report:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let letter = world.letters_to(to, 1).await.remove(0);
    assert_eq!(letter.subject, "Контрольная запись журнала");
    let anchor =
        letter.text.lines().find_map(|line| line.parse().ok()).expect("an anchor on a line of its own");
    let expected = Expectation { anchors: vec![anchor], from: None };
    assert_eq!(verify(world.store(), &expected).await.unwrap().breach, None);
    world.end().await;
}
