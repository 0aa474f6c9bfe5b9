//! What a list of links to be removed costs in memory: a process of its own, so that nothing but the list grows.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot read its own input fails")]

use privyazka::audit::RequestMeta;
use privyazka::helpdesk::links::bulk::take_list::NewList;
use privyazka::helpdesk::links::unlink_request::UnlinkReason;

#[path = "races/desk.rs"]
mod desk;
#[path = "support/mod.rs"]
mod support;
#[path = "races/world.rs"]
mod world;

const MIB: u64 = 1024 * 1024;

/// A line of `/proc/self/status`, in octets.
fn status(name: &str) -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim_matches([':', ' ', '\t']).trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

/// The largest list there may be, of nearly ten megabytes, with repetitions and quoted line breaks.
fn largest() -> Vec<u8> {
    let mut file = String::from("uid;name\n");
    for line in 0..200_000 {
        // Every thousandth person is one of before.
        let person = if line % 1000 == 999 { line - 1 } else { line };
        file.push_str(&format!("{person:036};\"a\nb\"\n"));
    }
    assert!(file.len() < 10_000_000 && file.len() > 8_000_000, "{}", file.len());
    file.into_bytes()
}

#[test]
fn t51_the_largest_list_is_taken_in_and_its_results_are_read_in_bounded_memory() {
    support::database::block_on(async {
        let database = support::database::TestDatabase::sqlite();
        let world = world::World::new(database.open()).await;
        let operator = world.senior("first").await;
        world.linked("pupil", 1).await;
        let take = async |file: Vec<u8>| {
            let lines = world.desk().read_list(file).await.unwrap().expect("a list");
            let new = NewList { reason: UnlinkReason::Left, basis: desk::basis(), lines };
            world.desk().take_list(operator, new, RequestMeta::default()).await.unwrap().unwrap()
        };
        // The first one pays for what stays: prepared statements, the database's own memory.
        take(b"uid\nuid-pupil\n".to_vec()).await;
        let file = largest();
        // Sets the largest size so far to the present one.
        std::fs::write("/proc/self/clear_refs", "5").unwrap();
        let before = status("VmRSS");
        let number = take(file).await;
        let mut results =
            world.desk().list_results(operator, number, RequestMeta::default()).await.unwrap().unwrap();
        let (mut lines, mut last) = (0, Vec::new());
        while let Some(slice) = results.next_lines().await.unwrap() {
            lines += slice.iter().filter(|byte| **byte == b'\n').count();
            last = slice;
        }
        let grown = status("VmHWM").saturating_sub(before);
        assert_eq!(lines, 200_001);
        // Each row has two lines, the heading one: the last begins on line 400,000, and repeats the one before.
        assert!(String::from_utf8(last).unwrap().ends_with("400000;;повтор строки 399998\r\n"));
        assert!(grown < 64 * MIB, "{} KiB", grown / 1024);
    });
}
