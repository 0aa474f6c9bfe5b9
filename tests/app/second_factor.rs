//! The second factor of operators, and passwords that somebody else chose (`docs/security.md`, T31, T41).

use chrono::Duration;
use privyazka::access::OperatorId;
use privyazka::access::manage::{Managed, Manager};
use privyazka::access::totp::TotpSecret;
use privyazka::audit::RequestMeta;
use privyazka::config::access::SecondFactor;

use crate::harness::page::Page;
use crate::harness::town::PASSWORD;
use crate::harness::{Person, Setup, World, on_sqlite};
use crate::support::database::{TestDatabase, on_each_database};

const COOKIE: &str = "privyazka-operator";
const FACTOR: &str = "/helpdesk/login/factor";
const CODE: &str = "/helpdesk/login/code";

on_each_database!(
    t41_a_second_factor_is_set_up_and_asked_for_and_each_code_is_taken_once,
    t41_recovery_codes_stand_in_once_each,
);

pub fn required() -> Setup {
    Setup::default().with(|settings| settings.access.second_factor = SecondFactor::Required)
}

/// The operator's telephone.
pub struct Authenticator {
    secret: TotpSecret,
}

impl Authenticator {
    /// Reads the secret off a page, as somebody types it.
    pub fn from_page(page: &Page) -> Self {
        let typed = page.text().split("ключ вручную: ").nth(1).expect("a secret").to_owned();
        let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
        for letter in typed.split('.').next().unwrap().chars().filter(|c| !c.is_whitespace()) {
            let value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(letter).expect("base32");
            bits = bits << 5 | u32::try_from(value).unwrap();
            count += 5;
            if count >= 8 {
                count -= 8;
                bytes.push((bits >> count) as u8);
            }
        }
        Self { secret: TotpSecret::from_bytes(&bytes).expect("twenty bytes") }
    }

    pub fn code(&self, world: &World, offset: i64) -> String {
        self.secret.code(world.clock.now().timestamp().div_euclid(30) + offset).to_string()
    }
}

/// Signs in with a password and sets up a second factor; gives the telephone and the recovery codes.
pub async fn enrol(world: &World, operator: &Person, login: &str) -> (Authenticator, Vec<String>) {
    assert_eq!(operator.sign_in_to_desk(login, PASSWORD).await.leads_to(), CODE);
    let page = operator.open_all(CODE).await;
    assert_eq!(page.path(), FACTOR, "{page:?}");
    assert!(page.html.contains("<svg width=\"200\"") && page.says("otpauth://totp/localhost:"), "{page:?}");
    let telephone = Authenticator::from_page(&page);
    let before = operator.cookie(COOKIE);
    let done = operator.submit(&page, FACTOR, &[("code", &telephone.code(world, 0))]).await;
    assert_eq!(done.heading(), "Второй фактор подключён", "{done:?}");
    assert_ne!(operator.cookie(COOKIE), before, "another stage, another token");
    let codes: Vec<String> = done.html.split("<code>").skip(1).map(|rest| rest[..19].to_owned()).collect();
    assert_eq!(codes.len(), 10);
    assert!(operator.is_on_duty().await);
    (telephone, codes)
}

/// Signs in to the code page.
pub async fn at_the_code(world: &World, login: &str) -> (Person, Page) {
    let operator = world.person();
    assert_eq!(operator.sign_in_to_desk(login, PASSWORD).await.leads_to(), CODE);
    let page = operator.open(CODE).await;
    assert_eq!(page.heading(), "Код подтверждения", "{page:?}");
    (operator, page)
}

