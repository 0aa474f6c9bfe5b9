//! Unlinking by a list, over HTTP (`docs/helpdesk.md`; `docs/security.md`, T38, T40, T45, T51, T52).

use std::time::Duration;

use crate::harness::page::Page;
use crate::harness::town::PASSWORD;
use crate::harness::{Person, World, on_sqlite};
use crate::support::database::{TestDatabase, on_each_database};

const ANNA: &str = "smirnova@stand.example";
const BASIS: &str = "приказ 114 об отчислении";
const LISTS: &str = "/helpdesk/bulk-unlink";

on_each_database!(t40_a_list_is_looked_at_asked_for_approved_and_carried_out,);

/// The public id of a profile.
async fn uid(world: &World, login: &str) -> String {
    let id = world.profile(login).await.0;
    world.text(&format!("SELECT uid AS line FROM profiles WHERE id = {id}")).await
}

/// Sends the form with a file; what it leads to.
async fn hand_in(operator: &Person, file: &[u8]) -> Page {
    let form = operator.open(LISTS).await;
    let values = [("reason", "left"), ("basis", BASIS)];
    let answer = operator.upload(&form, LISTS, &values, Some(file)).await;
    operator.arrive(answer).await
}

/// Presses a button of the list's page.
async fn act(operator: &Person, list: &Page, action: &str) -> Page {
    let answer = operator.submit(list, &list.path(), &[("action", action)]).await;
    operator.arrive(answer).await
}

/// Decides about the one request that waits.
async fn decide(operator: &Person, decision: &str) -> Page {
    let queue = operator.open("/helpdesk/approvals").await;
    let form = queue.html.split("action=\"/helpdesk/approvals/").nth(1).expect("a request");
    let path = format!("/helpdesk/approvals/{}", form.split('"').next().unwrap());
    operator.submit(&queue, &path, &[("decision", decision)]).await
}

