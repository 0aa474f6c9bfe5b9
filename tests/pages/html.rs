//! Just enough of HTML to look into our own pages: tags with attributes, and text.

/// A piece of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// An opening tag.
    Open(Tag),
    /// A closing tag.
    Close(String),
    /// Text between tags, entities resolved.
    Text(String),
}

/// An opening tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Name.
    pub name: String,
    /// Attributes with their values, entities resolved.
    pub attributes: Vec<(String, String)>,
}

impl Tag {
    /// Value of an attribute.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Cuts a page into pieces. Panics on what our templates must not produce.
pub fn pieces(page: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        push_text(&mut pieces, &rest[..start]);
        rest = &rest[start + 1..];
        if let Some(after) = rest.strip_prefix('/') {
            let end = after.find('>').expect("a closing tag ends");
            pieces.push(Piece::Close(after[..end].to_owned()));
            rest = &after[end + 1..];
        } else if rest.starts_with('!') {
            rest = &rest[rest.find('>').expect("the doctype ends") + 1..];
        } else {
            let (tag, after) = open_tag(rest);
            pieces.push(Piece::Open(tag));
            rest = after;
        }
    }
    push_text(&mut pieces, rest);
    pieces
}

/// All opening tags.
pub fn tags(page: &str) -> Vec<Tag> {
    pieces(page)
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Open(tag) => Some(tag),
            _ => None,
        })
        .collect()
}

/// Text inside the first element of a name.
pub fn text_of(page: &str, name: &str) -> String {
    let pieces = pieces(page);
    let inside = pieces
        .iter()
        .skip_while(|piece| !matches!(piece, Piece::Open(tag) if tag.name == name))
        .take_while(|piece| !matches!(piece, Piece::Close(closed) if closed == name));
    inside
        .filter_map(|piece| match piece {
            Piece::Text(text) => Some(text.trim()),
            _ => None,
        })
        .collect::<Vec<_>>()
        .join(" ")
}

fn push_text(pieces: &mut Vec<Piece>, text: &str) {
    assert!(!text.contains('>'), "a bare > in the text: {text}");
    if !text.trim().is_empty() {
        pieces.push(Piece::Text(resolve(text)));
    }
}

fn open_tag(rest: &str) -> (Tag, &str) {
    let name_end = rest.find(|c: char| c.is_whitespace() || c == '>' || c == '/').expect("a tag ends");
    let name = rest[..name_end].to_owned();
    assert!(!name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric()), "a strange tag: {name:?}");
    let mut attributes = Vec::new();
    let mut rest = rest[name_end..].trim_start();
    loop {
        if let Some(after) = rest.strip_prefix("/>").or_else(|| rest.strip_prefix('>')) {
            return (Tag { name, attributes }, after);
        }
        let key_end =
            rest.find(|c: char| c.is_whitespace() || c == '=' || c == '>').expect("an attribute ends");
        let key = rest[..key_end].to_owned();
        assert!(
            !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == ':'),
            "a strange attribute in <{name}>: {key:?}"
        );
        rest = &rest[key_end..];
        let mut value = "";
        if let Some(quoted) = rest.strip_prefix("=\"") {
            let end = quoted.find('"').expect("a value ends");
            value = &quoted[..end];
            rest = &quoted[end + 1..];
        } else {
            assert!(!rest.starts_with('='), "an unquoted value in <{name}>");
        }
        attributes.push((key, resolve(value)));
        rest = rest.trim_start();
    }
}

fn resolve(text: &str) -> String {
    [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#60;", "<"),
        ("&#62;", ">"),
    ]
    .into_iter()
    .fold(text.to_owned(), |text, (entity, c)| text.replace(entity, c))
    .replace("&#38;", "&")
    .replace("&amp;", "&")
}
