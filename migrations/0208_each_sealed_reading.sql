-- Each reading of sealed bidders is heard of for itself, by its number in the audit trail: "<lot>/<audit no>".
update watch_notes
set ref = ref || '/' || (select max(n) from audit where action = 'read sealed bidders' and subject = ref and audit.at = watch_notes.at)
where kind = 'sealed_read';
drop trigger watch_notes_of_sealed_reads;
create trigger watch_notes_of_sealed_reads after insert on audit
when new.action = 'read sealed bidders'
begin
  insert into watch_notes (at, kind, ref)
  values (new.at, 'sealed_read', new.subject || '/' || new.n)
  on conflict do nothing;
end;
