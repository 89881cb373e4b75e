import type { CorpusCase, Material } from './corpus-case.ts';
import { js, json, lines } from './filler.ts';
import { armour, certificatePem, ed25519, p256, publicJwk, publicPem, rsa, sshPublicLine } from './keys.ts';

/** Public keys, certificates and signatures. */
export const publicKeyLookAlikes = (m: Material): readonly CorpusCase[] => [
  {
    name: 'Public key of RSA as PEM',
    file: { path: 'app/keys/issuer.pub.pem', content: publicPem(rsa()) },
  },
  {
    name: 'Public key in a literal with escaped line ends',
    file: {
      path: 'app/dist/verify.js',
      content: js(
        m,
        `const publicKey = ${JSON.stringify(publicPem(p256()))};`,
        'export const verifyToken = (token) => jwt.verify(token, publicKey);',
      ),
    },
  },
  {
    name: 'Certificate of an authority',
    file: { path: 'app/certs/ca.crt', content: certificatePem(rsa(), 'Clinic Root CA', m.bytes(256)) },
  },
  {
    name: 'Bundle of certificates with comments',
    file: {
      path: 'app/certs/ca-bundle.pem',
      content: ['Root A', 'Root B', 'Root C']
        .map((name) => `# ${name}\n${certificatePem(rsa(), name, m.bytes(256))}`)
        .join('\n'),
    },
  },
  {
    name: 'Public JWK set of an issuer',
    file: {
      path: 'app/public/.well-known/jwks.json',
      content: json({
        keys: [
          { ...publicJwk(rsa()), kid: m.hex(16), use: 'sig', alg: 'RS256' },
          { ...publicJwk(p256()), kid: m.hex(16), use: 'sig', alg: 'ES256' },
        ],
      }),
    },
  },
  {
    name: 'Public JWK in compiled code',
    file: {
      path: 'app/dist/trust.js',
      content: js(m, `export const trusted = importJWK(${JSON.stringify(publicJwk(ed25519()))}, 'EdDSA');`),
    },
  },
  {
    name: 'Public keys of SSH that may log in',
    file: {
      path: 'app/.ssh/authorized_keys',
      content: lines(
        `${sshPublicLine(ed25519())} ops@clinic.example`,
        `ssh-rsa ${Buffer.concat([Buffer.from('\0\0\0\x07ssh-rsa\0\0\0\x03\x01\0\x01\0\0\x01\x01\0', 'latin1'), m.bytes(256)]).toString('base64')} backup@clinic.example`,
      ),
    },
  },
  {
    name: 'known_hosts with public keys',
    file: {
      path: 'app/.ssh/known_hosts',
      content: lines(
        `sftp.lab.example ${sshPublicLine(ed25519())}`,
        `|1|${m.base64(20)}|${m.base64(20)} ecdsa-sha2-nistp256 ${Buffer.concat([Buffer.from('\0\0\0\x13ecdsa-sha2-nistp256\0\0\0\x08nistp256\0\0\0A\x04', 'latin1'), m.bytes(64)]).toString('base64')}`,
      ),
    },
  },
  {
    name: 'Public key block of PGP',
    file: {
      path: 'app/vendor/nodesource.asc',
      content: armour(
        'PGP PUBLIC KEY BLOCK',
        Buffer.concat([Buffer.from('99010d04', 'hex'), m.bytes(600)]),
      ).replace('\n', '\n\n'),
    },
  },
  {
    name: 'Parameters of Diffie-Hellman',
    file: {
      path: 'app/certs/dhparam.pem',
      content: armour(
        'DH PARAMETERS',
        Buffer.concat([Buffer.from('308201080282010100', 'hex'), m.bytes(256), Buffer.from([2, 1, 2])]),
      ),
    },
  },
  {
    name: 'Authority of a cluster in a kube config without users',
    file: {
      path: 'app/deploy/kubeconfig.yaml',
      content: lines(
        'apiVersion: v1',
        'kind: Config',
        'clusters:',
        '  - name: prod',
        '    cluster:',
        '      server: https://10.2.0.1:6443',
        `      certificate-authority-data: ${Buffer.from(certificatePem(rsa(), 'kubernetes', m.bytes(256))).toString('base64')}`,
        'users: []',
      ),
    },
  },
  {
    name: 'Detached signature of a release',
    file: {
      path: 'app/vendor/tool.tar.gz.asc',
      content: armour('PGP SIGNATURE', Buffer.concat([Buffer.from('89013304', 'hex'), m.bytes(306)])).replace(
        '\n',
        '\n\n',
      ),
    },
  },
];
