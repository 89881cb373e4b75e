/** What people write where a secret will stand, and what documentation and tests have there. */
const WORDS =
  /(?:^|[^a-z])(?:your|example|sample|placeholder|dummy|fake|redacted|insert|replace|todo|changeit|foobar)|change[-_ ]?me|not[-_]used|secret[-_]here|x{5}|\*{3}|\.{3}|…/i;
const STAND_INS = [
  WORDS,
  /^(.)\1*$/s,
  /^[<[{%$*_.-]|[>}]$/,
  /\$\{|\{\{|\$\(|%\(|<[a-z]|process\.env|import\.meta|\bnull\b|\bundefined\b/i,
  /1234567890|abcdefghij/i,
];

/** Whether there is a placeholder in a text that otherwise has the format of a credential. */
export function hasStandIn(text: string): boolean {
  return WORDS.test(text);
}

/** Whether a text stands for a secret instead of being one. */
function isStandIn(value: string): boolean {
  return STAND_INS.some((pattern) => pattern.test(value));
}

/** Passwords that every example uses: `https://user:pass@example.com/`. */
const WORD =
  /^(?:pass(?:word|wd|phrase)?\d{0,3}|pw|pwd|secret\d{0,3}|(?:token|key)(?:[-_]?1234?)?|user(?:name)?|admin|root|postgres|mysql|redis|guest|test(?:ing)?\d{0,3}|foo|bar|baz|demo|letmein|my-?(?:secret|password|token)|hidden|none|true|false)$/i;

/** Whether a password that stands where only passwords stand, in an address, is one that opens something. */
export function isPassword(value: string): boolean {
  return value.length >= 3 && !WORD.test(value) && !isStandIn(value);
}

/** Bits for each character (Shannon): 2.5 of a word, 3.6 of hexadecimal digits, above 4 of base64. */
function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => {
    const share = count / value.length;
    return sum - share * Math.log2(share);
  }, 0);
}

const digitsIn = (value: string) => value.match(/\d/g)?.length ?? 0;

/** Whether a text is as random as issued tokens are. */
export function isRandom(value: string): boolean {
  if (value.length < 16 || isStandIn(value) || !/[A-Za-z]/.test(value)) return false;
  // Words with a number behind them, in any of the ways to join words.
  if (/^[A-Za-z]+(?:[-_.:/ ][A-Za-z]*\d{0,2})*$/.test(value)) return false;
  return digitsIn(value) >= 2 && entropy(value) > 3;
}

/**
 * Whether a literal under the name of a secret is one, and no label, path, name of another variable or algorithm. It has
 * letters, and digits or signs among them, as generated passwords and those that obey a rule have.
 */
export function isSecretLiteral(value: string): boolean {
  if (value.length < 8 || !/^[\x21-\x7e]+$/.test(value)) return false;
  if (isStandIn(value) || WORD.test(value)) return false;
  if (!/[A-Za-z]/.test(value) || entropy(value) < 2.6) return false;
  const isPath = /^(?:\.{0,2}\/|~|@|#|--|[a-z][a-z0-9+.-]*:\/\/|urn:|arn:|data:|sha\d+-)/i.test(value);
  const isName = /^[A-Za-z_$]+(?:[-_.:/[\]A-Za-z]*[A-Za-z])?\d{0,3}$/.test(value);
  const isCode = /[()<>|\\`,]|=>|\+\+|\[\w*\]/.test(value);
  return !isPath && !isName && !isCode && (digitsIn(value) > 0 || /[!@#%^&*?~+]/.test(value));
}
