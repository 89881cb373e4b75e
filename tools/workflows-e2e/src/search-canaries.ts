import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { FakeDokploy } from '@ehr/testing-fakes';

/** Something that was written or told, and where. */
export interface Trace {
  readonly place: string;
  readonly content: Buffer;
}

/** `place: secret 2 as base64` for each secret in each trace, in any form in which a value ends up inside something else. */
export function secretsIn(traces: readonly Trace[], secrets: readonly string[]): string[] {
  const forms = secrets.flatMap((secret, index) =>
    formsOf(secret).map(([as, text]) => ({ index, as, text })),
  );
  return traces.flatMap(({ place, content }) =>
    forms
      .filter(({ text }) => content.includes(text))
      .map(({ index, as }) => `${place}: secret ${index} ${as}`),
  );
}

function formsOf(secret: string): [as: string, text: string][] {
  const shifted = [0, 1, 2].map((before): [string, string] => {
    const text = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]).toString('base64');
    return ['as base64', text.slice(Math.ceil((before * 8) / 6), -4)];
  });
  return [
    ['as it is', secret],
    ['as JSON', JSON.stringify(secret).slice(1, -1)],
    ['in a URL', encodeURIComponent(secret)],
    ...shifted,
  ];
}

/** Every file below a directory; what is larger than 50 MB is a program. */
export async function tracesInFiles(directory: string): Promise<Trace[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const traces: Trace[] = [];
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const content = await readFile(path);
    if (content.length < 50_000_000) traces.push({ place: path, content });
  }
  return traces;
}

interface Manifest {
  readonly config?: { readonly digest: string };
  readonly layers?: readonly { readonly digest: string }[];
  readonly manifests?: readonly { readonly digest: string }[];
}

/** Everything that anybody who may read a repository can: manifests by every tag, configs, layers, documents. */
export async function tracesInRegistry(base: string): Promise<Trace[]> {
  const { tags } = (await (await fetch(`${base}/tags/list`)).json()) as { tags: string[] };
  const traces = new Map<string, Trace>([['tags', { place: 'tags', content: Buffer.from(tags.join('\n')) }]]);
  const accept = ['index', 'manifest'].map((kind) => `application/vnd.oci.image.${kind}.v1+json`).join(', ');
  const get = async (path: string) => {
    const known = traces.get(path);
    if (known !== undefined) return known.content;
    const bytes = Buffer.from(await (await fetch(`${base}/${path}`, { headers: { accept } })).arrayBuffer());
    const content = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
    traces.set(path, { place: path, content });
    return content;
  };
  const readManifest = async (reference: string): Promise<void> => {
    const {
      config,
      layers = [],
      manifests = [],
    } = JSON.parse((await get(`manifests/${reference}`)).toString()) as Manifest;
    for (const { digest } of manifests) await readManifest(digest);
    for (const { digest } of config === undefined ? layers : [config, ...layers])
      await get(`blobs/${digest}`);
  };
  for (const tag of tags) await readManifest(tag);
  return [...traces.values()];
}

/** What Dokploy shows its users of services, deployments and logs. */
export function tracesInDokploy({ world }: FakeDokploy): Trace[] {
  const services = [...world.services.values()].map(({ row }) => ({ ...row, refreshToken: '' }));
  const told = {
    services,
    environments: world.environments,
    rows: world.rows,
    logs: [...world.logs.values()],
  };
  return [{ place: 'Dokploy', content: Buffer.from(JSON.stringify(told)) }];
}
