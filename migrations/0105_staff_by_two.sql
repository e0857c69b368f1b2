-- Staff come to be, change and come back by two persons' word; so does a year's calendar.

-- What an administrator proposes. A new account is made when a second person agrees, and is nowhere before.
create table staff_proposals (
  id             text primary key,
  kind           text not null constraint staff_proposals_kind check (kind in ('new', 'change', 'enable')),
  -- Whom it is about; of a new account, the id it will have.
  account        text not null,
  login          text not null,
  -- JSON: name, role, center, agency, duties as they shall be.
  wish           text not null,
  -- Of a new account that waits.
  password_hash  text,
  -- Keyed hash of the identity number, where one is given: the number itself is kept nowhere.
  person         text,
  reason         text not null,
  asked_by       text not null references accounts (id),
  asked_at       integer not null,
  decided_by     text references accounts (id),
  decided_at     integer,
  granted        integer,
  refused_reason text,
  -- Who proposed may take back, never grant.
  constraint staff_proposals_two_persons check (granted is null or granted = 0 or decided_by <> asked_by),
  constraint staff_proposals_decided check ((decided_by is null) = (granted is null)),
  constraint staff_proposals_new check (kind = 'new' or password_hash is null)
);
create unique index staff_proposals_one_waits on staff_proposals (login) where decided_by is null;

-- 从业人员 as comparison knows him.
alter table accounts add column person text;
create index accounts_by_person on accounts (person) where person is not null;

create table calendar_proposals (
  id             text primary key,
  year           integer not null,
  -- JSON, as it was proposed.
  decree         text not null,
  asked_by       text not null references accounts (id),
  asked_at       integer not null,
  decided_by     text references accounts (id),
  decided_at     integer,
  granted        integer,
  refused_reason text,
  constraint calendar_proposals_two_persons check (granted is null or granted = 0 or decided_by <> asked_by),
  constraint calendar_proposals_decided check ((decided_by is null) = (granted is null))
);
create unique index calendar_proposals_one_waits on calendar_proposals (year) where decided_by is null;
