-- Run by `supabase db reset` after the migrations. Nothing is seeded: every row comes from a sync.
select 'no seed data' as note;
