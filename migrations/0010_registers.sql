-- 九大数据库. One table holds the rows of all nine; what a row may hold is said in the server's tables.

-- Which agency answers for a register.
create table register_owners (
  register text primary key,
  agency   text not null references agencies (id),
  set_by   text not null references accounts (id),
  set_at   integer not null
);

-- An import is a job: pages read its progress here.
create table register_imports (
  id           text primary key,
  register     text not null,
  source       text not null,
  sha256       text not null,
  take_good    integer not null,
  dry_run      integer not null,
  status       text not null constraint register_imports_status check
               (status in ('checking', 'writing', 'done', 'refused', 'stopped')),
  rows_read    integer not null default 0,
  good         integer not null default 0,
  bad          integer not null default 0,
  added        integer not null default 0,
  changed      integer not null default 0,
  errors_total integer not null default 0,
  doubts_total integer not null default 0,
  -- JSON: the first thousand of each.
  errors       text not null default '[]',
  doubts       text not null default '[]',
  by           text not null references accounts (id),
  started_at   integer not null,
  ended_at     integer
);
-- One import of a register at a time: two would not agree on what is newest.
create unique index register_imports_one_at_a_time on register_imports (register)
  where status in ('checking', 'writing');
create index register_imports_by_register on register_imports (register, started_at);

-- Every version of every row. The current one has no replaced_at; nothing is ever erased.
create table register_rows (
  n           integer primary key autoincrement,
  register    text not null,
  key         text not null,
  version     integer not null,
  -- JSON object of texts.
  data        text not null,
  valid_from  integer not null,
  replaced_at integer,
  by          text not null references accounts (id),
  import      text not null references register_imports (id),
  constraint register_rows_version_taken unique (register, key, version)
);
create unique index register_rows_current on register_rows (register, key) where replaced_at is null;
create index register_rows_in_order on register_rows (register, n) where replaced_at is null;
-- 社会信用: what stands against a subject.
create index register_rows_by_subject on register_rows (data ->> '$.subject_code')
  where register = 'social_credit' and replaced_at is null;

create trigger register_rows_are_not_changed before update on register_rows
when old.replaced_at is not null or new.replaced_at is null or new.register <> old.register or new.key <> old.key
  or new.version <> old.version or new.data <> old.data or new.valid_from <> old.valid_from or new.by <> old.by
begin
  select raise(abort, 'register_rows_are_append_only');
end;
create trigger register_rows_are_not_erased before delete on register_rows
begin
  select raise(abort, 'register_rows_are_append_only');
end;

-- 共享申请: one agency asks another for fields, for a purpose, until a day.
create table register_shares (
  id           text primary key,
  register     text not null,
  -- JSON list of what is asked for, and of what was granted.
  fields       text not null,
  granted      text not null default '[]',
  purpose      text not null,
  basis        text not null,
  until_at     integer not null,
  status       text not null constraint register_shares_status check (status in ('asked', 'approved', 'refused')),
  agency       text not null references agencies (id),
  asked_by     text not null references accounts (id),
  asked_at     integer not null,
  decided_by   text references accounts (id),
  decided_at   integer,
  reason       text not null default '',
  constraint register_shares_two_persons check (decided_by is null or decided_by <> asked_by),
  constraint register_shares_decided check ((status = 'asked') = (decided_by is null))
);
create index register_shares_by_agency on register_shares (agency, asked_at);
create index register_shares_by_register on register_shares (register, status);

-- The owner of a register sees who read what.
create index audit_by_action on audit (action, n);
