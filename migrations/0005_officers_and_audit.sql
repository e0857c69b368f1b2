-- Agencies and their officers. SQLite changes no constraint in place: accounts is written anew.
pragma defer_foreign_keys = on;

create table agencies (
  id          text primary key,
  -- 统一社会信用代码, GB 32100: what names an agency to every other system.
  credit_code text not null constraint agencies_code_taken unique,
  name_zh     text not null,
  name_en     text not null,
  -- GB/T 2260.
  region      text not null
);

create table accounts_anew (
  id            text primary key,
  login         text not null constraint accounts_login_taken unique,
  name          text not null,
  role          text not null constraint accounts_role
                check (role in ('bidder', 'clerk', 'officer', 'supervisor', 'notary', 'transferor', 'admin')),
  center        text references centers (id),
  agency        text references agencies (id),
  -- JSON list: which steps of a case an officer may do.
  duties        text not null default '[]',
  password_hash text not null,
  disabled      integer not null default 0,
  created_at    integer not null,
  constraint accounts_officer_has_agency check (role <> 'officer' or agency is not null)
);
insert into accounts_anew (id, login, name, role, center, password_hash, disabled, created_at)
  select id, login, name, role, center, password_hash, disabled, created_at from accounts;
drop table accounts;
alter table accounts_anew rename to accounts;

create trigger accounts_clerk_has_center before insert on accounts
when new.role = 'clerk' and new.center is null
begin
  select raise(abort, 'accounts_clerk_has_center');
end;

-- 审计: who did what, each row chained to the one before. Rows are added and never changed.
create table audit (
  n       integer primary key,
  at      integer not null,
  account text,
  role    text,
  action  text not null,
  subject text not null,
  status  integer not null,
  -- Why, where a reason is asked for: a register read, a broken seal.
  purpose text,
  hash    blob not null
);
create index audit_by_account on audit (account, n);

create trigger audit_is_not_changed before update on audit
begin
  select raise(abort, 'audit_is_append_only');
end;
create trigger audit_is_not_erased before delete on audit
begin
  select raise(abort, 'audit_is_append_only');
end;

-- 解封: a bidder's identity before the close is seen by two persons' word, never by one's.
create table unsealings (
  id          text primary key,
  lot         text not null references lots (id),
  reason      text not null,
  asked_by    text not null references accounts (id),
  asked_at    integer not null,
  granted_by  text references accounts (id),
  granted_at  integer,
  constraint unsealings_two_persons check (granted_by is null or granted_by <> asked_by)
);

-- 工作日 data: one year's decree, imported as a whole.
create table calendar_years (
  year        integer primary key,
  decree      text not null,
  -- JSON: days off that would be working days, working days that would be weekends.
  days_off    text not null,
  days_on     text not null,
  imported_at integer not null
);
