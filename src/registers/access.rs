//! Who reads what of a register. Pure.

use crate::registers::fields::{Field, Register};
use crate::security::model::{Duty, Role};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Somebody at a register's door.
#[derive(Debug, Clone)]
pub struct Visitor {
    pub account: Uuid,
    pub role: Role,
    pub agency: Option<Uuid>,
    pub duties: Vec<Duty>,
}

impl Visitor {
    pub fn is_of(&self, owner: Option<Uuid>) -> bool {
        self.role == Role::Officer && owner.is_some() && self.agency == owner
    }

    /// 数据管理员: imports, decides on requests, and sees who read what.
    pub fn answers_for(&self, owner: Option<Uuid>) -> bool {
        self.is_of(owner) && self.duties.contains(&Duty::OwnData)
    }

    /// The fields this visitor may read: the owner's officers all of them, others what was granted,
    /// everybody what is published by law. Supervision sees what is not personal.
    pub fn readable(
        &self,
        register: &Register,
        owner: Option<Uuid>,
        granted: &BTreeSet<String>,
    ) -> Vec<&'static Field> {
        let may = |field: &Field| match self.role {
            Role::Officer => register.open || self.is_of(owner) || granted.contains(field.name),
            Role::Supervisor => !field.personal,
            _ => false,
        };
        register.fields.iter().filter(|field| may(field)).collect()
    }
}

/// What is shown for the purpose given: without one, nothing personal.
pub fn shown(readable: &[&'static Field], purpose: Option<&str>) -> Vec<&'static Field> {
    readable.iter().copied().filter(|field| purpose.is_some() || !field.personal).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registers::tables::register;

    #[test]
    fn fields_are_read_by_their_owner_by_grant_or_by_law() {
        let (own, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let visitor = |role, agency| Visitor { account: Uuid::nil(), role, agency, duties: vec![Duty::OwnData] };
        let granted: BTreeSet<String> = ["name".to_string()].into();
        let none = BTreeSet::new();
        let officer = |agency| visitor(Role::Officer, Some(agency));
        for (who, name, owner, granted, expected) in [
            (officer(own), "population", Some(own), &none, 6),
            (officer(other), "population", Some(own), &none, 0),
            (officer(other), "population", Some(own), &granted, 1),
            (officer(other), "population", None, &none, 0),
            (officer(other), "regulations", None, &none, 9),
            (visitor(Role::Supervisor, None), "population", Some(own), &granted, 2),
            (visitor(Role::Supervisor, Some(own)), "population", Some(own), &none, 2),
            (visitor(Role::Clerk, None), "regulations", None, &none, 0),
            (visitor(Role::Admin, None), "population", None, &granted, 0),
        ] {
            let fields = who.readable(register(name).expect("a register"), owner, granted);
            assert_eq!(fields.len(), expected, "{who:?} {name}");
            assert!(shown(&fields, None).iter().all(|field| !field.personal));
            assert_eq!(shown(&fields, Some("a case")).len(), expected);
        }
        assert!(officer(own).answers_for(Some(own)) && !officer(other).answers_for(Some(own)));
        assert!(!officer(own).answers_for(None), "nobody answers for what nobody owns");
        let without = Visitor { duties: vec![Duty::Receive], ..officer(own) };
        assert!(without.is_of(Some(own)) && !without.answers_for(Some(own)));
    }
}
