//! The master key and the database it fills belong together.

use std::sync::Arc;

use privyazka::platform::secret::MasterKey;
use privyazka::store::key_checks;

use super::support::database::{TestDatabase, on_each_database};

on_each_database![t57_another_master_key_is_noticed_and_changes_nothing];

async fn t57_another_master_key_is_noticed_and_changes_nothing(database: &TestDatabase) {
    let store = database.open();
    let fits = async |byte: u8| {
        let keys = Arc::new(MasterKey::from_bytes([byte; 32]).derive());
        store.write(move |db| key_checks::fits(db, &keys)).await.unwrap()
    };
    assert!(fits(1).await, "the first key is taken");
    assert!(!fits(2).await);
    assert!(fits(1).await, "the first key still fits");
}
