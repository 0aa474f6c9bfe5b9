//! An operator of the helpdesk at a browser of their own.

use super::page::Page;
use super::town::PASSWORD;
use super::{Person, World};

impl World {
    /// One of the demo's operators, signed in to the helpdesk. They open pages and send forms as a person does.
    pub async fn operator(&self, login: &str) -> Person {
        let operator = self.person();
        let answer = operator.sign_in_to_desk(login, PASSWORD).await;
        assert_eq!(answer.leads_to(), "/helpdesk", "{login}: {answer:?}");
        operator
    }
}

impl Person {
    /// Sends the operators' sign-in form; gives the answer.
    pub async fn sign_in_to_desk(&self, login: &str, password: &str) -> Page {
        let page = self.open("/helpdesk/login").await;
        self.submit(&page, "/helpdesk/login", &[("login", login), ("password", password)]).await
    }

    /// Whether the helpdesk opens.
    pub async fn is_on_duty(&self) -> bool {
        self.open("/helpdesk").await.status == 200
    }

    /// The token of the operator's own forms.
    pub async fn desk_token(&self) -> String {
        let page = self.open("/helpdesk").await;
        let form = page.form("/helpdesk/logout").unwrap_or_else(|| panic!("not on duty: {page:?}"));
        form.value("csrf").expect("a token").to_owned()
    }
}
