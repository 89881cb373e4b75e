import { isSecretName } from './secret-names.ts';

const HIDDEN = '[secret]';

/** Shorter values would take ordinary words out of the text. */
const SHORTEST = 6;

/**
 * The text with `[secret]` in place of every value in `known`, and of what has a secret's form: values of secret
 * names, passwords in addresses, private keys and tokens. A known value shorter than 6 characters stays.
 */
export function redact(text: string, known: readonly string[] = []): string {
  const named = hideNamed(hideKnown(text.replace(PRIVATE_KEY, HIDDEN), known));
  return PATTERNS.reduce((clean, [pattern, replacement]) => clean.replace(pattern, replacement), named);
}

const PRIVATE_KEY =
  /-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----|$)/g;

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  // user:password@ in an address
  [/\/\/[^/\s:@]+:[^/\s@]+@/g, `//${HIDDEN}@`],
  [/(authorization["']?\s*[=:]\s*["']?\w+\s+)[^\s"']+/gi, `$1${HIDDEN}`],
  [/(\blogin\b[^\n]*\s(?:-p|--password)(?:\s+|=))\S+/g, `$1${HIDDEN}`],
  // The path of a Dokploy webhook
  [/\/api\/deploy\/(compose\/)?[^\s"'/]+/g, `/api/deploy/$1${HIDDEN}`],
  [/\b(?:dckr_pat_|ghp_|github_pat_|glpat-|npm_|sk_live_|eyJ[\w-]+\.eyJ)[\w.-]+/g, HIDDEN],
];

function hideKnown(text: string, known: readonly string[]): string {
  // Longest first: a secret that is part of another one must not leave the rest of it.
  const values = known.filter((value) => value.length >= SHORTEST).sort((a, b) => b.length - a.length);
  return values.reduce(
    (clean, value) =>
      clean.replaceAll(value, (_, at: number) =>
        PUBLIC_FIELD.test(clean.slice(Math.max(0, at - 40), at)) ? value : HIDDEN,
      ),
    text,
  );
}

/** What stands before a version or a revision: those stay, even where a variable has the same value. */
const PUBLIC_FIELD = /(?:version|revision|commit)["']?\s*[=:]\s*["']?$/i;

/** A name, its sign and, not consumed, its value on the same line: `NAME=value`, `"name": "value"`, `name: value`. */
const ASSIGNMENT = /(?<![\w.-])([\w.-]+)\\?["']?[ \t]*([=:])[ \t]*(?=("[^"]*"|'[^']*'|[^\s,;]+))/g;

/** Words of a message about a variable: `DB_PASSWORD: is required when …`. */
const MESSAGE_WORD =
  /^(?:is|are|was|must|may|can(?:not)?|should|has|have|does|not|no|missing|required|invalid|incorrect|wrong|expired|empty|null|undefined|true|false)[.!]?$/i;

function hideNamed(text: string): string {
  let clean = '';
  let end = 0;
  for (const { index, 0: head, 1: name = '', 2: sign, 3: value = '' } of text.matchAll(ASSIGNMENT)) {
    const start = index + head.length;
    const secret = isSecretName(name) || (/database_url$/i.test(name) && value.includes('://'));
    if (!secret || start < end || (sign === ':' && MESSAGE_WORD.test(value))) continue;
    clean += text.slice(end, start) + HIDDEN;
    end = start + value.length;
  }
  return clean + text.slice(end);
}
