-- 事项: a version is written by one person and published by another; then it is frozen. Cases keep the
-- version they were filed under.
create table items (
  code         text not null,
  version      integer not null,
  status       text not null constraint items_status check (status in ('draft', 'in_force', 'suspended', 'cancelled')),
  body         text not null,
  created_by   text references accounts (id),
  created_at   integer not null,
  published_by text references accounts (id),
  published_at integer,
  primary key (code, version),
  constraint items_two_persons check (published_by is null or created_by is null or published_by <> created_by)
);
-- One version of an item is in force at a time.
create unique index items_in_force on items (code) where status in ('in_force', 'suspended');

create trigger items_are_frozen before update of body on items when old.status <> 'draft'
begin
  select raise(abort, 'items_are_frozen');
end;

-- 办件.
create table cases (
  id           text primary key,
  no           text not null constraint cases_no_taken unique,
  item         text not null,
  item_version integer not null,
  -- What it is about: a lot's id, an account's; null when the form says it all.
  subject      text,
  applicant    text not null references accounts (id),
  agency       text not null references agencies (id),
  form         text not null,
  status       text not null constraint cases_status check
               (status in ('draft', 'filed', 'returned', 'handling', 'proposed', 'decided', 'withdrawn')),
  step         integer not null default 0,
  filed_at     integer,
  decided_at   integer,
  outcome      text constraint cases_outcome check (outcome in ('granted', 'refused')),
  created_at   integer not null,
  foreign key (item, item_version) references items (code, version),
  constraint cases_decided check ((status = 'decided') = (outcome is not null))
);
create index cases_by_applicant on cases (applicant, created_at);
create index cases_by_agency on cases (agency, status);
create index cases_by_subject on cases (item, subject);

-- What happened to a case, in order: its clocks are computed from these alone.
create table case_events (
  n    integer primary key autoincrement,
  case_id text not null references cases (id),
  at   integer not null,
  by   text not null references accounts (id),
  act  text not null,
  step integer not null,
  note text not null default '',
  -- JSON: days asked for, the agency asked, the outcome proposed.
  data text not null default '{}'
);
create index case_events_by_case on case_events (case_id, n);
create trigger case_events_are_not_changed before update on case_events
begin
  select raise(abort, 'case_events_is_append_only');
end;
create trigger case_events_are_not_erased before delete on case_events
begin
  select raise(abort, 'case_events_is_append_only');
end;

-- 材料: the bytes lie in the content store under their hash.
create table case_materials (
  case_id  text not null references cases (id),
  material text not null,
  name     text not null,
  kind     text not null,
  bytes    integer not null,
  sha256   text not null,
  by       text not null references accounts (id),
  at       integer not null,
  primary key (case_id, material, sha256)
);

-- 会办: another agency's opinion, asked for by the one that handles the case.
create table case_opinions (
  case_id     text not null references cases (id),
  agency      text not null references agencies (id),
  question    text not null,
  asked_by    text not null references accounts (id),
  asked_at    integer not null,
  opinion     text,
  agrees      integer,
  answered_by text references accounts (id),
  answered_at integer,
  primary key (case_id, agency)
);

-- 联合竞买: a member's consent to the members and shares as they stood; changed shares need it anew.
create table case_consents (
  case_id text not null references cases (id),
  code    text not null,
  account text not null references accounts (id),
  members text not null,
  at      integer not null,
  primary key (case_id, code)
);
