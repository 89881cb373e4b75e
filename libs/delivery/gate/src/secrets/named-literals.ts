import { isSecretName } from '@ehr/delivery-core';
import { isSecretLiteral } from './plausible.ts';
import type { TextMatch } from './text-match.ts';

/** What the names of secrets end with; the rest of the name stands before it. */
const ENDING =
  '(?:pass(?:word|wd|phrase)?|pwd|secret|token|credentials?|(?:api|access|account|private|secret|signing|encryption|auth|app|application|client|master|license|shared)[_-]?key|secret[_-]?key[_-]?base)(?:[_-]?\\d{1,2})?';
/** A literal of JavaScript, JSON, TOML, Python …, escaped or not, under such a name. */
const QUOTED = new RegExp(
  `${ENDING}\\\\?["'\`]?\\]?\\s{0,4}(?::|=>|={1,3})\\s{0,4}(\\\\?["'\`])([^"'\`\\\\\\s]{8,512})\\1`,
  'gi',
);
/** A line of a settings file. */
const VALUE = `([^\\s"'\`#;,{[][^\\s#"'\`]{7,511})`;
const BARE = new RegExp(
  `^[ \\t]*(?:export[ \\t]+|-[ \\t]+)?["']?[\\w.-]{0,80}?${ENDING}["']?(?:[ \\t]*[:=][ \\t]*${VALUE}[ \\t]*\\r?$|=${VALUE}[ \\t])`,
  'gim',
);
/** What is signed with, in the calls that sign: `jwt.sign(claims, '…')`, `createHmac('sha256', '…')`. */
const CALL =
  /\b(?:\w*(?:jwt|jsonwebtoken)\w*(?:\.default)?\)?\.(?:sign|verify)|createHmac)\([^()]{1,200}?,\s{0,4}(["'`])([^"'`\\\s]{8,512})\1/gi;
/** Files of `name = value` without quotes; a name without an extension is of one more often than not. */
const SETTINGS =
  /(?:^|\/)(?:[^/.]+|\.[^/]+|[^/]*\.(?:env|ini|cfg|conf|config|cnf|properties|toml|ya?ml|txt|sh|bash|rc|credentials|secrets?|local|prod(?:uction)?|tfvars))$/i;
/** `{ pass: '…' }` of a mail account; `pass` inside another word is none. */
const SHORT_NAME = /^(?:pass|pwd|[\w.-]+(?:_|-|\.)(?:pass|pwd)|\w*[a-z](?:Pass|Pwd))$/;

/** Literals under names that say that they are secrets: `dbPassword: 'Kestrel-4711'`, `client_secret = …`. */
export function matchNamedLiterals(text: string, filePath: string): TextMatch[] {
  const quoted = [...text.matchAll(QUOTED)].flatMap(({ index, 0: whole, 1: quote = '', 2: value = '' }) => {
    const end = index + whole.length - quote.length;
    return literal(nameAt(text, index), value, end);
  });
  const signing = [...text.matchAll(CALL)].flatMap(({ index, 0: whole, 2: value = '' }) => {
    const end = index + whole.length - 1;
    return isSecretLiteral(value) ? [{ kind: 'a secret that signs', start: end - value.length, end }] : [];
  });
  if (!SETTINGS.test(filePath)) return [...quoted, ...signing];
  const bare = [...text.matchAll(BARE)].flatMap(({ index, 0: whole, 1: inLine, 2: value = inLine ?? '' }) => {
    const [, name = ''] = /^\s*(?:export\s+|-\s+)?["']?([\w.-]+)/.exec(whole) ?? [];
    return literal(name, value, index + whole.trimEnd().length);
  });
  return [...quoted, ...signing, ...bare];
}

function literal(name: string, value: string, end: number): TextMatch[] {
  const isNamed = isSecretName(name) || SHORT_NAME.test(name) || /key[_-]?base$/i.test(name);
  // `token` is any word of a language, `key` any key: those are issued, and longer and with more digits than passwords.
  const isIssued = /pass|pwd/i.test(name) || (value.length >= 12 && /\d.*\d/.test(value));
  if (!isNamed || !isIssued || !isSecretLiteral(value)) return [];
  return [{ kind: `a secret under the name ${name}`, start: end - value.length, end }];
}

/** The whole name, of which a pattern found the end. */
function nameAt(text: string, index: number): string {
  const [before = ''] = /[\w$.-]*$/.exec(text.slice(Math.max(0, index - 60), index)) ?? [];
  const [rest = ''] = /^[\w$-]+/.exec(text.slice(index, index + 60)) ?? [];
  return `${before}${rest}`.replace(/^.*[.$]/, '');
}
