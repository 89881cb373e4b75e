import { createHmac } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Material } from './corpus-case.ts';

const capitals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const alphabet62 = `0123456789${capitals}${capitals.toLowerCase()}`;

/** Six characters of GitHub's and npm's checksum. */
function checksum(body: string): string {
  let rest = crc32(body);
  let text = '';
  while (rest > 0) {
    text = alphabet62[rest % 62]! + text;
    rest = Math.floor(rest / 62);
  }
  return text.padStart(6, '0');
}

function checked(m: Material, prefix: string): string {
  const body = m.base62(30);
  return prefix + body + checksum(body);
}

export const githubToken = (m: Material, kind: 'p' | 'o' | 's' | 'u'): string => checked(m, `gh${kind}_`);
export const githubFineGrained = (m: Material): string => `github_pat_11${m.upper(20)}_${m.base62(59)}`;
export const npmToken = (m: Material): string => checked(m, 'npm_');
export const gitlabToken = (m: Material): string => `glpat-${m.base62(20)}`;
export const awsKeyId = (m: Material): string => `AKIA${m.of('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16)}`;
export const awsSecret = (m: Material): string => m.base64(30);
export const slackBot = (m: Material): string => `xoxb-${m.digits(12)}-${m.digits(13)}-${m.base62(24)}`;
export const stripeLive = (m: Material): string => `sk_live_51${m.base62(97)}`;
export const sendgrid = (m: Material): string => `SG.${m.base64url(16)}.${m.base64url(32)}`;
export const dockerHub = (m: Material): string => `dckr_pat_${m.base64url(20)}`;
export const openai = (m: Material): string => `sk-proj-${m.base62(74)}T3Blbk${'FJ'}${m.base62(74)}`;

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A signed JSON Web Token. */
export function jwt(m: Material, claims: object): string {
  const body = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(claims)}`;
  return `${body}.${createHmac('sha256', m.bytes(32)).update(body).digest('base64url')}`;
}

/** The sample that jwt.io shows: a public one. */
export function jwtIoSample(): string {
  const claims = { sub: '1234567890', name: 'John Doe', iat: 1516239022 };
  const body = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(claims)}`;
  return `${body}.${createHmac('sha256', 'your-256-bit-secret').update(body).digest('base64url')}`;
}

export const discordBot = (m: Material): string =>
  `${Buffer.from(m.digits(18)).toString('base64url')}.G${m.base62(5)}.${m.base62(38)}`;

const bech32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';

function polymod(values: readonly number[]): number {
  const generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
  let sum = 1;
  for (const value of values) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    generator.forEach((part, bit) => {
      if ((top >>> bit) & 1) sum ^= part;
    });
  }
  return sum;
}

/** The secret half of an age key pair: Bech32 of 32 bytes. */
export function ageKey(m: Material): string {
  const prefix = 'age-secret-key-';
  // 32 bytes are 51 groups of five bits and one bit more.
  const data = [...Array.from({ length: 51 }, () => m.below(32)), m.below(2) * 16];
  const expanded = [...prefix].map((c) => c.charCodeAt(0));
  const head = [...expanded.map((c) => c >>> 5), 0, ...expanded.map((c) => c & 31)];
  const sum = polymod([...head, ...data, 0, 0, 0, 0, 0, 0]) ^ 1;
  const check = [0, 1, 2, 3, 4, 5].map((i) => (sum >>> (5 * (5 - i))) & 31);
  return `${prefix}1${[...data, ...check].map((v) => bech32[v]).join('')}`.toUpperCase();
}
