import type { Identity } from '@ehr/health';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { defaults, type FhirSettings } from '../src/config/fhir-settings.ts';
import type { Database } from '../src/database/database.ts';
import { migrate } from '../src/database/migrate.ts';
import { migrations } from '../src/database/migrations/index.ts';
import { serviceRole } from '../src/database/service-role.ts';
import { createContext, type Dependencies } from '../src/dependencies.ts';
import { createLogger } from '../src/log/create-logger.ts';
import { createServer } from '../src/server/create-server.ts';
import { noteSent, noteWritten } from './canaries.ts';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Json;
}

/** The parts of the answers that tests look at; those that are missing fail the expectation. */
export interface Json {
  readonly id: string;
  readonly resourceType: string;
  readonly type: string;
  readonly fhirVersion: string;
  readonly birthDate: string;
  readonly meta: { readonly versionId: string; readonly lastUpdated: string };
  readonly identifier: readonly { readonly value: string }[];
  readonly issue: readonly {
    readonly code: string;
    readonly diagnostics: string;
    readonly expression?: readonly string[];
  }[];
  readonly total?: number;
  readonly entry?: readonly {
    readonly resource: Json;
    readonly fullUrl?: string;
    readonly search?: { readonly mode: string };
    readonly request?: object;
    readonly response: {
      readonly status: string;
      readonly location: string;
      readonly etag: string;
      readonly outcome: Json;
    };
  }[];
  readonly link: readonly { readonly relation: string; readonly url: string }[];
  readonly rest: readonly { readonly resource: readonly Capability[] }[];
}

interface Capability {
  readonly type: string;
  readonly interaction: readonly { readonly code: string }[];
  readonly operation?: readonly { readonly name: string }[];
  readonly searchParam: readonly { readonly name: string }[];
}

/** The API over a database of its own, on a free port. */
export interface RunningApi {
  readonly app: FastifyInstance;
  readonly logLines: readonly string[];
  send(options: InjectOptions): Promise<Answer>;
  get(url: string, headers?: Record<string, string>): Promise<Answer>;
  create(patient: object): Promise<Answer>;
}

/** Who the API under test says it is. */
const identity: Identity = {
  service: 'ehr-api',
  version: '1.0.0',
  revision: 'r',
  fingerprint: 'f',
  environment: 'staging',
  instance: 'i1',
};

type Changes = Partial<Omit<Dependencies, 'context'>> & { readonly settings?: FhirSettings };

/** What the server is made of, over a database that is migrated. */
export async function dependenciesOf(
  database: Database,
  { settings, ...changes }: Changes = {},
): Promise<Dependencies> {
  const tenants = database.as(await serviceRole(database));
  const context = await createContext(tenants, { identity, startedAt: new Date() }, settings);
  return { ...defaults, authenticator: null, ...changes, context };
}

/** The whole API in this process, over the given database, keeping its log. */
export async function startApi(database: Database, changes: Changes = {}): Promise<RunningApi> {
  const logLines: string[] = [];
  const logger = createLogger('debug', identity, {
    write: (line) => {
      logLines.push(line);
      noteWritten(line);
    },
  });
  await migrate(database, migrations);
  const app = createServer(await dependenciesOf(database, changes), logger);
  const send = async (options: InjectOptions): Promise<Answer> => {
    noteSent(options);
    const { statusCode, headers, body } = await app.inject(options);
    if (statusCode >= 400) noteWritten(body);
    return { status: statusCode, headers, body: (body === '' ? undefined : JSON.parse(body)) as Json };
  };
  return {
    app,
    logLines,
    send,
    get: (url, headers = {}) => send({ method: 'GET', url, headers }),
    create: (patient) => send(write('POST', '/fhir/Patient', patient)),
  };
}

/** Sends a resource with PUT or POST and gives the answer. */
export function write(
  method: 'POST' | 'PUT' | 'PATCH',
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): InjectOptions {
  return {
    method,
    url,
    headers: { 'content-type': 'application/fhir+json', ...headers },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  };
}