/// Looks at the list until it says so.
async fn wait_for(operator: &Person, list: &Page, heading: &str) -> Page {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
    loop {
        let page = operator.open(&list.path()).await;
        if page.heading() == heading {
            return page;
        }
        assert!(tokio::time::Instant::now() < deadline, "{page:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn t40_a_list_is_looked_at_asked_for_approved_and_carried_out(database: &TestDatabase) {
    let world = World::start(database).await;
    let anna = world.person();
    anna.link_whole("teacher", ANNA).await;
    world.settled().await;
    let (first, second) = (world.operator("helpdesk").await, world.operator("helpdesk-2").await);
    let (teacher, pupil) = (uid(&world, "teacher").await, uid(&world, "pupil").await);
    // What the list names is on the card.
    let card = first.open(&format!("/helpdesk/profiles/{}", world.profile("teacher").await.0)).await;
    assert!(card.says(&teacher), "{card:?}");

    let file =
        format!("ФИО;uid\r\nСмирнова;{teacher}\r\n\"Петров\nА\";{pupil}\r\n=1+1;{teacher}\r\nx;nobody\r\n");
    let preview = hand_in(&first, file.as_bytes()).await;
    assert_eq!(preview.heading(), "Проверьте список", "{preview:?}");
    for words in ["К отвязке: 1", "Увольнение или отчисление", BASIS, "Смирнова А. В.", "СОШ № 12"]
    {
        assert!(preview.says(words), "{words}: {preview:?}");
    }
    for words in ["не привязан", "5 (повтор строки 2)", "не найден в вашей зоне"]
    {
        assert!(preview.says(words), "{words}: {preview:?}");
    }
    assert!(anna.is_signed_in().await, "nothing has happened yet");
    let asked = act(&first, &preview, "ask").await;
    assert_eq!(asked.heading(), "Список ждёт согласования", "{asked:?}");
    assert!(anna.is_signed_in().await);
    // The first one may only take it back.
    let queue = first.open("/helpdesk/approvals").await;
    assert!(queue.says("Отозвать") && !queue.says("Согласовать и отвязать"), "{queue:?}");
    let queue = second.open("/helpdesk/approvals").await;
    assert!(queue.says("к отвязке 1, строк в файле 4") && queue.says(BASIS), "{queue:?}");
    let seen = second.click(&queue, "Открыть список").await;
    assert_eq!(seen.heading(), "Список ждёт согласования", "{seen:?}");
    let begun = decide(&second, "approve").await;
    assert_eq!(begun.heading(), "Список выполняется", "{begun:?}");
    let done = wait_for(&first, &preview, "Список выполнен").await;
    assert!(done.says("Отвязано: 1") && done.says("Согласовал"), "{done:?}");
    assert!(!done.says("Смирнова А. В."), "and shows nobody any more");
    assert!(!anna.is_signed_in().await);
    assert_eq!(world.links_of("teacher").await, 0);
    let letters = world.letters_to("teacher@journal.example", 2).await;
    let told = letters.iter().find(|letter| letter.subject.contains("отвязала поддержка")).unwrap();
    assert!(told.text.contains("Увольнение или отчисление"), "{}", told.text);

    let number = done.path().rsplit('/').next().unwrap().to_owned();
    let results = first.open(&format!("{LISTS}/{number}/results")).await;
    let disposition = results.header("content-disposition").to_owned();
    assert_eq!(disposition, "attachment; filename=\"bulk-unlink.csv\"");
    let text = format!(
        "\u{feff}Строка;Идентификатор профиля;Результат\r\n2;{teacher};отвязан\r\n3;{pupil};не привязан\r\n\
         5;;повтор строки 2\r\n6;;не найден в вашей зоне\r\n"
    );
    assert_eq!(results.html, text);
    let card = first.open(&format!("/helpdesk/profiles/{}", world.profile("teacher").await.0)).await;
    assert!(card.says(&format!("список {number}")), "{card:?}");
    let last = first.open(LISTS).await;
    assert!(last.says(&number) && last.says("выполнен"), "{last:?}");
    // Whatever the file said besides is nowhere.
    let kept = format!("{:?}", world.contents().await);
    for words in ["nobody", "=1+1", "приказ 114"] {
        assert!(!kept.contains(words), "{words}");
    }
    for (kind, times) in [("bulk:list:uploaded", 1), ("bulk:list:ended", 1), ("bulk:result:exported", 1)] {
        assert_eq!(world.events(kind).await, times, "{kind}");
    }
    world.end().await;
}

#[test]
fn t51_a_file_that_is_no_list_says_what_is_wrong_and_where_and_keeps_what_was_typed() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let operator = world.operator("helpdesk").await;
        let form = operator.open(LISTS).await;
        let before = world.contents().await;
        let long = format!("uid\n\"never closed\n{}", "x".repeat(5000));
        let wide = format!("uid\nx\n{}\n", ";".repeat(64));
        let rows = format!("uid\n{}", "x\n".repeat(200_001));
        let large = vec![b'x'; 10_000_001];
        let hopeless = vec![b'x'; 12_000_000];
        let cases: [(&[u8], &str); 10] = [
            (b"", "Выберите файл со списком"),
            (b"\r\n\r\n", "В файле нет ни одной строки с профилем"),
            (b"uid\r\n", "В файле нет ни одной строки с профилем"),
            (b"\n\nlogin;name\nx;y\n", "В строке 3 нет столбца «uid»"),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "Файл не похож на таблицу CSV"),
            (b"uid\nx\n\"two\nlines\"\ny\0\n", "В строке 5 недопустимый знак"),
            (long.as_bytes(), "В строке 2 слишком длинное значение"),
            (wide.as_bytes(), "В строке 3 слишком много столбцов"),
            (rows.as_bytes(), "лишние начинаются со строки 200002"),
            (&large, "Файл больше 10 МБ"),
        ];
        for (file, words) in cases.into_iter().chain([(&hopeless[..], "Файл больше 10 МБ")]) {
            let values = [("reason", "left"), ("basis", BASIS)];
            let answer = operator.upload(&form, LISTS, &values, Some(file)).await;
            assert_eq!(answer.status, 200, "{words}: {answer:?}");
            assert!(answer.says(words), "{words}: {answer:?}");
            assert!(answer.says(BASIS), "{answer:?}");
            assert!(
                answer
                    .html
                    .contains("id=\"reason-left\" name=\"reason\" type=\"radio\" value=\"left\" checked")
            );
        }
        for (values, words) in [
            ([("reason", "left"), ("basis", "нет")], "Опишите основание, не меньше 10 знаков"),
            ([("reason", "owner"), ("basis", BASIS)], "Укажите причину"),
        ] {
            let answer = operator.upload(&form, LISTS, &values, Some(b"uid\nx\n")).await;
            assert!(answer.says(words), "{words}: {answer:?}");
        }
        assert_eq!(world.changed_since(&before).await, [""; 0], "nothing of them is kept");
        // A body beyond any list is not read at all.
        let endless = vec![b'x'; 33 * 1024 * 1024];
        let values = [("reason", "left"), ("basis", BASIS)];
        let refused = tokio::task::unconstrained(operator.upload(&form, LISTS, &values, Some(&endless)));
        assert_eq!(refused.await.status, 413);
        world.end().await;
    });
}

#[test]
fn t51_one_list_in_every_encoding_is_one_list() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let operator = world.operator("helpdesk").await;
        let pupil = uid(&world, "pupil").await;
        let text = format!("Фамилия;Идентификатор\r\nПётр;{pupil}\r\n");
        let (cyrillic, ..) = encoding_rs::WINDOWS_1251.encode(&text);
        let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
        for file in [text.as_bytes(), &marked, &cyrillic] {
            let preview = hand_in(&operator, file).await;
            assert_eq!(preview.heading(), "Проверьте список", "{preview:?}");
            assert!(preview.says("Отвязывать некого") && preview.says("не привязан"), "{preview:?}");
            let cancelled = act(&operator, &preview, "cancel").await;
            assert_eq!(cancelled.heading(), "Список отменён", "{cancelled:?}");
        }
        world.end().await;
    });
}

