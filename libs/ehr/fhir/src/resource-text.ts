/** A resource as it was sent: the text of each of its members, without what the server decides. */
interface ResourceText {
  /** Members but `resourceType`, `id` and `meta`, in their order, each as it was sent: `"active":true,"birthDate":"1980"`. */
  readonly members: string;
  /** Members of `meta` but `versionId` and `lastUpdated`, in their order: `"profile":["…"]`. */
  readonly meta: string;
}

/** An object of the text has a key twice: which value counts, every reader decides for itself. */
export class DuplicateKey extends Error {
  override readonly name = 'DuplicateKey';

  constructor(where: string, key: string) {
    // A key comes from the sender: it is shown only where it cannot be data.
    super(
      `An object in ${where} has the key ${/^_?\w{1,40}$/.test(key) ? `"${key}"` : 'of another one'} twice.`,
    );
  }
}

/**
 * Takes a resource's text apart where the server puts something of its own: everything else comes back token by token,
 * number lexemes and unknown extensions included. White space between tokens is not kept. Only of an object that JSON.parse
 * took: nothing else is checked here but that no object has a key twice.
 * @throws DuplicateKey
 */
export function readResourceText(json: string): ResourceText {
  const members = membersOf(json, 'the resource');
  const meta = members.find(({ key }) => key === 'meta')?.value ?? '';
  const ofMeta = meta.startsWith('{') ? membersOf(meta, 'meta') : [];
  const print = (kept: readonly Member[]) => kept.map(({ name, value }) => `${name}:${value}`).join(',');
  return {
    members: print(members.filter(({ key }) => !['resourceType', 'id', 'meta'].includes(key))),
    meta: print(ofMeta.filter(({ key }) => key !== 'versionId' && key !== 'lastUpdated')),
  };
}

/** The text of a resource with what the server decides in its place. */
export function printResource(
  { members, meta }: ResourceText,
  { type, id, version, lastUpdated }: Readonly<Record<'type' | 'id' | 'version' | 'lastUpdated', string>>,
): string {
  const stamped = `"versionId":"${version}","lastUpdated":"${lastUpdated}"${meta === '' ? '' : `,${meta}`}`;
  const first = `"resourceType":"${type}","id":"${id}","meta":{${stamped}}`;
  return `{${first}${members === '' ? '' : `,${members}`}}`;
}

interface Member {
  readonly key: string;
  /** The key as it is written, escapes included. */
  readonly name: string;
  /** Without white space between its tokens. */
  readonly value: string;
}

/** Of valid JSON: a string, a bracket or separator, or whatever else stands between those. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g;

/** The members of an object, in their order; looks into all objects inside for keys that are there twice. */
function membersOf(json: string, name: string): readonly Member[] {
  const members: Member[] = [];
  /** Keys of each object that is open; null for an array. */
  const open: (Set<string> | null)[] = [];
  let key: string | undefined;
  let tokens: string[] = [];
  const close = () => {
    if (key !== undefined)
      members.push({ key: JSON.parse(key) as string, name: key, value: tokens.join('') });
    key = undefined;
    tokens = [];
  };
  let before = '';
  for (const [token] of json.matchAll(TOKEN)) {
    const keys = open.at(-1) ?? null;
    const isKey = keys !== null && token.startsWith('"') && (before === '{' || before === ',');
    if (isKey) {
      const plain = token.includes('\\') ? (JSON.parse(token) as string) : token.slice(1, -1);
      if (keys.has(plain)) throw new DuplicateKey(name, plain);
      keys.add(plain);
    }
    if (token === '}' || token === ']') open.pop();
    if (open.length === 1 && isKey) key = token;
    else if (open.length === 1 && token === ',') close();
    else if (open.length > 1 || (open.length === 1 && token !== ':')) tokens.push(token);
    else if (open.length === 0 && token === '}') close();
    if (token === '{' || token === '[') open.push(token === '{' ? new Set() : null);
    before = token;
  }
  return members;
}
