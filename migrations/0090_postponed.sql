-- 补充公告: a lot that is postponed takes its deadlines with it, so that who learns of the change can still come
-- in. A deadline moves with the opening and never to an earlier day; everything else of the terms stays frozen.
drop trigger deposit_terms_are_frozen_when_changed;
create trigger deposit_terms_are_frozen_when_changed before update on deposit_terms
when (select status from lots where id = old.lot) = 'published'
  and not (new.lot = old.lot and new.bank = old.bank and new.deadline_at > old.deadline_at)
begin
  select raise(abort, 'deposit_terms_frozen');
end;
drop trigger lot_files_are_frozen;
create trigger lot_files_are_frozen
before update of lot, basis, body, computed_area_m2 on lot_files
when (select status from lots where id = old.lot) = 'published'
  and not (new.lot = old.lot and new.basis = old.basis and new.computed_area_m2 is old.computed_area_m2
    and json_remove(new.body, '$.application_deadline') = json_remove(old.body, '$.application_deadline')
    and new.body ->> '$.application_deadline' > old.body ->> '$.application_deadline')
begin
  select raise(abort, 'lot_files_are_frozen');
end;
