import { type Documents, type ImageManifest, mediaTypes } from '@ehr/delivery-core';
import { digestOf, knowEmpty, pushArtifact } from './artifact.ts';
import { listTags, untag } from './tags.ts';
import type { Transport } from './transport.ts';

const DOCUMENT_TYPE = 'application/vnd.ehr-connect.document.v1+json';
/** The manifest itself holds the text: read by one request, written by one. */
const TEXT = 'connect.ehr.document';

/**
 * The `Documents` port: artifacts in a repository, which hold their text in an annotation; all their tags there begin with
 * `before`.
 */
export function createDocuments(transport: Transport, before = ''): Documents {
  /** Tag → the digest it named when it was last read or written here, and its text. */
  const seen = new Map<string, { readonly digest: string; readonly text: string | null }>();
  const accept = { accept: mediaTypes.manifest };

  async function read(name: string): Promise<string | null> {
    const tag = before + name;
    const path = `manifests/${tag}`;
    const known = seen.get(tag);
    if (known !== undefined) {
      // HEAD, not GET: Docker Hub counts a GET as a pull.
      const now = await transport.send({ method: 'HEAD', path, headers: accept, expect: [200, 404] });
      if (now.status === 404) return null;
      if (now.headers.get('docker-content-digest') === known.digest) return known.text;
    }
    const answer = await transport.send({ path, headers: accept, expect: [200, 404] });
    if (answer.status === 404) return null;
    const body = await answer.text();
    const text = textIn(body);
    if (text !== null) knowEmpty(transport);
    seen.set(tag, { digest: digestOf(body), text });
    return text;
  }

  return {
    list: async (prefix, from, end) => {
      const tags = await listTags(transport, before + prefix, before + from, end && before + end);
      return tags.map((tag) => tag.slice(before.length));
    },
    read,
    write: async (name, text) => {
      const tag = before + name;
      const document = { artifactType: DOCUMENT_TYPE, layerType: mediaTypes.empty, text: '{}' };
      const { descriptor } = await pushArtifact(
        transport,
        { ...document, annotations: { [TEXT]: text } },
        tag,
      );
      seen.set(tag, { digest: descriptor.digest, text });
    },
    remove: (name) => untag(transport, before + name),
  };
}

/** Null for what is no document of ours. */
function textIn(body: string): string | null {
  try {
    return (JSON.parse(body) as Partial<ImageManifest> | null)?.annotations?.[TEXT] ?? null;
  } catch {
    return null;
  }
}
