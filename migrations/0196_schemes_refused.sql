-- Weights a second administrator did not publish, or their writer took back: what they were, and why.
create table evaluation_scheme_refusals (
  n          integer primary key autoincrement,
  kind       text not null,
  from_month text not null,
  body       text not null,
  written_by text not null references accounts (id),
  written_at integer not null,
  refused_by text not null references accounts (id),
  refused_at integer not null,
  reason     text not null constraint evaluation_scheme_refusals_reason check (length(trim(reason)) > 0)
) strict;
create trigger evaluation_scheme_refusals_are_not_changed before update on evaluation_scheme_refusals
begin
  select raise(abort, 'evaluation_scheme_refusals_is_append_only');
end;
create trigger evaluation_scheme_refusals_are_not_erased before delete on evaluation_scheme_refusals
begin
  select raise(abort, 'evaluation_scheme_refusals_is_append_only');
end;
