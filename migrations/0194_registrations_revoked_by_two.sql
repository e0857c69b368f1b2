-- 撤销登记 by two: one officer proposes it in the case's timeline, another confirms what he read. Its bidder is told with
-- the reason and his rights, in the same transaction; what he is told may be about a case instead of a lot.
alter table registration_revocations add column proposed_by text references accounts (id)
  constraint registration_revocations_two_persons check (proposed_by is null or proposed_by <> revoked_by);
create trigger registration_revocations_are_proposed before insert on registration_revocations
when new.proposed_by is null
begin
  select raise(abort, 'registration_revocations_two_persons');
end;

create table bidder_messages_anew (
  id      integer primary key autoincrement,
  account text not null references accounts (id),
  lot     text references lots (id),
  case_id text references cases (id),
  at      integer not null,
  zh      text not null,
  en      text not null,
  constraint bidder_messages_about_one check ((lot is null) <> (case_id is null))
);
insert into bidder_messages_anew (id, account, lot, at, zh, en)
  select id, account, lot, at, zh, en from bidder_messages;
drop table bidder_messages;
alter table bidder_messages_anew rename to bidder_messages;
create index bidder_messages_by_account on bidder_messages (account, id);

create trigger registration_revocations_are_told after insert on registration_revocations
begin
  insert into bidder_messages (account, case_id, at, zh, en)
  select c.applicant, c.id, new.revoked_at,
    '您的竞买人登记（' || c.no || '）已被撤销。理由：' || new.reason ||
      '。如不服，可自收到本通知之日起六十日内申请行政复议，或者六个月内提起行政诉讼；也可以重新办理登记。已取得的号牌不受影响。',
    'your registration as a bidder (' || c.no || ') was revoked. reason: ' || new.reason ||
      '. you may ask for administrative reconsideration within sixty days of this notice, or go to court within six months; you may also register anew. paddles you hold stand'
  from cases c where c.id = new.case_id;
end;

-- Who may confirm it is told that it waits: nothing else of a decided case comes to anybody's desk.
create trigger case_events_tell_of_revocations after insert on case_events when new.act = 'propose_revocation'
begin
  insert into desk_messages (account, at, zh, en, path)
  select a.id, new.at, '竞买人登记' || c.no || '拟予撤销，待您确认或不予撤销。',
    'the registration ' || c.no || ' is proposed to be revoked: confirm or refuse it', '/cases/' || c.id
  from cases c join accounts a on a.agency = c.agency
  where c.id = new.case_id and a.role = 'officer' and a.disabled = 0 and a.id <> new.by
    and exists (select 1 from json_each(a.duties) where value = 'decide');
end;
