//! What others suffer when something goes badly: crowds of old rows, a slow ESIA, floods of passwords,
//! connections that never finish.

use std::cell::Cell;
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use futures_util::future::{join, join_all};
use privyazka::platform::clock::Clock;
use privyazka::store::{authorization_requests, browser_sessions};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::flows::{Crowd, Flow};
use super::load::{quantile, run, watch};
use super::region::Size;
use super::report::Report;
use super::scene::{Scale, Scene, Stage};

/// Many live sessions and open trips, then as many old ones and their clean-up.
pub async fn bystanders(stage: &Stage, report: &mut Report) {
    let many: u64 = match stage.scale {
        Scale::Quick => 5_000,
        Scale::Default => 100_000,
        Scale::Full => 1_000_000,
    };
    let scene = stage.sqlite(Size::of(5_000, 1_500)).await;
    let crowd = Crowd::new(&scene.region, scene.service.port);
    let flows = [Flow::Settings, Flow::Link, Flow::Esia];
    let mut costs = [Vec::new(), Vec::new()];
    for (round, cost) in costs.iter_mut().enumerate() {
        if round == 1 {
            scene.region.add_bystanders(many, chrono::Duration::zero()).await;
        }
        for flow in flows {
            let count = if flow == Flow::Settings { 5_000 } else { 400 };
            cost.push(run(&scene.service, &crowd, flow, stage.scale.flows(count), 8).await);
        }
    }
    let [few, crowded] = costs;
    for ((flow, few), many_cost) in flows.iter().zip(few).zip(crowded) {
        let growth = many_cost.cpu / few.cpu;
        report.judge(
            format!("{}, CPU, few → {many} other sessions and open trips", flow.name()),
            format!("{:.3} → {:.3} ms (× {growth:.2}){}", few.cpu, many_cost.cpu, many_cost.failures()),
            "≤ × 1.3",
            growth <= 1.3 && many_cost.failed.0 == 0,
        );
    }
    sweep(stage, scene, many, report).await;
}

/// What was kept long enough is destroyed once a day, the first time a minute after the start.
async fn sweep(stage: &Stage, scene: Scene, many: u64, report: &mut Report) {
    scene.region.add_bystanders(many, chrono::Duration::days(100)).await;
    // A node that starts has the round before it.
    let scene = Scene { service: stage.serve(&scene.region).await, ..scene };
    let crowd = Crowd::new(&scene.region, scene.service.port);
    let patience = Duration::from_secs(if stage.scale == Scale::Full { 600 } else { 180 });
    let stop = Cell::new(false);
    let begun = Instant::now();
    let until_clean = async {
        loop {
            tokio::time::sleep(Duration::from_secs(2)).await;
            let before = Clock::system().now() - chrono::Duration::days(92);
            // One row left means that it is not over.
            let left = scene.region.store.write(move |db| {
                Ok(authorization_requests::delete_expired(db, before, 1)?.len()
                    + browser_sessions::delete_expired(db, before, 1)?.len())
            });
            if left.await.expect("readable") == 0 || begun.elapsed() > patience {
                stop.set(true);
                return;
            }
        }
    };
    let (settings, ()) = join(watch(&crowd, Flow::Settings, &stop), until_clean).await;
    let slowest = quantile(&settings, 1.0);
    report.judge(
        format!("settings page while {many} old sessions and trips each are swept"),
        format!(
            "slowest of {}: {slowest:.0} ms; swept {:.0} s after the start",
            settings.len(),
            begun.elapsed().as_secs_f64()
        ),
        "no request over 100 ms",
        slowest <= 100.0 && begun.elapsed() < patience,
    );
}

/// ESIA answers late: pages that do not need it stay as they are.
pub async fn slow_esia(stage: &Stage, report: &mut Report) {
    const TRIPS: usize = 64;
    let scene = stage.sqlite(Size::of(5_000, 0)).await;
    let crowd = Crowd::new(&scene.region, scene.service.port);
    // Warm: connections, threads and the allocator have grown.
    run(&scene.service, &crowd, Flow::Esia, 512, 512).await;
    let mut alone = None;
    for delay in [None, Some(0), Some(50), Some(500), Some(3_000)] {
        stage.answerer.set_delay(Duration::from_millis(delay.unwrap_or_default()));
        let stop = Cell::new(false);
        let trips = async {
            let trips = if delay.is_some() { TRIPS } else { 0 };
            let one = || async {
                let mut failed = 0_usize;
                while !stop.get() {
                    failed += usize::from(crowd.go(Flow::Esia).await.is_err());
                }
                failed
            };
            join_all((0..trips).map(|_| one())).await.into_iter().sum::<usize>()
        };
        let watched = async {
            let seconds = if delay == Some(3_000) { 10 } else { 5 };
            let timer = async {
                tokio::time::sleep(Duration::from_secs(seconds)).await;
                stop.set(true);
            };
            let pages = join(watch(&crowd, Flow::Page, &stop), watch(&crowd, Flow::Password, &stop));
            let ((pages, passwords), ()) = join(pages, timer).await;
            (pages, passwords)
        };
        let (failed, (pages, passwords)) = join(trips, watched).await;
        let (page, password) = (quantile(&pages, 0.5), quantile(&passwords, 0.5));
        let what = match delay {
            None => "sign-in page, password sign-in: no trips at all".to_owned(),
            Some(delay) => format!("the same, {TRIPS} trips, ESIA answers after {delay} ms"),
        };
        let figure = format!("p50 {page:.2} ms, {password:.1} ms; {failed} trips failed");
        match (alone, delay) {
            (None, _) => {
                alone = Some((page, password));
                report.note(what, figure);
            }
            // Trips that do not wait keep the processors busy, with the load's own work besides.
            (Some(_), Some(0 | 50)) => report.note(what, format!("{figure} (processors busy)")),
            (Some((page_alone, password_alone)), _) => report.judge(
                what,
                figure,
                "≤ × 1.2",
                page <= 1.2 * page_alone && password <= 1.2 * password_alone && failed == 0,
            ),
        }
    }
    waiting_memory(stage, &scene, &crowd, report).await;
    stage.answerer.set_delay(Duration::ZERO);
}

