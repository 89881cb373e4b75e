import { createPrivateKey } from 'node:crypto';
import type { TextMatch } from './text-match.ts';

/** Longer than the longest key in its longest form: RSA of 8,192 bits, escaped twice. */
const LONGEST = 8_000;
const BEGIN = /-----BEGIN ([A-Z0-9 ]{0,40})PRIVATE KEY( BLOCK)?-----/g;

/** Private keys in a text: PEM in any of the ways in which programs write it, JWK, and base64 of DER. */
export function matchPrivateKeys(text: string): TextMatch[] {
  return [...matchPem(text), ...matchJwk(text), ...matchBase64Der(text)];
}

/**
 * RFC 7468, and what became of it: escaped once or twice, with CRLF, on one line, as an array of lines, as literals that
 * are put together. Every TLS library has the header, so a key is wanted behind it.
 */
function* matchPem(text: string): Generator<TextMatch> {
  for (const { index, 0: header, 1: label = '', 2: block = '' } of text.matchAll(BEGIN)) {
    const behind = text.slice(index + header.length, index + LONGEST);
    const end = behind.indexOf('-----END');
    const body = unwrapped(end < 0 ? behind : behind.slice(0, end));
    const match = { start: index, end: index + header.length + Math.max(end, 0) };
    const isPgp = block !== '' && /[A-Za-z0-9+/]{64}/.test(body.replace(/\s/g, ''));
    const saysEncrypted = /Proc-Type: ?4,ENCRYPTED/.test(behind) || label.startsWith('ENCRYPTED');
    const isEncrypted = block === '' && saysEncrypted && /[A-Za-z0-9+/]{32}/.test(body);
    if (isEncrypted) yield { ...match, kind: 'an encrypted private key' };
    else if (isPgp || (end >= 0 && isPrivate(label, body))) yield { ...match, kind: 'a private key' };
  }
}

/** Without what stands between the lines of a literal, and without what escapes it. */
function unwrapped(body: string): string {
  return body
    .replace(/\\+[rnt]/g, '\n')
    .replace(/["'`]\s*\+\s*["'`]/g, '\n')
    .replace(/\\+\/?/g, (escape) => (escape.endsWith('/') ? '/' : ''))
    .replace(/["'`,;|>]/g, '\n');
}

function isPrivate(label: string, body: string): boolean {
  const base64 = body.replace(/[^A-Za-z0-9+/=]/g, '');
  if (base64.startsWith('b3BlbnNzaC1rZXktdjEA')) return base64.length > 100;
  const lines = base64.match(/.{1,64}/g)?.join('\n') ?? '';
  return opens({ key: `-----BEGIN ${label}PRIVATE KEY-----\n${lines}\n-----END ${label}PRIVATE KEY-----\n` });
}

/** Whether Node takes it for a private key; one that wants a passphrase is one. */
function opens(input: Parameters<typeof createPrivateKey>[0]): boolean {
  try {
    createPrivateKey(input);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_MISSING_PASSPHRASE';
  }
}

/** RFC 7517 and 7518: `d` is what makes a key private, `k` is a symmetric one. */
function* matchJwk(text: string): Generator<TextMatch> {
  for (const { index, 0: found } of text.matchAll(/\bkty\b\\?["']?\s*:\s*\\?["'](?:RSA|EC|OKP|oct)\b/g)) {
    const from = Math.max(text.lastIndexOf('{', index), index - 4_000, 0);
    const to = text.indexOf('}', index + found.length);
    const object = text.slice(from, to < 0 ? index + 4_000 : to);
    const symmetric = found.endsWith('oct');
    const part = symmetric
      ? /\bk\b\\?["']?\s*:\s*\\?["']([A-Za-z0-9_-]{16,})/
      : /\bd\b\\?["']?\s*:\s*\\?["']([A-Za-z0-9_-]{40,})/;
    const key = part.exec(object);
    if (key === null) continue;
    const start = from + key.index + key[0].length - (key[1] ?? '').length;
    yield { kind: 'a private JSON Web Key', start, end: start + (key[1] ?? '').length };
  }
}

/** A key without its armour, as variables and Kubernetes hold it: DER begins with a sequence. */
function* matchBase64Der(text: string): Generator<TextMatch> {
  for (const { index, 0: found } of text.matchAll(
    /(?<![A-Za-z0-9+/_-])M[A-Z][A-Za-z0-9+/]{60,8000}={0,2}/g,
  )) {
    // In PEM it was found, or is public.
    if (/KEY-----(?:\s|\\[rn])*$/.test(text.slice(Math.max(0, index - 20), index))) continue;
    if (isPrivateDer(Buffer.from(found, 'base64')))
      yield { kind: 'a private key', start: index, end: index + found.length };
  }
}

/** PKCS#8, PKCS#1 and SEC1 in DER. */
export function isPrivateDer(bytes: Buffer): boolean {
  // X.690: a sequence, and inside of it first a version, a small integer; or what it is encrypted with.
  if (bytes[0] !== 0x30 || bytes.length < 40 || bytes.length > LONGEST) return false;
  return (['pkcs8', 'pkcs1', 'sec1'] as const).some((type) => opens({ key: bytes, format: 'der', type }));
}

/** A store of keys by its first bytes, whatever its name: PKCS#12 (RFC 7292: version 3, then PKCS#7 data), JKS, KeePass. */
export function isKeyStore(bytes: Buffer): boolean {
  const head = bytes.subarray(0, 24).toString('hex');
  return (
    /^30(?:8[1-3])?(?:..){1,3}02010330/.test(head) || /^(?:feedfeed|cececece)0000000|^03d9a29a/.test(head)
  );
}
