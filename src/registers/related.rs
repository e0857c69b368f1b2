//! 关联关系: how two legal entities hang together, by the register. Regulations on tendering, article 34: who
//! controls the other, or is managed by the same person, may not bid beside him.

use crate::error::ApiResult;
use crate::registers::fields::Data;
use crate::registers::store::current_record;
use crate::registers::tables::LEGAL_ENTITIES;
use sqlx::SqlitePool;

/// What the relation was measured by; the closest counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// 控股、管理: one of the other.
    Control,
    /// 单位负责人为同一人.
    SameHead,
    /// 同一控制人.
    SameController,
    /// 持股: one of the other.
    Shareholding,
    /// 共同股东.
    SameShareholder,
    /// 同一住所.
    Address,
}

/// A legal entity as the register holds it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// 登记记录: the number of the record that says so.
    pub record: u64,
    code: String,
    data: Data,
}

/// The entity under a credit code, where the register knows it.
pub async fn registered(db: &SqlitePool, code: &str) -> ApiResult<Option<Registered>> {
    let code = code.trim().to_ascii_uppercase();
    let found = current_record(db, LEGAL_ENTITIES.name, &code).await?;
    Ok(found.map(|(record, data)| Registered { record, code, data }))
}

impl Registered {
    fn text(&self, field: &str) -> Option<&str> {
        self.data.get(field).map(|text| text.trim()).filter(|text| !text.is_empty())
    }

    /// 法定代表人, by name.
    pub fn representative(&self) -> Option<&str> {
        self.text("representative")
    }

    /// His identity number.
    pub fn representative_id(&self) -> Option<&str> {
        self.text("representative_id")
    }

    /// Codes or identity numbers of those who hold shares.
    fn shareholders(&self) -> Vec<&str> {
        let listed = self.text("shareholders").unwrap_or_default();
        let apart = |c: char| c.is_whitespace() || matches!(c, ',' | '，' | '、' | ';' | '；');
        listed.split(apart).filter(|code| !code.is_empty()).collect()
    }

    fn answers_to(&self, other: &Registered) -> bool {
        self.text("controller") == Some(&other.code)
    }

    fn is_held_by(&self, other: &Registered) -> bool {
        self.shareholders().contains(&other.code.as_str())
    }

    pub fn relation(&self, other: &Registered) -> Option<Relation> {
        let same = |field| self.text(field).is_some_and(|text| other.text(field) == Some(text));
        let holds = self.shareholders();
        let measured = [
            (Relation::Control, self.answers_to(other) || other.answers_to(self)),
            (Relation::SameHead, same("representative_id")),
            (Relation::SameController, same("controller")),
            (Relation::Shareholding, self.is_held_by(other) || other.is_held_by(self)),
            (Relation::SameShareholder, other.shareholders().iter().any(|code| holds.contains(code))),
            (Relation::Address, same("address")),
        ];
        measured.into_iter().find(|(_, is_so)| *is_so).map(|(relation, _)| relation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entity(code: &str, fields: &[(&str, &str)]) -> Registered {
        let data = fields.iter().map(|(field, text)| (field.to_string(), text.to_string())).collect();
        Registered { record: 1, code: code.into(), data }
    }

    #[test]
    fn the_closest_link_is_told_whoever_asks() {
        type Fields = &'static [(&'static str, &'static str)];
        let cases: [(Fields, Fields, Option<Relation>); 8] = [
            (&[("controller", "B")], &[], Some(Relation::Control)),
            (&[("controller", "C")], &[("controller", "C")], Some(Relation::SameController)),
            (&[("representative_id", "1"), ("address", "x")], &[("representative_id", "1")], Some(Relation::SameHead)),
            (&[("shareholders", "D、B")], &[], Some(Relation::Shareholding)),
            (&[("shareholders", "D E")], &[("shareholders", "F,E")], Some(Relation::SameShareholder)),
            (&[("address", "路1号")], &[("address", "路1号 ")], Some(Relation::Address)),
            (&[("representative", "王伟")], &[("representative", "王伟")], None),
            (&[("controller", ""), ("address", "")], &[("controller", ""), ("address", "")], None),
        ];
        for (mine, theirs, told) in cases {
            let (a, b) = (entity("A", mine), entity("B", theirs));
            assert_eq!(a.relation(&b), told, "{mine:?} {theirs:?}");
            assert_eq!(b.relation(&a), told, "{theirs:?} {mine:?}");
        }
    }
}
