-- What an order asks of the floor is dropped when the order is lifted before the floor has done it. And a floor that
-- was busy took nothing: it is asked again at once, not when the request is surely gone.
create table floor_words (
  order_no integer primary key references dispatch_orders (no),
  -- Entries of the record before this number were there when it was intended.
  from_n   integer not null,
  asked_at integer not null,
  -- From when on the rounds look after it: until then its request may still be with it.
  again_at integer not null,
  result   text constraint dispatch_floor_result check (result in ('done', 'refused', 'dropped')),
  code     text,
  zh       text,
  en       text,
  at       integer,
  constraint dispatch_floor_answered check ((result is null) = (at is null))
);
insert into floor_words (order_no, from_n, asked_at, again_at, result, code, zh, en, at)
select order_no, from_n, asked_at, asked_at, result, code, zh, en, at
from dispatch_floor;
drop table dispatch_floor;
alter table floor_words rename to dispatch_floor;
create trigger dispatch_floor_speaks_once before update on dispatch_floor when old.result is not null
begin
  select raise(abort, 'dispatch_floor_speaks_once');
end;
