-- 指挥调度: what a supervisor orders a center to do.
create table dispatch_orders (
  no        integer primary key autoincrement,
  -- 监督指令 number, unique in its year.
  number    text not null constraint dispatch_orders_number_taken unique,
  -- Made by the page that asks: the same key again is the same order.
  key       text not null constraint dispatch_orders_once unique,
  kind      text not null constraint dispatch_orders_kind check (kind in ('suspend', 'explain', 'correct')),
  center    text not null references centers (id),
  lot       text references lots (id),
  words     text not null,
  -- The limit is kept as its length: a decree imported later moves the day.
  hours     integer,
  wd        integer,
  issued_by text not null references accounts (id),
  issued_at integer not null,
  -- From when the limit runs: the order's issue, or its last return.
  runs_from integer not null,
  state     text not null default 'issued' constraint dispatch_orders_state check (state in
            ('issued', 'acknowledged', 'answered', 'accepted', 'returned', 'closed')),
  -- How often it was returned: each turn has its own limit and its own escalation.
  turn      integer not null default 0,
  constraint dispatch_orders_one_limit check ((hours is null) <> (wd is null)),
  constraint dispatch_orders_suspend_a_lot check (kind <> 'suspend' or lot is not null)
);
create index dispatch_orders_by_center on dispatch_orders (center, state);
create index dispatch_orders_by_state on dispatch_orders (state, issued_at);
create trigger dispatch_orders_are_not_erased before delete on dispatch_orders
begin
  select raise(abort, 'dispatch_orders_are_not_erased');
end;
create trigger dispatch_orders_are_not_rewritten before update on dispatch_orders
when new.number <> old.number or new.kind <> old.kind or new.center <> old.center or new.lot is not old.lot
  or new.words <> old.words or new.issued_by <> old.issued_by
begin
  select raise(abort, 'dispatch_orders_are_not_rewritten');
end;

-- What an order asks of the floor: the intention is written with the order, the result when the floor has spoken.
create table dispatch_floor (
  order_no integer primary key references dispatch_orders (no),
  -- Entries of the record before this number were there when it was intended.
  from_n   integer not null,
  asked_at integer not null,
  result   text constraint dispatch_floor_result check (result in ('done', 'refused')),
  code     text,
  zh       text,
  en       text,
  at       integer,
  constraint dispatch_floor_answered check ((result is null) = (at is null))
);
create trigger dispatch_floor_speaks_once before update on dispatch_floor when old.result is not null
begin
  select raise(abort, 'dispatch_floor_speaks_once');
end;

create table dispatch_events (
  n        integer primary key autoincrement,
  order_no integer not null references dispatch_orders (no),
  at       integer not null,
  act      text not null,
  to_state text not null,
  -- Null: the platform.
  by       text references accounts (id),
  note     text not null default '',
  -- The turn an escalation belongs to: each level is reached once in a turn.
  turn     integer not null default 0
);
create index dispatch_events_by_order on dispatch_events (order_no, n);
create unique index dispatch_events_escalate_once on dispatch_events (order_no, turn, act) where act in ('escalate', 'card');
create trigger dispatch_events_are_not_changed before update on dispatch_events
begin
  select raise(abort, 'dispatch_events_is_append_only');
end;
create trigger dispatch_events_are_not_erased before delete on dispatch_events
begin
  select raise(abort, 'dispatch_events_is_append_only');
end;
