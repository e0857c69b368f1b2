-- A sale that was told and came to nothing later (成交无效, 悔拍) is told of again, beside the first news: under the
-- lot and what became of it.
create trigger undone_sales_become_public after insert on life_events
  when new.to_state in ('void', 'defaulted')
begin
  insert into public_events (kind, ref, lot, at)
  select 'result', new.lot || '/' || new.to_state, new.lot, new.at
  where not exists (select 1 from public_events where kind = 'result' and ref = new.lot || '/' || new.to_state);
end;

-- Those of before this trigger.
insert into public_events (kind, ref, lot, at)
  select 'result', lot || '/' || to_state, lot, min(at)
  from life_events
  where to_state in ('void', 'defaulted')
  group by lot, to_state
  order by min(n);
