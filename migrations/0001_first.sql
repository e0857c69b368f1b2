-- Accounts and sessions.
create table centers (
  id       text primary key,
  code     text not null unique,
  name_zh  text not null,
  name_en  text not null,
  tier     text not null constraint centers_tier check (tier in ('city', 'district')),
  parent   text references centers (id)
);

create table accounts (
  id            text primary key,
  login         text not null constraint accounts_login_taken unique,
  name          text not null,
  role          text not null constraint accounts_role
                check (role in ('bidder', 'clerk', 'supervisor', 'notary', 'transferor', 'admin')),
  center        text references centers (id),
  password_hash text not null,
  disabled      integer not null default 0,
  created_at    integer not null
);

-- A refresh token is kept as its hash: a copy of this file opens no session.
create table refresh_tokens (
  hash       blob primary key,
  account    text not null references accounts (id),
  expires_at integer not null
);

-- What staff wrote. Once published the lot's terms are frozen: the journal holds them.
create table lots (
  id             text primary key,
  center         text not null references centers (id),
  number         text not null constraint lots_number_taken unique,
  kind           text not null constraint lots_kind check (kind in
                 ('housing_land', 'industrial_land', 'commercial_land', 'vehicle', 'equipment', 'property_right')),
  title_zh       text not null,
  title_en       text not null,
  location       text not null,
  area_m2        text,
  description_zh text not null,
  description_en text not null,
  grantor        text not null,
  facts          text not null,
  deposit        text not null,
  terms          text not null,
  status         text not null constraint lots_status check (status in ('draft', 'checked', 'published')),
  created_by     text not null references accounts (id),
  created_at     integer not null,
  checked_by     text references accounts (id),
  -- Two-person rule: nobody checks what they wrote.
  constraint lots_two_persons check (checked_by is null or checked_by <> created_by)
);
create index lots_by_center on lots (center);

create table lot_history (
  lot    text not null references lots (id),
  at     integer not null,
  action text not null,
  by     text not null
);
create index lot_history_by_lot on lot_history (lot, at);

-- 竞买申请. The paddle is written by the projection, from the journal.
create table applications (
  lot          text not null references lots (id),
  no           integer not null,
  account      text not null references accounts (id),
  status       text not null constraint applications_status check (status in ('submitted', 'admitted', 'refused')),
  paddle       integer,
  priority     integer,
  submitted_at integer not null,
  primary key (lot, no),
  constraint applications_once unique (lot, account)
);

-- Projections: thrown away and rebuilt from the journal at will.
create table projection_cursor (
  name   text primary key,
  next_n integer not null
);

create table lot_states (
  lot       text primary key,
  seq       integer not null,
  stage     text not null,
  phase     text,
  price     integer,
  leader    integer,
  bids      integer not null,
  opens_at  integer,
  ends_at   integer,
  state_hash text not null
);
create index lot_states_by_end on lot_states (ends_at);

create table bids (
  lot      text not null,
  seq      integer not null,
  n        integer not null,
  paddle   integer not null,
  amount   integer not null,
  at       integer not null,
  by_proxy integer not null,
  phase    text not null,
  primary key (lot, seq)
) without rowid;

create table refusals (
  n      integer primary key,
  lot    text not null,
  paddle integer not null,
  at     integer not null,
  code   text not null
);

create table alerts (
  id       integer primary key,
  n        integer not null,
  at       integer not null,
  lot      text not null,
  rule     text not null,
  level    text not null,
  zh       text not null,
  en       text not null,
  paddles  text not null,
  evidence text not null,
  constraint alerts_once unique (n, rule)
);
create index alerts_by_lot on alerts (lot);
