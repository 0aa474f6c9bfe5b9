//! The password that an operator hands out: read aloud, typed once, replaced at the first sign-in.

use std::fmt;

use zeroize::Zeroizing;

use super::Password;
use crate::platform::random;

/// Letters and digits that nobody takes for one another, and no vowel, so that no word comes of them.
const SIGNS: &[u8] = b"bcdfghkmnpqrstvwxz23456789";
/// Signs of a group.
const GROUP: usize = 4;
/// Groups: 26¹² passwords, 56 bits.
const GROUPS: usize = 3;

/// A password as the operator reads it to the person. Wiped when dropped; `Debug` shows nothing.
#[derive(Clone)]
pub struct OneTimePassword(Zeroizing<String>);

impl OneTimePassword {
    /// A fresh random password, «k7mp-t4xd-9hrw».
    pub fn generate() -> Self {
        // The largest multiple of the number of signs: each is as likely as any other.
        let even = u8::MAX - u8::MAX % (SIGNS.len() as u8);
        let mut text = Zeroizing::new(String::with_capacity(GROUPS * (GROUP + 1)));
        let mut signs = 0;
        while signs < GROUP * GROUPS {
            let [byte] = random::bytes::<1>();
            if byte >= even {
                continue;
            }
            if signs > 0 && signs % GROUP == 0 {
                text.push('-');
            }
            text.push(char::from(SIGNS[usize::from(byte) % SIGNS.len()]));
            signs += 1;
        }
        Self(text)
    }

    /// The text for the page that shows it once.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is hashed and compared.
    pub fn as_password(&self) -> Password {
        Password::new(self.0.to_string())
    }
}

impl fmt::Debug for OneTimePassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneTimePassword(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn t58_a_handed_out_password_is_random_and_unmistakable() {
        let all: HashSet<String> =
            (0..2_000).map(|_| OneTimePassword::generate().expose().to_owned()).collect();
        assert_eq!(all.len(), 2_000, "a password came twice");
        let mut seen = HashSet::new();
        for password in &all {
            let groups: Vec<&str> = password.split('-').collect();
            assert_eq!(groups.len(), GROUPS, "{password}");
            for group in groups {
                assert_eq!(group.len(), GROUP, "{password}");
                seen.extend(group.bytes());
            }
            assert!(OneTimePassword::generate().as_password().problem("pupil").is_none());
        }
        assert_eq!(seen, SIGNS.iter().copied().collect(), "every sign comes, and no other");
        assert_eq!(format!("{:?}", OneTimePassword::generate()), "OneTimePassword(…)");
    }
}
