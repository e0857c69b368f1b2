-- The network an unsigned complaint came from, as a mark that tells nothing, for the bound of a day; then it is taken out.
alter table complaints add column network text;
create index complaints_by_time on complaints (at);
