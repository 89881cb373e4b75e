import type { Migration } from './migration.ts';

/**
 * Who is signed in to ehr-web, and what its pages remember for a while: found by hashes of what the browser holds, and
 * sealed with it, so that nobody who reads the database could sign in as anybody.
 */
export const keepSessions: Migration = {
  name: '0006-sessions',
  statements: [
    `create table web_session (
       key bytea primary key,
       who jsonb not null,
       may jsonb not null,
       sealed bytea not null,
       version int not null default 1,
       claimed timestamptz,
       idle_seconds int not null,
       expires timestamptz not null,
       ends timestamptz not null
     )`,
    "create index web_session_who on web_session ((who->>'issuer'), (who->>'agent'))",
    'create index web_session_expires on web_session (expires)',
    `create table web_note (
       key bytea primary key,
       session bytea references web_session on delete cascade,
       sealed bytea not null,
       expires timestamptz not null
     )`,
    'create index web_note_session on web_note (session)',
    'create index web_note_expires on web_note (expires)',
  ],
};
