import { afterAll, beforeAll, describe } from 'vitest';
import { databaseOf } from './database-of.ts';
import { postgresUrl } from './postgres-url.ts';
import { type RunningService, runService } from './run-service.ts';

export const MRN = 'urn:clients:mrn';

/** A patient with this number. */
export const patient = (value: string) => ({
  resourceType: 'Patient' as const,
  identifier: [{ system: MRN, value }],
  name: [{ family: 'Lovelace', given: ['Ada'] }],
});

/** The parts of answers that are looked at. */
export interface Json {
  readonly id: string;
  readonly resourceType: string;
  readonly meta: { readonly versionId: string };
  readonly total?: number;
  readonly link?: readonly { readonly relation: string }[];
  readonly entry?: readonly { readonly resource: Json; readonly response: { readonly status: string } }[];
}

/** Clients that others wrote, doing what they are for with the built service on a database of this name. */
export function describeClients(database: string, clients: (service: () => RunningService) => void): void {
  describe.skipIf(postgresUrl === null)('clients', () => {
    let service: RunningService;
    beforeAll(async () => {
      service = await runService({ DATABASE_URL: await databaseOf(database) });
      await service.ready();
    });
    afterAll(async () => {
      await service.kill('SIGTERM');
    });

    clients(() => service);
  });
}
