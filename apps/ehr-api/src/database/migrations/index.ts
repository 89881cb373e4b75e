import { createResources } from './0001-resources.ts';
import { createAudit } from './0002-audit.ts';
import { vacuumSooner } from './0003-vacuum.ts';
import { searchByAll } from './0004-search.ts';
import { tellWho } from './0005-audit-who.ts';
import { keepSessions } from './0006-sessions.ts';
import { auditPages } from './0007-audit-pages.ts';
import { markRows } from './0008-marks.ts';
import type { Migration } from './migration.ts';

/** In the order of application. What was released is never changed: add a new one. */
export const migrations: readonly Migration[] = [
  createResources,
  createAudit,
  vacuumSooner,
  searchByAll,
  tellWho,
  keepSessions,
  auditPages,
  markRows,
];
