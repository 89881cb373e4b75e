import type { ResourceText } from '@ehr/fhir/server';
import type { Identity } from '@ehr/health';
import type { Caller } from '../audit/record-audit.ts';
import type { FhirSettings } from '../config/fhir-settings.ts';
import type { TenantDatabases, Transactional } from '../database/database.ts';
import type { Access } from '../store/access.ts';
import type { Store } from '../store/context.ts';
import type { StoredVersion } from '../store/stored-version.ts';

/** A name and a value, in the order in which they were sent. */
export type Pair = readonly [name: string, value: string];

/** What came with a request. */
export type Body =
  | { readonly kind: 'json'; readonly text: string | ResourceText; readonly value: unknown }
  | { readonly kind: 'patch'; readonly value: unknown }
  | { readonly kind: 'form'; readonly pairs: readonly Pair[] }
  | { readonly kind: 'binary'; readonly contentType: string; readonly data: Buffer };

/** The headers that say under which condition something is done, and what is wanted back. */
export type Condition =
  'if-match' | 'if-none-match' | 'if-modified-since' | 'if-none-exist' | 'prefer' | 'accept';

/** http://hl7.org/fhir/restful-interaction */
export type InteractionCode =
  | 'read'
  | 'vread'
  | 'update'
  | 'patch'
  | 'delete'
  | 'history-instance'
  | 'history-type'
  | 'history-system'
  | 'create'
  | 'search-type'
  | 'search-system'
  | 'everything'
  | 'break-glass';

/** A FHIR request, of HTTP or of a bundle's entry. */
export interface FhirRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the base address, decoded: `['Patient', '1', '_history']`. */
  readonly path: readonly string[];
  readonly query: readonly Pair[];
  readonly conditions: Readonly<Partial<Record<Condition, string>>>;
  readonly body?: Body;
  readonly caller: Caller;
  /** The address of the FHIR service, for links, without a slash at its end. */
  readonly base: string;
}

/** What came of it. */
export interface FhirResponse {
  readonly status: number;
  /** A version that the answer names by ETag, Last-Modified and, where it was written, Location. */
  readonly version?: Pick<StoredVersion, 'type' | 'id' | 'version' | 'lastUpdated'>;
  /** Whether `version` is named by Location. */
  readonly isWritten?: boolean;
  /** JSON; none: no content. An iterable gives it in pieces. */
  readonly body?: string | AsyncIterable<string>;
  /** Instead of a JSON body. */
  readonly raw?: { readonly contentType: string; readonly data: Buffer };
  /** An OperationOutcome beside the body, of a bundle's entry that was refused; JSON. */
  readonly outcome?: string;
  /** The records that were shown or changed, for the audit. */
  readonly touched?: readonly Touched[];
  /** Why a chart was opened, for the audit. */
  readonly reason?: string;
}

/** A record that was shown or changed. */
interface Touched {
  readonly type: string;
  readonly id: string;
  /** What was shown of it, or stored. */
  readonly content: string;
  /** What it said before it was changed. */
  readonly before?: string;
}

/** Who serves, and since when. */
export interface About {
  readonly identity: Identity;
  readonly startedAt: Date;
}

/** What the interactions work with. */
export interface Context extends Store {
  /** That of the tenant of `access`, as are the transactions of it. */
  readonly database: Transactional;
  readonly tenants: TenantDatabases;
  readonly settings: FhirSettings;
  readonly about: About;
  readonly now: () => Date;
}

/** The same for somebody else: what they may see, and the database of their tenant. */
export function contextFor(context: Context, access: Access): Context {
  const database = context.tenants.forTenant(access.tenantId);
  return { ...context, access, database, on: database };
}
