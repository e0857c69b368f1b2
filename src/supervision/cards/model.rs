//! 红黄牌: a card's states and moves, pure: who may do what to it, and what it then becomes.

use crate::error::ApiError;
use crate::named::named;

pub const NOTE_CHARS_MAX: usize = 1_000;

named! {
    CardLevel {
        /// 提醒: one working day left, or less.
        Blue "blue";
        /// 黄牌.
        Yellow "yellow";
        /// 红牌.
        Red "red";
    }
}

named! {
    /// What a card is about.
    SubjectOf {
        /// A case of 网上审批.
        Case "case";
        /// A case of 网上执法.
        Enforcement "enforcement";
        /// A supervisor's order.
        Order "order";
    }
}

named! {
    CardReason {
        DueSoon "due_soon";
        /// 催办: others let their limit pass; the unit is to ask them for it.
        OthersLate "others_late";
        StepOver "step_over";
        OverPromised "over_promised";
        OverLegal "over_legal";
        DecidedLate "decided_late";
        /// The yellow card before it was not answered in three working days.
        Unanswered "unanswered";
        /// The confirmed yellow card before it was not put right in time.
        Uncorrected "uncorrected";
        /// A supervisor's order was not answered in its limit.
        OrderUnanswered "order_unanswered";
        /// A supervisor found it: see [`Irregularity`].
        RefusedValid "refused_valid";
        NoReasons "no_reasons";
        IllegalFees "illegal_fees";
        ForwardedLate "forwarded_late";
        NotOnline "not_online";
        Procedure "procedure";
    }
}

named! {
    /// 违规情形: what no clock sees. A supervisor finds it and says how; the card is red.
    Irregularity {
        /// 应受理而不受理.
        RefusedValid "refused_valid";
        /// 不予受理、不予许可而不说明理由.
        NoReasons "no_reasons";
        /// 违法收费.
        IllegalFees "illegal_fees";
        /// 转送延误.
        ForwardedLate "forwarded_late";
        /// 应上网而未上网办理.
        NotOnline "not_online";
        /// 其他违反程序.
        Procedure "procedure";
    }
}

impl Irregularity {
    pub fn reason(self) -> CardReason {
        match self {
            Irregularity::RefusedValid => CardReason::RefusedValid,
            Irregularity::NoReasons => CardReason::NoReasons,
            Irregularity::IllegalFees => CardReason::IllegalFees,
            Irregularity::ForwardedLate => CardReason::ForwardedLate,
            Irregularity::NotOnline => CardReason::NotOnline,
            Irregularity::Procedure => CardReason::Procedure,
        }
    }
}

named! {
    CardState {
        /// Raised; nobody could be told yet.
        Open "open";
        /// The responsible people were told.
        Notified "notified";
        /// 申辩: they have answered.
        Explained "explained";
        /// A supervisor holds to it.
        Confirmed "confirmed";
        /// A supervisor took it back: it does not count.
        Withdrawn "withdrawn";
        /// 整改: what was wrong was put right, they say.
        Corrected "corrected";
        Closed "closed";
    }
}

named! {
    CardAct {
        Notify "notify";
        Explain "explain";
        Confirm "confirm";
        Withdraw "withdraw";
        Correct "correct";
        /// 退回整改: what was put right does not do.
        Return "return";
        Close "close";
        /// The step a reminder was about is done, or its limit has passed.
        Lapse "lapse";
    }
}

/// Whose act it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardActor {
    Platform,
    Responsible,
    Supervisor,
}

impl CardAct {
    pub fn actor(self) -> CardActor {
        match self {
            CardAct::Notify | CardAct::Lapse => CardActor::Platform,
            CardAct::Explain | CardAct::Correct => CardActor::Responsible,
            CardAct::Confirm | CardAct::Withdraw | CardAct::Return | CardAct::Close => CardActor::Supervisor,
        }
    }

    /// Acts that mean nothing without words.
    pub fn needs_words(self) -> bool {
        !matches!(self, CardAct::Notify | CardAct::Close | CardAct::Lapse)
    }
}

/// Where a card stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CardPlace {
    pub level: CardLevel,
    pub state: CardState,
    /// The days to answer are over.
    pub unanswered: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardMisstep {
    NotNow,
    /// A reminder asks for no answer.
    Reminder,
    /// Nobody is held to a card before he was heard, or let the days pass.
    NotHeard,
    NoteMissing,
    NoteTooLong,
}