async fn t41_a_second_factor_is_set_up_and_asked_for_and_each_code_is_taken_once(database: &TestDatabase) {
    let world = required().start(database).await;
    let first = world.person();
    let (telephone, _) = enrol(&world, &first, "helpdesk").await;
    assert_eq!(world.events("operator:second_factor:set").await, 1);
    assert_eq!(world.events("operator:sign_in:succeeded").await, 1, "once all was done");
    // Nothing of the secret stands in the database.
    let rows = world.contents().await["operators"].join("\n").to_lowercase();
    assert!(!rows.contains(&hex::encode(telephone.secret.as_bytes())), "the secret is sealed");

    // The code that set it up is used; so is each that signs in.
    let (second, page) = at_the_code(&world, "helpdesk").await;
    let replayed = second.submit(&page, CODE, &[("code", &telephone.code(&world, 0))]).await;
    assert!(replayed.says("Код не подошёл."), "{replayed:?}");
    let early = second.submit(&page, CODE, &[("code", &telephone.code(&world, 2))]).await;
    assert!(early.says("Код не подошёл."), "two steps ahead: {early:?}");
    assert!(!second.is_on_duty().await, "a password alone opens nothing");
    let empty = second.submit(&page, CODE, &[("code", " ")]).await;
    assert!(empty.says("Введите код"), "{empty:?}");
    let before = second.cookie(COOKIE);
    let next = telephone.code(&world, 1);
    let right = second.submit(&page, CODE, &[("code", &next)]).await;
    assert_eq!(right.leads_to(), "/helpdesk", "{right:?}");
    assert_ne!(second.cookie(COOKIE), before, "another stage, another token");
    assert!(second.is_on_duty().await);

    let (third, page) = at_the_code(&world, "helpdesk").await;
    let replayed = third.submit(&page, CODE, &[("code", &next)]).await;
    assert!(replayed.says("Код не подошёл."), "{replayed:?}");
    world.wait(Duration::seconds(60));
    let late = third.submit(&page, CODE, &[("code", &telephone.code(&world, -1))]).await;
    assert!(late.says("Код не подошёл."), "that of the step just taken: {late:?}");
    let spaced = telephone.code(&world, 0);
    let spaced = format!("{} {}", &spaced[..3], &spaced[3..]);
    assert_eq!(third.submit(&page, CODE, &[("code", &spaced)]).await.leads_to(), "/helpdesk");
    world.end().await;
}

async fn t41_recovery_codes_stand_in_once_each(database: &TestDatabase) {
    let world = required().start(database).await;
    let (_, codes) = enrol(&world, &world.person(), "admin").await;
    let rows = world.contents().await["operator_recovery_codes"].join("\n");
    assert!(!codes.iter().any(|code| rows.contains(code)), "digests only");

    let (operator, page) = at_the_code(&world, "admin").await;
    let typed = codes[0].to_uppercase().replace('-', " ");
    assert_eq!(operator.submit(&page, CODE, &[("code", &typed)]).await.leads_to(), "/helpdesk");
    let account = operator.open("/helpdesk/account").await;
    assert!(account.says("осталось: 9 кодов восстановления"), "{account:?}");
    assert_eq!(world.events("operator:recovery_code:used").await, 1);

    let (operator, page) = at_the_code(&world, "admin").await;
    let again = operator.submit(&page, CODE, &[("code", &codes[0])]).await;
    assert!(again.says("Код не подошёл."), "{again:?}");
    // Of two at the same moment one is taken.
    let (other, same) = at_the_code(&world, "admin").await;
    let values = [("code", codes[1].as_str())];
    let (one, two) = (operator.submit(&page, CODE, &values), other.submit(&same, CODE, &values));
    let (one, two) = futures_util::future::join(one, two).await;
    let entered = [&one, &two].iter().filter(|answer| answer.leads_to() == "/helpdesk").count();
    assert_eq!(entered, 1, "{one:?} {two:?}");
    world.end().await;
}

#[test]
fn t41_guessing_codes_is_slowed_down() {
    on_sqlite(async |database| {
        let world = required().start(database).await;
        let (telephone, _) = enrol(&world, &world.person(), "helpdesk").await;
        world.wait(Duration::minutes(5));
        let (guesser, page) = at_the_code(&world, "helpdesk").await;
        for _ in 0..5 {
            let wrong = guesser.submit(&page, CODE, &[("code", "12345")]).await;
            assert!(wrong.says("Код не подошёл."), "{wrong:?}");
        }
        let delayed = guesser.submit(&page, CODE, &[("code", &telephone.code(&world, 0))]).await;
        assert!(delayed.says("Слишком много неверных кодов подряд. Повторите через 1 минуту"), "{delayed:?}");
        world.wait(Duration::minutes(1));
        let right = guesser.submit(&page, CODE, &[("code", &telephone.code(&world, 0))]).await;
        assert_eq!(right.leads_to(), "/helpdesk");
        world.end().await;
    });
}

