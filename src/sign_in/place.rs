//! Browser and system in words, for the list of sessions: «Chrome, Windows».
//!
//! Only names of our own list come out, never text of the header: it is hostile and could be personal.

/// Characters of the header that are looked at.
const MAX_HEADER: usize = 512;

/// First match wins: most browsers also call themselves Chrome and Safari.
const BROWSERS: &[(&str, &str)] = &[
    ("YaBrowser/", "Яндекс Браузер"),
    ("YaApp_", "Яндекс Браузер"),
    ("Atom/", "Atom"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("OPT/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("MiuiBrowser/", "Mi Browser"),
    ("HuaweiBrowser/", "Huawei Browser"),
    ("Chromium/", "Chromium"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Version/", "Safari"),
];

/// First match wins: Android also calls itself Linux, iPhones call themselves Mac OS X.
const SYSTEMS: &[(&str, &str)] = &[
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("OpenHarmony", "HarmonyOS"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

/// What a `User-Agent` header says, coarsely; «неизвестный браузер» when it says nothing we know.
pub fn of_user_agent(header: &str) -> String {
    let end = header.char_indices().nth(MAX_HEADER).map_or(header.len(), |(end, _)| end);
    let header = &header[..end];
    let find = |list: &[(&str, &'static str)]| {
        list.iter().find(|(mark, _)| header.contains(mark)).map(|(_, name)| *name)
    };
    match (find(BROWSERS), find(SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, Some(system)) => format!("неизвестный браузер, {system}"),
        (None, None) => "неизвестный браузер".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn common_browsers_are_named() {
        let table = [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/140.0.0.0 Safari/537.36",
                "Chrome, Windows",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/140.0.0.0 YaBrowser/25.8.0.0 Safari/537.36",
                "Яндекс Браузер, Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like \
                 Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari, iPhone",
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
            (
                "Mozilla/5.0 (Linux; Android 15; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 \
                 Mobile Safari/537.36",
                "Chrome, Android",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
                "Edge, macOS",
            ),
            ("curl/8.5.0", "неизвестный браузер"),
            ("", "неизвестный браузер"),
            ("<script>Windows</script>", "неизвестный браузер, Windows"),
        ];
        for (header, place) in table {
            assert_eq!(of_user_agent(header), place, "{header}");
        }
    }

    proptest! {
        #[test]
        fn a_hostile_header_gives_a_short_name_of_ours(header in "(\\PC|Chrome/|Windows|<|я){0,900}") {
            let place = of_user_agent(&header);
            prop_assert!(place.chars().count() < 50);
            prop_assert!(!place.contains('<'));
        }
    }
}
