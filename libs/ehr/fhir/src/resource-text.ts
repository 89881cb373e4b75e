/** A resource as it was sent: the text of each of its members, without what the server decides. */
export interface ResourceText {
  /** Members but `resourceType`, `id` and `meta`, in their order, each as it was sent: `"active":true,"birthDate":"1980"`. */
  readonly members: string;
  /** Members of `meta` but `versionId` and `lastUpdated`, in their order: `"profile":["…"]`. */
  readonly meta: string;
}

/** A JSON text that JSON.parse takes and this server does not; the message says why, and repeats no value. */
export class UnacceptableText extends Error {
  override readonly name = 'UnacceptableText';
}

/** Deeper than any real bundle; keeps a hostile body from exhausting the stack. */
const MAX_DEPTH = 100;

/**
 * Takes a resource's text apart where the server puts something of its own: everything else comes back token by token,
 * number lexemes and unknown extensions included. White space between tokens is not kept. Only of an object that JSON.parse
 * took: nothing else is checked here but that no object has a key twice, and the depth.
 * @param keeps of the resource's own members those that are kept; all where it is not given
 * @throws UnacceptableText
 */
export function readResourceText(json: string, keeps: (key: string) => boolean = () => true): ResourceText {
  return scanner(json).resource(keeps);
}

/** The same of the resource of each entry of a bundle; undefined where an entry has none. @throws UnacceptableText */
export function readEntryTexts(json: string): readonly (ResourceText | undefined)[] {
  const scan = scanner(json);
  const entries: (ResourceText | undefined)[] = [];
  scan.object((key) => {
    if (key !== 'entry') return scan.value();
    scan.array(() => {
      let own: ResourceText | undefined;
      scan.object((name) => {
        if (name === 'resource') own = scan.resource();
        else scan.value();
      });
      entries.push(own);
    });
  });
  return entries;
}

/** What the server decides of a version. */
export interface Stamp {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  /** RFC 3339, UTC, with milliseconds. */
  readonly lastUpdated: string;
}

/** The text of a resource with what the server decides in its place. */
export function printResource(
  { members, meta }: ResourceText,
  { type, id, version, lastUpdated }: Stamp,
): string {
  const stamped = `"versionId":"${version}","lastUpdated":"${lastUpdated}"${meta === '' ? '' : `,${meta}`}`;
  const first = `"resourceType":"${type}","id":"${id}","meta":{${stamped}}`;
  return `{${first}${members === '' ? '' : `,${members}`}}`;
}

/** The text with other strings in some places: path (`subject.reference`, `entry[0].url`) → what stands there instead. */
export function replaceStrings(json: string, replacements: ReadonlyMap<string, string>): string {
  const scan = scanner(json);
  let copied = 0;
  const parts: string[] = [];
  const visit = (path: string): void => {
    const start = scan.position();
    const first = json[start];
    if (first === '{') return scan.object((key) => visit(path === '' ? key : `${path}.${key}`));
    if (first === '[') {
      let index = 0;
      return scan.array(() => visit(`${path}[${index++}]`));
    }
    scan.value();
    const other = replacements.get(path);
    if (other === undefined) return;
    parts.push(json.slice(copied, start), JSON.stringify(other));
    copied = scan.position();
  };
  visit('');
  return parts.join('') + json.slice(copied);
}

/** The text over several lines, two spaces a level, its tokens unchanged. */
export function printPretty(json: string): string {
  let indent = '\n';
  let before = '';
  return json.replace(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+|\s+/gu, (token) => {
    if (/^\s/.test(token)) return '';
    const opened = before === '{' || before === '[';
    before = token;
    if (token === '{' || token === '[') {
      const line = opened ? indent : '';
      indent += '  ';
      return line + token;
    }
    if (token === '}' || token === ']') {
      indent = indent.slice(0, -2);
      return (opened ? '' : indent) + token;
    }
    if (token === ',') return `,${indent}`;
    if (token === ':') return ': ';
    return (opened ? indent : '') + token;
  });
}

interface Scanner {
  /** Where the next token begins. */
  position(): number;
  /** Goes over a value. */
  value(): void;
  /** Goes over an object; `member` hears each key and has to go over its value. */
  object(member: (key: string) => void): void;
  /** Goes over an array; `element` has to go over each element. */
  array(element: () => void): void;
  resource(keeps?: (key: string) => boolean): ResourceText;
}

