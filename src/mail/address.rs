//! E-mail addresses of recipients: only the plain form goes into a letter.

use lettre::Address;
use url::Host;

/// Reads an address kept in the journal; `None` when no letter can go there.
///
/// The mailbox name is the dot-atom of RFC 5321 in ASCII: quoted names can hold spaces, commas and
/// brackets, nobody in the journal has one, and so none of that reaches a header. The domain may be
/// written in any script and goes out in its ASCII form; an IP address is no domain.
pub fn parse(text: &str) -> Option<Address> {
    let (user, domain) = text.trim().rsplit_once('@')?;
    let plain = !user.is_empty()
        && user.split('.').all(|atom| {
            !atom.is_empty()
                && atom.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c))
        });
    if !plain || !domain.contains('.') {
        return None;
    }
    let Ok(Host::Domain(domain)) = Host::parse(domain) else { return None };
    Address::new(user, domain).ok()
}

/// The address as logs may show it: `s***@e***.ru`.
pub fn masked(address: &str) -> String {
    let first = |part: &str| part.chars().next().map(String::from).unwrap_or_default();
    let (user, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    let (name, zone) = domain.rsplit_once('.').unwrap_or((domain, ""));
    format!("{}***@{}***.{zone}", first(user), first(name))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn t53_only_plain_addresses_are_taken() {
        for (text, expected) in [
            ("smirnova@example.ru", "smirnova@example.ru"),
            (" anna.s+school@mail.example.org ", "anna.s+school@mail.example.org"),
            ("anna@школа.рф", "anna@xn--80atdl2c.xn--p1ai"),
        ] {
            assert_eq!(parse(text).map(|address| address.to_string()).as_deref(), Some(expected));
        }
        for text in [
            "",
            "anna",
            "@example.ru",
            "anna@",
            "anna@example",
            "a@b.ru, c@d.ru",
            "a@b.ru,c@d.ru",
            "a@b.ru\r\nBcc: c@d.ru",
            "a\r\n@b.ru",
            "\"a,b\"@c.ru",
            "\"c@d.ru>\"@b.ru",
            "<a@b.ru>",
            "Anna <a@b.ru>",
            "a b@c.ru",
            "a..b@c.ru",
            "анна@example.ru",
            "a@[127.0.0.1]",
            "a@127.0.0.1",
            "a@exa mple.ru",
            "a@b.ru>",
            "a@b.ru\0",
        ] {
            assert!(parse(text).is_none(), "{text:?} was taken");
        }
    }

    #[test]
    fn t54_logs_show_neither_name_nor_domain() {
        assert_eq!(masked("smirnova@example.ru"), "s***@e***.ru");
        assert_eq!(masked("a@mail.school12.example.org"), "a***@m***.org");
        assert_eq!(masked(""), "***@***.");
    }

    proptest! {
        #[test]
        fn t53_what_is_taken_is_one_plain_ascii_address(text in "\\PC{0,20}@?\\PC{0,20}\\.?[a-z,<>\r\n ]{0,4}") {
            if let Some(address) = parse(&text) {
                let written = address.to_string();
                prop_assert_eq!(written.matches('@').count(), 1);
                prop_assert!(written.is_ascii() && !written.contains([' ', ',', ';', '<', '>', '"', '\r', '\n']));
            }
        }
    }
}
