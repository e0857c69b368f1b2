//! Reads the words back out of a PDF as a reader's program would: by each font's own ToUnicode map, in the
//! order they are drawn. It knows no more of PDF than our own files hold.

use flate2::read::ZlibDecoder;
use std::collections::HashMap;
use std::io::Read;

/// Object number → its dictionary and, inflated, its stream.
struct File(HashMap<u32, (String, Vec<u8>)>);

fn find(bytes: &[u8], from: usize, needle: &[u8]) -> Option<usize> {
    bytes[from..].windows(needle.len()).position(|window| window == needle).map(|at| from + at)
}

impl File {
    fn read(bytes: &[u8]) -> File {
        let (mut objects, mut at) = (HashMap::new(), 0);
        while let Some(begin) = find(bytes, at, b" 0 obj\n") {
            let line = bytes[..begin].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
            let number = std::str::from_utf8(&bytes[line..begin]).ok().and_then(|text| text.parse().ok());
            let end = find(bytes, begin, b"\nendobj").expect("an object ends");
            let body = &bytes[begin + 7..end];
            let (head, stream) = match find(body, 0, b"\nstream\n") {
                Some(cut) => (&body[..cut], &body[cut + 8..body.len() - b"\nendstream".len()]),
                None => (body, &[][..]),
            };
            let mut inflated = Vec::new();
            let _ = ZlibDecoder::new(stream).read_to_end(&mut inflated);
            objects.insert(number.expect("a number"), (String::from_utf8_lossy(head).into_owned(), inflated));
            at = end;
        }
        File(objects)
    }

    fn stream(&self, object: u32) -> String {
        self.0[&object].1.iter().map(|byte| *byte as char).collect()
    }
}

/// The object a key of a dictionary refers to.
fn refers(dictionary: &str, key: &str) -> Option<u32> {
    let rest = dictionary.split(key).nth(1)?.trim_start_matches(['[', ' ']);
    rest.split(' ').next()?.parse().ok()
}

fn hex16(text: &str) -> Vec<u16> {
    let digits: Vec<char> = text.chars().filter(char::is_ascii_hexdigit).collect();
    digits.chunks(4).map(|four| u16::from_str_radix(&four.iter().collect::<String>(), 16).expect("hex")).collect()
}

/// `<0001> <4E2D>`, and ranges of three.
fn to_unicode(map: &str) -> HashMap<u16, String> {
    let mut known = HashMap::new();
    for (kind, fields) in [("bfchar", 2), ("bfrange", 3)] {
        for block in map.split(&format!("begin{kind}")).skip(1) {
            let block = block.split(&format!("end{kind}")).next().expect("a block");
            let words: Vec<Vec<u16>> = block.split('<').skip(1).map(hex16).collect();
            for row in words.chunks(fields) {
                let last = row[fields - 2][0];
                for (nth, glyph) in (row[0][0]..=last).enumerate() {
                    let mut text = row[fields - 1].clone();
                    *text.last_mut().expect("a character") += nth as u16;
                    known.insert(glyph, String::from_utf16(&text).expect("text"));
                }
            }
        }
    }
    known
}

/// The bytes of the strings shown by one TJ, whichever way they are written.
fn shown(operand: &str) -> Vec<u8> {
    let (mut bytes, mut chars) = (Vec::new(), operand.chars().peekable());
    while let Some(c) = chars.next() {
        match c {
            '<' => {
                let digits: String = chars.by_ref().take_while(|c| *c != '>').collect();
                bytes.extend(hex16(&digits).into_iter().flat_map(u16::to_be_bytes));
            }
            '(' => {
                let mut depth = 1;
                while let Some(c) = chars.next() {
                    match c {
                        '\\' => {
                            let escaped = chars.next().expect("an escape");
                            bytes.push(match escaped {
                                'n' => b'\n',
                                'r' => b'\r',
                                't' => b'\t',
                                'b' => 8,
                                'f' => 12,
                                '0'..='7' => {
                                    let mut octal = escaped.to_string();
                                    while octal.len() < 3 && chars.peek().is_some_and(|c| ('0'..='7').contains(c)) {
                                        octal.extend(chars.next());
                                    }
                                    u8::from_str_radix(&octal, 8).expect("octal")
                                }
                                other => other as u8,
                            });
                            continue;
                        }
                        '(' => depth += 1,
                        ')' => depth -= 1,
                        _ => {}
                    }
                    if depth == 0 {
                        break;
                    }
                    bytes.push(c as u8);
                }
            }
            _ => {}
        }
    }
    bytes
}

/// The words of each page, a line for each piece of text drawn.
pub fn pages(bytes: &[u8]) -> Vec<String> {
    let file = File::read(bytes);
    let mut pages: Vec<&u32> = file.0.keys().filter(|number| file.0[number].0.contains("/Type/Page/")).collect();
    pages.sort();
    let page = |number: &&u32| {
        let head = &file.0[number].0;
        let resources = &file.0[&refers(head, "/Resources ").expect("resources")].0;
        let content = file.stream(refers(head, "/Contents ").expect("content"));
        let mut lines = Vec::new();
        for text in content.split("BT ").skip(1) {
            // Nothing but the end of a text stands after this on a line of its own.
            let text = text.split("\nET\n").next().expect("a text");
            let name = text.split('/').nth(1).and_then(|rest| rest.split(' ').next()).expect("a font");
            let font = refers(resources, &format!("/{name} ")).expect("a font");
            let known = to_unicode(&file.stream(refers(&file.0[&font].0, "/ToUnicode ").expect("a map")));
            let (_, operand) = text.split_once("Tm").expect("a place");
            let glyphs = shown(operand);
            let glyphs = glyphs.chunks(2).map(|two| u16::from_be_bytes([two[0], two[1]]));
            lines.push(glyphs.map(|glyph| known[&glyph].as_str()).collect::<String>());
        }
        lines.join("\n")
    };
    pages.iter().map(page).collect()
}

/// Without what stands at the foot of every page: its number and whose page it is.
pub fn without_foot(page: &str) -> String {
    let lines: Vec<&str> = page.lines().collect();
    lines[..lines.len() - 2].join("\n")
}

pub fn text(bytes: &[u8]) -> String {
    pages(bytes).join("\n")
}
