-- Two persons where one was enough: a bank's keys, 不予退还 at the desk, a new payee for a refund that
-- came back.

-- A bank has several keys, each for its time. The first comes with its registration and needs no second
-- person: no lot can name the bank before two clerks agree to it.
create table bank_keys (
  n               integer primary key,
  bank            text not null references banks (id),
  -- Ed25519.
  public_key      blob not null constraint bank_keys_length check (length(public_key) = 32),
  valid_from      integer not null,
  -- Half-open; nothing: until it is revoked.
  valid_until     integer,
  asked_by        text references accounts (id),
  asked_at        integer not null,
  confirmed_by    text references accounts (id),
  confirmed_at    integer,
  revoke_asked_by text references accounts (id),
  revoke_asked_at integer,
  revoke_reason   text,
  revoked_by      text references accounts (id),
  revoked_at      integer,
  constraint bank_keys_once unique (bank, public_key),
  constraint bank_keys_time check (valid_until is null or valid_until > valid_from),
  constraint bank_keys_two_persons check (confirmed_by is null or confirmed_by <> asked_by),
  constraint bank_keys_two_revoke check (revoked_by is null or revoked_by <> revoke_asked_by)
);
insert into bank_keys (bank, public_key, valid_from, asked_at, confirmed_at)
  select id, public_key, registered_at, registered_at, registered_at from banks;
alter table banks drop column public_key;
create trigger bank_keys_are_not_erased before delete on bank_keys
begin
  select raise(abort, 'bank_keys_are_kept');
end;

-- Our own keys: the public halves, the newest signs.
create table signing_keys (
  public_key blob primary key constraint signing_keys_length check (length(public_key) = 32),
  from_at    integer not null
);

-- 不予退还, asked for by one clerk with the reason and granted by another.
create table deposit_forfeitures (
  n          integer primary key,
  lot        text not null,
  no         integer not null,
  reason     text not null,
  asked_by   text not null references accounts (id),
  asked_at   integer not null,
  granted_by text references accounts (id),
  granted_at integer,
  constraint deposit_forfeitures_once unique (lot, no),
  constraint deposit_forfeitures_application foreign key (lot, no) references applications (lot, no),
  constraint deposit_forfeitures_two_persons check (granted_by is null or granted_by <> asked_by)
);

-- Where a refund that came back goes now: another account of the same name.
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
create unique index refund_payees_one_waits on refund_payees (refund) where checked_by is null;