#[test]
fn t41_no_step_of_a_sign_in_can_be_passed_by() {
    on_sqlite(async |database| {
        let world = required().start(database).await;
        let (_, _) = enrol(&world, &world.person(), "helpdesk").await;
        let (operator, page) = at_the_code(&world, "helpdesk").await;
        for path in
            ["/helpdesk", "/helpdesk/account", "/helpdesk/account/factor", "/helpdesk/account/password"]
        {
            let answer = operator.open(path).await;
            assert_eq!(answer.leads_to().split('?').next(), Some(CODE), "{path}");
        }
        for path in [FACTOR, "/helpdesk/login/password", "/helpdesk/login/esia"] {
            assert_eq!(operator.open(path).await.leads_to(), CODE, "{path}");
            let mut form =
                page.form(CODE).unwrap().with("code", "000000").with("new_password", "Новый пароль 9");
            form.action = path.into();
            let answer = operator.browser.send(operator.browser.post(&page, &form)).await;
            assert_eq!(answer.leads_to(), CODE, "{path}: {answer:?}");
        }
        // On duty, and signed out, the steps are no pages at all.
        let (nobody, done) = (world.person(), world.person());
        enrol(&world, &done, "admin").await;
        for path in [CODE, FACTOR, "/helpdesk/login/password", "/helpdesk/login/esia"] {
            assert_eq!(nobody.open(path).await.leads_to(), "/helpdesk/login?next=start", "{path}");
            assert_eq!(done.open(path).await.leads_to(), "/helpdesk", "{path}");
        }
        world.end().await;
    });
}

#[test]
fn an_offered_secret_is_its_operators_and_nothing_is_stored_before_its_code() {
    on_sqlite(async |database| {
        let world = required().start(database).await;
        let (one, two) = (world.person(), world.person());
        one.sign_in_to_desk("helpdesk", PASSWORD).await;
        two.sign_in_to_desk("helpdesk-2", PASSWORD).await;
        let before = world.contents().await;
        let (page, other) = (one.open(FACTOR).await, two.open(FACTOR).await);
        assert_eq!(world.changed_since(&before).await, [""; 0]);
        let telephone = Authenticator::from_page(&page);
        let wrong = one.submit(&page, FACTOR, &[("code", "000000")]).await;
        assert!(wrong.says("Код не подошёл."), "{wrong:?}");
        assert_eq!(
            *Authenticator::from_page(&wrong).secret.to_base32(),
            *telephone.secret.to_base32(),
            "the same secret again"
        );
        let offer = page.form(FACTOR).unwrap().value("offer").unwrap().to_owned();
        let code = telephone.code(&world, 0);
        let stolen = two.submit(&other, FACTOR, &[("offer", &offer), ("code", &code)]).await;
        assert_eq!(stolen.leads_to(), "/helpdesk", "{stolen:?}");
        assert_eq!(world.count("operators", "totp_sealed IS NOT NULL").await, 0);
        world.end().await;
    });
}

#[test]
fn a_password_that_somebody_else_chose_opens_nothing_but_its_own_change() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let handed_out = "UPDATE operators SET must_change_password = 1 WHERE login = 'helpdesk'";
        assert_eq!(world.execute(handed_out).await, 1);
        let operator = world.person();
        assert_eq!(operator.sign_in_to_desk("helpdesk", PASSWORD).await.leads_to(), CODE);
        assert!(!operator.is_on_duty().await);
        let path = "/helpdesk/login/password";
        let page = operator.open_all(CODE).await;
        assert_eq!((page.path().as_str(), page.heading().as_str()), (path, "Придумайте свой пароль"));
        for (new, repeated, problem) in [
            ("короче", "короче", "Пароль короче 8 знаков"),
            ("helpdesk", "helpdesk", "Такой пароль легко угадать"),
            ("Зимний сад 9", "Зимний сад", "Пароли не совпали"),
            (PASSWORD, PASSWORD, "Новый пароль совпадает с прежним"),
        ] {
            let values = [("new_password", new), ("repeat_password", repeated)];
            let refused = operator.submit(&page, path, &values).await;
            assert!(refused.says(problem), "{new}: {refused:?}");
        }
        let before = operator.cookie(COOKIE);
        let values = [("new_password", "Зимний сад 9"), ("repeat_password", "Зимний сад 9")];
        assert_eq!(operator.submit(&page, path, &values).await.leads_to(), "/helpdesk");
        assert_ne!(operator.cookie(COOKIE), before);
        assert!(operator.is_on_duty().await);
        let again = world.person();
        assert!(again.sign_in_to_desk("helpdesk", PASSWORD).await.says("не подошли"));
        assert_eq!(again.sign_in_to_desk("helpdesk", "Зимний сад 9").await.leads_to(), "/helpdesk");
        world.end().await;
    });
}

