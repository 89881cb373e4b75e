import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { bits, contents, integer, octets, oid, printable, sequence, set, tlv, utc } from './der.ts';

interface Pair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** RSA keys are slow to make: one of each kind for the whole run. */
const once = (make: () => Pair): (() => Pair) => {
  let made: Pair | undefined;
  return () => (made ??= make());
};

export const rsa = once(() => generateKeyPairSync('rsa', { modulusLength: 2048 }));
export const p256 = once(() => generateKeyPairSync('ec', { namedCurve: 'P-256' }));
export const p384 = once(() => generateKeyPairSync('ec', { namedCurve: 'P-384' }));
export const secp256k1 = once(() => generateKeyPairSync('ec', { namedCurve: 'secp256k1' }));
export const ed25519 = once(() => generateKeyPairSync('ed25519'));
export const ed448 = once(() => generateKeyPairSync('ed448'));

type Form = 'pkcs1' | 'sec1' | 'pkcs8';

export const pem = (pair: Pair, type: Form = 'pkcs8'): string =>
  pair.privateKey.export({ type, format: 'pem' } as { type: 'pkcs8'; format: 'pem' }).toString();
export const der = (pair: Pair, type: Form = 'pkcs8'): Uint8Array =>
  pair.privateKey.export({ type, format: 'der' } as { type: 'pkcs8'; format: 'der' });
export const publicPem = (pair: Pair): string =>
  pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const publicDer = (pair: Pair): Uint8Array => pair.publicKey.export({ type: 'spki', format: 'der' });

/** Encryption takes a random salt: once for each passphrase. */
const encrypted = new Map<string, Uint8Array>();
function encryptedDer(pair: Pair, passphrase: string): Uint8Array {
  const made =
    encrypted.get(passphrase) ??
    pair.privateKey.export({ type: 'pkcs8', format: 'der', cipher: 'aes-256-cbc', passphrase });
  encrypted.set(passphrase, made);
  return made;
}

export const encryptedPem = (pair: Pair, passphrase: string): string =>
  armour('ENCRYPTED PRIVATE KEY', encryptedDer(pair, passphrase));
export const privateJwk = (pair: Pair): object => pair.privateKey.export({ format: 'jwk' });
export const publicJwk = (pair: Pair): object => pair.publicKey.export({ format: 'jwk' });

/** `label` and the lines of `body` in base64. */
export function armour(label: string, body: Uint8Array, width = 64, tail = ''): string {
  const text = Buffer.from(body).toString('base64');
  const rows = text.match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
  return `-----BEGIN ${label}-----\n${rows.join('\n')}\n${tail}-----END ${label}-----\n`;
}

const sshString = (value: Uint8Array | string): Buffer => {
  const bytes = Buffer.from(value as Uint8Array);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};
const edBytes = (pair: Pair): { seed: Buffer; point: Buffer } => {
  const jwk = pair.privateKey.export({ format: 'jwk' });
  return { seed: Buffer.from(jwk.d!, 'base64url'), point: Buffer.from(jwk.x!, 'base64url') };
};
const sshPublic = (pair: Pair): Buffer =>
  Buffer.concat([sshString('ssh-ed25519'), sshString(edBytes(pair).point)]);

export const sshPublicLine = (pair: Pair): string => `ssh-ed25519 ${sshPublic(pair).toString('base64')}`;

export function opensshPem(pair: Pair, comment: string): string {
  const { seed, point } = edBytes(pair);
  const check = Buffer.from([0x5a, 0x17, 0xc3, 0x09]);
  const secret = Buffer.concat([
    check,
    check,
    sshPublic(pair),
    sshString(Buffer.concat([seed, point])),
    sshString(comment),
  ]);
  const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7]).subarray(0, (8 - (secret.length % 8)) % 8);
  const body = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    sshString('none'),
    sshString('none'),
    sshString(''),
    Buffer.from([0, 0, 0, 1]),
    sshString(sshPublic(pair)),
    sshString(Buffer.concat([secret, padding])),
  ]);
  return armour('OPENSSH PRIVATE KEY', body, 70);
}

/** An OpenPGP key of EdDSA without a passphrase; `signed` stands for its signatures. */
export function pgpPrivate(pair: Pair, signed: Uint8Array): string {
  const { seed, point } = edBytes(pair);
  const curve = Buffer.from([9, 0x2b, 6, 1, 4, 1, 0xda, 0x47, 0x0f, 1]);
  const head = Buffer.from([4, 0x65, 0x3b, 0x11, 0x20, 22]);
  const mpi = (bits: number, value: Buffer): Buffer =>
    Buffer.concat([Buffer.from([bits >> 8, bits & 255]), value]);
  const packet = Buffer.concat([
    head,
    curve,
    mpi(263, Buffer.concat([Buffer.from([0x40]), point])),
    Buffer.from([0]),
    mpi(256, seed),
    Buffer.from([0x11, 0x5c]),
  ]);
  const body = Buffer.concat([Buffer.from([0x94, packet.length]), packet, signed]);
  let crc = 0xb704ce;
  for (const byte of body) {
    crc ^= byte << 16;
    for (let i = 0; i < 8; i++) crc = crc & 0x800000 ? ((crc << 1) ^ 0x1864cfb) & 0xffffff : crc << 1;
  }
  const sum = Buffer.from([crc >> 16, (crc >> 8) & 255, crc & 255]).toString('base64');
  return armour('PGP PRIVATE KEY BLOCK', body, 64, `=${sum}\n`).replace('\n', '\n\n');
}

/** A certificate whose signature is `signature`: nobody checks it here. */
export function certificateDer(pair: Pair, host: string, signature: Uint8Array): Uint8Array {
  const algorithm = sequence(oid(1, 2, 840, 113549, 1, 1, 11), tlv(5, Buffer.alloc(0)));
  const name = sequence(set(sequence(oid(2, 5, 4, 3), printable(host))));
  const toBeSigned = sequence(
    tlv(0xa0, integer(Buffer.from([2]))),
    integer(signature.subarray(0, 9)),
    algorithm,
    name,
    sequence(utc('250101000000Z'), utc('350101000000Z')),
    name,
    publicDer(pair),
  );
  return sequence(toBeSigned, algorithm, bits(signature));
}

export const certificatePem = (pair: Pair, host: string, signature: Uint8Array): string =>
  armour('CERTIFICATE', certificateDer(pair, host, signature));

/** A PKCS#12 store with one shrouded key. */
export function pkcs12(pair: Pair, passphrase: string): Uint8Array {
  const shrouded = encryptedDer(pair, passphrase);
  const data = oid(1, 2, 840, 113549, 1, 7, 1);
  const bag = sequence(oid(1, 2, 840, 113549, 1, 12, 10, 1, 2), contents(shrouded));
  const safe = sequence(data, contents(octets(sequence(bag))));
  return sequence(integer(Buffer.from([3])), sequence(data, contents(octets(sequence(safe)))));
}
