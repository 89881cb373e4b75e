import { parse } from 'yaml';

/** What a compose file says of a service, as far as a doctor asks. */
interface ServiceInFile {
  readonly volumes?: readonly unknown[];
  readonly ports?: readonly unknown[];
  readonly environment?: unknown;
  readonly deploy?: { readonly update_config?: { readonly failure_action?: unknown } };
}

/** Paths in the container at which something lasting is mounted; null when the file cannot be read. */
export function mountsOf(composeFile: string, service: string): readonly string[] | null {
  const found = serviceIn(composeFile, service);
  return found === null ? null : (found.volumes ?? []).flatMap(placeOf);
}

/** `data:/data:ro`, or the long form; an anonymous volume (`/data`) goes with its container. */
function placeOf(mount: unknown): string[] {
  if (typeof mount === 'string') {
    const [source, target] = mount.split(':');
    return target === undefined || source === '' ? [] : [target];
  }
  const { type, source, target } = (mount ?? {}) as Record<string, unknown>;
  return type !== 'tmpfs' && typeof source === 'string' && typeof target === 'string' ? [target] : [];
}

/** The host's port of the service's first published one, `4300` of `127.0.0.1:4300:3000`; null where none is published. */
export function publishedPortOf(composeFile: string, service: string): number | null {
  const [port] = serviceIn(composeFile, service)?.ports ?? [];
  const published =
    typeof port === 'string'
      ? /(\d+):\d+(?:\/\w+)?$/.exec(port)?.[1]
      : ((port ?? {}) as Record<string, unknown>)['published'];
  return published === undefined ? null : Number(published);
}

/** Whether Swarm puts the previous version back when the new one fails; without a rule it stops there. */
export function takesBack(stackFile: string, service: string): boolean {
  return serviceIn(stackFile, service)?.deploy?.update_config?.failure_action === 'rollback';
}

/** Hosts of one word that a service is told by an address without a password: `EHR_API_URL` → `ehr-api`. */
export function plainHosts(
  composeFile: string,
  service: string,
  valueOf: (variable: string) => string | undefined,
): Readonly<Record<string, string>> {
  const environment = serviceIn(composeFile, service)?.environment ?? {};
  const references = [...JSON.stringify(environment).matchAll(/\$\{(\w+)(?::?-([^}]*))?\}/g)];
  const hosts = references.flatMap(([, name = '', fallback]) => {
    const host = plainHost(valueOf(name) || fallback);
    return host === null ? [] : [[name, host] as const];
  });
  return Object.fromEntries(hosts);
}

/** The host of `http://ehr-api:3000`; null for a domain, an IP address, and an address with a user. */
export function plainHost(value: string | undefined): string | null {
  return /^https?:\/\/([a-z][\w-]*)(?::\d+)?\/?$/i.exec(value ?? '')?.[1] ?? null;
}

function serviceIn(composeFile: string, service: string): ServiceInFile | null {
  try {
    const document = parse(composeFile, { merge: true }) as {
      services?: Record<string, ServiceInFile>;
    } | null;
    return document?.services?.[service] ?? null;
  } catch {
    return null; // Dokploy says what is wrong with the file when it deploys.
  }
}