#[test]
fn t38_a_neighbours_list_and_a_missing_one_are_one_answer() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let operator = world.operator("helpdesk").await;
        let preview = hand_in(&operator, format!("uid\n{}\n", uid(&world, "teacher").await).as_bytes()).await;
        crate::operators::add(&world, "neighbour", "senior", "municipality").await;
        let neighbour = world.person();
        let id = world.count("operators", "login = 'neighbour'").await;
        assert_eq!(id, 1);
        // The password of a new operator opens nothing but its own change; this one has the demo's.
        world
            .execute(
                "UPDATE operators SET must_change_password = FALSE, password_hash = \
                 (SELECT o.password_hash FROM operators o WHERE o.login = 'helpdesk') WHERE login = 'neighbour'",
            )
            .await;
        let answer = neighbour.sign_in_to_desk("neighbour", PASSWORD).await;
        assert_eq!(answer.leads_to(), "/helpdesk", "{answer:?}");
        let missing = neighbour.open(&format!("{LISTS}/AAAA-0000")).await;
        assert_eq!(missing.status, 404);
        let lists = neighbour.open(LISTS).await;
        assert!(!lists.says(preview.path().rsplit('/').next().unwrap()), "{lists:?}");
        for path in
            [preview.path(), format!("{}/results", preview.path()), format!("{LISTS}/AAAA-0000/results")]
        {
            let answer = neighbour.open(&path).await;
            assert_eq!((answer.status, answer.heading()), (404, missing.heading()), "{path}: {answer:?}");
        }
        let token = neighbour.desk_token().await;
        let before = world.count("bulk_unlinks", "state = 'draft'").await;
        for action in ["ask", "cancel", "stop"] {
            let ask = crate::harness::browser::Ask {
                method: http::Method::POST,
                body: Some(format!("csrf={token}&action={action}")),
                from: Some(world.origin.clone()),
                ..crate::harness::browser::Ask::get(neighbour.url(&preview.path()))
            };
            let answer = neighbour.browser.send(ask).await;
            assert_eq!((answer.status, answer.heading()), (404, missing.heading()), "{action}: {answer:?}");
        }
        assert_eq!(world.count("bulk_unlinks", "state = 'draft'").await, before);
        assert_eq!(world.events("operator:deed:refused").await, 3);
        world.end().await;
    });
}

#[test]
fn a_page_that_no_longer_fits_the_list_does_nothing() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let anna = world.person();
        anna.link_whole("teacher", ANNA).await;
        let (first, second) = (world.operator("helpdesk").await, world.operator("helpdesk-2").await);
        let preview = hand_in(&first, format!("uid\n{}\n", uid(&world, "teacher").await).as_bytes()).await;
        // A colleague sees it and has no button.
        let seen = second.open(&preview.path()).await;
        assert!(seen.says("Смирнова А. В.") && !seen.says("Запросить отвязку"), "{seen:?}");
        act(&first, &preview, "ask").await;
        for action in ["ask", "cancel", "stop"] {
            let stale = act(&first, &preview, action).await;
            assert_eq!((stale.status, stale.heading().as_str()), (409, "Ничего не изменилось"), "{stale:?}");
            assert!(stale.says("список изменился"), "{stale:?}");
        }
        let refused = decide(&second, "refuse").await;
        assert_eq!(refused.heading(), "Запрос отклонён", "{refused:?}");
        let over = first.open(&preview.path()).await;
        assert_eq!(over.heading(), "Список отклонён", "{over:?}");
        let stale = act(&first, &preview, "ask").await;
        assert_eq!(stale.status, 409, "{stale:?}");
        assert!(anna.is_signed_in().await);
        world.end().await;
    });
}

#[test]
fn t45_a_file_is_taken_with_the_operators_own_token_only() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let (operator, support) = (world.operator("helpdesk").await, world.operator("helpdesk-school").await);
        let form = operator.open(LISTS).await;
        let before = world.contents().await;
        let of_support = support.desk_token().await;
        for token in ["", &of_support] {
            let values = [("csrf", token), ("reason", "left"), ("basis", BASIS)];
            let answer = operator.upload(&form, LISTS, &values, Some(b"uid\nx\n")).await;
            assert_eq!(answer.status, 403, "{answer:?}");
        }
        assert_eq!(world.changed_since(&before).await, [""; 0]);
        // Support has no such page, whatever it sends.
        let values = [("csrf", of_support.as_str()), ("reason", "left"), ("basis", BASIS)];
        let answer = support.upload(&form, LISTS, &values, Some(b"uid\nx\n")).await;
        assert_eq!(answer.status, 404, "{answer:?}");
        assert_eq!(world.changed_since(&before).await, ["audit_events"], "the refusal is on record");
        world.end().await;
    });
}