/** Reads a JSON text that JSON.parse took from its begin; it is not checked again. */
function scanner(text: string): Scanner {
  let at = 0;
  let depth = 0;
  /** Runs of white space passed so far. */
  let spaces = 0;

  const skipSpace = () => {
    if (text.charCodeAt(at) > 32) return;
    spaces += 1;
    while (text.charCodeAt(at) <= 32) at += 1;
  };
  const string = () => {
    do at = text.indexOf('"', at + 1);
    while (text.charCodeAt(at - 1) === BACKSLASH && isEscaped(text, at));
    at += 1;
  };
  const value = (): void => {
    const first = text.charCodeAt(at);
    if (first === QUOTE) string();
    else if (first === BRACE) object(value);
    else if (first === BRACKET) array(value);
    else while (at < text.length && !isEnd(text.charCodeAt(at))) at += 1;
  };
  const inside = (end: number, one: () => void) => {
    depth += 1;
    if (depth > MAX_DEPTH)
      throw new UnacceptableText(`The JSON is nested deeper than ${MAX_DEPTH} levels; make it flatter.`);
    at += 1;
    skipSpace();
    while (text.charCodeAt(at) !== end) {
      one();
      skipSpace();
      if (text.charCodeAt(at) === COMMA) at += 1;
      skipSpace();
    }
    at += 1;
    depth -= 1;
  };
  /** `member` hears, too, where its key begins, and how many runs of white space were before it. */
  const object = (member: (key: string, keyAt: number, before: number) => void) => {
    const keys: string[] = [];
    let many: Set<string> | undefined;
    inside(END_OF_OBJECT, () => {
      const [start, before] = [at, spaces];
      string();
      const plain = text.slice(start + 1, at - 1);
      const key = plain.includes('\\') ? (JSON.parse(text.slice(start, at)) as string) : plain;
      if (many?.has(key) ?? keys.includes(key)) throw twice(key);
      if (many === undefined) keys.push(key);
      else many.add(key);
      if (keys.length === 16) many ??= new Set(keys);
      skipSpace();
      at += 1;
      skipSpace();
      member(key, start, before);
    });
  };
  const array = (element: () => void) => inside(END_OF_ARRAY, element);
  /** The members of an object that are kept, without white space between tokens. */
  const members = (keeps: (key: string) => boolean, special: (key: string) => boolean): string => {
    const kept: string[] = [];
    object((key, keyAt, before) => {
      if (special(key)) return;
      value();
      if (!keeps(key)) return;
      const own = text.slice(keyAt, at);
      kept.push(spaces === before ? own : withoutSpace(own));
    });
    return kept.join(',');
  };
  const resource = (keeps: (key: string) => boolean = () => true): ResourceText => {
    let meta = '';
    const ofServer = ['resourceType', 'id', 'meta'];
    const ofMeta = ['versionId', 'lastUpdated'];
    const own = members(
      (key) => !ofServer.includes(key) && keeps(key),
      (key) => {
        if (key !== 'meta' || text[at] !== '{') return false;
        meta = members(
          (name) => !ofMeta.includes(name),
          () => false,
        );
        return true;
      },
    );
    return { members: own, meta };
  };
  skipSpace();
  return { position: () => at, value, object, array, resource };
}

const QUOTE = 34;
const COMMA = 44;
const BRACKET = 91;
const BACKSLASH = 92;
const END_OF_ARRAY = 93;
const BRACE = 123;
const END_OF_OBJECT = 125;

/** Whether a number or a word ends there. */
function isEnd(code: number): boolean {
  return code === COMMA || code === END_OF_ARRAY || code === END_OF_OBJECT || code <= 32;
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes += 1;
  return slashes % 2 === 1;
}

function withoutSpace(json: string): string {
  return json.replace(/("(?:[^"\\]|\\.)*")|\s+/gu, '$1');
}

/** A key comes from the sender: it is shown only where it cannot be data. */
function twice(key: string): UnacceptableText {
  const shown = /^_?\w{1,40}$/.test(key) ? `the key "${key}"` : 'a key';
  return new UnacceptableText(`An object has ${shown} twice; keep one of them.`);
}
