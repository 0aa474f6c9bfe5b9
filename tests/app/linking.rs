//! A teacher links, signs in through ESIA, and unlinks.

use crate::harness::World;
use crate::support::database::{TestDatabase, on_each_database};

on_each_database!(a_teacher_links_and_then_signs_in_through_esia);

async fn a_teacher_links_and_then_signs_in_through_esia(database: &TestDatabase) {
    let world = World::start(database).await;
    let anna = world.person();
    let done = anna.link_whole("teacher", "smirnova@stand.example").await;
    assert!(done.says("Смирнова Анна Викторовна"), "{done:?}");
    assert_eq!(world.links_of("teacher").await, 1);
    let letters = world.letters_to("teacher@journal.example", 1).await;
    assert!(letters.iter().any(|letter| letter.text.contains("привязана")), "{:?}", letters[0].subject);

    anna.sign_out().await;
    assert!(!anna.is_signed_in().await);
    let landed = anna.enter_as("smirnova@stand.example").await;
    assert_eq!(landed.leads_to(), "/settings", "{landed:?}");
    assert!(anna.is_signed_in().await);
    world.end().await;
}
