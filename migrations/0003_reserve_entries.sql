-- 底价录入 under two persons: the first entry waits here as a salted hash, for a second equal one.
create table reserve_entries (
  lot        text primary key references lots (id),
  entered_by text not null references accounts (id),
  salt       text not null,
  digest     blob not null,
  at         integer not null
);
