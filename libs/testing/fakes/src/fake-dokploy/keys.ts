import { keyRefused, refused } from './refusal.ts';

export interface KeyOptions {
  /** A key made through the API without `rateLimitEnabled: false` has 10 verifications a day. */
  readonly limit?: { readonly max: number; readonly windowMs: number };
  /** A member sees the services it was given and nothing else; without this the key is an owner's. */
  readonly member?: {
    readonly services: readonly string[];
    readonly canCreateServices?: boolean;
    readonly canAccessToDocker?: boolean;
  };
}

export interface Caller {
  mayUse(serviceId: string, path: string): void;
  mayAccess(resource: 'service' | 'docker' | 'registry' | 'server', path: string): void;
  readonly isMember: boolean;
  sees(serviceId: string): boolean;
}

/** The keys of the server; verifying costs two units a call, as REST and its tRPC context both verify. */
export class Keys {
  readonly #keys = new Map<string, { options: KeyOptions; used: number; windowStart: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(key: string, options: KeyOptions = {}): void {
    this.#keys.set(key, { options, used: 0, windowStart: this.#now() });
  }

  remove(key: string): void {
    this.#keys.delete(key);
  }

  verify(key: string | undefined): Caller {
    const entry = key === undefined ? undefined : this.#keys.get(key);
    if (entry === undefined) throw keyRefused();
    const { limit, member } = entry.options;
    if (limit !== undefined) {
      if (this.#now() - entry.windowStart >= limit.windowMs) {
        entry.used = 0;
        entry.windowStart = this.#now();
      }
      if (entry.used + 2 > limit.max) throw keyRefused();
      entry.used += 2;
    }
    return callerOf(member);
  }
}

function callerOf(member: KeyOptions['member']): Caller {
  const sees = (id: string) => member === undefined || member.services.includes(id);
  return {
    isMember: member !== undefined,
    sees,
    mayUse: (id, path) => {
      // An unknown id looks the same to a member: 401, not 404.
      if (!sees(id)) throw refused(401, "You don't have access to this service", path);
    },
    mayAccess: (resource, path) => {
      const allowed =
        member === undefined ||
        (resource === 'service' && member.canCreateServices === true) ||
        (resource === 'docker' && member.canAccessToDocker === true);
      if (!allowed) throw refused(401, `unauthorized to access resource "${resource}"`, path);
    },
  };
}
