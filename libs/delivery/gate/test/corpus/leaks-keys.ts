import type { CorpusCase, Material } from './corpus-case.ts';
import { yaml } from './filler.ts';
import {
  armour,
  der,
  ed448,
  ed25519,
  opensshPem,
  p256,
  p384,
  pem,
  pgpPrivate,
  pkcs12,
  rsa,
  secp256k1,
} from './keys.ts';

/** Private keys as files. */
export const keyLeaks = (m: Material): readonly CorpusCase[] => [
  {
    name: 'PKCS#1 RSA key as key.pem',
    file: { path: 'app/certs/key.pem', content: pem(rsa(), 'pkcs1') },
  },
  {
    name: 'SEC1 key on P-256 as a file',
    file: { path: 'app/certs/signing-ec.key', content: pem(p256(), 'sec1') },
  },
  {
    name: 'SEC1 key on P-384 after its parameters with CRLF',
    file: {
      path: 'app/keys/fhir-p384.pem',
      content: (
        armour('EC PARAMETERS', Buffer.from('06052b81040022', 'hex')) + pem(p384(), 'sec1')
      ).replaceAll('\n', '\r\n'),
    },
  },
  {
    name: 'PKCS#8 RSA key without a telling extension',
    file: { path: 'app/config/jwt/current', content: pem(rsa()) },
  },
  {
    name: 'PKCS#8 key on secp256k1',
    file: { path: 'app/keys/ledger.pem', content: pem(secp256k1()) },
  },
  {
    name: 'PKCS#8 Ed448 key in a YAML block',
    file: {
      path: 'app/config/signing.yaml',
      content: yaml(
        m,
        'signing:',
        '  algorithm: EdDSA',
        '  key: |',
        ...pem(ed448())
          .trimEnd()
          .split('\n')
          .map((row) => `    ${row}`),
      ),
    },
  },
  {
    name: 'OpenSSH key of the deploy user',
    file: { path: 'app/.ssh/id_ed25519', content: opensshPem(ed25519(), 'deploy@build-7') },
  },
  {
    name: 'PGP private key block',
    file: { path: 'app/release/signing.asc', content: pgpPrivate(ed25519(), m.bytes(180)) },
  },
  {
    name: 'DER of a PKCS#8 RSA key',
    file: { path: 'app/keys/id-token.der', content: der(rsa()) },
  },
  {
    name: 'PKCS#12 store of a client certificate',
    file: { path: 'app/certs/client.p12', content: pkcs12(rsa(), m.password()) },
  },
];
