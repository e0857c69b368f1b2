-- Accounts are switched off and on with a reason, and given a new password by two persons.

-- How often the account's sessions were ended: a token tells under which number it was issued.
alter table accounts add column sessions integer not null default 0;
alter table accounts add column disabled_reason text;
alter table accounts add column disabled_at integer;
create index accounts_by_name on accounts (name);

create table credential_resets (
  id         text primary key,
  account    text not null references accounts (id),
  reason     text not null,
  asked_by   text not null references accounts (id),
  asked_at   integer not null,
  granted_by text references accounts (id),
  granted_at integer,
  -- SHA-256 of the code: a copy of this file sets nobody's password.
  code_hash  blob unique,
  expires_at integer,
  used_at    integer,
  constraint credential_resets_two_persons check (granted_by is null or granted_by <> asked_by),
  constraint credential_resets_granted check (granted_at is null or (code_hash is not null and expires_at is not null))
);
create unique index credential_resets_one_waits on credential_resets (account) where granted_by is null;
