//! What may happen to a receipt or a consistency proof on its way, by mistake or on purpose.

use super::making::{Chance, Fate, Key, Log, Parts, Question, Text, Vector, line, note};
use Fate::{Either, Refused, Valid};
use base64::prelude::*;
use tlog_tiles::Hash;

type ChangeText = fn(&mut Chance, &mut Vec<u8>);

/// A way to damage: the part, or the text once written.
enum Way {
    Part(fn(&mut Chance, &Log, &mut Parts)),
    Bytes(ChangeText),
}
use Way::{Bytes, Part};

const RECEIPT: &[(&str, Fate, Way)] = &[
    // What must go on being valid.
    (
        "a signature of nobody known",
        Valid,
        Part(|chance, _, parts| parts.signatures.push(stranger(chance, &parts.text))),
    ),
    ("the signatures in another order", Valid, Part(|_, _, parts| parts.signatures.reverse())),
    ("the log's signature twice", Valid, Part(|_, _, parts| parts.signatures.push(parts.signatures[0].clone()))),
    ("an extension line, signed", Valid, Part(|_, log, parts| resign(log, parts, |text| text + "扩展 line\n"))),
    // What is in the record.
    ("a bit of the entry", Refused, Part(|chance, _, parts| chance.flip(&mut parts.entry))),
    (
        "another entry's receipt",
        Refused,
        Part(|chance, log, parts| parts.entry = [&log.receipt(chance).entry[..], b" "].concat()),
    ),
    ("no entry", Refused, Bytes(|_, text| edit(text, |text| without_line(text, 1)))),
    (
        "a bit of the path",
        Refused,
        Part(|chance, _, parts| match parts.path.is_empty() {
            true => parts.path.push(Hash(chance.bytes())),
            false => {
                let at = chance.index(parts.path.len());
                chance.flip(&mut parts.path[at].0)
            }
        }),
    ),
    (
        "a hash more",
        Refused,
        Part(|chance, _, parts| {
            let at = chance.index(parts.path.len() + 1);
            parts.path.insert(at, Hash(chance.bytes()));
        }),
    ),
    (
        "a hash fewer",
        Refused,
        Part(|chance, _, parts| match parts.path.is_empty() {
            true => parts.index += 1,
            false => {
                parts.path.remove(chance.index(parts.path.len()));
            }
        }),
    ),
    ("the path turned round", Either, Part(|_, _, parts| parts.path.reverse())),
    ("65 hashes", Refused, Part(|chance, _, parts| parts.path.resize(65, Hash(chance.bytes())))),
    ("another index", Refused, Part(|chance, _, parts| parts.index ^= 1 << chance.below(64))),
    ("an index beyond the tree", Refused, Part(|_, _, parts| parts.index = u64::MAX)),
    // What was signed.
    (
        "a bit of the root",
        Refused,
        Part(|chance, _, parts| {
            rewrite(parts, 2, |root| {
                let mut hash = BASE64_STANDARD.decode(root).expect("a hash");
                chance.flip(&mut hash);
                BASE64_STANDARD.encode(hash)
            })
        }),
    ),
    (
        "another size",
        Refused,
        Part(|_, _, parts| rewrite(parts, 1, |size| (size.parse::<u64>().expect("a size") + 1).to_string())),
    ),
    (
        "another size, signed",
        Refused,
        Part(|_, log, parts| {
            resign(log, parts, |text| {
                let (origin, rest) = text.split_once('\n').expect("lines");
                let (_, root) = rest.split_once('\n').expect("lines");
                format!("{origin}\n{}\n{root}", u64::MAX)
            })
        }),
    ),
    ("another origin", Refused, Part(|_, _, parts| rewrite(parts, 0, |origin| format!("{origin}x")))),
    ("another origin, signed", Refused, Part(|_, log, parts| resign(log, parts, |text| format!("x{text}")))),
    (
        "another tree's checkpoint",
        Refused,
        Part(|chance, _, parts| {
            let other = Log::new(chance, 20).receipt(chance);
            (parts.text, parts.signatures) = (other.text, other.signatures);
        }),
    ),
    ("no root", Refused, Part(|_, log, parts| resign(log, parts, |text| text[..text.len() - 45].into()))),
    ("a blank line in the text, signed", Refused, Part(|_, log, parts| resign(log, parts, |text| text + "\nmore\n"))),
    // Who signed.
    (
        "a bit of the log's signature",
        Refused,
        Part(|chance, _, parts| re_sign_line(parts, 0, |bytes| chance.flip(&mut bytes[4..]))),
    ),
    (
        "a bit of the key's id",
        Refused,
        Part(|chance, _, parts| re_sign_line(parts, 0, |bytes| chance.flip(&mut bytes[..4]))),
    ),
    ("a short signature", Refused, Part(|_, _, parts| re_sign_line(parts, 0, |bytes| bytes.truncate(40)))),
    ("no bytes of a signature", Refused, Part(|_, _, parts| re_sign_line(parts, 0, |bytes| bytes.truncate(4)))),
    (
        "a signature in its second form",
        Refused,
        Part(|_, _, parts| re_sign_line(parts, 0, |bytes| add_order(&mut bytes[36..]))),
    ),
    (
        "a false signature before the true one",
        Refused,
        Part(|chance, _, parts| {
            parts.signatures.insert(0, parts.signatures[0].clone());
            re_sign_line(parts, 0, |bytes| chance.flip(&mut bytes[4..]));
        }),
    ),
    (
        "a false signature after the true one",
        Valid,
        Part(|chance, _, parts| {
            parts.signatures.insert(0, parts.signatures[0].clone());
            re_sign_line(parts, 1, |bytes| chance.flip(&mut bytes[4..]));
        }),
    ),
    (
        "another holder of the name",
        Refused,
        Part(|_, log, parts| parts.signatures[0] = log.impostor.sign(&parts.text, 0)),
    ),
    (
        "another name on the signature",
        Refused,
        Part(|_, log, parts| parts.signatures[0] = parts.signatures[0].replacen(&log.key.name, "other.example", 1)),
    ),
    (
        "a space in the name",
        Refused,
        Part(|_, log, parts| parts.signatures[0] = parts.signatures[0].replacen(&log.key.name, "a b", 1)),
    ),
    (
        "a wide space in a name",
        Refused,
        Part(|chance, _, parts| parts.signatures.push(line("甲\u{3000}乙", &chance.bytes::<68>()))),
    ),
    ("a plus in a name", Refused, Part(|chance, _, parts| parts.signatures.push(line("a+b", &chance.bytes::<68>())))),
    ("no name", Refused, Part(|chance, _, parts| parts.signatures.push(line("", &chance.bytes::<68>())))),
    ("no signature", Refused, Part(|_, _, parts| parts.signatures.clear())),
    (
        "only witnesses' signatures",
        Refused,
        Part(|_, log, parts| {
            parts.signatures = log.witnesses.iter().map(|witness| witness.sign(&parts.text, 1)).collect()
        }),
    ),
    (
        "101 signatures",
        Refused,
        Part(|chance, _, parts| parts.signatures.resize_with(101, || stranger(chance, &parts.text))),
    ),
    (
        "a bit of a cosignature",
        Refused,
        Part(|chance, log, parts| {
            parts.signatures = vec![parts.signatures[0].clone(), log.witnesses[1].sign(&parts.text, 1_800_000_000)];
            re_sign_line(parts, 1, |bytes| chance.flip(&mut bytes[12..]));
        }),
    ),
    (
        "another time in a cosignature",
        Refused,
        Part(|chance, log, parts| {
            parts.signatures = vec![parts.signatures[0].clone(), log.witnesses[0].sign(&parts.text, 1_800_000_000)];
            re_sign_line(parts, 1, |bytes| chance.flip(&mut bytes[4..12]));
        }),
    ),
    (
        "a cosignature of another checkpoint",
        Refused,
        Part(|_, log, parts| {
            parts.signatures = vec![parts.signatures[0].clone(), log.witnesses[0].sign("other\n", 1_800_000_000)]
        }),
    ),
    // How it is written.
    ("a zero before the index", Refused, Bytes(|_, text| edit(text, |text| text.replacen("\nindex ", "\nindex 0", 1)))),
    ("a plus before the index", Refused, Bytes(|_, text| edit(text, |text| text.replacen("\nindex ", "\nindex +", 1)))),
    (
        "an index above 64 bits",
        Refused,
        Bytes(|_, text| edit(text, |text| text.replacen("\nindex ", "\nindex 99999999999999999999", 1))),
    ),
    ("base64 without its end", Refused, Bytes(|_, text| edit(text, |text| text.replacen("=\n\n", "\n\n", 1)))),
    (
        "base64 with spare bits",
        Refused,
        Part(|_, log, parts| {
            resign(log, parts, |text| {
                let (kept, last) = text.split_at(text.len() - 3);
                let last = last.as_bytes()[0];
                format!("{kept}{}=\n", char::from(last + 1))
            })
        }),
    ),
    ("base64 with a space", Refused, Bytes(|_, text| edit(text, |text| text.replacen("extra ", "extra  ", 1)))),
    ("another version", Refused, Bytes(|_, text| edit(text, |text| text.replacen("@v1", "@v2", 1)))),
    ("no first line", Refused, Bytes(|_, text| edit(text, |text| without_line(text, 0)))),
    ("ends of lines of another system", Refused, Bytes(|_, text| edit(text, |text| text.replace('\n', "\r\n")))),
    (
        "the end of a line of another system",
        Refused,
        Bytes(|_, text| edit(text, |text| text.replacen("\nindex", "\r\nindex", 1))),
    ),
    ("a mark before the text", Refused, Bytes(|_, text| edit(text, |text| format!("\u{feff}{text}")))),
    ("a line's end more", Refused, Bytes(|_, text| text.push(b'\n'))),
    ("a line's end fewer", Refused, Bytes(|_, text| text.truncate(text.len() - 1))),
    ("a word more", Refused, Bytes(|_, text| text.extend(b"more\n"))),
    ("nothing", Refused, Bytes(|_, text| text.clear())),
    (
        "a byte that is no text",
        Refused,
        Bytes(|chance, text| {
            let at = chance.index(text.len());
            text[at] = 0xff;
        }),
    ),
    (
        "a sign that is not seen",
        Refused,
        Bytes(|chance, text| {
            let at = chance.index(text.len());
            text[at] = chance.below(9) as u8;
        }),
    ),
    ("cut off", Either, Bytes(|chance, text| text.truncate(chance.index(text.len())))),
    ("a bit", Either, Bytes(|chance, text| chance.flip(text))),
    (
        "two lines changed places",
        Either,
        Bytes(|chance, text| {
            lines(text, |lines| {
                let (a, b) = (chance.index(lines.len()), chance.index(lines.len()));
                lines.swap(a, b);
            })
        }),
    ),
    (
        "a line fewer",
        Either,
        Bytes(|chance, text| {
            lines(text, |lines| {
                lines.remove(chance.index(lines.len()));
            })
        }),
    ),
    (
        "a line twice",
        Either,
        Bytes(|chance, text| {
            lines(text, |lines| {
                let at = chance.index(lines.len());
                lines.insert(at, lines[at]);
            })
        }),
    ),
];

