-- 冲正 and 银行报警: what a bank takes back, and who answered for what it said. SQLite changes no
-- constraint in place: three tables are written anew; nothing refers to them.

-- A credit taken back, by the credit it names; told before its credit, it waits for it.
create table deposit_reversals (
  n                integer primary key,
  bank             text not null references banks (id),
  -- The credit's own reference.
  credit_reference text not null,
  -- The reversal's.
  reference        text not null,
  fingerprint      blob not null,
  message          text not null,
  amount           integer not null constraint deposit_reversals_amount check (amount > 0),
  booked_at        integer not null,
  received_at      integer not null,
  -- When its money moved; nothing while it waits.
  taken_at         integer,
  constraint deposit_reversals_once unique (bank, credit_reference)
);
create trigger deposit_reversals_are_not_erased before delete on deposit_reversals
begin
  select raise(abort, 'deposit_reversals_are_kept');
end;

-- A credit and whether it was taken back: asked by everybody who shows credits.
create view deposit_credits_told as
  select c.*, exists (
    select 1 from deposit_reversals v
    where v.bank = c.bank and v.credit_reference = c.reference and v.taken_at is not null
  ) as reversed
  from deposit_credits c;

-- One more account: 应收, what the bank took back after we had paid it out.
drop view deposit_postings;
create table deposit_transfers_anew (
  n      integer primary key,
  at     integer not null,
  kind   text not null,
  debit  text not null constraint deposit_transfers_debit
         check (debit in ('bank', 'held', 'suspense', 'payable', 'earnest', 'forfeited', 'claims')),
  credit text not null constraint deposit_transfers_credit
         check (credit in ('bank', 'held', 'suspense', 'payable', 'earnest', 'forfeited', 'claims')),
  amount integer not null constraint deposit_transfers_amount check (amount > 0),
  account text,
  cause  text not null,
  constraint deposit_transfers_two_accounts check (debit <> credit),
  constraint deposit_transfers_once unique (cause, kind)
);
insert into deposit_transfers_anew (n, at, kind, debit, credit, amount, account, cause)
  select n, at, kind, debit, credit, amount, account, cause from deposit_transfers;
drop table deposit_transfers;
alter table deposit_transfers_anew rename to deposit_transfers;
create index deposit_transfers_by_account on deposit_transfers (account);
create trigger deposit_transfers_are_not_changed before update on deposit_transfers
begin
  select raise(abort, 'deposit_transfers_is_append_only');
end;
create trigger deposit_transfers_are_not_erased before delete on deposit_transfers
begin
  select raise(abort, 'deposit_transfers_is_append_only');
end;
create view deposit_postings as
  select n, debit as ledger, amount, account, at from deposit_transfers
  union all
  select n, credit as ledger, -amount as amount, account, at from deposit_transfers;

-- A refund whose money was taken back before it went out is withdrawn.
create table refunds_anew (
  id          text primary key,
  bank        text not null references banks (id),
  account     text references deposit_accounts (number),
  credit      integer references deposit_credits (n),
  amount      integer not null constraint refunds_amount check (amount > 0),
  to_name     text not null,
  to_account  text not null,
  reason      text not null constraint refunds_reason check (reason in ('lost', 'late', 'wrong_payer', 'suspense')),
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
  -- The bank's reason code for the last return (ISO 20022 ExternalStatusReason).
  return_code text,
  constraint refunds_two_persons check (checked_by is null or checked_by <> made_by),
  constraint refunds_checked_before_sent check
    (state not in ('checked', 'sent', 'paid', 'returned') or (made_by is not null and checked_by is not null)),
  constraint refunds_one_credit unique (credit)
);
insert into refunds_anew (id, bank, account, credit, amount, to_name, to_account, reason, due_at, promised_at, state,
    made_by, made_at, checked_by, checked_at, batch, attempt, settled_at)
  select id, bank, account, credit, amount, to_name, to_account, reason, due_at, promised_at, state,
    made_by, made_at, checked_by, checked_at, batch, attempt, settled_at from refunds;
drop table refunds;
alter table refunds_anew rename to refunds;
create unique index refunds_one_deposit on refunds (account) where credit is null;
create index refunds_by_state on refunds (state, due_at);

-- An alarm is answered by a person and closed by another.
create table bank_alarms_anew (
  n            integer primary key,
  bank         text not null,
  -- The message, credit or refund it is about, by the bank's name for it.
  reference    text not null,
  code         text not null,
  -- The sub-account, where it is one of ours.
  account      text,
  amount       integer,
  at           integer not null,
  state        text not null default 'open' constraint bank_alarms_state check (state in ('open', 'explained', 'closed')),
  explanation  text,
  explained_by text references accounts (id),
  explained_at integer,
  closed_by    text references accounts (id),
  closed_at    integer,
  constraint bank_alarms_explained check
    (state = 'open' or (explanation is not null and explained_by is not null and explained_at is not null)),
  constraint bank_alarms_closed check (state <> 'closed' or (closed_by is not null and closed_at is not null)),
  constraint bank_alarms_two_persons check (closed_by is null or closed_by <> explained_by)
);
insert into bank_alarms_anew (n, bank, reference, code, at) select n, bank, reference, lower(code), at from bank_alarms;
drop table bank_alarms;
alter table bank_alarms_anew rename to bank_alarms;
create index bank_alarms_by_state on bank_alarms (state, n);
create trigger bank_alarms_are_not_erased before delete on bank_alarms
begin
  select raise(abort, 'bank_alarms_are_kept');
end;