/// Memory of a trip that waits for ESIA.
async fn waiting_memory(stage: &Stage, scene: &Scene, crowd: &Crowd<'_>, report: &mut Report) {
    const TRIPS: u32 = 512;
    stage.answerer.set_delay(Duration::from_millis(3_000));
    let before = scene.service.memory();
    let look = async {
        while stage.answerer.waiting() < TRIPS as usize {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        scene.service.memory()
    };
    let look = tokio::time::timeout(Duration::from_secs(20), look);
    let trips = join_all((0..TRIPS).map(|_| crowd.go(Flow::Esia)));
    let (trips, during) = join(trips, look).await;
    let failed = trips.into_iter().filter(Result::is_err).count();
    let kib = during.map_or(f64::INFINITY, |during| (during - before).max(0.0) * 1024.0 / f64::from(TRIPS));
    report.judge(
        format!("memory of one of {TRIPS} trips that wait for ESIA"),
        format!("{kib:.1} KiB; {failed} failed"),
        "≤ 64 KiB",
        kib <= 64.0 && failed == 0,
    );
}

/// Wrong passwords by the hundred, and connections that never finish their request.
pub async fn flood(stage: &Stage, report: &mut Report) {
    let scene = stage.sqlite(Size::of(5_000, 0)).await;
    let crowd = Crowd::new(&scene.region, scene.service.port);
    run(&scene.service, &crowd, Flow::Page, 500, 8).await;
    let idle = scene.service.memory();
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    for attackers in [1_u32, 64, 500] {
        let stop = Cell::new(false);
        let refused = Cell::new(0_u32);
        let highest = Cell::new(0.0_f64);
        let flood = join_all((0..attackers).map(|attacker| {
            let (crowd, stop, refused) = (&crowd, &stop, &refused);
            async move {
                let mut tried = 0_u32;
                let mut browser = crowd.browser();
                while !stop.get() {
                    // Logins that do not exist: no delay of a login's own spares the hashing.
                    let login = 9_000_000 - attacker * 1_000 - tried;
                    tried += 1;
                    let answer = crowd.type_password(&mut browser, login, "wrong password").await;
                    if let Ok(answer) = answer
                        && answer.status == 503
                        && answer.retry_after.is_some()
                    {
                        refused.set(refused.get() + 1);
                    }
                }
                tried
            }
        }));
        let watched = async {
            let timer = async {
                for _ in 0..50 {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    highest.set(highest.get().max(scene.service.memory()));
                }
                stop.set(true);
            };
            join(watch(&crowd, Flow::Page, &stop), timer).await.0
        };
        let (tried, pages) = join(flood, watched).await;
        let tried: u32 = tried.into_iter().sum();
        #[allow(clippy::cast_precision_loss, reason = "a few cores")]
        let limit = idle + 19.0 * cores as f64;
        let p99 = quantile(&pages, 0.99);
        report.judge(
            format!("sign-in page under {attackers} at a time with wrong passwords"),
            format!(
                "p99 {p99:.1} ms; {tried} tried, {} refused with 503; memory {:.1} MiB",
                refused.get(),
                highest.get()
            ),
            format!("p99 ≤ 60 ms; ≤ {limit:.0} MiB"),
            p99 <= 60.0 && highest.get() <= limit,
        );
    }
    slow_heads(&scene, &crowd, report).await;
}

/// A thousand requests that never end their head.
async fn slow_heads(scene: &Scene, crowd: &Crowd<'_>, report: &mut Report) {
    const CONNECTIONS: usize = 1_000;
    let stop = Cell::new(false);
    let begun = Instant::now();
    let address = ("127.0.0.1", scene.service.port);
    let hold = async {
        let one = |_| async {
            let mut stream = tokio::net::TcpStream::connect(address).await?;
            stream.write_all(b"GET /login HTTP/1.1\r\nHost: localhost\r\nX-Slow: ").await?;
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await?;
            std::io::Result::Ok(begun.elapsed())
        };
        let ends: Vec<_> =
            futures_util::stream::iter(0..CONNECTIONS).map(one).buffer_unordered(CONNECTIONS).collect().await;
        stop.set(true);
        ends.into_iter().filter_map(Result::ok).max().unwrap_or_default()
    };
    let hold = tokio::time::timeout(Duration::from_secs(60), hold);
    let timer = async {
        let ended = hold.await;
        stop.set(true);
        ended
    };
    let (pages, last) = join(watch(crowd, Flow::Page, &stop), timer).await;
    let p99 = quantile(&pages, 0.99);
    let last = last.map_or(f64::INFINITY, |last| last.as_secs_f64());
    report.judge(
        format!("sign-in page beside {CONNECTIONS} connections that never end their head"),
        format!("p99 {p99:.1} ms; all closed after {last:.1} s; memory {:.1} MiB", scene.service.memory()),
        "p99 ≤ 60 ms; closed within 10 s",
        p99 <= 60.0 && last <= 10.0,
    );
}
