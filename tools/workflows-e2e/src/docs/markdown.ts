/** A piece of a Markdown text, and the line it begins on. */
export interface Piece {
  readonly text: string;
  readonly line: number;
}

export interface Markdown {
  /** What headings and explicit ids can be linked to, as GitHub names them. */
  readonly anchors: readonly string[];
  readonly links: readonly Piece[];
  /** `like this`, outside of fences. */
  readonly spans: readonly Piece[];
  /** Lines of fences marked sh or bash; a line that ends in a backslash goes on. */
  readonly shell: readonly Piece[];
}

/** The parts of a Markdown text that can be wrong by themselves. */
export function readMarkdown(content: string): Markdown {
  const anchors: string[] = [];
  const links: Piece[] = [];
  const spans: Piece[] = [];
  const shell: Piece[] = [];
  let fence: string | undefined;
  let begun: Piece | undefined;
  for (const [index, text] of content.split('\n').entries()) {
    const line = index + 1;
    const mark = /^\s*```(\w*)/.exec(text);
    if (mark !== null) {
      fence = fence === undefined ? mark[1] : undefined;
      continue;
    }
    if (fence !== undefined) {
      if (fence !== 'sh' && fence !== 'bash') continue;
      const whole = { text: `${begun?.text ?? ''}${text.replace(/\\$/, '')}`, line: begun?.line ?? line };
      begun = text.endsWith('\\') ? whole : undefined;
      if (begun === undefined) shell.push(whole);
      continue;
    }
    const heading = /^#{1,6} (.*)$/.exec(text)?.[1];
    if (heading !== undefined) anchors.push(numbered(slug(heading), anchors));
    const bare = text.replace(/`+[^`]*`+/g, '');
    for (const [, id = ''] of bare.matchAll(/<a (?:id|name)="([^"]+)"/g)) anchors.push(id);
    for (const [, target = ''] of text.matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g))
      links.push({ text: target, line });
    // In a table `|` is written `\|`.
    for (const [, , code = ''] of text.matchAll(/(`+)((?:(?!\1).)+)\1/g))
      spans.push({ text: code.trim().replaceAll('\\|', '|'), line });
  }
  return { anchors, links, spans, shell };
}

/** As GitHub makes them: lower case, no punctuation, hyphens for spaces. */
function slug(heading: string): string {
  return heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
}

function numbered(anchor: string, before: readonly string[]): string {
  if (!before.includes(anchor)) return anchor;
  const count = before.filter((one) => one.replace(/-\d+$/, '') === anchor).length;
  return `${anchor}-${count}`;
}
