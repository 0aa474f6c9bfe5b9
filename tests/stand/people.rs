//! What people meet: sign-in, consent, single sign-on, logout.

use chrono::Duration;

use crate::rig::{CALLBACK, MARK, Rig, SCOPE};

const SMIRNOVA: &str = "smirnova@stand.example";

#[tokio::test]
async fn the_second_time_neither_password_nor_consent_is_asked() {
    let rig = Rig::start().await;
    let mut browser = rig.browser();
    let page = browser.get(&rig.ask().address()).await;
    let page = browser.sign_in(&page, "+7 900 100-00-01").await;
    browser.consent(&page, "allow").await;
    let again = browser.get(&rig.ask().address()).await;
    assert!(again.address.starts_with(&format!("{CALLBACK}?code=")), "{}", again.address);
    assert_eq!(again.status, 302);

    let more = browser.get(&rig.ask().with("scope", &format!("{SCOPE} mobile")).address()).await;
    assert!(more.address.contains("/consent"), "more data, a new question");

    let mut elsewhere = rig.browser();
    let page = elsewhere.get(&rig.ask().address()).await;
    let back = elsewhere.sign_in(&page, SMIRNOVA).await;
    assert!(back.parameter("code").is_some(), "the consent is the person's, not the browser's");

    let mut another_person = rig.browser();
    let page = another_person.get(&rig.ask().address()).await;
    let page = another_person.sign_in(&page, "petrov@stand.example").await;
    assert!(page.address.contains("/consent"));
}

#[tokio::test]
async fn a_session_lasts_three_hours_and_on_a_shared_computer_a_quarter() {
    let rig = Rig::start().await;
    for (shared, minutes) in [(None, 180), (Some(("shared_computer", "yes")), 15)] {
        let mut browser = rig.browser();
        let page = browser.get(&rig.ask().address()).await;
        let mut fields = vec![("login", SMIRNOVA), ("password", "stand-2026")];
        fields.extend(shared);
        browser.submit(&page, "/login", &fields).await;
        rig.clock.advance(Duration::minutes(minutes) - Duration::seconds(1));
        let page = browser.get(&rig.ask().address()).await;
        assert!(!page.address.contains("/login"), "{minutes}");
        rig.clock.advance(Duration::seconds(1));
        let page = browser.get(&rig.ask().address()).await;
        assert!(page.address.contains("/login"), "{minutes}");
    }
}

#[tokio::test]
async fn who_refuses_goes_back_with_the_providers_words() {
    let rig = Rig::start().await;
    let mut browser = rig.browser();
    let ask = rig.ask();
    let state = ask.get("state");
    let page = browser.get(&ask.address()).await;
    let page = browser.sign_in(&page, SMIRNOVA).await;
    let back = browser.consent(&page, "refuse").await;
    let denied = "ESIA-007004: The resource owner or authorization server denied the request.";
    assert_eq!(back.error(), ("access_denied".to_owned(), denied.to_owned()));
    assert_eq!(back.parameter("state"), Some(state));
    let page = browser.get(&rig.ask().address()).await;
    assert!(page.address.contains("/consent"), "a refusal is not remembered");
}

#[tokio::test]
async fn a_wrong_sign_in_says_what_to_do_and_keeps_the_login() {
    let rig = Rig::start().await;
    let mut browser = rig.browser();
    let page = browser.get(&rig.ask().address()).await;
    for (login, password, words) in [
        ("smirnova@stand.example", "wrong", "Логин или пароль не подошли"),
        ("stranger@stand.example", "stand-2026", "Логин или пароль не подошли"),
        ("", "stand-2026", "Введите телефон, почту или СНИЛС"),
        ("smirnova@stand.example", "", "Введите пароль"),
    ] {
        let answer = browser.submit(&page, "/login", &[("login", login), ("password", password)]).await;
        assert_eq!(answer.status, 200);
        assert!(answer.body.contains(words) && answer.body.contains("<title>Ошибка: "), "{words}");
        assert!(
            answer.body.contains(&format!("value=\"{login}\"")) && !answer.body.contains("value=\"wrong\"")
        );
        assert!(answer.body.contains("Сетевой город"), "the request is still open");
    }
    let page = browser.sign_in(&page, SMIRNOVA).await;
    assert!(page.address.contains("/consent"));
}

