-- What is public stays as it was published, whoever asks the tables to change it.
create trigger lots_are_frozen
before update of id, center, number, kind, title_zh, title_en, location, area_m2, description_zh, description_en,
  grantor, facts, deposit, terms, status on lots
when old.status = 'published'
begin
  select raise(abort, 'lots_are_frozen');
end;
create trigger lots_stay before delete on lots
when old.status = 'published'
begin
  select raise(abort, 'lots_are_frozen');
end;
create trigger lot_files_are_frozen
before update of lot, basis, body, computed_area_m2 on lot_files
when (select status from lots where id = old.lot) = 'published'
begin
  select raise(abort, 'lot_files_are_frozen');
end;
create trigger lot_documents_are_frozen before update on lot_documents
when (select status from lots where id = old.lot) = 'published'
begin
  select raise(abort, 'lot_documents_are_frozen');
end;
create trigger lot_documents_stay before delete on lot_documents
when (select status from lots where id = old.lot) = 'published'
begin
  select raise(abort, 'lot_documents_are_frozen');
end;
create trigger notices_stay before delete on notices
when old.published_at is not null
begin
  select raise(abort, 'notices_are_frozen');
end;
