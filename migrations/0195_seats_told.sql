-- What the holder of a seat was told last of it: that a record bars him, or that it is his again.
create table seats_told (
  lot     text not null references lots (id),
  account text not null references accounts (id),
  barred  integer not null constraint seats_told_barred check (barred in (0, 1)),
  at      integer not null,
  primary key (lot, account)
) strict;
