//! What belongs to a person: collections by address and inline, single records, organisations.

use privyazka::stand::persona::Persona;
use serde_json::{Value, json};

use crate::rig::Rig;

const PETROV: i64 = 1_000_000_002;
const EVERYTHING: &str = "openid fullname birthplace inn id_doc drivers_licence_doc birth_cert_doc addresses \
     vehicles contacts usr_org kid_fullname kid_birthdate kid_snils kid_birth_cert_doc";

async fn token(rig: &Rig, oid: i64, scope: &str) -> String {
    rig.stand.set_automatic(Persona::find_by_oid(oid));
    let back = rig.browser().get(&rig.ask_current().with("scope", scope).address()).await;
    let code = back.parameter("code").unwrap_or_else(|| panic!("{:?}", back.error()));
    let answer = rig.redeem_current(&code).with("scope", scope).post().await.1;
    answer["access_token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

fn elements(collection: &Value) -> &Vec<Value> {
    collection["elements"].as_array().unwrap_or_else(|| panic!("{collection}"))
}

#[tokio::test]
async fn every_collection_is_a_list_of_addresses_that_lead_to_what_embed_shows() {
    let rig = Rig::start().await;
    let token = token(&rig, PETROV, EVERYTHING).await;
    let base = format!("/rs/prns/{PETROV}");
    for (name, count) in [("ctts", 2), ("addrs", 2), ("docs", 2), ("vhls", 1), ("kids", 1), ("orgs", 0)] {
        let (status, list) = rig.rest(&format!("{base}/{name}"), Some(&token)).await;
        assert_eq!((status, &list["stateFacts"], &list["size"]), (200, &json!(["hasSize"]), &json!(count)));
        let (_, inline) = rig.rest(&format!("{base}/{name}?embed=(elements)"), Some(&token)).await;
        assert_eq!((elements(&list).len(), elements(&inline).len()), (count, count), "{name}");
        for (address, element) in elements(&list).iter().zip(elements(&inline)) {
            let path = address.as_str().unwrap().strip_prefix(&rig.at("")).expect("absolute, with a port");
            assert_eq!(rig.rest(path, Some(&token)).await, (200, element.clone()), "{path}");
            assert_eq!(rig.rest(&format!("{path}/"), Some(&token)).await.0, 200, "{path}/");
            assert_eq!(element["stateFacts"], json!(["Identifiable"]));
            assert_eq!(element["eTag"].as_str().unwrap().len(), 40);
        }
        assert_eq!(rig.rest(&format!("{base}/{name}/1"), Some(&token)).await.0, 404, "{name}");
    }
}

#[tokio::test]
async fn the_person_holds_all_of_it_at_once() {
    let rig = Rig::start().await;
    let token = token(&rig, PETROV, EVERYTHING).await;
    let parts = "contacts.elements,addresses.elements,documents.elements,vehicles.elements,\
         organizations.elements,kids.elements";
    let path = format!("/rs/prns/{PETROV}");
    let (_, person) = rig.rest(&format!("{path}/?embed=({parts})"), Some(&token)).await;
    for (name, address) in [
        ("contacts", "ctts"),
        ("addresses", "addrs"),
        ("documents", "docs"),
        ("vehicles", "vhls"),
        ("kids", "kids"),
    ] {
        let alone = rig.rest(&format!("{path}/{address}?embed=(elements)"), Some(&token)).await.1;
        assert_eq!(person[name], alone, "{name}");
        assert!(!elements(&alone).is_empty(), "{name}");
    }
    assert_eq!(person["organizations"]["size"], json!(0));
    assert_eq!((&person["citizenship"], &person["inn"]), (&json!("RUS"), &json!("740000000002")));
    let passport = elements(&person["documents"]).iter().find(|one| one["type"] == "RF_PASSPORT").unwrap();
    assert_eq!(person["rIdDoc"], passport["id"]);
}

#[tokio::test]
async fn what_the_scopes_do_not_open_is_refused_alone_and_left_out_of_the_person() {
    let rig = Rig::start().await;
    let token = token(&rig, PETROV, "openid fullname").await;
    let path = format!("/rs/prns/{PETROV}");
    for name in ["ctts", "addrs", "docs", "vhls", "kids", "orgs", "roles", "kids/1/docs", "ctts/1"] {
        let answer = rig.rest(&format!("{path}/{name}"), Some(&token)).await;
        let expected = json!({ "code": "ESIA-005029", "message": "SecurityErrorEnum.scopeNotAllowed" });
        assert_eq!(answer, (403, expected), "{name}");
    }
    for name in ["ctx", "sec", "ctts/1/2", "nothing"] {
        assert_eq!(rig.rest(&format!("{path}/{name}"), Some(&token)).await.0, 404, "{name}");
    }
    let (_, person) =
        rig.rest(&format!("{path}?embed=(contacts.elements,kids.elements)"), Some(&token)).await;
    assert!(person.get("contacts").is_none() && person.get("kids").is_none());
    for wrong in [None, Some("nobody's")] {
        assert_eq!(rig.rest(&format!("{path}/ctts"), wrong).await.0, 401);
    }
    assert_eq!(rig.rest("/rs/prns/1000000001/ctts", Some(&token)).await.0, 401, "another person's");
}

#[tokio::test]
async fn a_child_has_another_number_than_its_own_account() {
    let rig = Rig::start().await;
    let parent = token(&rig, PETROV, EVERYTHING).await;
    let kids = rig.rest(&format!("/rs/prns/{PETROV}/kids?embed=(elements)"), Some(&parent)).await.1;
    let child = &elements(&kids)[0];
    assert_eq!((&child["firstName"], &child["birthDate"]), (&json!("Алексей"), &json!("17.05.2014")));
    assert!(child["snils"].is_string() && child.get("gender").is_none());
    assert_ne!(child["id"], json!(1_000_000_003));
    let path = format!("/rs/prns/{PETROV}/kids/{}/docs", child["id"]);
    let documents = rig.rest(&format!("{path}?embed=(elements)"), Some(&parent)).await.1;
    let certificate = &elements(&documents)[0];
    assert_eq!(certificate["type"], json!("RF_BRTH_CERT"));
    assert_eq!(rig.rest(&format!("{path}/{}", certificate["id"]), Some(&parent)).await.1, *certificate);
    assert_eq!(rig.rest(&format!("/rs/prns/{PETROV}/kids/7/docs"), Some(&parent)).await.0, 404);
    let nobody = token(&rig, 1_000_000_001, EVERYTHING).await;
    assert_eq!(rig.rest("/rs/prns/1000000001/kids", Some(&nobody)).await.1["size"], json!(0));
}

#[tokio::test]
async fn an_organisation_is_shown_to_those_who_work_there() {
    let rig = Rig::start().await;
    let teacher = token(&rig, 1_000_000_001, "openid usr_org").await;
    let roles = rig.rest("/rs/prns/1000000001/roles?embed=(elements)", Some(&teacher)).await.1;
    let role = &elements(&roles)[0];
    assert_eq!((&role["prnOid"], &role["active"]), (&json!(1_000_000_001), &json!(true)));
    let (status, organisation) = rig.rest("/rs/orgs/1000000101", Some(&teacher)).await;
    assert_eq!((status, &organisation["ogrn"]), (200, &role["ogrn"]));
    assert_eq!(rig.rest("/rs/orgs/1000000102", Some(&teacher)).await.0, 403, "another's");
    assert_eq!(rig.rest("/rs/orgs/7", Some(&teacher)).await.0, 404);
    assert_eq!(rig.rest("/rs/orgs/1000000101", None).await.0, 401);
    let other = token(&rig, 1_000_000_001, "openid").await;
    assert_eq!(rig.rest("/rs/orgs/1000000101", Some(&other)).await.0, 403);
}

#[tokio::test]
async fn every_answer_names_its_schema_and_may_not_be_kept() {
    let rig = Rig::start().await;
    let token = token(&rig, PETROV, EVERYTHING).await;
    for (path, schema) in [
        ("", "prn/Person-1"),
        ("/ctts", "prn/Contacts-1"),
        ("/docs", "prn/Documents-1"),
        ("/kids", "prn/Kids-1"),
        ("/roles", "prn/Roles-1"),
    ] {
        let address = rig.at(&format!("/rs/prns/{PETROV}{path}"));
        let response = rig.http.get(&address).bearer_auth(&token).send().await.unwrap();
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("location"), address);
        assert_eq!(header("link"), format!("<{}>;rel=schema", rig.at(&format!("/rs/model/{schema}"))));
        assert_eq!(header("etag").len(), 42);
        assert_eq!(header("cache-control"), "no-store");
    }
}
