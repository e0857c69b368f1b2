-- 竞买保证金: banks, sub-accounts, credits, the ledger, refunds. Amounts are minor units (分).

-- A bank signs what it sends; its public key is registered by the administrator.
create table banks (
  id            text primary key,
  name          text not null,
  -- Whose account the deposits are paid into, as the bidder writes it on his transfer.
  payee         text not null,
  -- Ed25519, 32 bytes.
  public_key    blob not null constraint banks_key_length check (length(public_key) = 32),
  -- Unix ms signed into its last request without a body: a request repeated is older or equal.
  last_asked_at integer not null default 0,
  registered_at integer not null
);

create table deposit_terms (
  lot         text primary key references lots (id),
  bank        text not null references banks (id),
  -- Money booked at this moment still counts.
  deadline_at integer not null
);
create trigger deposit_terms_are_frozen_when_added before insert on deposit_terms
when (select status from lots where id = new.lot) = 'published'
begin
  select raise(abort, 'deposit_terms_frozen');
end;
create trigger deposit_terms_are_frozen_when_changed before update on deposit_terms
when (select status from lots where id = old.lot) = 'published'
begin
  select raise(abort, 'deposit_terms_frozen');
end;
create trigger deposit_terms_are_frozen_when_erased before delete on deposit_terms
when (select status from lots where id = old.lot) = 'published'
begin
  select raise(abort, 'deposit_terms_frozen');
end;

-- 子账号: one for each application, never used again.
create table deposit_accounts (
  number        text primary key,
  lot           text not null references lots (id),
  no            integer not null,
  bank          text not null references banks (id),
  payer_name    text not null,
  payer_account text not null,
  required      integer not null constraint deposit_accounts_required check (required > 0),
  deadline_at   integer not null,
  state         text not null constraint deposit_accounts_state check (state in
                ('issued', 'credited', 'held', 'earnest', 'refund_due', 'refund_sent', 'refunded', 'forfeited', 'closed')),
  opened_at     integer not null,
  -- Why it was forfeited.
  reason        text,
  constraint deposit_accounts_once unique (lot, no),
  constraint deposit_accounts_application foreign key (lot, no) references applications (lot, no),
  constraint deposit_accounts_forfeit_reason check (state <> 'forfeited' or reason is not null)
);

-- What a bank told us, by its own reference. The verdict is given once.
create table deposit_credits (
  n             integer primary key,
  bank          text not null references banks (id),
  reference     text not null,
  -- SHA-256 of what was told: the same reference with other words is an alarm.
  fingerprint   blob not null,
  message       text not null,
  account       text not null,
  amount        integer not null constraint deposit_credits_amount check (amount > 0),
  credited_at   integer not null,
  payer_name    text not null,
  payer_account text not null,
  verdict       text not null constraint deposit_credits_verdict check (verdict in
                ('counted', 'late', 'wrong_payer', 'unknown_account', 'closed_account')),
  received_at   integer not null,
  constraint deposit_credits_once unique (bank, reference)
);
create index deposit_credits_by_account on deposit_credits (account);
create trigger deposit_credits_are_not_changed before update on deposit_credits
begin
  select raise(abort, 'deposit_credits_is_append_only');
end;
create trigger deposit_credits_are_not_erased before delete on deposit_credits
begin
  select raise(abort, 'deposit_credits_is_append_only');
end;

-- A message is answered by its first hearing.
create table bank_messages (
  bank        text not null references banks (id),
  message     text not null,
  digest      blob not null,
  received_at integer not null,
  primary key (bank, message)
);

-- What a bank sent that cannot be: kept for supervision.
create table bank_alarms (
  n         integer primary key,
  bank      text not null,
  reference text not null,
  code      text not null,
  at        integer not null
);

-- The ledger. A row debits one account and credits another by the same sum: a row that does not sum to
-- zero cannot be written.
create table deposit_transfers (
  n      integer primary key,
  at     integer not null,
  kind   text not null,
  debit  text not null constraint deposit_transfers_debit
         check (debit in ('bank', 'held', 'suspense', 'payable', 'earnest', 'forfeited')),
  credit text not null constraint deposit_transfers_credit
         check (credit in ('bank', 'held', 'suspense', 'payable', 'earnest', 'forfeited')),
  amount integer not null constraint deposit_transfers_amount check (amount > 0),
  -- The sub-account it is about, where there is one.
  account text,
  -- What caused it; the same cause moves money once.
  cause  text not null,
  constraint deposit_transfers_two_accounts check (debit <> credit),
  constraint deposit_transfers_once unique (cause, kind)
);
create index deposit_transfers_by_account on deposit_transfers (account);
create trigger deposit_transfers_are_not_changed before update on deposit_transfers
begin
  select raise(abort, 'deposit_transfers_is_append_only');
end;
create trigger deposit_transfers_are_not_erased before delete on deposit_transfers
begin
  select raise(abort, 'deposit_transfers_is_append_only');
end;

-- Debits are positive. Balances are sums of these and are kept nowhere.
create view deposit_postings as
  select n, debit as ledger, amount, account, at from deposit_transfers
  union all
  select n, credit as ledger, -amount as amount, account, at from deposit_transfers;

-- pain.001 batches, numbered for each bank from 1.
create table refund_batches (
  bank     text not null references banks (id),
  no       integer not null,
  message  text not null unique,
  xml      text not null,
  made_at  integer not null,
  primary key (bank, no)
);

create table refunds (
  id          text primary key,
  bank        text not null references banks (id),
  account     text references deposit_accounts (number),
  -- The credit given back, where it is not the deposit itself.
  credit      integer references deposit_credits (n),
  amount      integer not null constraint refunds_amount check (amount > 0),
  to_name     text not null,
  to_account  text not null,
  reason      text not null constraint refunds_reason check (reason in ('lost', 'late', 'wrong_payer', 'suspense')),
  due_at      integer not null,
  promised_at integer not null,
  state       text not null constraint refunds_state
              check (state in ('due', 'made', 'checked', 'sent', 'paid', 'returned')),
  made_by     text references accounts (id),
  made_at     integer,
  checked_by  text references accounts (id),
  checked_at  integer,
  batch       integer,
  -- Which try it is: a refund that came back goes out under a new EndToEndId.
  attempt     integer not null default 0,
  settled_at  integer,
  -- Nobody checks the refund he made.
  constraint refunds_two_persons check (checked_by is null or checked_by <> made_by),
  constraint refunds_checked_before_sent check
    (state not in ('checked', 'sent', 'paid', 'returned') or (made_by is not null and checked_by is not null)),
  constraint refunds_one_credit unique (credit)
);
create unique index refunds_one_deposit on refunds (account) where credit is null;
create index refunds_by_state on refunds (state, due_at);
