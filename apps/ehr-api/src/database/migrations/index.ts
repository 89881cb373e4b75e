import { createAudit } from './0002-audit.ts';
import { createResources } from './0001-resources.ts';

export interface Migration {
  readonly name: string;
  readonly statements: readonly string[];
}

/** In the order of application. What was released is never changed: add a new one. */
export const migrations: readonly Migration[] = [createResources, createAudit];