/// Every sixth is left whole; the others go through the ways in turn.
pub fn receipt(chance: &mut Chance, log: &Log, mut parts: Parts, n: usize) -> Vector {
    let (mut done, mut fate, mut after): (_, _, Option<ChangeText>) = ("nothing done", Valid, None);
    if !n.is_multiple_of(6) {
        let way = &RECEIPT[(n - n / 6 - 1) % RECEIPT.len()];
        (done, fate) = (way.0, way.1);
        match way.2 {
            Part(change) => change(chance, log, &mut parts),
            Bytes(change) => after = Some(change),
        }
    }
    let mut text = parts.written().into_bytes();
    if let Some(change) = after {
        change(chance, &mut text);
    }
    // Now and then a witness is not among those we know, and his lines mean nothing.
    let witnesses = if fate == Refused { &log.witnesses[..] } else { &log.witnesses[chance.index(3)..] };
    let witnesses = witnesses.iter().map(Key::public).collect();
    Vector { done, fate, question: Question::Receipt { log: log.key.public(), witnesses, text: Text(text) } }
}

/// Two checkpoints of a log and what lies between them.
struct Pair {
    older: String,
    newer: String,
    path: Vec<Hash>,
}

type PairWay = fn(&mut Chance, &Log, &mut Pair);

