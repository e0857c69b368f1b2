-- 印制文书: documents issued as PDF. A document is issued once and never made again; when what it tells
-- has changed, a new version stands beside the old. The file lies in the content store under its hash.
create table issued_documents (
  -- Of the words, in hex: the QR code names it.
  fingerprint    text primary key,
  kind           text not null constraint issued_documents_kind check (kind in
                 ('confirmation', 'win_letter', 'award_notice', 'notice', 'refund_slip', 'deposit_receipt')),
  -- The lot, the notice, the refund, or "<lot>-<application no>".
  subject        text not null,
  version        integer not null,
  lot            text not null references lots (id),
  -- Whose it is; absent where it is everybody's.
  owner          text references accounts (id),
  title          text not null,
  number         text,
  -- The moment of the fact it tells.
  at             integer not null,
  words          text not null,
  -- Of the words without their version: the same facts are the same document.
  facts_sha256   text not null,
  file_sha256    text not null,
  -- Ed25519, hex: over the words as printed, over the file beside it, and by which key.
  signature      text not null,
  file_signature text not null,
  public_key     text not null,
  issued_at      integer not null,
  constraint issued_documents_version unique (kind, subject, version)
);
create index issued_documents_by_lot on issued_documents (lot);
create trigger issued_documents_are_not_changed before update on issued_documents
begin
  select raise(abort, 'issued_documents_is_append_only');
end;
create trigger issued_documents_are_not_erased before delete on issued_documents
begin
  select raise(abort, 'issued_documents_is_append_only');
end;
