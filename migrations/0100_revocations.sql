-- 撤销登记: a bidder's registration taken back by an officer. He may register anew; the seats he has stand.
create table registration_revocations (
  case_id    text primary key references cases (id),
  reason     text not null constraint registration_revocations_reason check (length(trim(reason)) > 0),
  revoked_by text not null references accounts (id),
  revoked_at integer not null
) strict;
create trigger registration_revocations_are_not_changed before update on registration_revocations
begin
  select raise(abort, 'registration_revocations_is_append_only');
end;
create trigger registration_revocations_are_not_erased before delete on registration_revocations
begin
  select raise(abort, 'registration_revocations_is_append_only');
end;
