-- A step of enforcement is named with the agency that has it: what is handed on has cards of its own with the next.
drop trigger cards_are_not_rewritten;
update cards set step = step || '/' || agency
where of = 'enforcement' and agency is not null and (step like 'whole/%' or step like 'others/%');
create trigger cards_are_not_rewritten before update on cards
when new.of <> old.of or new.subject <> old.subject or new.step <> old.step or new.level <> old.level
  or new.reason <> old.reason or new.raised_at <> old.raised_at
begin
  select raise(abort, 'cards_are_not_rewritten');
end;
update watched_steps set step = step || '/' || agency where of = 'enforcement';
