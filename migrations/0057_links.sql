-- What a record says of each release is read from an index: asking for it must not cost reading, and taking
-- apart, every release there is.
create index open_changes_links on open_changes (lot, version, release ->> '$.date', release -> '$.tag');
drop index open_changes_by_lot;
