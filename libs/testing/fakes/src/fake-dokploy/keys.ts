import { keyRefused, refused } from './refusal.ts';
import { newId } from './world.ts';

/** Without an option: an owner's key that has no limit. */
export interface KeyOptions {
  /** A key made through the API without `rateLimitEnabled: false` has 10 verifications a day. */
  readonly limit?: { readonly max: number; readonly windowMs: number };
  /** A member sees the services it was given and nothing else; without this the key is an owner's. */
  readonly member?: { readonly services: readonly string[]; readonly canCreateServices?: boolean };
}

/** Who calls a procedure, and what that key may do. */
export interface Caller {
  readonly isMember: boolean;
  sees(serviceId: string): boolean;
  /** @throws Refusal 401, for a service this caller does not see and for one that does not exist */
  mayUse(serviceId: string): void;
  /** @throws Refusal 401 */
  mayAccess(resource: 'service' | 'docker' | 'registry' | 'server'): void;
}

/** The server's API keys. */
export class Keys {
  readonly #keys = new Map<string, { options: KeyOptions; used: number; windowStart: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Makes a key and returns it. */
  add(options: KeyOptions = {}): string {
    const key = `fake${newId()}${newId()}`;
    this.#keys.set(key, { options, used: 0, windowStart: this.#now() });
    return key;
  }

  /**
   * Costs two verifications a call: REST and its tRPC context both verify. `path` is the procedure's name, for errors.
   *
   * @throws Refusal 401 for a key that is missing, unknown or over its limit
   */
  verify(key: string | undefined, path: string): Caller {
    const entry = this.#keys.get(key ?? '');
    if (entry === undefined) throw keyRefused();
    const { limit, member } = entry.options;
    if (limit !== undefined) {
      if (this.#now() - entry.windowStart >= limit.windowMs)
        Object.assign(entry, { used: 0, windowStart: this.#now() });
      if (entry.used + 2 > limit.max) throw keyRefused();
      entry.used += 2;
    }
    const sees = (id: string) => member === undefined || member.services.includes(id);
    return {
      isMember: member !== undefined,
      sees,
      mayUse: (id) => {
        if (!sees(id)) throw refused(401, "You don't have access to this service", path);
      },
      mayAccess: (resource) => {
        if (member === undefined || (resource === 'service' && member.canCreateServices === true)) return;
        throw refused(401, `unauthorized to access resource "${resource}"`, path);
      },
    };
  }
}
