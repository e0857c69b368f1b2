-- 成交后筛查: what the prices of a closed lot look like, as it was seen at the close. A row is written in the
-- transaction that moves the reader's cursor, and never again: what was said of a lot, beside which lots and by
-- which model, is evidence.
create table closings (
  -- The entry that closed it.
  n           integer primary key,
  lot         text not null constraint closings_once unique references lots (id),
  closed_at   integer not null,
  -- Use, region and method: only lots of one market are compared.
  segment     text not null,
  method      text not null,
  offers      integer not null,
  -- Earlier closed lots of the segment that have figures.
  baseline    integer not null,
  -- Objects of numbers by name; absent below two offers, percentiles below the least baseline.
  figures     text,
  percentiles text,
  -- 0 the middle of its market in every figure, 1 outermost in all.
  unusual     real,
  -- Paddles of the three offers closest together.
  closest     text not null,
  -- SHA-256 of the model's file, and what it said.
  model       text,
  score       real,
  share       real,
  called      integer,
  drivers     text,
  constraint closings_judged check ((model is null) = (score is null))
) strict;
create index closings_by_segment on closings (segment, n);
create index closings_by_unusual on closings (unusual);
create trigger closings_are_not_changed before update on closings
begin
  select raise(abort, 'closings_is_append_only');
end;
create trigger closings_are_not_erased before delete on closings
begin
  select raise(abort, 'closings_is_append_only');
end;

-- The final offer of each bidder, in the lot's minor units.
create table closing_offers (
  lot     text not null references closings (lot),
  paddle  integer not null,
  account text not null references accounts (id),
  price   integer not null,
  won     integer not null,
  primary key (lot, paddle)
) strict, without rowid;
create trigger closing_offers_are_not_changed before update on closing_offers
begin
  select raise(abort, 'closing_offers_is_append_only');
end;
create trigger closing_offers_are_not_erased before delete on closing_offers
begin
  select raise(abort, 'closing_offers_is_append_only');
end;
create index closing_offers_by_account on closing_offers (account);

-- Which model was in force from when; a row without a hash says that there was none.
create table closing_models (
  id       integer primary key,
  at       integer not null,
  sha256   text,
  lots     integer not null,
  segments text not null
) strict;

-- 竞买人关系网络, computed at night; the newest are kept.
create table bidder_networks (
  at      integer primary key,
  network text not null
) strict;
