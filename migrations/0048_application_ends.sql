-- 撤回与不予受理: an application without a paddle can end before its lot does, and its deposit goes back.

create table application_ends (
  lot    text not null,
  no     integer not null,
  how    text not null constraint application_ends_how check (how in ('withdrawn', 'refused')),
  -- Why the desk refused it; its bidder reads it.
  reason text,
  by     text not null references accounts (id),
  at     integer not null,
  primary key (lot, no),
  constraint application_ends_application foreign key (lot, no) references applications (lot, no),
  constraint application_ends_reason check ((how = 'refused') = (reason is not null))
) strict;
create trigger application_ends_are_not_changed before update on application_ends
begin
  select raise(abort, 'application_ends_is_append_only');
end;
create trigger application_ends_are_not_erased before delete on application_ends
begin
  select raise(abort, 'application_ends_is_append_only');
end;

-- The floor has been asked for a paddle: from then on the application cannot end but by the lot's end. The
-- floor's record is another file than these tables.
alter table applications add column seat_asked_at integer;

-- Open sub-accounts are looked through after every close.
create index deposit_accounts_open on deposit_accounts (lot) where state in ('issued', 'credited', 'held');

-- Two more reasons for a refund. SQLite changes no constraint in place; what refers to the table is set aside.
create table refund_payees_kept as select * from refund_payees;
drop table refund_payees;
create table refunds_anew (
  id          text primary key,
  bank        text not null references banks (id),
  account     text references deposit_accounts (number),
  credit      integer references deposit_credits (n),
  amount      integer not null constraint refunds_amount check (amount > 0),
  to_name     text not null,
  to_account  text not null,
  reason      text not null constraint refunds_reason
              check (reason in ('lost', 'late', 'wrong_payer', 'suspense', 'withdrawn', 'refused')),
  due_at      integer not null,
  promised_at integer not null,
  state       text not null constraint refunds_state
              check (state in ('due', 'made', 'checked', 'sent', 'paid', 'returned', 'withdrawn')),
  made_by     text references accounts (id),
  made_at     integer,
  checked_by  text references accounts (id),
  checked_at  integer,
  batch       integer,
  attempt     integer not null default 0,
  settled_at  integer,
  return_code text,
  constraint refunds_two_persons check (checked_by is null or checked_by <> made_by),
  constraint refunds_checked_before_sent check
    (state not in ('checked', 'sent', 'paid', 'returned') or (made_by is not null and checked_by is not null)),
  constraint refunds_one_credit unique (credit)
);
insert into refunds_anew (id, bank, account, credit, amount, to_name, to_account, reason, due_at, promised_at, state,
    made_by, made_at, checked_by, checked_at, batch, attempt, settled_at, return_code)
  select id, bank, account, credit, amount, to_name, to_account, reason, due_at, promised_at, state,
    made_by, made_at, checked_by, checked_at, batch, attempt, settled_at, return_code from refunds;
drop table refunds;
alter table refunds_anew rename to refunds;
create unique index refunds_one_deposit on refunds (account) where credit is null;
create index refunds_by_state on refunds (state, due_at);
create table refund_payees (
  n          integer primary key,
  refund     text not null references refunds (id),
  to_account text not null,
  reason     text not null,
  entered_by text not null references accounts (id),
  entered_at integer not null,
  checked_by text references accounts (id),
  checked_at integer,
  constraint refund_payees_two_persons check (checked_by is null or checked_by <> entered_by)
);
insert into refund_payees (n, refund, to_account, reason, entered_by, entered_at, checked_by, checked_at)
  select n, refund, to_account, reason, entered_by, entered_at, checked_by, checked_at from refund_payees_kept;
drop table refund_payees_kept;
create unique index refund_payees_one_waits on refund_payees (refund) where checked_by is null;
