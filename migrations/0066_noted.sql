-- 待存证: what was published or issued and whose hash is not yet known to stand in the log. A row is written
-- in the transaction that publishes, and goes when the log has the hash.
create table notes_due (
  no      integer primary key autoincrement,
  kind    text not null constraint notes_due_kind check (kind in ('notice', 'document')),
  -- The notice; the fingerprint of a document that is everybody's. Absent for a document that is somebody's:
  -- its fingerprint opens a door that tells what kind of paper was issued on which lot.
  id      text,
  -- Absent likewise: papers of one lot could be counted, and bidders with them.
  lot     text references lots (id),
  version integer not null,
  -- Of a document's file, hex. A notice's is of its words, and reckoned where they are put together.
  sha256  text,
  constraint notes_due_hash check (kind = 'notice' or sha256 is not null)
);
create trigger published_notices_are_noted after update of published_at on notices
when old.published_at is null and new.published_at is not null
begin
  insert into notes_due (kind, id, lot, version) values ('notice', new.id, new.lot, new.version);
end;
create trigger issued_documents_are_noted after insert on issued_documents
begin
  insert into notes_due (kind, id, lot, version, sha256)
  values ('document', case when new.owner is null then new.fingerprint end, case when new.owner is null then new.lot end,
    case when new.owner is null then new.version else 1 end, new.file_sha256);
end;
-- What was published before: the log is asked first, so nothing is noted twice.
insert into notes_due (kind, id, lot, version)
  select 'notice', id, lot, version from notices where published_at is not null order by published_at;
insert into notes_due (kind, id, lot, version, sha256)
  select 'document', case when owner is null then fingerprint end, case when owner is null then lot end,
    case when owner is null then version else 1 end, file_sha256 from issued_documents order by issued_at;

-- 共签: the sale a confirmation tells of, under a checkpoint that witnesses have cosigned. They answer after
-- the paper is printed, so this stands beside it; each row holds more cosignatures than the one before.
create table document_cosignatures (
  fingerprint text not null references issued_documents (fingerprint),
  witnesses   integer not null constraint document_cosignatures_some check (witnesses > 0),
  -- A tlog-proof: leaf, path, checkpoint with all signature lines.
  receipt     text not null,
  kept_at     integer not null,
  constraint document_cosignatures_grow primary key (fingerprint, witnesses)
) strict;
create trigger document_cosignatures_are_not_changed before update on document_cosignatures
begin
  select raise(abort, 'document_cosignatures_is_append_only');
end;
create trigger document_cosignatures_are_not_erased before delete on document_cosignatures
begin
  select raise(abort, 'document_cosignatures_is_append_only');
end;