const CONSISTENCY: &[(&str, Fate, PairWay)] = &[
    ("a bit of the proof", Refused, |chance, _, pair| match pair.path.is_empty() {
        true => pair.path.push(Hash(chance.bytes())),
        false => {
            let at = chance.index(pair.path.len());
            chance.flip(&mut pair.path[at].0)
        }
    }),
    ("a hash of the proof fewer", Refused, |_, _, pair| {
        if pair.path.pop().is_none() {
            pair.path.push(Hash([0; 32]))
        }
    }),
    ("a hash of the proof more", Refused, |chance, _, pair| pair.path.push(Hash(chance.bytes()))),
    ("the proof turned round", Either, |_, _, pair| pair.path.reverse()),
    ("older and newer changed places", Either, |_, _, pair| std::mem::swap(&mut pair.older, &mut pair.newer)),
    ("another story told before", Refused, |_, log, pair| pair.older = forked(log, &pair.older)),
    ("another story told now", Refused, |_, log, pair| pair.newer = forked(log, &pair.newer)),
    ("two stories of one size", Refused, |_, log, pair| {
        pair.older = forked(log, &pair.newer);
        pair.path.clear();
    }),
    ("the same checkpoint twice", Valid, |_, _, pair| {
        pair.older = pair.newer.clone();
        pair.path.clear();
    }),
    ("a newer one that nobody signed", Refused, |chance, log, pair| {
        let (text, _) = pair.newer.split_once("\n\n").expect("a note");
        let text = format!("{text}\n");
        pair.newer = note(&text, &[stranger(chance, &text), log.witnesses[0].sign(&text, 1)]);
    }),
    ("one checkpoint's byte", Refused, |chance, _, pair| {
        let mut bytes = pair.older.clone().into_bytes();
        let at = chance.index(bytes.len());
        bytes[at] = if bytes[at] == b'7' { b'8' } else { b'7' };
        // A letter of several bytes may break: then the whole is no text, which Latin letters stand for.
        pair.older = String::from_utf8(bytes).unwrap_or_else(|_| "7".into());
    }),
];