impl CardMisstep {
    pub fn error(self) -> ApiError {
        let (code, zh, en): (&'static str, _, _) = match self {
            CardMisstep::NotNow => {
                ("CARD_NOT_NOW", "该牌当前状态不能进行此操作", "the card's state does not allow this")
            }
            CardMisstep::Reminder => ("CARD_REMINDER", "提醒无需答复", "a reminder asks for no answer"),
            CardMisstep::NotHeard => (
                "CARD_NOT_HEARD",
                "责任人尚未申辩，期限未满，不能确认",
                "the responsible people have not answered and may still; wait for them",
            ),
            CardMisstep::NoteMissing => ("CARD_NOTE_MISSING", "请写明理由", "give the reason"),
            CardMisstep::NoteTooLong => ("CARD_NOTE_TOO_LONG", "不超过1000字", "at most 1,000 characters"),
        };
        ApiError { code: code.into(), ..ApiError::conflict(zh, en) }
    }
}

/// What the card becomes, or why not. The one table of a card's moves.
pub fn next(place: CardPlace, act: CardAct, note: &str) -> Result<CardState, CardMisstep> {
    if act.needs_words() && note.trim().is_empty() {
        return Err(CardMisstep::NoteMissing);
    }
    if note.chars().count() > NOTE_CHARS_MAX {
        return Err(CardMisstep::NoteTooLong);
    }
    use CardState::{Closed, Confirmed, Corrected, Explained, Notified, Open, Withdrawn};
    if place.level == CardLevel::Blue {
        return match (act, place.state) {
            (CardAct::Notify, Open) => Ok(Notified),
            (CardAct::Lapse, Open | Notified) => Ok(Closed),
            (CardAct::Notify | CardAct::Lapse, _) => Err(CardMisstep::NotNow),
            _ => Err(CardMisstep::Reminder),
        };
    }
    match (act, place.state) {
        (CardAct::Notify, Open) => Ok(Notified),
        (CardAct::Explain, Notified) => Ok(Explained),
        (CardAct::Confirm, Explained) => Ok(Confirmed),
        (CardAct::Confirm, Notified) if place.unanswered => Ok(Confirmed),
        (CardAct::Confirm, Notified) => Err(CardMisstep::NotHeard),
        (CardAct::Withdraw, Open | Notified | Explained) => Ok(Withdrawn),
        (CardAct::Correct, Confirmed) => Ok(Corrected),
        (CardAct::Return, Corrected) => Ok(Confirmed),
        (CardAct::Close, Corrected) => Ok(Closed),
        _ => Err(CardMisstep::NotNow),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every act in every state: what is not named here is refused.
    #[test]
    fn every_move_that_is_not_in_the_table_is_refused() {
        use CardState::{Closed, Confirmed, Corrected, Explained, Notified, Open, Withdrawn};
        let card: &[(CardState, bool, CardAct, CardState)] = &[
            (Open, false, CardAct::Notify, Notified),
            (Open, false, CardAct::Withdraw, Withdrawn),
            (Notified, false, CardAct::Explain, Explained),
            (Notified, false, CardAct::Withdraw, Withdrawn),
            (Notified, true, CardAct::Confirm, Confirmed),
            (Explained, false, CardAct::Confirm, Confirmed),
            (Explained, false, CardAct::Withdraw, Withdrawn),
            (Confirmed, false, CardAct::Correct, Corrected),
            (Corrected, false, CardAct::Return, Confirmed),
            (Corrected, false, CardAct::Close, Closed),
        ];
        let reminder: &[(CardState, bool, CardAct, CardState)] = &[
            (Open, false, CardAct::Notify, Notified),
            (Open, false, CardAct::Lapse, Closed),
            (Notified, false, CardAct::Lapse, Closed),
        ];
        let mut legal = 0;
        for &level in CardLevel::ALL {
            let table = if level == CardLevel::Blue { reminder } else { card };
            for &state in CardState::ALL {
                for unanswered in [false, true] {
                    for &act in CardAct::ALL {
                        let place = CardPlace { level, state, unanswered };
                        let row = table.iter().find(|row| row.0 == state && row.2 == act && (!row.1 || unanswered));
                        assert_eq!(next(place, act, "because").ok(), row.map(|row| row.3), "{place:?} {act:?}");
                        legal += usize::from(row.is_some());
                    }
                }
            }
        }
        assert_eq!(legal, 2 * 3 + 2 * (2 * 9 + 1));
    }

    #[test]
    fn words_are_asked_for_and_nobody_is_condemned_unheard() {
        let place = CardPlace { level: CardLevel::Red, state: CardState::Notified, unanswered: false };
        assert_eq!(next(place, CardAct::Explain, " "), Err(CardMisstep::NoteMissing));
        assert_eq!(next(place, CardAct::Explain, &"长".repeat(1_001)), Err(CardMisstep::NoteTooLong));
        assert_eq!(next(place, CardAct::Confirm, "late"), Err(CardMisstep::NotHeard));
        let blue = CardPlace { level: CardLevel::Blue, ..place };
        assert_eq!(next(blue, CardAct::Explain, "because"), Err(CardMisstep::Reminder));
    }
}