#[tokio::test]
async fn a_form_without_this_browsers_token_changes_nothing() {
    let rig = Rig::start().await;
    let foreign = rig.browser().get(&rig.at("/login")).await.hidden("csrf");
    let mut browser = rig.browser();
    let page = browser.get(&rig.ask().address()).await;
    for token in ["", "x", foreign.as_str()] {
        let fields = [("csrf", token), ("login", SMIRNOVA), ("password", "stand-2026")];
        let answer = browser.submit(&page, "/login", &fields).await;
        assert!(answer.body.contains("Страница была открыта слишком долго"));
    }
    let page = browser.sign_in(&page, SMIRNOVA).await;
    for token in ["", foreign.as_str()] {
        let answer = browser.submit(&page, "/consent", &[("csrf", token), ("decision", "allow")]).await;
        assert!(answer.body.contains("Форма устарела"));
        let answer = browser.submit(&page, "/sign-out", &[("csrf", token)]).await;
        assert!(answer.body.contains("Форма устарела"));
    }
    assert!(browser.consent(&page, "allow").await.parameter("code").is_some());
}

#[tokio::test]
async fn a_session_is_new_at_sign_in_and_a_planted_one_is_never_taken() {
    let rig = Rig::start().await;
    let mut browser = rig.browser();
    browser.cookie = Some("planted".to_owned());
    let page = browser.get(&rig.ask().address()).await;
    let before = browser.cookie.clone().unwrap();
    assert_ne!(before, "planted");
    let page = browser.sign_in(&page, SMIRNOVA).await;
    assert_ne!(browser.cookie.clone().unwrap(), before);
    let mut thief = rig.browser();
    thief.cookie = Some(before);
    let stolen = thief.get(&page.address).await;
    assert!(stolen.body.contains("Этот вход уже завершён"));
}

#[tokio::test]
async fn a_request_belongs_to_its_browser_and_ends_once() {
    let rig = Rig::start().await;
    let mut browser = rig.browser();
    let login = browser.get(&rig.ask().address()).await;
    let stranger = rig.browser().get(&login.address).await;
    assert!(stranger.body.contains("Этот вход уже завершён"));
    let page = browser.sign_in(&login, SMIRNOVA).await;
    assert!(browser.consent(&page, "allow").await.parameter("code").is_some());
    for decision in ["allow", "refuse"] {
        let repeat = browser.consent(&page, decision).await;
        assert!(repeat.body.contains("Этот вход уже завершён"), "{}", repeat.address);
    }
    let back = browser.get(&login.address).await;
    assert!(back.body.contains("Этот вход уже завершён"));
}

#[tokio::test]
async fn a_person_may_change_the_account_in_the_middle() {
    let rig = Rig::start().await;
    let mut browser = rig.browser();
    let page = browser.get(&rig.ask().address()).await;
    let page = browser.sign_in(&page, SMIRNOVA).await;
    let page = browser.submit(&page, "/sign-out", &[]).await;
    assert!(page.address.contains("/login?request="));
    let page = browser.sign_in(&page, "100-200-302 32").await;
    assert!(page.body.contains("Петров Константин Игоревич"), "{}", page.body);
}

#[tokio::test]
async fn a_request_that_is_not_ours_goes_into_no_address() {
    let rig = Rig::start().await;
    let mut browser = rig.browser();
    let page = browser.get(&rig.at("/login")).await;
    for request in ["x\r\nSet-Cookie: a=b", "//evil.example/", "<script>", "запрос€"] {
        let page = browser.get(&page.address).await;
        let answer = browser.submit(&page, "/sign-out", &[("request", request)]).await;
        assert_eq!(answer.status, 200, "{request}");
        assert!(answer.body.contains("Этот вход уже завершён") && !answer.body.contains(request));
    }
}

#[tokio::test]
async fn logout_ends_the_session_and_leads_only_to_registered_addresses() {
    let rig = Rig::start().await;
    let logout = |client: &str, back: &str| {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("client_id", client)
            .append_pair("redirect_url", back)
            .finish();
        rig.at(&format!("/idp/ext/Logout?{query}"))
    };
    let registered = "http://journal.example:8080/goodbye?from=esia";
    for (client, back, leads) in [
        ("TEST_JOURNAL", registered, true),
        ("TEST_JOURNAL", "http://evil.example/", false),
        ("TEST_JOURNAL", "", false),
        ("UNKNOWN", registered, false),
    ] {
        let mut browser = rig.browser();
        let page = browser.get(&rig.at("/login")).await;
        let page = browser.sign_in(&page, SMIRNOVA).await;
        assert!(page.body.contains("Сейчас вы вошли как"));
        let page = browser.get(&logout(client, back)).await;
        if leads {
            assert_eq!((page.status, page.address.as_str()), (302, registered));
        } else {
            assert_eq!(page.status, 200, "{back}");
            assert!(page.body.contains("Вы вышли") && page.body.contains(MARK));
        }
        assert!(!browser.get(&rig.at("/")).await.body.contains("Сейчас вы вошли как"), "{back}");
    }
}