pub fn consistency(chance: &mut Chance, log: &Log, n: usize) -> Vector {
    let newer = 1 + chance.below(log.size());
    let older = 1 + chance.below(newer);
    let mut pair =
        Pair { older: log.checkpoint(older), newer: log.checkpoint(newer), path: log.consistency(older, newer) };
    let (mut done, mut fate) = ("nothing done to two checkpoints", Valid);
    if !n.is_multiple_of(3) {
        let way = &CONSISTENCY[(n - n / 3 - 1) % CONSISTENCY.len()];
        (done, fate) = (way.0, way.1);
        (way.2)(chance, log, &mut pair);
    }
    let path = pair.path.iter().map(Hash::to_string).collect();
    let (older, newer) = (Text(pair.older.into_bytes()), Text(pair.newer.into_bytes()));
    Vector { done, fate, question: Question::Consistency { log: log.key.public(), older, newer, path } }
}

/// A checkpoint of the same size with another root, truly signed: what a log shows that tells two stories.
fn forked(log: &Log, checkpoint: &str) -> String {
    let mut lines: Vec<_> = checkpoint.lines().map(str::to_string).collect();
    lines[2] = tlog_tiles::record_hash(lines[2].as_bytes()).to_string();
    let text = format!("{}\n{}\n{}\n", lines[0], lines[1], lines[2]);
    note(&text, &[log.key.sign(&text, 0)])
}

fn stranger(chance: &mut Chance, text: &str) -> String {
    let kind = *chance.one_of(&[1, 4]);
    Key::new(chance, "stranger.example", kind).sign(text, 7)
}

/// The text changed, and signed by the log as it then is.
fn resign(log: &Log, parts: &mut Parts, change: impl FnOnce(String) -> String) {
    parts.text = change(std::mem::take(&mut parts.text));
    parts.signatures = vec![log.key.sign(&parts.text, 0)];
}

/// One line of the text changed, under the old signatures.
fn rewrite(parts: &mut Parts, line: usize, change: impl FnOnce(&str) -> String) {
    let mut lines: Vec<_> = parts.text.lines().map(str::to_string).collect();
    lines[line] = change(&lines[line]);
    parts.text = lines.join("\n") + "\n";
}

fn re_sign_line(parts: &mut Parts, at: usize, change: impl FnOnce(&mut Vec<u8>)) {
    let (name, base64) = parts.signatures[at].trim_start_matches("— ").split_once(' ').expect("a signature line");
    let mut bytes = BASE64_STANDARD.decode(base64).expect("base64");
    change(&mut bytes);
    parts.signatures[at] = line(name, &bytes);
}

fn edit(text: &mut Vec<u8>, change: impl FnOnce(&str) -> String) {
    *text = change(std::str::from_utf8(text).expect("text")).into_bytes();
}

fn lines(text: &mut Vec<u8>, change: impl FnOnce(&mut Vec<&str>)) {
    edit(text, |text| {
        let mut lines: Vec<_> = text.split_inclusive('\n').collect();
        change(&mut lines);
        lines.concat()
    });
}

fn without_line(text: &str, at: usize) -> String {
    text.split_inclusive('\n').enumerate().filter(|(n, _)| *n != at).map(|(_, line)| line).collect()
}

/// Adds the order of the group to the number in a signature: a lax verifier takes the sum too.
fn add_order(number: &mut [u8]) {
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut carry = 0;
    for (digit, order) in number.iter_mut().zip(ORDER) {
        let sum = u16::from(*digit) + u16::from(order) + carry;
        *digit = sum as u8;
        carry = sum >> 8;
    }
}
