//! An answer as a browser has it: status, headers, text, forms, links.

use http::HeaderMap;
use url::Url;

/// An answer and the address it came from.
#[derive(Clone)]
pub struct Page {
    /// As the address bar would show it.
    pub address: Url,
    pub status: u16,
    pub headers: HeaderMap,
    pub html: String,
}

/// A form of a page.
#[derive(Clone, Debug)]
pub struct FormOfPage {
    /// Where it goes, as written.
    pub action: String,
    /// Its fields with the values they have now: hidden ones and texts, not boxes.
    pub fields: Vec<(String, String)>,
}

impl std::fmt::Debug for Page {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let location = self.location().map(|url| url.to_string()).unwrap_or_default();
        write!(f, "{} {} {location}\n{}", self.status, self.address, self.text())
    }
}

impl Page {
    /// A header's value; empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("ASCII"))
    }

    /// Where a redirect leads.
    pub fn location(&self) -> Option<Url> {
        let value = self.headers.get("location")?.to_str().expect("ASCII");
        Some(self.address.join(value).expect("an address"))
    }

    /// Path and query of that, for comparisons; empty when it is no redirect.
    pub fn leads_to(&self) -> String {
        self.location().map(|url| path_and_query(&url)).unwrap_or_default()
    }

    /// Path and query of the page itself.
    pub fn path(&self) -> String {
        path_and_query(&self.address)
    }

    /// The words a person reads, with one space between them.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (at, part) in self.html.split('<').enumerate() {
            let words = if at == 0 { part } else { part.split_once('>').map_or("", |(_, words)| words) };
            text.push(' ');
            text.push_str(&unescape(words));
        }
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Whether the page says this.
    pub fn says(&self, words: &str) -> bool {
        self.text().contains(words)
    }

    /// The main heading.
    pub fn heading(&self) -> String {
        let inside = self.html.split("<h1").nth(1).and_then(|rest| rest.split("</h1>").next()).unwrap_or("");
        let inside = inside.split_once('>').map_or("", |(_, rest)| rest);
        unescape(inside.split('<').next().unwrap_or_default()).trim().to_owned()
    }

    /// The form that posts to this path.
    pub fn form(&self, path: &str) -> Option<FormOfPage> {
        let forms = self.html.split("<form").skip(1).filter_map(|rest| rest.split("</form>").next());
        let posting = forms.filter(|form| form.split('>').next().is_some_and(|tag| tag.contains("post")));
        posting.map(FormOfPage::read).find(|form| form.action.split('?').next() == Some(path))
    }

    /// The address of the first link whose words contain this.
    pub fn link(&self, words: &str) -> Option<String> {
        let links = self.html.split("<a ").skip(1).filter_map(|rest| rest.split_once("</a>"));
        links.map(|(link, _)| link).find_map(|link| {
            let (tag, inside) = link.split_once('>')?;
            unescape(inside).contains(words).then(|| attribute(tag, "href"))?
        })
    }

    /// Values of one field, of all boxes or buttons of that name.
    pub fn values_of(&self, name: &str) -> Vec<String> {
        let tags =
            self.html.split('<').filter(|part| part.starts_with("input") || part.starts_with("button"));
        let tags = tags.map(|part| part.split('>').next().unwrap_or_default());
        tags.filter(|tag| attribute(tag, "name").as_deref() == Some(name))
            .filter_map(|tag| attribute(tag, "value"))
            .collect()
    }
}

impl FormOfPage {
    fn read(rest: &str) -> Self {
        let (tag, inside) = rest.split_once('>').unwrap_or((rest, ""));
        let inputs = inside.split("<input").skip(1).filter_map(|input| input.split('>').next());
        let fields = inputs
            .filter(|input| {
                !matches!(attribute(input, "type").as_deref(), Some("radio" | "checkbox" | "submit"))
            })
            .filter_map(|input| {
                Some((attribute(input, "name")?, attribute(input, "value").unwrap_or_default()))
            })
            .collect();
        Self { action: attribute(tag, "action").unwrap_or_default(), fields }
    }

    /// The same with this value in this field.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same without this field.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self
    }

    /// A field's value.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

fn path_and_query(url: &Url) -> String {
    url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = tag.find(&format!(" {name}=\"")).map(|at| at + name.len() + 3);
    let start = start.or_else(|| tag.strip_prefix(&format!("{name}=\"")).map(|_| name.len() + 2))?;
    tag[start..].split('"').next().map(unescape)
}

/// The entities that our templates write.
fn unescape(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let (name, behind) = after.split_once(';').unwrap_or(("", after));
        match name {
            "amp" => plain.push('&'),
            "lt" => plain.push('<'),
            "gt" => plain.push('>'),
            "quot" => plain.push('"'),
            "nbsp" => plain.push(' '),
            name => {
                match name.strip_prefix('#').and_then(|code| code.parse().ok()).and_then(char::from_u32) {
                    Some(c) => plain.push(c),
                    None => {
                        plain.push('&');
                        rest = after;
                        continue;
                    }
                }
            }
        }
        rest = behind;
    }
    plain.push_str(rest);
    plain.replace('\u{a0}', " ")
}
