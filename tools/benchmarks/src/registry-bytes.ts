/** The registry's manifest documents, as far as sizes depend on them. */
interface Descriptor {
  readonly digest: string;
  readonly size: number;
  readonly platform?: { readonly architecture: string };
}
interface Document {
  readonly manifests?: readonly Descriptor[];
  readonly layers?: readonly Descriptor[];
}

/** Compressed layers of an image's platforms in a registry, by digest. */
export type Layers = ReadonlyMap<string, number>;

const ACCEPT = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** The layers of `<repository>:<tag>`, of all platforms or of one. `host` is `127.0.0.1:<port>`. */
export async function layersOf(
  host: string,
  repository: string,
  tag: string,
  architecture?: string,
): Promise<Layers> {
  const { manifests, layers } = await read(host, repository, tag);
  if (layers !== undefined) return new Map(layers.map(({ digest, size }) => [digest, size]));
  const wanted = (manifests ?? []).filter(
    ({ platform }) => architecture === undefined || platform?.architecture === architecture,
  );
  const all = await Promise.all(wanted.map(({ digest }) => layersOf(host, repository, digest)));
  return new Map(all.flatMap((each) => [...each]));
}

/** Bytes of what `after` has and `before` has not. */
export function newBytes(after: Layers, before: Layers = new Map()): number {
  return [...after].reduce((sum, [digest, size]) => (before.has(digest) ? sum : sum + size), 0);
}

async function read(host: string, repository: string, reference: string): Promise<Document> {
  const url = `http://${host}/v2/${repository}/manifests/${reference}`;
  const answer = await fetch(url, { headers: { accept: ACCEPT } });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}.`);
  return (await answer.json()) as Document;
}
