-- 监督中止: lots that stand still by a supervisor's order. The center resumes them only once the order lets go: its
-- answer was accepted, or supervision lifted it.
create table lot_holds (
  -- The order's number.
  held_by     text primary key,
  lot         text not null references lots (id),
  held_at     integer not null,
  released_at integer
) strict;
create index lot_holds_by_lot on lot_holds (lot) where released_at is null;
create trigger lot_holds_are_not_erased before delete on lot_holds
begin
  select raise(abort, 'lot_holds_are_not_erased');
end;
create trigger lot_holds_are_released_once before update on lot_holds
when old.released_at is not null or new.held_by <> old.held_by or new.lot <> old.lot or new.held_at <> old.held_at
begin
  select raise(abort, 'lot_holds_are_released_once');
end;

-- Orders that wait for an answer while their lot still stands still.
insert into lot_holds (held_by, lot, held_at)
select o.number, o.lot, o.issued_at from dispatch_orders o
join lot_states s on s.lot = o.lot
where o.kind = 'suspend' and o.state in ('issued', 'acknowledged', 'answered', 'returned') and s.stage = 'suspended';
