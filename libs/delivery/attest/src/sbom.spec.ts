import { describe, expect, it } from 'vitest';
import { type ImageContent, renderSbom } from './sbom.ts';

const facts = {
  service: 'ehr-api',
  version: '1.2.3',
  revision: 'c'.repeat(40),
  fingerprint: 'f'.repeat(64),
  digest: `sha256:${'a1'.repeat(32)}`,
} as const;
/** An integrity as npm writes it, of a hash of so many bytes, all 1. */
const integrity = (algorithm: string, bytes: number) =>
  `${algorithm}-${Buffer.alloc(bytes, 1).toString('base64')}`;
const content: ImageContent = {
  packages: [
    {
      name: 'fastify',
      version: '5.0.0',
      integrity: integrity('sha512', 64),
      license: 'MIT',
      optional: false,
    },
    {
      name: '@fastify/error',
      version: '4.0.0',
      integrity: `${integrity('sha1', 20)} ${integrity('sha256', 32)}`,
      license: '(MIT OR CC0-1.0)',
      optional: false,
    },
    { name: 'odd', version: '1.0.0-rc.1+x', integrity: '', license: 'see LICENSE', optional: false },
    { name: 'silent', version: '1.0.0', integrity: 'nonsense', license: null, optional: true },
  ],
  libraries: ['fhir', 'health'],
  baseImage: `node:24-slim@sha256:${'b'.repeat(64)}`,
};
interface Sbom {
  serialNumber: string;
  metadata: Record<string, unknown>;
  components: ({ name: string } & Record<string, unknown>)[];
  dependencies: { ref: string; dependsOn?: string[] }[];
}
const sbomOf = (changes: Partial<ImageContent> = {}) =>
  JSON.parse(renderSbom(facts, { ...content, ...changes })) as Sbom;
const named = (sbom: Sbom, name: string) => sbom.components.find((component) => component.name === name);

describe('renderSbom', () => {
  it('is about the service: version, digest, revision and fingerprint', () => {
    const sbom = sbomOf();
    expect(sbom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1 });
    expect(sbom.metadata).toEqual({
      component: {
        type: 'container',
        name: 'ehr-api',
        version: '1.2.3',
        'bom-ref': facts.digest,
        hashes: [{ alg: 'SHA-256', content: 'a1'.repeat(32) }],
        properties: [
          { name: 'connect.ehr:fingerprint', value: facts.fingerprint },
          { name: 'connect.ehr:revision', value: facts.revision },
        ],
      },
    });
  });

  it('names each package with address, hashes and licence, as far as they are known', () => {
    const sbom = sbomOf();
    expect(named(sbom, 'fastify')).toMatchObject({
      version: '5.0.0',
      scope: 'required',
      purl: 'pkg:npm/fastify@5.0.0',
      hashes: [{ alg: 'SHA-512', content: '01'.repeat(64) }],
      licenses: [{ license: { id: 'MIT' } }],
    });
    expect(named(sbom, 'error')).toMatchObject({
      group: '@fastify',
      purl: 'pkg:npm/%40fastify/error@4.0.0',
      hashes: [
        { alg: 'SHA-1', content: '01'.repeat(20) },
        { alg: 'SHA-256', content: '01'.repeat(32) },
      ],
      licenses: [{ expression: '(MIT OR CC0-1.0)' }],
    });
    expect(named(sbom, 'odd')).toMatchObject({
      purl: 'pkg:npm/odd@1.0.0-rc.1%2Bx',
      licenses: [{ license: { name: 'see LICENSE' } }],
    });
    expect(named(sbom, 'silent')).toMatchObject({ scope: 'optional' });
    expect(named(sbom, 'silent')).not.toHaveProperty('licenses');
    expect(named(sbom, 'silent')).not.toHaveProperty('hashes');
  });

  it('names the libraries of the workspace and the base image, and nothing else', () => {
    const sbom = sbomOf();
    expect(sbom.components).toHaveLength(7);
    expect(named(sbom, 'fhir')).toMatchObject({ type: 'library', version: facts.revision });
    expect(named(sbom, 'docker.io/library/node')).toMatchObject({
      type: 'container',
      version: '24-slim',
      hashes: [{ alg: 'SHA-256', content: 'b'.repeat(64) }],
    });
    expect(named(sbomOf({ baseImage: 'node:24-slim' }), 'docker.io/library/node')).not.toHaveProperty(
      'hashes',
    );
  });

  it('makes the image depend on every component', () => {
    const sbom = sbomOf();
    const image = sbom.dependencies.find(({ ref }) => ref === facts.digest);
    expect(image?.dependsOn).toHaveLength(sbom.components.length);
  });

  it('is the same bytes for the same image, in whatever order its content was found', () => {
    const shuffled = { ...content, packages: content.packages.toReversed(), libraries: ['health', 'fhir'] };
    expect(renderSbom(facts, shuffled)).toBe(renderSbom(facts, content));
    expect(renderSbom(facts, content)).not.toContain('timestamp');
    expect(sbomOf().serialNumber).toMatch(
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });
});