#[test]
fn an_operator_changes_password_and_second_factor_with_the_password_again() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let (operator, elsewhere) = (world.operator("helpdesk").await, world.operator("helpdesk").await);
        let path = "/helpdesk/account/password";
        let page = operator.open(path).await;
        let new = [("new_password", "Зимний сад 9"), ("repeat_password", "Зимний сад 9")];
        let without = operator.submit(&page, path, &new).await;
        assert!(without.says("Введите пароль"), "{without:?}");
        let wrong = operator.submit(&page, path, &[("password", "не тот"), new[0], new[1]]).await;
        assert!(wrong.says("Пароль не подошёл."), "{wrong:?}");
        let before = operator.cookie(COOKIE).unwrap();
        let set = operator.submit(&page, path, &[("password", PASSWORD), new[0], new[1]]).await;
        assert!(operator.arrive(set).await.says("Остальные ваши сеансы завершены."));
        assert!(operator.is_on_duty().await && !elsewhere.is_on_duty().await);
        let thief = world.person();
        thief.plant(COOKIE, &before);
        assert!(!thief.is_on_duty().await, "the token is another");

        let path = "/helpdesk/account/factor";
        let page = operator.open(path).await;
        let telephone = Authenticator::from_page(&page);
        let code = telephone.code(&world, 0);
        let wrong = operator.submit(&page, path, &[("code", &code), ("password", PASSWORD)]).await;
        assert!(wrong.says("Пароль не подошёл."), "the old one: {wrong:?}");
        assert_eq!(world.count("operators", "totp_sealed IS NOT NULL").await, 0);
        let set = operator.submit(&page, path, &[("code", &code), ("password", "Зимний сад 9")]).await;
        assert_eq!(set.heading(), "Второй фактор подключён", "{set:?}");
        assert!(operator.open("/helpdesk/account").await.says("осталось: 10 кодов восстановления"));
        // Whoever has one is asked for it, whatever the settings say.
        let again = world.person();
        assert_eq!(again.sign_in_to_desk("helpdesk", "Зимний сад 9").await.leads_to(), CODE);
        assert!(!again.is_on_duty().await);
        world.end().await;
    });
}

#[test]
fn t57_a_second_factor_survives_a_change_of_the_master_key() {
    use privyazka::key_rotation::{KeyRotation, Tally};
    use privyazka::platform::secret::{Keys, MasterKey};
    use privyazka::store::sealed_values::SealedColumn;

    on_sqlite(async |database| {
        let world = required().start(database).await;
        enrol(&world, &world.person(), "helpdesk").await;
        let folder = tempfile::tempdir().unwrap();
        let (old, new) = (folder.path().join("old"), folder.path().join("new"));
        MasterKey::from_bytes([7; 32]).write_new(&old).unwrap();
        MasterKey::from_bytes([8; 32]).write_new(&new).unwrap();
        let keys = std::sync::Arc::new(Keys::read(&new, Some(&old)).unwrap());
        let rotation = KeyRotation::new(world.store().clone(), keys, 10);
        assert_eq!(rotation.rotate(|_, _| {}).await.unwrap(), 0, "nothing is unreadable");
        let tally = rotation.count(SealedColumn::Totp).await.unwrap();
        assert_eq!(tally, Tally { current: 1, previous: 0, unreadable: 0 });
        world.end().await;
    });
}

#[test]
fn t41_an_operator_who_is_enabled_again_brings_no_second_factor_along() {
    on_sqlite(async |database| {
        let world = required().start(database).await;
        enrol(&world, &world.person(), "helpdesk").await;
        let management = &world.services.operator_management;
        let (by, meta) = (Manager::CommandLine, RequestMeta::default);
        management.disable(by, OperatorId(1), meta()).await.unwrap();
        let password = match management.enable(by, OperatorId(1), meta()).await.unwrap() {
            Managed::Password { password, .. } => password,
            other => panic!("{other:?}"),
        };
        assert_eq!(world.count("operator_recovery_codes", "1 = 1").await, 0);
        let operator = world.person();
        let first = operator.sign_in_to_desk("helpdesk", password.expose()).await;
        let page = operator.arrive(first).await;
        assert_eq!(page.heading(), "Придумайте свой пароль", "{page:?}");
        let values = [("new_password", PASSWORD), ("repeat_password", PASSWORD)];
        operator.submit(&page, "/helpdesk/login/password", &values).await;
        assert!(!operator.is_on_duty().await);
        assert_eq!(operator.open_all(CODE).await.path(), FACTOR, "to be set up anew");
        world.end().await;
    });
}
