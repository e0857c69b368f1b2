//! An XML document as a tree of names and texts: no attributes but those asked for, no entities of its
//! own making, and bounds on all that grows.

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

/// ISO 20022 nests some fifteen deep.
const DEPTH_MAX: usize = 32;
/// A thousand credits are some 40,000 elements.
const ELEMENTS_MAX: usize = 100_000;

#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Element {
    pub name: String,
    pub text: String,
    /// The `Ccy` of an amount, the `xmlns` of a document.
    attributes: Vec<(String, String)>,
    children: Vec<Element>,
}

impl Element {
    fn of(start: &BytesStart) -> Result<Element, String> {
        let mut element = Element { name: start.local_name().into_inner().to_string(), ..Element::default() };
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|fault| fault.to_string())?;
            let value = unescape(&attribute.value).map_err(|fault| fault.to_string())?;
            element.attributes.push((attribute.key.into_inner().to_string(), value.into_owned()));
        }
        Ok(element)
    }

    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first element at the end of a path such as `GrpHdr/MsgId`.
    pub fn at(&self, path: &str) -> Option<&Element> {
        path.split('/').try_fold(self, |element, name| element.children.iter().find(|child| child.name == name))
    }

    pub fn text_at(&self, path: &str) -> Option<&str> {
        self.at(path).map(|element| element.text.as_str()).filter(|text| !text.is_empty())
    }
}

/// The root of a document in `namespace`, whatever prefix its writer gave it.
pub fn read(text: &str) -> Result<(Element, String), String> {
    let mut reader = Reader::from_str(text);
    let (mut open, mut elements) = (Vec::<Element>::new(), 0);
    loop {
        match reader.read_event().map_err(|fault| fault.to_string())? {
            Event::Start(start) => {
                elements += 1;
                if open.len() >= DEPTH_MAX || elements > ELEMENTS_MAX {
                    return Err("too deep or too many elements".into());
                }
                open.push(Element::of(&start)?);
            }
            Event::Empty(start) => {
                elements += 1;
                if elements > ELEMENTS_MAX {
                    return Err("too many elements".into());
                }
                let parent = open.last_mut().ok_or("an empty document")?;
                parent.children.push(Element::of(&start)?);
            }
            Event::End(_) => {
                let mut done = open.pop().ok_or("an end without a start")?;
                done.text = unescape(done.text.trim()).map_err(|fault| fault.to_string())?.into_owned();
                match open.last_mut() {
                    Some(parent) => parent.children.push(done),
                    None => {
                        let namespace = namespace(&done).ok_or("the root has no namespace")?.to_string();
                        return Ok((done, namespace));
                    }
                }
            }
            // Kept as it is written, and read once the element is whole.
            Event::Text(part) => push(&mut open, &part),
            Event::GeneralRef(part) => push(&mut open, &format!("&{};", &*part)),
            Event::CData(part) => push(&mut open, &quick_xml::escape::escape(&*part)),
            Event::DocType(_) => return Err("a document type is not taken".into()),
            Event::Eof => return Err("the document ends too soon".into()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

fn push(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

fn namespace(root: &Element) -> Option<&str> {
    let plain = root.attribute("xmlns");
    let prefixed =
        || root.attributes.iter().find(|(name, _)| name.starts_with("xmlns:")).map(|(_, value)| value.as_str());
    plain.or_else(prefixed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_whole_and_by_path() {
        let (root, namespace) = read(
            "<?xml version=\"1.0\"?><n:Document xmlns:n=\"urn:x\"><n:A><n:B Ccy=\"CNY\"> 甲&amp;乙&#33; </n:B>\
             <n:B><![CDATA[<c>]]></n:B><n:C/></n:A></n:Document>",
        )
        .expect("sound");
        assert_eq!(namespace, "urn:x");
        assert_eq!(root.text_at("A/B"), Some("甲&乙!"));
        assert_eq!(root.at("A/B").and_then(|b| b.attribute("Ccy")), Some("CNY"));
        assert_eq!(root.at("A").expect("A").all("B").nth(1).map(|b| b.text.as_str()), Some("<c>"));
        assert_eq!(root.text_at("A/C"), None);
        assert_eq!(root.text_at("A/D/E"), None);
    }

    #[test]
    fn what_could_hurt_is_refused() {
        let deep = "<a xmlns='x'>".repeat(DEPTH_MAX + 1);
        for wrong in [
            "",
            "text",
            "<a/>",
            "<a>",
            "<a></b>",
            "<a></a>",
            "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a xmlns='x'>&e;</a>",
            "<a xmlns='x'>&unknown;</a>",
            deep.as_str(),
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        let wide = format!("<a xmlns='x'>{}</a>", "<b/>".repeat(ELEMENTS_MAX));
        assert!(read(&wide).is_err());
    }
}
