import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createRegistry } from './index.ts';
import { stubRegistry } from './test/stub-registry.ts';

const client = (registry: string, changes = {}) =>
  createRegistry({ registry, repository: 'acme/ehr-api', retryDelayMs: 1, ...changes });

describe('a registry that keeps its digests to itself', () => {
  const body = '{"schemaVersion":2,"manifests":[]}';
  const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`;

  it('is resolved by the content, and by a digest that is there', async () => {
    const host = await stubRegistry(
      ({ method }, response) => void response.end(method === 'GET' ? body : ''),
    );
    expect(await client(host).resolve('v1.2.3')).toBe(digest);
    expect(await client(host).resolve(digest)).toBe(digest);
  });
});

describe('a tag', () => {
  const untag = async (status: number) => {
    const seen: string[] = [];
    const host = await stubRegistry(({ method, url }, response) => {
      seen.push(`${method} ${url}`);
      response.writeHead(status).end('{"errors":[{"code":"UNSUPPORTED"}]}');
    });
    return { gone: await client(host, { retries: 0 }).untag('prod'), seen };
  };

  it.each([
    [202, true],
    [404, true],
    [405, false],
    [400, false],
    [401, false],
    [403, false],
  ])('whose deletion is answered %i is gone: %s, and by its name alone', async (status, gone) => {
    expect(await untag(status)).toEqual({ gone, seen: ['DELETE /v2/acme/ehr-api/manifests/prod'] });
  });

  it('that is a digest is refused: every name of the image would go', async () => {
    await expect(client('127.0.0.1:1').untag(`sha256:${'a'.repeat(64)}`)).rejects.toThrow('not a tag');
  });
});

describe('a list of tags', () => {
  it('that leads back to a page of it ends', async () => {
    const host = await stubRegistry((_request, response) => {
      response.writeHead(200, { link: '</v2/acme/ehr-api/tags/list?n=100&last=a>; rel="next"' });
      response.end('{"tags":["a"]}');
    });
    await expect(client(host).listTags('')).rejects.toMatchObject({ code: 'REGISTRY_REFUSED' });
  });

  it('of which a later page is gone is no empty list', async () => {
    const host = await stubRegistry(({ url = '' }, response) => {
      if (url.includes('last=')) return void response.writeHead(404).end();
      response.writeHead(200, { link: '</v2/acme/ehr-api/tags/list?last=a>; rel="next"' });
      response.end('{"tags":["a"]}');
    });
    await expect(client(host).listTags('')).rejects.toMatchObject({ code: 'REGISTRY_REFUSED' });
  });
});

describe('a list of tags from one on', () => {
  /** All tags in the order of their names, by pages of three, as the registry understands `last`; counts the pages. */
  async function pagesOf(names: readonly string[], knowsLast: boolean) {
    const pages: string[] = [];
    const host = await stubRegistry(({ url = '' }, response) => {
      pages.push(url);
      const query = new URL(url, 'http://x').searchParams;
      const last = query.get('last') ?? '';
      const rest = names.filter((name) => name > last || (!knowsLast && !query.has('page')));
      const page = rest.slice(0, 3);
      const link = `</v2/acme/ehr-api/tags/list?page=1&last=${page.at(-1) ?? ''}>; rel="next"`;
      response.writeHead(200, rest.length > 3 ? { link } : {});
      response.end(JSON.stringify({ tags: page }));
    });
    return { host, pages };
  }
  const names = [
    'dev',
    'j',
    'journal',
    ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => `journal-${n}`),
    'prod',
    'v1',
  ];

  it.each([
    ['begins there and ends behind it', true, 2],
    ['finds the same where the registry begins with the first all the same', false, 5],
  ])('%s', async (_what, knowsLast, asked) => {
    const { host, pages } = await pagesOf(names, knowsLast);
    const found = await client(host).documents.list('journal-', 'journal-7');
    expect(found).toEqual(['journal-7', 'journal-8', 'journal-9']);
    expect(pages).toHaveLength(asked);
  });

  it('reads all pages of a registry that lists in another order', async () => {
    const { host } = await pagesOf([...names].reverse(), false);
    expect(await client(host).documents.list('journal-', 'journal-9')).toEqual(['journal-9']);
  });
});

it('a registry that takes connections and never answers is given up after two requests', async () => {
  let requests = 0;
  const host = await stubRegistry(() => void (requests += 1));
  const silent = client(host, { requestTimeoutMs: 100 });
  const reads: (() => Promise<unknown>)[] = [
    () => silent.resolve('prod'),
    () => silent.documents.read('lock-prod'),
    () => silent.documents.write('lock-prod', '{}'),
    () => silent.listTags(''),
  ];
  for (const read of reads) {
    requests = 0;
    await expect(read()).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
    expect(requests).toBe(2);
  }
});
